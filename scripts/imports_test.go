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

		"polyfill":         {std},
		"scripts/build":    {std, "wasm/link", "github.com/evanw/esbuild", "github.com/andybalholm/brotli"},
		"scripts/peers":    {std, "github.com/evanw/esbuild"},
		"scripts/profiles": {std, "harness/profile"},

		"harness/whole":      {std},
		"harness/selfsigned": {std},
		"harness/catalogue":  {std},
		"harness/refserver":  {std, "harness/catalogue", "harness/selfsigned"},
		"harness/report":     {std, "harness/catalogue", "harness/whole"},
		"harness/browser":    {std, "github.com/andybalholm/brotli", "github.com/chromedp", "github.com/coder/websocket"},
		"harness/runner":     {std, "harness/browser", "harness/refserver", "harness/report", "harness/catalogue", "polyfill"},
		"harness/broker":     {std},
		"harness/visit":      {std, "harness/browser", "harness/catalogue", "harness/report", "harness/runner"},
		"harness/results":    {std, "harness/catalogue", "harness/report"},
		"harness/profile":    {std},
		"harness/demo":       {std, "harness/broker"},
		"harness/compare":    {std, "harness/selfsigned", "github.com/coder/websocket"},
		"harness/bench":      {std, "harness/browser", "harness/selfsigned", "harness/whole", "polyfill", "github.com/evanw/esbuild"},
		"harness": {std, "harness/runner", "harness/browser", "harness/report", "harness/catalogue", "harness/demo",
			"harness/broker", "harness/compare", "harness/bench", "harness/profile",
			"harness/visit", "harness/results", "harness/whole", "www", "polyfill"},
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
