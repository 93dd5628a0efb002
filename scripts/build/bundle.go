package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	classic  = api.FormatIIFE
	esModule = api.FormatESModule
)

// A bundler makes minified ES5 files of entries and all that they import. The
// core is inside: `import bytes from 'eventsource.wasm'` gives the module, and
// `import * as core from 'eventsource-core.js'` the same in JavaScript.
type bundler struct {
	core   []byte         // eventsource.wasm
	script []byte         // the same in JavaScript
	names  map[string]any // what members that are ours are called, in all bundles alike
}

func (b *bundler) bundle(entry string, format api.Format) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{filepath.Join(source, entry)},
		Bundle:            true,
		Format:            format,
		Target:            api.ES5,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: true,
		MangleProps:       "[^_]_$", // members with a trailing underscore are ours
		Charset:           api.CharsetASCII,
		Banner:            map[string]string{"js": "/*! eventsource-wasm | MIT License */"},
		MangleCache:       b.names,
		Plugins:           []api.Plugin{b.embed()},
		LogLevel:          api.LogLevelSilent,
	})
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

// decoder is the module that turns the literal back into bytes, when asked. An
// array of bytes keeps of each number what is left modulo 256.
const decoder = `var text = %s
export default function () {
  var bytes = new Uint8Array(text.length)
  for (var i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i) - 35
  return bytes
}
`

// literal writes bytes as a JavaScript string, in ASCII because a page in any
// encoding may load the script. Each byte is the character 35 above it, modulo
// 256, so that small values, the most frequent in a module, are printable, and
// equal bytes stay equal for the compression of the transfer.
func literal(core []byte) string {
	var s strings.Builder
	s.WriteByte('"')
	for _, b := range core {
		switch c := b + 35; {
		case c == '\\' || c == '"':
			s.WriteByte('\\')
			s.WriteByte(c)
		case ' ' <= c && c <= '~':
			s.WriteByte(c)
		default:
			fmt.Fprintf(&s, `\x%02x`, c)
		}
	}
	s.WriteByte('"')
	return s.String()
}
