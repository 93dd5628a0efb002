package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	classic  = api.FormatIIFE
	esModule = api.FormatESModule
)

// A bundler makes one ES5 script of an entry and all that it imports. The
// core is inside: `import bytes from 'eventsource.wasm'` gives the module, and
// `import core from 'eventsource-core.js'` the one in JavaScript. What they export
// is called with a trailing underscore, as all members that are ours.
type bundler struct {
	core   []byte         // eventsource.wasm, its exports renamed
	script []byte         // the core for legacy engines, in JavaScript
	names  map[string]any // what members that are ours are called, in all bundles alike
}

func (b *bundler) bundle(entry string, format api.Format) ([]byte, error) {
	return b.build(entry, api.BuildOptions{
		Format: format,
		Banner: map[string]string{"js": "/*! eventsource-wasm, MIT */"},
	})
}

// parts returns the files that an entry's bundle is made of, nearly as they are in
// its minified form.
func (b *bundler) parts(entry string) ([]file, error) {
	all, err := b.build(entry, api.BuildOptions{Format: classic, MinifyIdentifiers: true})
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
	origin      = regexp.MustCompile(`(?m)^ *// (\S+)$`) // esbuild says what comes from where
	indentation = regexp.MustCompile(`\n *`)
)

func (b *bundler) build(entry string, options api.BuildOptions) ([]byte, error) {
	options.EntryPoints = []string{filepath.Join(source, entry)}
	options.Bundle = true
	options.Target = api.ES5
	options.Supported = map[string]bool{"const-and-let": true} // for inline: none is left
	options.MinifySyntax = true
	options.MangleProps = "[^_]_$" // members with a trailing underscore are ours
	options.Charset = api.CharsetASCII
	options.MangleCache = b.names
	options.Plugins = []api.Plugin{b.embed(), inline}
	options.LogLevel = api.LogLevelSilent
	result := api.Build(options)
	if len(result.Errors) > 0 {
		m := result.Errors[0]
		if m.Location != nil {
			return nil, fmt.Errorf("%s:%d: %s", m.Location.File, m.Location.Line, m.Text)
		}
		return nil, errors.New(m.Text)
	}
	b.names = result.MangleCache
	return result.OutputFiles[0].Contents, nil
}

// asCommonJS makes a CommonJS module of an ECMAScript module that exports one
// thing.
func asCommonJS(module []byte) ([]byte, error) {
	if !exported.Match(module) {
		return nil, fmt.Errorf("the module has nothing like %s: see asCommonJS in scripts/build/bundle.go", exported)
	}
	return exported.ReplaceAll(module, []byte("exports.$1 = $1;")), nil
}

var exported = regexp.MustCompile(`export \{\s*(\w+)\s*\};`)

// embed answers the imports of the core.
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

// inline makes constants of the variables that are constants, for the minifier to
// put their values in place of their names: NAME = 1, in a line of its own.
var inline = api.Plugin{Name: "inline", Setup: func(build api.PluginBuild) {
	build.OnLoad(api.OnLoadOptions{Filter: regexp.QuoteMeta(source)}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		content, err := os.ReadFile(a.Path)
		text := constant.ReplaceAllString(string(content), "${1}const ${2}")
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, err
	})
}}

var constant = regexp.MustCompile(`(?m)^(export )?var ([A-Z_]+ = \d+)$`)

// decoder is the module that turns the literal back into bytes, when asked.
const decoder = `export default function () {
  var bytes = []
  %s.replace(/(!*)(.)/g, function (all, high, low) {
    bytes.push(low.charCodeAt() - 35 + high.length * 92)
  })
  return new Uint8Array(bytes)
}
`

// literal writes bytes as a JavaScript string, in ASCII because a page in any
// encoding may load the script. A byte is one of the 92 characters from '#' to
// '~', of the byte modulo 92, behind a '!' for each 92 in it. So most bytes of a
// module are one character, and equal bytes stay equal for the compression of the
// transfer.
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
