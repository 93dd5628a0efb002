package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A mutant is a source file in which one piece of text is replaced.
type mutant struct {
	file, function string
	source         []byte
	start, end     int // of the text that is replaced
	by             string
	decl           *ast.FuncDecl // nil: it changes a declaration that is not a function
}

// key names the mutant among those of its package.
func (m mutant) key() string { return fmt.Sprintf("%d %s", m.start, m) }

// String returns the line before and after the change.
func (m mutant) String() string {
	from := strings.LastIndexByte(string(m.source[:m.start]), '\n') + 1
	to := m.end + strings.IndexByte(string(m.source[m.end:]), '\n')
	line := func(b []byte) string { return strings.Join(strings.Fields(string(b)), " ") }
	after := slices.Concat(m.source[from:m.start], []byte(m.by), m.source[m.end:to])
	return fmt.Sprintf("%s, %s: `%s` to `%s`", filepath.Base(m.file), m.function, line(m.source[from:to]), line(after))
}

// content returns the source of the mutant.
func (m mutant) content() []byte {
	return slices.Concat(m.source[:m.start], []byte(m.by), m.source[m.end:])
}

// mutantsOf returns all mutants of a source file, in order.
func mutantsOf(path string) (all []mutant, err error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, 0)
	if err != nil {
		return nil, err
	}
	offset := func(p token.Pos) int { return set.Position(p).Offset }
	for _, d := range file.Decls {
		name := "declarations"
		f, _ := d.(*ast.FuncDecl)
		if f != nil {
			name = f.Name.Name
		} else if d.(*ast.GenDecl).Tok == token.IMPORT {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			mutate(n, func(from, to token.Pos, by ...string) {
				for _, s := range by {
					s = strings.ReplaceAll(s, "$", string(source[offset(from):offset(to)]))
					all = append(all, mutant{path, name, source, offset(from), offset(to), s, f})
				}
			})
			return true
		})
	}
	return all, nil
}

// mutate calls replace with the changes of one node. In a replacement, $ stands for
// what is replaced.
func mutate(n ast.Node, replace func(from, to token.Pos, by ...string)) {
	condition := func(e ast.Expr) {
		if e != nil {
			replace(e.Pos(), e.End(), "false && ($)", "true || ($)")
		}
	}
	operator := func(at token.Pos, t token.Token) {
		replace(at, at+token.Pos(len(t.String())), operators[t]...)
	}
	switch n := n.(type) {
	case *ast.BinaryExpr:
		operator(n.OpPos, n.Op)
	case *ast.UnaryExpr:
		switch n.Op {
		case token.NOT, token.SUB, token.XOR:
			replace(n.OpPos, n.OpPos+1, "")
		}
	case *ast.BasicLit:
		switch n.Kind {
		case token.CHAR:
			replace(n.Pos(), n.End(), "($+1)")
		case token.INT:
			if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
				replace(n.Pos(), n.End(), fmt.Sprint(i+1), fmt.Sprint(i-1))
			} else { // above 1<<63
				replace(n.Pos(), n.End(), "($-1)")
			}
		}
	case *ast.Ident:
		replace(n.Pos(), n.End(), names[n.Name]...)
	case *ast.IfStmt:
		condition(n.Cond)
	case *ast.ForStmt:
		if n.Cond != nil {
			replace(n.Cond.Pos(), n.Cond.End(), "false && ($)")
		}
	case *ast.CaseClause:
		for _, e := range n.List {
			if _, boolean := e.(*ast.BinaryExpr); boolean {
				condition(e)
			}
		}
		for _, s := range n.Body { // the whole body, if it has several statements
			if len(n.Body) > 1 {
				replace(s.Pos(), n.Body[len(n.Body)-1].End(), "")
				break
			}
		}
	case *ast.BranchStmt:
		replace(n.Pos(), n.End(), map[token.Token][]string{token.BREAK: {""}, token.CONTINUE: {"", "break"}}[n.Tok]...)
	case *ast.IncDecStmt:
		operator(n.TokPos, n.Tok)
		replace(n.Pos(), n.End(), "")
	case *ast.ExprStmt:
		replace(n.Pos(), n.End(), "")
	case *ast.AssignStmt:
		operator(n.TokPos, n.Tok)
		if n.Tok != token.DEFINE {
			replace(n.Pos(), n.End(), "")
		}
	}
}

// operators are replaced by these.
var operators = map[token.Token][]string{
	token.EQL: {"!="}, token.NEQ: {"=="},
	token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<="}, token.GEQ: {">", "<"},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"+"}, token.QUO: {"*"}, token.REM: {"*"},
	token.LAND: {"||"}, token.LOR: {"&&"},
	token.AND: {"|"}, token.OR: {"&"}, token.XOR: {"&"}, token.AND_NOT: {"&"}, token.SHL: {">>"}, token.SHR: {"<<"},
	token.INC: {"--"}, token.DEC: {"++"}, token.ADD_ASSIGN: {"-="}, token.SUB_ASSIGN: {"+="},
}

// names are replaced by these.
var names = map[string][]string{"true": {"false"}, "false": {"true"}, "min": {"max"}, "max": {"min"}}
