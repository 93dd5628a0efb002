package ssetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// examples returns the files that README.md shows: a comment before each has its name.
func examples(t *testing.T) map[string]string {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	files := map[string]string{"flaky.json": regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(string(text))[1]}
	for _, m := range regexp.MustCompile("(?s)<!-- (\\S+) -->\n```\\w+\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		files[m[1]] = m[2]
	}
	require.Len(t, files, 6)
	return files
}

// The examples of README.md run as they are, in a folder of their own.
func TestExamples(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	folder := t.TempDir()
	for name, text := range examples(t) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
	}
	run := func(t *testing.T, name string, args ...string) {
		command := exec.CommandContext(t.Context(), name, args...)
		command.Dir = folder
		command.Env = append(os.Environ(), "HARNESS="+filepath.Join(folder, "harness"))
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s", output)
	}

	t.Run("Go, in another module", func(t *testing.T) {
		module := fmt.Sprintf("module client.example\n\ngo 1.26\n\nrequire eventsource-wasm v0.0.0\nreplace eventsource-wasm => %s\n", root)
		require.NoError(t, os.WriteFile(filepath.Join(folder, "go.mod"), []byte(module), 0o644))
		run(t, "go", "test", "-mod=mod", ".")
	})

	command := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(folder, "harness"), "./harness")
	command.Dir = root
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	tools := filepath.Join(root, "build", "clients", "node_modules")
	for _, tt := range []struct{ name, tool, file string }{
		{"Node", "eventsource", "flaky.test.mjs"},
		{"Playwright", "playwright-core", "page.test.mjs"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := exec.LookPath("node"); err != nil {
				missing(t, "no Node.js found")
			}
			if _, err := os.Stat(filepath.Join(tools, tt.tool)); err != nil {
				missing(t, tt.tool+" is not installed: run sh scripts/install-clients.sh")
			}
			if os.Getenv("CHROME") == "" {
				t.Setenv("CHROME", chromium())
			}
			if tt.name == "Playwright" && os.Getenv("CHROME") == "" {
				missing(t, "no Chromium found (set CHROME)")
			}
			if _, err := os.Lstat(filepath.Join(folder, "node_modules")); err != nil {
				require.NoError(t, os.Symlink(tools, filepath.Join(folder, "node_modules")))
			}
			run(t, "node", "--test", tt.file)
		})
	}
}

// chromium returns the path of a browser, or "".
func chromium() string {
	for _, name := range []string{"chromium", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// missing skips the test because something is not installed. In CI it fails the test.
func missing(t *testing.T, what string) {
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}
