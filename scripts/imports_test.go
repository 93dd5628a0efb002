// Package scripts checks rules that hold for all of the repository.
package scripts

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module = "eventsource-wasm/"
	std    = "the standard library"
)

// TestImports checks that each package imports no more than it may. A test may
// import more: it is where the halves of the project meet.
func TestImports(t *testing.T) {
	may := map[string][]string{
		// The core runs without a runtime, so only what compiles to instructions.
		"wasm/eventstream": {"math/bits"},
		"wasm/eventsource": {"wasm/eventstream"},
		"wasm":             {"wasm/eventstream", "wasm/eventsource", "unsafe"},
		"wasm/link":        {std},

		"polyfill":                       {std},
		"scripts/build":                  {std, "wasm/link", "github.com/evanw/esbuild", "github.com/andybalholm/brotli"},
		"scripts/peers":                  {std, "github.com/evanw/esbuild"},
		"harness/internal/compat/update": {std, "harness/internal/compat"},

		"harness/internal/atomicfile":   {std},
		"harness/internal/selfsigned":   {std},
		"harness/conformance/catalogue": {std},
		"harness/conformance/refserver": {std, "harness/conformance/catalogue", "harness/internal/selfsigned"},
		"harness/conformance/report":    {std, "harness/conformance/catalogue", "harness/internal/atomicfile"},
		"harness/browser":               {std, "github.com/andybalholm/brotli", "github.com/chromedp", "github.com/coder/websocket"},
		"harness/conformance/runner":    {std, "harness/browser", "harness/conformance/refserver", "harness/conformance/report", "harness/conformance/catalogue", "polyfill"},
		"harness/site/broker":           {std},
		"harness/site/visits":           {std, "harness/browser", "harness/conformance/catalogue", "harness/conformance/report", "harness/conformance/runner"},
		"harness/site/results":          {std, "harness/conformance/catalogue", "harness/conformance/report"},
		"harness/internal/compat":       {std},
		"harness/site/demo":             {std, "harness/site/broker"},
		"harness/bench/websocket":       {std, "harness/internal/selfsigned", "github.com/coder/websocket"},
		"harness/bench":                 {std, "harness/browser", "harness/internal/selfsigned", "harness/internal/atomicfile", "polyfill", "github.com/evanw/esbuild"},
		"harness": {std, "harness/conformance/runner", "harness/browser", "harness/conformance/report", "harness/conformance/catalogue", "harness/site/demo",
			"harness/site/broker", "harness/bench/websocket", "harness/bench", "harness/internal/compat",
			"harness/site/visits", "harness/site/results", "harness/internal/atomicfile", "www", "polyfill"},
		"www":            {std},
		"www/servers/go": {std},
	}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		t.Run(name, func(t *testing.T) {
			allowed, listed := may[name]
			require.True(t, listed || len(p.Imports) == 0, "say in this table what %s may import", name)
			for _, path := range p.Imports {
				require.True(t, slices.ContainsFunc(allowed, covers(path)), "%s must not import %s: it may import %q", name, path, allowed)
			}
		})
	}
}

// covers tells whether an entry of the table allows an import.
func covers(path string) func(entry string) bool {
	return func(entry string) bool {
		own, isOwn := strings.CutPrefix(path, module)
		host, _, _ := strings.Cut(path, "/")
		switch {
		case isOwn:
			return entry == own // and not what is below it
		case strings.Contains(host, "."):
			return strings.HasPrefix(path+"/", entry+"/") // with all of its packages
		}
		return entry == std || entry == path
	}
}

// A listed package, as go list tells it.
type listed struct {
	ImportPath string
	Imports    []string // without those of tests
}

// packages lists the packages of the module.
func packages(t *testing.T) []listed {
	command := exec.Command("go", "list", "-e", "-json=ImportPath,Imports", module+"...")
	out, err := command.Output()
	require.NoError(t, err)
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err)
		}
		all = append(all, p)
	}
}
