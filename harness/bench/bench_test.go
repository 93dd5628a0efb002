package bench

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
)

// Everything can be measured and told. How fast it is says this nothing about.
func TestRun(t *testing.T) {
	tests := []struct {
		kind            string
		streams         []string
		implementations []string
	}{
		{"throughput", []string{"small", "typed"}, []string{native, ours, floor}},
		{"latency", nil, []string{ours}},
		{"start", nil, []string{ours}},
		{"memory", nil, []string{ours}},
		{"streams", nil, []string{ours}},
		{"parser", []string{"cjk"}, []string{native, ours, floor}},
	}
	require.Len(t, tests, len(Kinds()))
	chromium := find(t)
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			plan := Plan{Browser: chromium, Kinds: []string{tt.kind}, Streams: tt.streams, Rounds: 1, Quick: true}
			for _, name := range tt.implementations {
				implementation, err := LoadImplementation(name)
				require.NoError(t, err)
				plan.Implementations = append(plan.Implementations, implementation)
			}
			document := measured(t, plan)
			require.Empty(t, document.Errors())
			for _, table := range document.Tables {
				for _, row := range table.Rows {
					for _, column := range table.Columns {
						require.Contains(t, row.Median, column.Name, row.Implementation)
					}
				}
			}

			folder := t.TempDir()
			require.NoError(t, document.WriteJSON(filepath.Join(folder, "bench.json")))
			page, err := document.html()
			require.NoError(t, err)
			requireWellFormed(t, page)
		})
	}
}

// What loses, doubles or damages events is found out.
func TestWrong(t *testing.T) {
	tests := []struct {
		name   string
		script string // runs after fetch.js, whose benchClient is then called client
		want   string
	}{
		{"loses one", "if (n != 5) on(data)", "event 10000005 came where 10000004 was due"},
		{"doubles one", "if (n == 5) on(data); on(data)", "event 10000004 came where 10000005 was due"},
		{"damages one", "on(n == 5 ? data.slice(0, -1) + '?' : data)", "the data is damaged: its checksum is "},
		{"delivers nothing", "", "not done after 5 s: 0 of 10000 events came"},
	}
	chromium := find(t)
	wrong := func(body string) Implementation {
		return Implementation{Name: "wrong", Script: []byte(string(floorScript) + `
			var client = benchClient
			benchClient = function (url, types, on, opened) {
				var n = -1 // that of the event that says ready
				return client(url, types, function (data) { n++; ` + body + ` }, opened)
			}`)}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			document := measured(t, Plan{
				Browser: chromium, Kinds: []string{"throughput"}, Streams: []string{"small"}, Rounds: 1, Quick: true,
				Implementations: []Implementation{wrong(tt.script)},
				limits:          limits{page: 5 * time.Second},
			})
			require.Len(t, document.Errors(), 1)
			require.Contains(t, document.Errors()[0], "throughput small of wrong, round 1: "+tt.want)
		})
	}
	t.Run("is no EventSource", func(t *testing.T) {
		document := measured(t, Plan{
			Browser: chromium, Kinds: []string{"throughput"}, Streams: []string{"small"}, Rounds: 1, Quick: true,
			Implementations: []Implementation{{Name: "wrong", Script: []byte("var x = 1")}},
		})
		require.Equal(t, []string{"throughput small of wrong, round 1: the script defines no EventSource"}, document.Errors())
	})
}

// A browser that ends or hangs is an error that says so.
func TestLost(t *testing.T) {
	tests := []struct{ name, does, want string }{
		{"ends", "echo no display >&2; exit 3", "chromium ended by itself, exit status 3, its last words: no display"},
		{"hangs", "exec sleep 60", "chromium hangs: no report after 300ms, it never asked for the page"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "chromium")
			script := "#!/bin/sh\n[ \"$1\" = --version ] && { echo Chromium 1; exit; }\n" + tt.does + "\n"
			require.NoError(t, os.WriteFile(program, []byte(script), 0o755))
			t.Setenv("CHROME", program)
			document := measured(t, Plan{
				Browser: find(t), Kinds: []string{"start"}, Rounds: 1, Quick: true,
				Implementations: []Implementation{{Name: native}},
				limits:          limits{page: time.Millisecond, grace: 299 * time.Millisecond},
			})
			require.Equal(t, []string{"start first of native, round 1: " + tt.want}, document.Errors())
			require.Equal(t, "Chromium 1", document.Browser)
		})
	}
}

// An interrupt ends it, and what was measured is told.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	document, err := Run(ctx, Plan{
		Browser: find(t), Kinds: []string{"start"}, Rounds: 1, Quick: true,
		Implementations: []Implementation{{Name: native}},
		Progress:        func(*Table, int, string) { cancel(os.ErrDeadlineExceeded) },
	})
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Len(t, document.Tables, 1)
	require.Empty(t, document.Errors())
}

func measured(t *testing.T, plan Plan) *Document {
	t.Helper()
	plan.Progress = func(*Table, int, string) {}
	document, err := Run(t.Context(), plan)
	require.NoError(t, err)
	return document
}

func find(t *testing.T) Browser {
	t.Helper()
	found, err := browser.Find("chromium")
	if err != nil {
		t.Skip(err)
	}
	return found
}
