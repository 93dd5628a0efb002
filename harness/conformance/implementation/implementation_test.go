package implementation

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/polyfill"
)

func TestBuild(t *testing.T) {
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	require.Equal(t, report.Build{SHA256: abc}, Implementation{Script: []byte("abc")}.Build())
	require.Equal(t, report.Build{Legacy: abc}, Implementation{Legacy: []byte("abc")}.Build())
	built, err := Load("polyfill-js")
	require.NoError(t, err)
	require.Equal(t, polyfill.Version, built.Build().Version)
	require.Zero(t, Implementation{Name: Native, Hide: []string{"fetch"}}.Build())
}

// TestServeHTTP checks what each script of a page consists of.
func TestServeHTTP(t *testing.T) {
	native := Implementation{Name: Native, Hide: []string{"fetch"}}
	polyfill := Implementation{Name: "polyfill", Script: []byte("EventSource = 1"), Legacy: []byte("old")}
	tests := []struct {
		name           string
		implementation Implementation
		path           string
		status         int
		starts, ends   string
	}{
		{"hides features", native, "/a/hide.js", 200, "// A function", `(["fetch"])` + "\n"},
		{"native has no script", native, "/a/implementation.js", 404, "404 ", "\n"},
		{"native is installed by hiding", native, "/install.js", 200, "// A function", `(["fetch"])` + "\n;\n"},
		{"hides the native one", polyfill, "/hide.js", 200, "// A function", "  guard(self)\n}())\n"},
		{"the script", polyfill, "/a/b/implementation.js", 200, "EventSource", "= 1"},
		{"both in one", polyfill, "/install.js", 200, "// A function", "  guard(self)\n}())\n;\nEventSource = 1"},
		{"the legacy file", polyfill, "/eventsource-legacy.js", 200, "old", "old"},
		{"no legacy file", native, "/eventsource-legacy.js", 404, "404 ", "\n"},
		{"another name", polyfill, "/polyfill.js", 404, "404 ", "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			tt.implementation.ServeHTTP(w, httptest.NewRequest("GET", tt.path, nil))
			require.Equal(t, tt.status, w.Code)
			require.True(t, strings.HasPrefix(w.Body.String(), tt.starts), w.Body.String())
			require.True(t, strings.HasSuffix(w.Body.String(), tt.ends), w.Body.String())
		})
	}
}

func TestLoad(t *testing.T) {
	native, err := Load("native")
	require.NoError(t, err)
	require.Equal(t, Implementation{Name: "native"}, native)

	built, err := Load("polyfill")
	require.NoError(t, err)
	require.Equal(t, "polyfill", built.Name)
	require.Contains(t, string(built.Script), "EventSource")
	require.NotEmpty(t, built.Legacy)

	lean, err := Load("polyfill-js")
	require.NoError(t, err)
	require.Equal(t, Implementation{Name: "polyfill-js", Script: built.Script, Legacy: built.Legacy, Hide: []string{"WebAssembly"}}, lean)

	path := filepath.Join(t.TempDir(), "mine.js")
	require.NoError(t, os.WriteFile(path, []byte("var EventSource"), 0o644))
	mine, err := Load(path)
	require.NoError(t, err)
	require.Equal(t, Implementation{Name: "mine.js", Path: path, Script: []byte("var EventSource")}, mine)

	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "eventsource-legacy.js"), []byte("old"), 0o644))
	mine, err = Load(path)
	require.NoError(t, err)
	require.Equal(t, []byte("old"), mine.Legacy, "beside the file")

	_, err = Load(filepath.Join(t.TempDir(), "none.js"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Load("nativ")
	require.EqualError(t, err, `unknown implementation "nativ": did you mean native?`)
	_, err = Load("mine.ts")
	require.EqualError(t, err, `unknown implementation "mine.ts": want native, polyfill, polyfill-js, polyfill-xhr, plus, plus-xhr or a FILE.js`)
}

// Errors name the file that its author knows.
func TestBlame(t *testing.T) {
	tests := []struct {
		of            Implementation
		message, want string
	}{
		{Implementation{Name: "mine.js", Path: "lib/mine.js"}, "implementation.js:3: SyntaxError: x", "lib/mine.js:3: SyntaxError: x"},
		{Implementation{Name: "mine.js", Path: "lib/mine.js"}, "Failed to load 'http://127.0.0.1:4001/session/A1/implementation.js'.", "Failed to load 'lib/mine.js'."},
		{Implementation{Name: "polyfill"}, "implementation.js: ReferenceError", "polyfill: ReferenceError"},
		{Implementation{Name: "mine.js", Path: "$1.js"}, "implementation.js:3", "$1.js:3"},
		{Implementation{Name: "mine.js"}, "case.js:3: my-implementation.jsx", "case.js:3: my-implementation.jsx"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, tt.of.Blame(tt.message))
	}
}
