package es5

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckAccepts(t *testing.T) {
	for _, script := range []string{
		"",
		"var a = 1, o = {a: a, b: a}",
		"var a = {get x() { return 1 }, set x(v) {}}; a.default = a.class; ({if: 1})",
		"'use strict'; (function () { try { x() } catch (e) {} finally {} }())",
		"l: for (var i in a) { continue l }", "x = /(?:a)(?=b)(?!c)\\1/gim", "a = b\n++c", "var let_ = '\\u2028'",
		"a = b/s", "a = 'f(a,)'; b = '/a/y'", "// f(a,)\n/* (?<a) */", "[a,,]; new Date; new Date(); f(); f(a ? b(c, d) : e)",
		"function f(a, b) {}", "a = {b: 1,}", "f(function () {}, function (a) {})",
		"do { x() } while (y); switch (a) { case 1: default: } with (a) {} throw new Error(a in b), void 0, typeof c; debugger",
	} {
		require.NoError(t, Check(script), script)
	}
}

func TestCheckRefuses(t *testing.T) {
	for _, script := range []string{
		"let x = 1", "const x = 1", "f = () => 1", "s = `x`", "o = {a}", "o = {[a]: 1}", "o = {f() {}}", "class A {}",
		"for (var x of y) {}", "var [a] = b", "var {a} = b", "function f(a = 1) {}", "function f(...a) {}", "f(...a)",
		"try {} catch {}", "a ** b", "a?.b", "a ?? b", "a ||= b", "async function f() {}", "function* g() {}",
		"new.target", "import('x')", "10n", "/a/u", "/a/y", "/a/s", "x = /a/gs.test(b)", "/(?<=a)b/", "/(?<n>a)/",
		"f(a,)", "f(a,\n)", "new F(a,)", "function f(a,) {}", "a = function (b,) {}", "var o = {get x() { f(a,) }}",
		"1_000", "0b11", "0o17", "'\\u{1F600}'",
	} {
		require.Error(t, Check(script), script)
	}
}

func TestCheckNamesTheLine(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"not parsed", "a\nb\nvar = 2", "line 3: Unexpected token ="},
		{"parsed", "a\nf(b,\n)\n", "line 3: comma after the last parameter or argument"},
		{"the first of two", "f(/a/y,\n/b/u)", "line 1: regular expression with the flags y"},
		{"in a function", "(function () {\n  return /(?<n>a)/\n})", "line 2: regular expression with (?<"},
		{"at the end", "f(function () {\n", "line 2: Unexpected end of input"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { require.EqualError(t, Check(tt.script), tt.want) })
	}
}
