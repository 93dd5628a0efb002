package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	classic  = api.FormatIIFE
	esModule = api.FormatESModule
)

// A bundler bundles an entry and everything it imports into one ES5 script.
//
// The core is embedded: `import bytes from 'eventsource.wasm'` imports a function that
// returns the module's bytes, `import core from 'eventsource-core.js'` the core in
// JavaScript. Sources refer to an export of the core with a trailing underscore, as to
// all members of our own: those names are shortened. VERSION stands for the version, LEGACY
// for the name of the legacy file, GLOBAL for the variable that this file sets, SHARED and
// INSPECT for the variables that eventsource-shared.js and eventsource-inspect.js set, and
// NAME for the name of the script. A layer's self.js exports what stands for self.
type bundler struct {
	version string         // of the package
	plus    bool           // whether it is the second build
	layers  []string       // folders in src whose files replace those of the same name below; the first is the top
	core    []byte         // eventsource.wasm, with its exports renamed
	script  []byte         // the core for legacy engines, in JavaScript
	names   map[string]any // the short names of our members, the same in all bundles; nil: they keep their names
	legacy  string         // the name of the legacy file
}

func (b *bundler) bundle(entry string, format api.Format) ([]byte, error) {
	return b.build(entry, api.BuildOptions{
		Format:       format,
		MinifySyntax: b.names != nil,
		Banner:       map[string]string{"js": "/*! eventsource-wasm " + b.version + " | MIT */"},
	})
}

// parts returns the source files of an entry's bundle, almost as minified.
func (b *bundler) parts(entry string) ([]file, error) {
	all, err := b.build(entry, api.BuildOptions{Format: classic, MinifySyntax: true, MinifyIdentifiers: true})
	if err != nil {
		return nil, err
	}
	var parts []file
	begins := origin.FindAllSubmatchIndex(all, -1)
	for i, at := range begins {
		end := len(all)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		name := filepath.Base(string(all[at[2]:at[3]]))
		parts = append(parts, file{name: name, content: indentation.ReplaceAll(all[at[1]:end], nil)})
	}
	return parts, nil
}

var (
	origin      = regexp.MustCompile(`(?m)^ *// (\S+)$`) // esbuild writes the path above each file's code
	indentation = regexp.MustCompile(`\n *`)
)

func (b *bundler) build(entry string, options api.BuildOptions) ([]byte, error) {
	options.EntryPoints = []string{b.layered(entry, 0)}
	options.Bundle = true
	options.Target = api.ES5
	options.Define = map[string]string{"VERSION": strconv.Quote(b.version), "LEGACY": strconv.Quote(b.legacy), "GLOBAL": `"EventSourceLegacy"`, "SHARED": `"EventSourceShared"`, "INSPECT": `"EventSourceInspect"`, "NAME": `"eventsource"`}
	options.Charset = api.CharsetASCII
	options.Plugins = []api.Plugin{b.embed()}
	if b.plus {
		options.Define["GLOBAL"], options.Define["NAME"] = `"EventSourcePlusLegacy"`, `"eventsource-plus"`
	}
	if len(b.layers) > 0 {
		options.Plugins = append(options.Plugins, b.replace())
	}
	if path := b.layered("self.js", 0); filepath.Base(filepath.Dir(path)) != "src" {
		options.Inject = []string{path}
	}
	if b.names != nil {
		options.Supported = map[string]bool{"const-and-let": true} // see inline; the minifier leaves no const
		options.MangleProps = "[^_]_$"                             // members of our own end in an underscore
		options.MangleCache = b.names
		options.Plugins = append(options.Plugins, inline)
	}
	options.LogLevel = api.LogLevelSilent
	result := api.Build(options)
	if len(result.Errors) > 0 {
		m := result.Errors[0]
		if m.Location != nil {
			return nil, fmt.Errorf("%s:%d: %s", m.Location.File, m.Location.Line, m.Text)
		}
		return nil, errors.New(m.Text)
	}
	if b.names != nil {
		b.names = result.MangleCache
	}
	return result.OutputFiles[0].Contents, nil
}

// asCommonJS converts an ECMAScript module without default export to a CommonJS module.
func asCommonJS(module []byte) ([]byte, error) {
	at := exported.FindSubmatchIndex(module)
	if at == nil {
		return nil, fmt.Errorf("no match for %s in the bundled module: adapt asCommonJS in scripts/build/bundle.go to what esbuild writes", exported)
	}
	assigned := name.ReplaceAll(module[at[2]:at[3]], []byte("exports.$1 = $1;"))
	return slices.Concat(module[:at[0]], assigned, module[at[1]:]), nil
}

var (
	exported = regexp.MustCompile(`export \{([\s\w,]*)\};`)
	name     = regexp.MustCompile(`(\w+),?`)
)

// embed resolves the imports of the core.
func (b *bundler) embed() api.Plugin {
	contents := map[string]string{
		"eventsource.wasm":    fmt.Sprintf(decoder, literal(b.core)),
		"eventsource-core.js": string(b.script),
	}
	return api.Plugin{Name: "core", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^eventsource`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: a.Path, Namespace: "core"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "core"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			text := contents[a.Path]
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
		})
	}}
}

// layered returns the path of a file in the first layer, from an index on, that has it;
// or in src.
func (b *bundler) layered(name string, from int) string {
	for _, layer := range b.layers[from:] {
		path := filepath.Join(source, layer, name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return filepath.Join(source, name)
}

// replace resolves the import of ./file.js to the topmost layer that has the file. An
// import of ../file.js means the file that the importing one replaces: it is resolved to
// the layers below.
func (b *bundler) replace() api.Plugin {
	return api.Plugin{Name: "layers", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^\.\.?/[^/]+$`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			name, below := strings.CutPrefix(a.Path, "../")
			from := 0
			if below {
				root, err := filepath.Abs(source)
				if err != nil {
					return api.OnResolveResult{}, err
				}
				layer, err := filepath.Rel(root, a.ResolveDir)
				if err != nil {
					return api.OnResolveResult{}, err
				}
				from = slices.Index(b.layers, filepath.ToSlash(layer)) + 1
			}
			path, err := filepath.Abs(b.layered(name, from))
			return api.OnResolveResult{Path: path}, err
		})
	}}
}

// inline declares constants as const, so that the minifier replaces their names by
// their values. A constant is written as `var NAME = 1`, on a line of its own.
var inline = api.Plugin{Name: "inline", Setup: func(build api.PluginBuild) {
	build.OnLoad(api.OnLoadOptions{Filter: regexp.QuoteMeta(source)}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		content, err := os.ReadFile(a.Path)
		text := constant.ReplaceAllString(string(content), "${1}const ${2}")
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, err
	})
}}

var constant = regexp.MustCompile(`(?m)^(export )?var ([A-Z_]+ = \d+)$`)

// decoder is a JavaScript module that exports a function, which decodes the literal.
const decoder = `export default function () {
  var bytes = []
  %s.replace(/(!*)(.)/g, function (all, high, low) {
    bytes.push(low.charCodeAt() - 35 + high.length * 92)
  })
  return new Uint8Array(bytes)
}
`

// literal encodes bytes as a JavaScript string. It is ASCII, because pages in any
// encoding may load the script.
//
// A byte b becomes b/92 times '!', then one of the 92 characters from '#' to '~' for
// b%92. Most bytes of a module become one character, and equal sequences of bytes
// become equal sequences of characters, which compression needs.
func literal(core []byte) string {
	var s strings.Builder
	s.WriteByte('"')
	for _, b := range core {
		for range b / 92 {
			s.WriteByte('!')
		}
		c := '#' + b%92
		if c == '\\' {
			s.WriteByte(c)
		}
		s.WriteByte(c)
	}
	s.WriteByte('"')
	return s.String()
}
