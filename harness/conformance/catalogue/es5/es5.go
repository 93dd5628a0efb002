// Package es5 finds syntax that is newer than ECMAScript 5. Scripts for browsers
// must not have it, because the oldest of them understand nothing newer.
package es5

import (
	"errors"
	"fmt"
	"strings"

	"github.com/robertkrimen/otto/ast"
	"github.com/robertkrimen/otto/file"
	"github.com/robertkrimen/otto/parser"
)

// An Error says what is not ECMAScript 5.
type Error struct {
	Line    int // from 1
	Message string
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// Check returns an [*Error] if a script is not ECMAScript 5, and nil if it is.
func Check(script string) error {
	program, err := parser.ParseFile(nil, "", script, parser.IgnoreRegExpErrors)
	if list, ok := errors.AsType[*parser.ErrorList](err); ok && len(*list) > 0 {
		return &Error{(*list)[0].Position.Line, (*list)[0].Message}
	}
	if err != nil {
		return &Error{1, err.Error()}
	}
	v := &visitor{script: script}
	ast.Walk(v, program)
	if v.found != nil {
		return v.found
	}
	return nil
}

// A visitor finds newer syntax that the parser accepts.
type visitor struct {
	script string
	found  *Error // the first; nil: none
}

// Enter implements [ast.Visitor].
func (v *visitor) Enter(n ast.Node) ast.Visitor {
	switch n := n.(type) {
	case *ast.CallExpression:
		v.checkList(n.RightParenthesis)
	case *ast.NewExpression:
		v.checkList(n.RightParenthesis)
	case *ast.FunctionLiteral:
		v.checkList(n.ParameterList.Closing)
	case *ast.RegExpLiteral:
		if strings.Trim(n.Flags, "gim") != "" {
			v.note(n.Idx, fmt.Sprintf("regular expression with the flags %s", n.Flags))
		}
		if strings.Contains(n.Pattern, "(?<") {
			v.note(n.Idx, "regular expression with (?<")
		}
	}
	return v
}

// Exit implements [ast.Visitor].
func (v *visitor) Exit(ast.Node) {}

// checkList checks that no comma follows the last parameter or argument.
func (v *visitor) checkList(closing file.Idx) {
	if closing == 0 {
		return // new without arguments
	}
	if strings.HasSuffix(strings.TrimSpace(v.script[:closing-1]), ",") {
		v.note(closing, "comma after the last parameter or argument")
	}
}

// note keeps the first error.
func (v *visitor) note(at file.Idx, message string) {
	line := 1 + strings.Count(v.script[:at-1], "\n")
	if v.found == nil || line < v.found.Line {
		v.found = &Error{line, message}
	}
}
