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
		t.Run(path, func(t *testing.T) { require.Empty(t, newer(script)) })
	}
}

// inline matches a script in a page.
var inline = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// actions matches what a template puts into a page.
var actions = regexp.MustCompile(`\{\{.*?\}\}`)

// newer returns an error message or a piece of a script that is newer than ECMAScript
// 5. It returns "" if all of it is ECMAScript 5.
func newer(script string) string {
	script = modules.ReplaceAllString(script, "")
	_, err := parser.ParseFile(nil, "", script, parser.IgnoreRegExpErrors)
	if err != nil {
		return err.Error()
	}
	return overlooked.FindString(quoted.ReplaceAllString(script, `""`))
}

// modules matches import and export.
var modules = regexp.MustCompile(`(?m)^(import .*|export (\{.*)?)`)

// quoted matches string literals.
var quoted = regexp.MustCompile(`"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])*'`)

// overlooked matches newer syntax that the parser accepts: a comma after the last
// parameter or argument, and newer regular expressions.
var overlooked = regexp.MustCompile(`\w,\s*\)|/[gim]*[suy]+\b|\(\?<`)

// TestNewer checks that the check accepts ECMAScript 5 and rejects newer syntax.
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
