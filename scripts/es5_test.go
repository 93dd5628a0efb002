package scripts

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue/es5"
)

// TestES5 checks that all scripts for browsers have ECMAScript 5 syntax. It allows
// import and export, which the build removes when it bundles the modules.
func TestES5(t *testing.T) {
	scripts := map[string]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch entry.Name() {
		case ".git", "build", "node_modules", "testdata":
			if entry.IsDir() {
				return fs.SkipDir
			}
		}
		switch filepath.Ext(path) {
		case ".js":
			content, err := os.ReadFile(path)
			scripts[path] = string(content)
			return err
		case ".html":
			content, err := os.ReadFile(path)
			for _, match := range inline.FindAllSubmatch(content, -1) {
				scripts[path] += actions.ReplaceAllString(string(match[1]), "") + "\n"
			}
			return err
		}
		return nil
	})
	require.NoError(t, err)
	require.Contains(t, scripts, filepath.FromSlash("../www/log.js"))
	for path, script := range scripts {
		t.Run(path, func(t *testing.T) { require.NoError(t, es5.Check(modules.ReplaceAllString(script, ""))) })
	}
}

// inline matches a script in a page.
var inline = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// actions matches what a template puts into a page.
var actions = regexp.MustCompile(`\{\{.*?\}\}`)

// modules matches import and export.
var modules = regexp.MustCompile(`(?m)^(import .*|export (\{.*)?)`)
