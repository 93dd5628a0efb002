package scripts

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/require"
)

// TestES5 checks that every script a browser may get has the syntax of
// ECMAScript 5. Only the import and export of a module are let through: they are
// gone once the modules are bundled.
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
				scripts[path] += string(match[1]) + "\n"
			}
			return err
		}
		return nil
	})
	require.NoError(t, err)
	require.Contains(t, scripts, filepath.FromSlash("../www/log.js"))
	for path, script := range scripts {
		t.Run(path, func(t *testing.T) { require.Empty(t, newer(script)) })
	}
}

// inline is a script inside of a page.
var inline = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// newer tells what in a script is newer than ECMAScript 5; "" for nothing.
func newer(script string) string {
	// For the newest one, {a: a} comes out as {a}. With another name it does not,
	// and syntax is no matter of names.
	script = pairs.ReplaceAllStringFunc(script, func(pair string) string {
		if match := pairs.FindStringSubmatch(pair); match[1] == match[2] {
			return pair + "_"
		}
		return pair
	})
	// A script that has nothing to translate comes out for ECMAScript 5 as it
	// does for the newest one.
	es5, problem := translate(script, api.ES5)
	if problem != "" {
		return problem
	}
	esnext, problem := translate(script, api.ESNext)
	if problem != "" {
		return problem
	}
	if es5 != esnext {
		return "translated, it becomes:\n" + es5
	}
	// These are gone before anything could be translated.
	return spellings.FindString(script)
}

// pairs are a name and its value, which is a name.
var pairs = regexp.MustCompile(`([A-Za-z_$][\w$]*)\s*:\s*([A-Za-z_$][\w$]*)`)

// spellings are a comma that ends parameters or arguments, and ways to write
// numbers and characters.
var spellings = regexp.MustCompile(`,\s*\)|\b0[bBoO][0-7]|\b[0-9]+_[0-9]|\\u\{`)

func translate(script string, target api.Target) (code, problem string) {
	result := api.Transform(script, api.TransformOptions{Target: target})
	for _, message := range append(result.Errors, result.Warnings...) {
		return "", fmt.Sprintf("%s: %s", message.Text, message.Location.LineText)
	}
	return string(result.Code), ""
}

// TestNewer checks that the check can fail.
func TestNewer(t *testing.T) {
	for _, es5 := range []string{
		"var a = 1, o = {a: a, b: a}",
		"var a = {get x() { return 1 }, set x(v) {}}; a.default = a.class; ({if: 1})",
		"'use strict'; (function () { try { x() } catch (e) {} finally {} }())",
		"l: for (var i in a) { continue l }", "x = /(?:a)(?=b)(?!c)\\1/gim", "a = b\n++c", "var let_ = '\\u2028'",
	} {
		require.Empty(t, newer(es5), es5)
	}
	for _, script := range []string{
		"let x = 1", "const x = 1", "f = () => 1", "s = `x`", "o = {a}", "o = {[a]: 1}", "o = {f() {}}", "class A {}",
		"for (var x of y) {}", "var [a] = b", "var {a} = b", "function f(a = 1) {}", "function f(...a) {}", "f(...a)",
		"try {} catch {}", "a ** b", "a?.b", "a ?? b", "a ||= b", "async function f() {}", "function* g() {}",
		"new.target", "import('x')", "10n", "/a/u", "/a/y", "/a/s", "/(?<=a)b/", "/(?<n>a)/",
		"f(a,)", "function f(a,) {}", "1_000", "0b11", "0o17", "'\\u{1F600}'",
	} {
		require.NotEmpty(t, newer(script), script)
	}
}
