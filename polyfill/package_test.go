package polyfill_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/require"
)

// The tarball has these files, as they are here, and no others.
func TestTarball(t *testing.T) {
	require.Equal(t, []string{
		"LICENSE",
		"README.md",
		"dist/eventsource-legacy.js",
		"dist/eventsource.cjs",
		"dist/eventsource.js",
		"dist/eventsource.mjs",
		"dist/eventsource.wasm",
		"index.d.mts",
		"index.d.ts",
		"legacy.d.ts",
		"package.json",
		"script.d.ts",
		"server.cjs",
	}, slices.Sorted(maps.Keys(unpack(t, pack(t)))))
}

// Whatever package.json names is in the tarball.
func TestManifest(t *testing.T) {
	files := unpack(t, pack(t))
	var manifest any
	require.NoError(t, json.Unmarshal(files["package.json"], &manifest))
	var named []string
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case string:
			if path, ok := strings.CutPrefix(value, "./"); ok && !strings.Contains(path, "*") {
				named = append(named, path)
			}
		case []any:
			for _, v := range value {
				walk(v)
			}
		case map[string]any:
			for _, v := range value {
				walk(v)
			}
		}
	}
	walk(manifest)
	require.NotEmpty(t, named)
	for _, path := range named {
		require.Contains(t, files, path)
	}
}

// The licence is that of the repository.
func TestLicense(t *testing.T) {
	ours, err := os.ReadFile("LICENSE")
	require.NoError(t, err)
	theirs, err := os.ReadFile("../LICENSE")
	require.NoError(t, err)
	require.Equal(t, string(theirs), string(ours))
}

// The types say what testdata/types expects of them, errors too.
func TestTypes(t *testing.T) {
	p := newProject(t)
	require.NoError(t, os.CopyFS(p.folder, os.DirFS("testdata/types")))
	const (
		dom    = "es2020,dom"
		worker = "es2020,webworker"
		none   = "es2020"
	)
	tests := []struct {
		name, file, lib, module, resolution string
		types                               string // named in tsconfig.json
	}{
		{"module, with dom", "module.ts", dom, "esnext", "bundler", ""},
		{"module, with webworker", "module.ts", worker, "esnext", "bundler", ""},
		{"module, with neither", "module.ts", none, "esnext", "bundler", ""},
		{"script, with dom", "script.ts", dom, "esnext", "bundler", ""},
		{"script, with webworker", "script.ts", worker, "esnext", "bundler", ""},
		{"script, with neither", "script.ts", none, "esnext", "bundler", ""},
		{"script, by a tag", "tag.ts", dom, "esnext", "bundler", "eventsource-wasm/script"},
		{"beside the class of dom", "dom.ts", dom, "esnext", "bundler", ""},
		{"beside the class of webworker", "dom.ts", worker, "esnext", "bundler", ""},
		{"import, as Node.js does it", "import.mts", dom, "node16", "node16", ""},
		{"require, as Node.js does it", "require.cts", dom, "node16", "node16", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p.tsc(t, tt.file, "--lib", tt.lib, "--module", tt.module, "--moduleResolution", tt.resolution, "--types", tt.types)
		})
	}
}

// A bundler leaves the module out where it is not used, and the script never.
func TestSideEffects(t *testing.T) {
	p := newProject(t)
	tests := []struct {
		code string
		size int // at least, in bytes; 0: nothing
	}{
		{`import { EventSource } from 'eventsource-wasm'; new EventSource('/')`, 10000},
		{`var EventSource = require('eventsource-wasm').EventSource; new EventSource('/')`, 10000},
		{`import 'eventsource-wasm'`, 0},
		{`import 'eventsource-wasm/script'`, 10000},
		{`import 'eventsource-wasm/legacy'`, 10000},
		{`import 'eventsource-wasm/dist/eventsource.js'`, 10000},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			p.write(t, "main.js", tt.code)
			bundle := p.esbuild(t, "main.js")
			if tt.size == 0 {
				require.NotContains(t, string(bundle), "EventSource")
			} else {
				require.Greater(t, len(bundle), tt.size)
			}
		})
	}
}

// In Node.js, where pages are rendered, each import does nothing, and only making
// an EventSource throws.
func TestNode(t *testing.T) {
	p := newProject(t)
	const made = `try { new EventSource('/') } catch (error) { if (/browser/.test(error)) process.exit(0) } process.exit(1)`
	tests := []struct{ file, code string }{
		{"import.mjs", `import { EventSource } from 'eventsource-wasm'; ` + made},
		{"require.cjs", `var EventSource = require('eventsource-wasm').EventSource; ` + made},
		{"script.mjs", `import 'eventsource-wasm/script'; import 'eventsource-wasm/legacy'`},
		{"script.cjs", `require('eventsource-wasm/script'); require('eventsource-wasm/legacy')`},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			p.write(t, tt.file, tt.code)
			p.run(t, "node", tt.file)
		})
	}
}

// A project is a folder of a user of the package, with the package installed.
type project struct{ folder string }

func newProject(t *testing.T) project {
	p := project{t.TempDir()}
	p.write(t, "package.json", `{"private": true}`)
	p.run(t, "npm", "install", "--offline", "--no-audit", "--no-fund", pack(t))
	return p
}

func (p project) write(t *testing.T, name, content string) {
	require.NoError(t, os.WriteFile(filepath.Join(p.folder, name), []byte(content), 0o644))
}

// run runs a program in the project, which must end well.
func (p project) run(t *testing.T, name string, args ...string) {
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = p.folder
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// tsc checks types, those of the package too.
func (p project) tsc(t *testing.T, args ...string) {
	p.run(t, tool(t, "tsc"), append([]string{"--strict", "--noEmit", "--skipLibCheck", "false"}, args...)...)
}

// esbuild returns the bundle of an entry.
func (p project) esbuild(t *testing.T, entry string) []byte {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     p.folder,
		EntryPoints:       []string{entry},
		Bundle:            true,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		LogLevel:          api.LogLevelSilent,
	})
	require.Empty(t, result.Errors)
	return result.OutputFiles[0].Contents
}

// sub is a folder of the project.
func (p project) sub(path string) fs.FS { return os.DirFS(filepath.Join(p.folder, path)) }

// pack makes the tarball, as for a registry.
func pack(t *testing.T) string {
	if _, err := exec.LookPath("npm"); err != nil {
		missing(t, "no npm found: install Node.js")
	}
	folder := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "npm", "pack", "--silent", "--pack-destination", folder).Output()
	require.NoError(t, err)
	return filepath.Join(folder, strings.TrimSpace(string(out)))
}

// unpack returns the files of the tarball, which must be those that are here.
func unpack(t *testing.T, tarball string) map[string][]byte {
	f, err := os.Open(tarball)
	require.NoError(t, err)
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	require.NoError(t, err)
	files := map[string][]byte{}
	for r := tar.NewReader(unzipped); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		name := strings.TrimPrefix(header.Name, "package/")
		here, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, string(here), string(content), name)
		files[name] = content
	}
}

// tool is the path of a program that scripts/install-package-tools.sh installs.
func tool(t *testing.T, name string) string {
	path, err := filepath.Abs("../build/package/node_modules/.bin/" + name)
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		missing(t, name+" is not installed: run scripts/install-package-tools.sh")
	}
	return path
}

// missing skips a test for the lack of something that CI must have.
func missing(t *testing.T, what string) {
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}
