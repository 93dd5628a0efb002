package scripts

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/robertkrimen/otto/ast"
	"github.com/robertkrimen/otto/parser"
	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue/es5"
)

// TestPolicy checks that no script in polyfill/dist evaluates strings as code or parses
// strings as HTML, which the Content Security Policy of a page may forbid, and that
// the scripts have ECMAScript 5 syntax.
func TestPolicy(t *testing.T) {
	paths, err := filepath.Glob("../polyfill/dist/*js")
	require.NoError(t, err)
	require.Len(t, paths, 29)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			script := imports.ReplaceAllString(exports.ReplaceAllString(string(content), ""), "")
			require.NoError(t, es5.Check(script))
			require.Empty(t, evaluates(t, script))
		})
	}
}

// imports matches the import of a module that replaces another package.
var imports = regexp.MustCompile(`import\{[^{}]*\}from"[^"]*";`)

// exports matches the end of a bundled module.
var exports = regexp.MustCompile(`export\{[^{}]*\};\s*$`)

// evaluates returns the first name found in a script that turns strings into code or
// HTML. It returns "" if there is none.
func evaluates(t *testing.T, script string) string {
	program, err := parser.ParseFile(nil, "", script, parser.IgnoreRegExpErrors)
	require.NoError(t, err)
	e := new(evaluation)
	ast.Walk(e, program)
	return e.found
}

// An evaluation is a visitor that looks for names that turn strings into code or HTML.
type evaluation struct{ found string }

func (e *evaluation) Enter(node ast.Node) ast.Visitor {
	switch node := node.(type) {
	case *ast.Identifier:
		if node != nil { // nil is the name of an anonymous function
			e.name(node.Name)
		}
	case *ast.DotExpression:
		e.name(node.Identifier.Name)
	case *ast.BracketExpression:
		if text, ok := node.Member.(*ast.StringLiteral); ok {
			e.name(text.Value)
		}
	case *ast.CallExpression:
		name, ok := node.Callee.(*ast.Identifier)
		if !ok || name.Name != "setTimeout" && name.Name != "setInterval" || len(node.ArgumentList) == 0 {
			break
		}
		if _, ok := node.ArgumentList[0].(*ast.StringLiteral); ok {
			e.found = name.Name + " with a string"
		}
	}
	return e
}

func (e *evaluation) Exit(ast.Node) {}

func (e *evaluation) name(name string) {
	switch name {
	case "eval", "Function", "execScript", "write", "writeln", "innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc":
		e.found = name
	}
}

// TestEvaluates checks that the check accepts harmless scripts and rejects others.
func TestEvaluates(t *testing.T) {
	for _, harmless := range []string{
		"function f() { return 'eval' }", "setTimeout(function () {}, 1)", "x.prototype.functions = 1", "a[0]",
	} {
		require.Empty(t, evaluates(t, harmless), harmless)
	}
	for _, script := range []string{
		"eval('x')", "(0, eval)('x')", "new Function('x')", "self.Function('x')", "self['eval']('x')", "setTimeout('x')",
		"document.write('x')", "x.innerHTML = y",
	} {
		require.NotEmpty(t, evaluates(t, script), script)
	}
}
