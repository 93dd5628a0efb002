package bench

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/implementation"
)

// TestRun checks that every kind measures all of its figures, and that the results
// can be written in each form. It says nothing about speed.
func TestRun(t *testing.T) {
	tests := []struct {
		kind            string
		streams         []string
		implementations []string
	}{
		{"throughput", []string{"small", "typed"}, []string{"native", "polyfill", "polyfill-js", "polyfill-xhr", "fetch"}},
		{"latency", nil, []string{"polyfill"}},
		{"start", nil, []string{"polyfill"}},
		{"memory", nil, []string{"polyfill"}},
		{"streams", nil, []string{"polyfill"}},
		{"parser", []string{"cjk", "typed"}, []string{"native", "polyfill", "fetch"}},
	}
	require.Len(t, tests, len(Kinds()))
	chromium := find(t)
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			plan := Plan{Browser: chromium, Kinds: []string{tt.kind}, Streams: tt.streams, Rounds: 1, Quick: true}
			for _, name := range tt.implementations {
				i, err := Load(name)
				require.NoError(t, err)
				plan.Implementations = append(plan.Implementations, i)
			}
			results := measured(t, plan)
			require.Empty(t, results.Errors())
			for _, table := range results.Tables {
				for _, row := range table.Rows {
					for _, column := range table.Columns {
						require.Contains(t, row.Median, column.Name, row.Implementation)
					}
				}
			}

			require.NoError(t, results.JSON(io.Discard))
			var page bytes.Buffer
			require.NoError(t, results.HTML(&page))
			requireWellFormed(t, page.Bytes())
		})
	}
}

// TestHide checks that a tier of the polyfill does not have what it must do
// without, so that its name says what was measured.
func TestHide(t *testing.T) {
	for name, missing := range map[string]string{"polyfill": "none", "polyfill-js": "WebAssembly", "polyfill-xhr": "fetch"} {
		t.Run(name, func(t *testing.T) {
			i, err := Load(name)
			require.NoError(t, err)
			i.Script = append(i.Script[:len(i.Script):len(i.Script)], `
				var missing = typeof WebAssembly == 'undefined' ? 'WebAssembly' : typeof fetch == 'undefined' ? 'fetch' : 'none'
				bench.fail('missing: ' + missing)`...)
			results := measured(t, Plan{
				Browser: find(t), Kinds: []string{"start"}, Rounds: 1, Quick: true,
				Implementations: []implementation.Implementation{i},
			})
			require.Equal(t, []string{"start first of " + name + ", round 1: missing: " + missing}, results.Errors())
		})
	}
}

// TestDamage checks that lost, duplicated and damaged events are found.
func TestDamage(t *testing.T) {
	tests := []struct {
		name   string
		script string // runs after fetch.js, whose benchClient is then called client
		want   string
	}{
		{"loses one", "if (n != 5) on(data)", "received event 10000005 instead of 10000004"},
		{"duplicates one", "if (n == 5) on(data); on(data)", "received event 10000004 instead of 10000005"},
		{"damages one", "on(n == 5 ? data.slice(0, -1) + '?' : data)", "the data is damaged: its checksum is "},
		{"delivers nothing", "", "timed out after 5 s: received 0 of 10000 events"},
	}
	chromium := find(t)
	wrong := func(body string) implementation.Implementation {
		return implementation.Implementation{Name: "wrong", Script: []byte(string(floorScript) + `
			var client = benchClient
			benchClient = function (url, types, on, opened) {
				var n = -1 // of the event without a number
				return client(url, types, function (data) { n++; ` + body + ` }, opened)
			}`)}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			results := measured(t, Plan{
				Browser: chromium, Kinds: []string{"throughput"}, Streams: []string{"small"}, Rounds: 1, Quick: true,
				Implementations: []implementation.Implementation{wrong(tt.script)},
				limits:          limits{page: 5 * time.Second},
			})
			require.Len(t, results.Errors(), 1)
			require.Contains(t, results.Errors()[0], "throughput small of wrong, round 1: "+tt.want)
		})
	}
	t.Run("defines no EventSource", func(t *testing.T) {
		results := measured(t, Plan{
			Browser: chromium, Kinds: []string{"throughput"}, Streams: []string{"small"}, Rounds: 1, Quick: true,
			Implementations: []implementation.Implementation{{Name: "wrong", Script: []byte("var x = 1")}},
		})
		require.Equal(t, []string{"throughput small of wrong, round 1: the script does not define EventSource"}, results.Errors())
	})
}

// TestBrowserFails checks the errors of a browser that exits or hangs.
func TestBrowserFails(t *testing.T) {
	tests := []struct{ name, does, want string }{
		{"exits", "echo no display >&2; exit 3", "chromium exited, exit status 3, "},
		{"hangs", "exec sleep 60", "chromium hangs: no report after 300ms: the browser never requested the page"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "chromium")
			script := "#!/bin/sh\n[ \"$1\" = --version ] && { echo Chromium 1; exit; }\n" + tt.does + "\n"
			require.NoError(t, os.WriteFile(program, []byte(script), 0o755))
			t.Setenv("CHROME", program)
			results := measured(t, Plan{
				Browser: find(t), Kinds: []string{"start"}, Rounds: 1, Quick: true,
				Implementations: []implementation.Implementation{{Name: "native"}},
				limits:          limits{page: time.Millisecond, grace: 299 * time.Millisecond},
			})
			require.Len(t, results.Errors(), 1)
			require.Contains(t, results.Errors()[0], "start first of native, round 1: "+tt.want)
			require.Equal(t, "Chromium 1", results.Browser)
		})
	}
}

// TestInterrupt checks that an interrupted run returns what it has measured.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	results, err := Run(ctx, Plan{
		Browser: find(t), Kinds: []string{"start"}, Rounds: 1, Quick: true,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Progress:        func(*Table, int, string) { cancel(os.ErrDeadlineExceeded) },
	})
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Len(t, results.Tables, 1)
	require.Empty(t, results.Errors())
}

func TestLoad(t *testing.T) {
	_, err := Load("nativ")
	require.EqualError(t, err, `unknown implementation "nativ": did you mean native? (or fetch)`)

	path := filepath.Join(t.TempDir(), "mine.js")
	_, err = Load(path)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NotContains(t, err.Error(), "or fetch")

	require.NoError(t, os.WriteFile(path, []byte("var EventSource"), 0o644))
	mine, err := Load(path)
	require.NoError(t, err)
	require.Equal(t, "mine", mine.Name)
}

func measured(t *testing.T, plan Plan) *Results {
	t.Helper()
	plan.Progress = func(*Table, int, string) {}
	results, err := Run(t.Context(), plan)
	require.NoError(t, err)
	return results
}

func find(t *testing.T) Browser {
	t.Helper()
	found, err := browser.Find("chromium")
	if err != nil {
		t.Skip(err)
	}
	return found
}
