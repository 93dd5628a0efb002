package bench

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"

	"eventsource-wasm/polyfill"
)

//go:embed polyfill_parser.js
var polyfillParserSource string

// polyfillParser returns a script that defines benchParser: the polyfill's core and
// the JavaScript that carries out its tokens. The built polyfill does not expose
// them, so this script is bundled from the same sources.
var polyfillParser = sync.OnceValues(func() ([]byte, error) {
	folder, err := root()
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		Stdin: &api.StdinOptions{
			Contents:   polyfillParserSource,
			Sourcefile: "polyfill_parser.js",
			ResolveDir: filepath.Join(folder, "harness", "bench"),
		},
		AbsWorkingDir: folder,
		Bundle:        true,
		Format:        api.FormatIIFE,
		Plugins:       []api.Plugin{{Name: "core", Setup: resolveCore}},
		LogLevel:      api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("cannot bundle harness/bench/polyfill_parser.js: %s", result.Errors[0].Text)
	}
	return result.OutputFiles[0].Contents, nil
})

// packageParser returns a script that defines benchParser with the parser that the
// npm package exports.
func packageParser() ([]byte, error) {
	parser, err := fs.ReadFile(polyfill.Dist, "parser.cjs")
	return fmt.Appendf(nil, `(function () {
  var exports = {}
  %s
  window.benchParser = function (on) {
    return exports.createParser({ onEvent: function (event) { on(event.data, event.type, event.lastEventId) } }).feed
  }
}())
`, parser), err
}

// root returns the folder of the module: the working directory or one above it.
func root() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("no go.mod in this folder or above: the parser is bundled from the sources, so run bench inside the repository")
		}
		folder = parent
	}
}

// resolveCore resolves `import bytes from 'eventsource.wasm'` to a function that
// returns the bytes of the built core.
func resolveCore(b api.PluginBuild) {
	b.OnResolve(api.OnResolveOptions{Filter: `^eventsource\.wasm$`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: a.Path, Namespace: "core"}, nil
	})
	b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "core"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		module, err := fs.ReadFile(polyfill.Dist, a.Path)
		contents := fmt.Sprintf("export default function () { return new Uint8Array(%s) }", list(module))
		return api.OnLoadResult{Contents: &contents, Loader: api.LoaderJS}, err
	})
}

// list returns bytes as a JavaScript array literal.
func list(bytes []byte) string { return strings.ReplaceAll(fmt.Sprint(bytes), " ", ",") }
