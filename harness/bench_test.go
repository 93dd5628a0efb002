package main

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/bench"
)

// TestBenchFlags checks what bench refuses before it measures.
func TestBenchFlags(t *testing.T) {
	committed := filepath.Join("..", "www", "bench", "chromium-156.json")
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"speed"}, `harness: unknown measurement "speed": want throughput, latency, start, memory, streams, parser or soak`},
		{[]string{"soak", "start"}, "harness: soak runs alone: leave out start"},
		{[]string{"soak", "--duration", "5s"}, "harness: --duration 5s: want 30s or more"},
		{[]string{"start", "--faults"}, "harness: --faults is for soak only: run harness bench soak --faults, or harness faults"},
		{[]string{"start", "memory", "--browser", "firefox"}, "harness: --browser firefox: memory is measured in chromium only: name other measurements"},
		{[]string{"--browser", "wpe"}, "harness: --browser wpe: memory is measured in chromium only: name other measurements"},
		{[]string{"--stream", "huge"}, `harness: unknown stream "huge": want one of small, medium, large, cjk, typed, paced, first, fifty, crlf`},
		{[]string{"start", "--server"}, "harness: --server measures streams only: run harness bench streams --server"},
		{[]string{"--baseline", "none.json"}, "harness: bench: open none.json: no such file or directory"},
		{[]string{"start", "--baseline", committed}, "harness: --baseline " + committed + " has no measurements of start: it has throughput, parser"},
		{[]string{"--baseline", committed, "--quick"}, "harness: --baseline compares figures, and those of --quick mean nothing: omit one of them"},
		{[]string{"--implementation", "nativ"}, `harness: unknown implementation "nativ": did you mean native? (or fetch)`},
	}
	for _, tt := range tests {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitCannotRun, dispatch(t.Context(), append([]string{"bench"}, tt.args...), &stdout, &stderr), tt.args)
		require.Equal(t, tt.want+"\n", stderr.String())
	}
}

// TestCompareBaseline checks the lines and the error of a comparison.
func TestCompareBaseline(t *testing.T) {
	results := func(stream string, ratio float64) *bench.Results {
		return &bench.Results{Started: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Tables: []*bench.Table{{
			Kind: "throughput", Stream: stream,
			Columns:     []bench.Column{{Name: "rate", Unit: "events/s", More: true}},
			Comparisons: []bench.Comparison{{Column: "rate", With: "native", As: bench.Ratio}},
			Rows:        []*bench.Row{{Implementation: "polyfill", Compared: []*bench.Estimate{{Median: ratio, Low: ratio - 0.5, High: ratio + 0.5}}}},
		}}}
	}
	const head = "\nbaseline b.json of 2026-11-22: suite of unknown version\n"
	tests := []struct {
		name     string
		baseline *bench.Results
		printed  string
		err      string
	}{
		{"as good", results("small", 7.5), head + "0 of 1 comparisons with native became worse by more than their spread\n", ""},
		{"worse", results("small", 9), head +
			"WORSE throughput small of polyfill: x native was 9.00 (8.50 to 9.50) in the baseline, is 7.00 (6.50 to 7.50)\n" +
			"1 of 1 comparisons with native became worse by more than their spread\n", "unexpected"},
		{"nothing in common", results("large", 7), "", "--baseline b.json has no comparison with native that was measured now: measure native and the same implementations and streams"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout bytes.Buffer
			err := compareBaseline("b.json", results("small", 7), tt.baseline, &stdout)
			require.Equal(t, tt.printed, stdout.String())
			switch tt.err {
			case "":
				require.NoError(t, err)
			case "unexpected":
				require.Equal(t, unexpectedError(""), err)
			default:
				require.EqualError(t, err, tt.err)
			}
		})
	}
}
