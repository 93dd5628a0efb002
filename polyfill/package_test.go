package polyfill_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/require"

	"eventsource-wasm/polyfill"
)

// TestTarball checks that the tarball has exactly these files, unchanged.
func TestTarball(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		"LICENSE",
		"MIGRATION.md",
		"README.md",
		"compat/event-source-polyfill.d.mts",
		"compat/event-source-polyfill.d.ts",
		"compat/event-source-polyfill.js",
		"compat/fetch-event-source.d.mts",
		"compat/fetch-event-source.d.ts",
		"compat/fetch-event-source.js",
		"dist/event-source-polyfill-portable.cjs",
		"dist/event-source-polyfill-portable.mjs",
		"dist/event-source-polyfill.cjs",
		"dist/event-source-polyfill.mjs",
		"dist/eventsource-inspect.cjs",
		"dist/eventsource-inspect.js",
		"dist/eventsource-inspect.mjs",
		"dist/eventsource-legacy.dev.js",
		"dist/eventsource-legacy.js",
		"dist/eventsource-miniprogram.js",
		"dist/eventsource-plus-legacy.js",
		"dist/eventsource-plus-portable.cjs",
		"dist/eventsource-plus-portable.mjs",
		"dist/eventsource-plus.cjs",
		"dist/eventsource-plus.js",
		"dist/eventsource-plus.mjs",
		"dist/eventsource-portable.cjs",
		"dist/eventsource-portable.mjs",
		"dist/eventsource-shared.js",
		"dist/eventsource.cjs",
		"dist/eventsource.dev.js",
		"dist/eventsource.js",
		"dist/eventsource.mjs",
		"dist/eventsource.wasm",
		"dist/fetch-event-source-portable.cjs",
		"dist/fetch-event-source-portable.mjs",
		"dist/fetch-event-source.cjs",
		"dist/fetch-event-source.mjs",
		"dist/parser.cjs",
		"dist/parser.mjs",
		"index.d.mts",
		"index.d.ts",
		"inspect.d.mts",
		"inspect.d.ts",
		"inspect.js",
		"legacy.d.ts",
		"legacy.js",
		"miniprogram.d.ts",
		"miniprogram.js",
		"package.json",
		"parser.d.mts",
		"parser.d.ts",
		"parser.js",
		"plus.d.mts",
		"plus.d.ts",
		"plus.js",
		"script.d.ts",
		"script.js",
		"shared.d.ts",
		"shared.js",
	}, slices.Sorted(maps.Keys(unpack(t, pack(t)))))
}

// TestManifest checks that every file that package.json names is in the tarball.
func TestManifest(t *testing.T) {
	t.Parallel()
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

// TestLicense checks that the licence is that of the repository.
func TestLicense(t *testing.T) {
	t.Parallel()
	ours, err := os.ReadFile("LICENSE")
	require.NoError(t, err)
	theirs, err := os.ReadFile("../LICENSE")
	require.NoError(t, err)
	require.Equal(t, string(theirs), string(ours))
}

// TestVersion checks that the banner of each script names the version of package.json.
func TestVersion(t *testing.T) {
	t.Parallel()
	require.Regexp(t, `^\d+\.\d+\.\d+$`, polyfill.Version)
	scripts, err := fs.Glob(polyfill.Dist, "*js")
	require.NoError(t, err)
	require.Len(t, scripts, 29)
	for _, name := range scripts {
		content, err := fs.ReadFile(polyfill.Dist, name)
		require.NoError(t, err)
		banner, _, _ := strings.Cut(string(content), "\n")
		require.Equal(t, "/*! eventsource-wasm "+polyfill.Version+" | MIT */", banner, name)
	}
}

// TestTypes checks the types with the programs in testdata/types, which also list the
// errors that they expect.
func TestTypes(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	require.NoError(t, os.CopyFS(p.folder, os.DirFS("testdata/types")))
	const (
		dom    = "es2020,dom"
		worker = "es2020,webworker"
		none   = "es2020"
	)
	tests := []struct {
		name, file, lib, module, resolution string
		types                               string // of tsconfig.json
	}{
		{"module, with dom", "module.ts", dom, "esnext", "bundler", ""},
		{"module, with webworker", "module.ts", worker, "esnext", "bundler", ""},
		{"module, with neither", "module.ts", none, "esnext", "bundler", ""},
		{"script, with dom", "script.ts", dom, "esnext", "bundler", ""},
		{"script, with webworker", "script.ts", worker, "esnext", "bundler", ""},
		{"script, with neither", "script.ts", none, "esnext", "bundler", ""},
		{"script, loaded with a tag", "tag.ts", dom, "esnext", "bundler", "eventsource-wasm/script"},
		{"second build, with dom", "plus.ts", dom, "esnext", "bundler", ""},
		{"inspector, with dom", "inspect.ts", dom, "esnext", "bundler", ""},
		{"inspector, with neither", "inspect.ts", none, "esnext", "bundler", ""},
		{"inspector, resolved as in Node.js", "inspect.ts", dom, "node16", "node16", ""},
		{"parser, with neither", "parser.ts", none, "esnext", "bundler", ""},
		{"parser, with dom", "parser-dom.ts", dom, "esnext", "bundler", ""},
		{"parser, with webworker", "parser-dom.ts", worker, "esnext", "bundler", ""},
		{"mini programs, with neither", "miniprogram.ts", none, "esnext", "bundler", ""},
		{"packages that are replaced, with dom", "compat.ts", dom, "esnext", "bundler", ""},
		{"packages that are replaced, with neither", "compat-none.ts", none, "esnext", "bundler", ""},
		{"packages that are replaced, resolved as in Node.js", "compat.ts", dom, "node16", "node16", ""},
		{"beside the class of dom", "dom.ts", dom, "esnext", "bundler", ""},
		{"beside the class of webworker", "dom.ts", worker, "esnext", "bundler", ""},
		{"import, resolved as in Node.js", "import.mts", dom, "node16", "node16", ""},
		{"require, resolved as in Node.js", "require.cts", dom, "node16", "node16", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p.tsc(t, tt.file, "--lib", tt.lib, "--module", tt.module, "--moduleResolution", tt.resolution, "--types", tt.types)
		})
	}
}

// TestSideEffects checks that a bundler drops the module if nothing uses it, and keeps
// the script.
func TestSideEffects(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	tests := []struct {
		code string
		size int // minimum in bytes; 0: nothing is left
	}{
		{`import { EventSource } from 'eventsource-wasm'; new EventSource('/')`, 10000},
		{`var EventSource = require('eventsource-wasm').EventSource; new EventSource('/')`, 10000},
		{`import { EventSource } from 'eventsource-wasm/plus'; new EventSource('/')`, 10000},
		{`import { parse } from 'eventsource-wasm/parser'; parse([])`, 4000},
		{`require('eventsource-wasm/parser').parse([])`, 4000},
		{`import { EventSourcePolyfill } from 'eventsource-wasm/compat/event-source-polyfill'; new EventSourcePolyfill('/')`, 10000},
		{`import { fetchEventSource } from 'eventsource-wasm/compat/fetch-event-source'; fetchEventSource('/')`, 10000},
		{`import 'eventsource-wasm'`, 0},
		{`import 'eventsource-wasm/parser'`, 0},
		{`import { snapshot } from 'eventsource-wasm/inspect'; snapshot()`, 4000},
		{`import 'eventsource-wasm/inspect'`, 4000},
		{`import 'eventsource-wasm/script'`, 10000},
		{`import 'eventsource-wasm/legacy'`, 10000},
		{`import 'eventsource-wasm/shared'`, 10000},
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

// A project is a folder with the package installed, as a user of the package has it.
type project struct{ folder string }

func newProject(t *testing.T) project {
	pack(t)
	installed, err := installedPackage()
	require.NoError(t, err)
	p := project{t.TempDir()}
	require.NoError(t, os.CopyFS(p.folder, os.DirFS(installed)))
	return p
}

// installedPackage returns a project, which tests copy.
var installedPackage = sync.OnceValues(func() (folder string, err error) {
	tarball, err := tarball()
	if err != nil {
		return "", err
	}
	folder = filepath.Join(shared.folder, "project")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(folder, "package.json"), []byte(`{"private": true}`), 0o644); err != nil {
		return "", err
	}
	command := exec.Command("npm", "install", "--offline", "--no-audit", "--no-fund", tarball)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install: %w: %s", err, out)
	}
	return folder, nil
})

func (p project) write(t *testing.T, name, content string) {
	require.NoError(t, os.WriteFile(filepath.Join(p.folder, name), []byte(content), 0o644))
}

// run runs a program in the project, which must succeed.
func (p project) run(t *testing.T, name string, args ...string) {
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = p.folder
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// tsc checks types, including those of the package.
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

// sub returns a folder of the project.
func (p project) sub(path string) fs.FS { return os.DirFS(filepath.Join(p.folder, path)) }

// pack returns the path of the tarball that would be published.
func pack(t *testing.T) string {
	if _, err := exec.LookPath("npm"); err != nil {
		missing(t, "no npm found: install Node.js")
	}
	path, err := tarball()
	require.NoError(t, err)
	return path
}

var tarball = sync.OnceValues(func() (path string, err error) {
	out, err := exec.Command("npm", "pack", "--silent", "--pack-destination", shared.folder).Output()
	if err != nil {
		return "", fmt.Errorf("npm pack: %w", err)
	}
	return filepath.Join(shared.folder, strings.TrimSpace(string(out))), nil
})

// unpack returns the files of the tarball, and checks that they equal those in this
// folder.
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

// tool returns the path of a program that scripts/install-package-tools.sh installs.
func tool(t *testing.T, name string) string {
	return installed(t, ".bin/"+name)
}

// missing skips the test because something is not installed. In CI it fails the test.
func missing(t *testing.T, what string) {
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}
