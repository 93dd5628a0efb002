package scripts

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/robertkrimen/otto/parser"
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
	script = modules.ReplaceAllString(script, "")
	_, err := parser.ParseFile(nil, "", script, parser.IgnoreRegExpErrors)
	if err != nil {
		return err.Error()
	}
	return unseen.FindString(quoted.ReplaceAllString(script, `""`))
}

// modules are the words that make a script a module.
var modules = regexp.MustCompile(`(?m)^(import .*|export (\{.*)?)`)

// quoted are strings, whose text does not matter.
var quoted = regexp.MustCompile(`"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])*'`)

// unseen is what the parser lets through: a comma that ends parameters or
// arguments, and newer regular expressions.
var unseen = regexp.MustCompile(`\w,\s*\)|/[gim]*[suy]+\b|\(\?<`)

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
