package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// replacements returns the modules in src/compat, which have the interfaces of other
// packages. Each imports the second build's class from the file beside it, as an
// ECMAScript module and as a CommonJS module, for browsers and portable. They are not yet
// minified.
func replacements(version string) ([]file, error) {
	entries, err := filepath.Glob(filepath.Join(source, "compat", "*.js"))
	if err != nil {
		return nil, err
	}
	var files []file
	for _, entry := range entries {
		result := api.Build(api.BuildOptions{
			EntryPoints: []string{entry},
			Bundle:      true,
			Target:      api.ES5,
			Format:      esModule,
			Charset:     api.CharsetASCII,
			Banner:      map[string]string{"js": "/*! eventsource-wasm " + version + " | MIT */"},
			Plugins:     []api.Plugin{beside},
			LogLevel:    api.LogLevelSilent,
		})
		if len(result.Errors) > 0 {
			return nil, fmt.Errorf("%s: %s", entry, result.Errors[0].Text)
		}
		module := result.OutputFiles[0].Contents
		if !imported.Match(module) || !exportedAll.Match(module) {
			return nil, fmt.Errorf("%s: no match for %s or %s: adapt scripts/build/compat.go to what esbuild writes", entry, imported, exportedAll)
		}
		common := imported.ReplaceAll(module, []byte(`var $1 = require("./$2.cjs").$1;`))
		common = exportedAll.ReplaceAllFunc(common, func(list []byte) []byte {
			var out strings.Builder
			for _, names := range exportedName.FindAllStringSubmatch(string(exportedAll.FindSubmatch(list)[1]), -1) {
				name, as := names[1], names[2]
				if as == "" {
					as = name
				}
				fmt.Fprintf(&out, "exports.%s = %s;\n", as, name)
			}
			return []byte(out.String())
		})
		name := strings.TrimSuffix(filepath.Base(entry), ".js")
		for _, suffix := range []string{"", "-portable"} {
			const besides = `"./eventsource-plus`
			with := func(content []byte) []byte {
				return bytes.Replace(content, []byte(besides), []byte(besides+suffix), 1)
			}
			files = append(files, file{name: name + suffix + ".mjs", content: with(module)}, file{name: name + suffix + ".cjs", content: with(common)})
		}
	}
	return files, nil
}

var (
	imported     = regexp.MustCompile(`import \{ (\w+) \} from "\./([\w-]+)\.mjs";`)
	exportedAll  = regexp.MustCompile(`export \{([^{}]*)\};`)
	exportedName = regexp.MustCompile(`(\w+)(?: as (\w+))?`)
)

// beside resolves the import of the second build to its file in dist.
var beside = api.Plugin{Name: "beside", Setup: func(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: `^eventsource-plus$`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: "./" + a.Path + ".mjs", External: true}, nil
	})
}}
