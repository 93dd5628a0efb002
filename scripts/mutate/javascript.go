package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/robertkrimen/otto/ast"
	"github.com/robertkrimen/otto/file"
	"github.com/robertkrimen/otto/parser"
	"github.com/robertkrimen/otto/token"
)

// JavaScript mutants are made from the readable build, which contains every function as the
// sources have it. The catalogue judges them in Chromium, in stages. Each stage starts a new
// browser and stops at the first failure. All mutants pass through a stage before the next
// one begins, because most fail early and survivors cost the most time. Each stage that a
// mutant survives is recorded too.

// stages are the prefixes of cases that judge JavaScript. The first stage finds scripts that
// do nothing, for which every other case would wait until it times out.
var stages = []string{
	"parse/lf", "state/", "idl/", "dispatch/", "field/", "parse/", "last-event-id/", "url/", "request/", "decode/",
	"retry/", "redirect/", "response/", "lifecycle/", "connections/", "cors/", "network/", "policy/",
}

// runJavaScript tries the mutants of a script.
func (p plan) runJavaScript(path string, out io.Writer) (r result, err error) {
	r.dir = path
	source, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	all, err := javaScriptMutants(source)
	if err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	all = p.chosen(all)
	tried := len(all)
	all = slices.DeleteFunc(all, func(m mutant) bool { return !m.valid() })
	r.invalid = tried - len(all)
	explained, err := os.ReadFile(filepath.Join("polyfill", "src", "MUTANTS.md"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return r, err
	}
	sum, err := sumOf(path, filepath.Join("harness", "conformance", "catalogue", "cases", "*.json"))
	if err != nil {
		return r, err
	}
	memory, err := openMemory(p.known, sum)
	if err != nil {
		return r, err
	}
	defer memory.Close()
	j := judge{source, memory}
	for _, stage := range stages {
		for i, m := range all {
			if memory.killed[m.key()] {
				continue
			}
			by, err := j.kill(m, stage)
			if err != nil {
				return r, fmt.Errorf("%s: %w", m, err)
			}
			if by != "" {
				memory.note(m.key())
				fmt.Fprintf(os.Stderr, "%d of %d killed by %s: %s\n", i+1, len(all), by, m)
			}
		}
		fmt.Fprintf(os.Stderr, "all mutants have gone through %s\n", stage)
	}
	for _, m := range all {
		switch {
		case memory.killed[m.key()]:
			r.killed++
		case bytes.Contains(explained, []byte(m.String())):
			r.explained++
		default:
			r.survived++
			fmt.Fprintf(out, "survived: %s\n", m)
		}
	}
	return r, nil
}

// sumOf returns a checksum of the files with patterns.
func sumOf(patterns ...string) (string, error) {
	hash := sha256.New()
	for _, pattern := range patterns {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				return "", err
			}
			hash.Write(content)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))[:16], nil
}

// A judge runs cases with mutants of a script.
type judge struct {
	original []byte
	memory   *memory
}

// kill returns the id of a case of a stage that a mutant fails twice and the original passes;
// "": it survives. One failure is not enough, because on a busy machine a case can be late.
func (j judge) kill(m mutant, stage string) (id string, err error) {
	survived := fmt.Sprintf("survived %s: %s", stage, m.key())
	var unsteady []string // flags that leave out the cases that failed once
	for !j.memory.killed[survived] {
		failed, err := run(m.content(), slices.Concat(j.excluded(), unsteady, []string{stage}))
		if err != nil {
			return "", err
		}
		if failed == nil {
			j.memory.note(survived)
			break
		}
		id := failed[0]
		if failed, err = run(j.original, []string{id}); err != nil {
			return "", err
		}
		if failed != nil {
			j.memory.note(original + id)
			continue
		}
		if failed, err = run(m.content(), []string{id}); err != nil {
			return "", err
		}
		if failed != nil {
			return id, nil
		}
		unsteady = append(unsteady, "--exclude", id)
	}
	return "", nil
}

// original begins a line of the memory: a case that the unchanged script fails.
const original = "original fails "

// excluded returns the flags that leave out these cases.
func (j judge) excluded() (flags []string) {
	for line := range j.memory.killed {
		if id, ok := strings.CutPrefix(line, original); ok {
			flags = append(flags, "--exclude", id)
		}
	}
	return flags
}

// run runs cases with a script up to the first failure, and returns the ids of those that
// it fails.
func run(source []byte, selection []string) (failed []string, err error) {
	temporary, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temporary)
	script, lines := filepath.Join(temporary, "mutant.js"), filepath.Join(temporary, "results")
	if err := os.WriteFile(script, source, 0o644); err != nil {
		return nil, err
	}
	arguments := []string{"run", "--browser", "chromium", "--context", "window", "--implementation", script, "--json-lines", lines, "--max-failures", "1"}
	harness := exec.Command(filepath.Join("build", "harness"), append(arguments, selection...)...)
	output, err := harness.CombinedOutput()
	// Exit code 1 says that something is not as expected.
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 1) {
		return nil, fmt.Errorf("build/harness run: %w: %s (make it with go build -o build/harness ./harness)", err, output)
	}
	content, err := os.ReadFile(lines)
	if err != nil {
		return nil, err
	}
	return failures(content)
}

// failures returns the ids of the cases that failed, from the lines that harness run
// --json-lines writes.
func failures(lines []byte) (failed []string, err error) {
	scanner := bufio.NewScanner(bytes.NewReader(lines))
	scanner.Buffer(nil, 64<<20)
	results := 0
	for scanner.Scan() {
		var result struct{ Case, Verdict string }
		if err := json.Unmarshal(scanner.Bytes(), &result); err != nil {
			return nil, err
		}
		switch result.Verdict {
		case "fail", "timeout", "error": // an error: the script throws when it is loaded, or hangs
			failed = append(failed, result.Case)
		}
		results++
	}
	if results == 0 {
		return nil, errors.New("harness run has no results")
	}
	return failed, scanner.Err()
}

// javaScriptMutants returns all mutants of a script in order, without those of the core.
func javaScriptMutants(source []byte) (all []mutant, err error) {
	program, err := parser.ParseFile(nil, "", source, parser.IgnoreRegExpErrors)
	if err != nil {
		return nil, err
	}
	v := &javaScript{source: source, parts: partsOf(source)}
	ast.Walk(v, program)
	slices.SortStableFunc(v.all, func(a, b mutant) int { return a.start - b.start })
	return v.all, nil
}

// A part of a bundle begins with a comment that names its source.
type part struct {
	start int
	name  string
}

var partComment = regexp.MustCompile(`(?m)^ *// (\S+[:/]\S+)$`)

func partsOf(source []byte) (parts []part) {
	for _, at := range partComment.FindAllSubmatchIndex(source, -1) {
		parts = append(parts, part{at[0], string(source[at[2]:at[3]])})
	}
	return parts
}

// A javaScript collects mutants.
type javaScript struct {
	source    []byte
	parts     []part
	functions []string // around the node
	all       []mutant
}

// replace adds mutants. In a replacement, $ stands for what is replaced.
func (v *javaScript) replace(from, to file.Idx, by ...string) {
	start, end := int(from)-1, int(to)-1
	name := ""
	for _, p := range v.parts {
		if p.start <= start {
			name = p.name
		}
	}
	if strings.HasPrefix(name, "core:") {
		return
	}
	function := "declarations"
	if n := len(v.functions); n > 0 {
		function = v.functions[n-1]
	}
	for _, s := range by {
		s = strings.ReplaceAll(s, "$", string(v.source[start:end]))
		v.all = append(v.all, mutant{file: name, function: function, source: v.source, start: start, end: end, by: s})
	}
}

func (v *javaScript) condition(e ast.Expression) {
	v.replace(e.Idx0(), e.Idx1(), "false && ($)", "true || ($)")
}

// operator replaces the operator between two expressions.
func (v *javaScript) operator(left, right ast.Expression, name string, by []string) {
	from, to := int(left.Idx1())-1, int(right.Idx0())-1
	if from < 0 || to > len(v.source) || from > to {
		return
	}
	at := strings.Index(string(v.source[from:to]), name)
	if at >= 0 {
		v.replace(file.Idx(from+at+1), file.Idx(from+at+1+len(name)), by...)
	}
}

// Enter implements [ast.Visitor].
func (v *javaScript) Enter(n ast.Node) ast.Visitor {
	switch n := n.(type) {
	case *ast.FunctionLiteral:
		name := "function"
		if n.Name != nil {
			name = n.Name.Name
		} else if len(v.functions) > 0 {
			name = v.functions[len(v.functions)-1]
		}
		v.functions = append(v.functions, name)
	case *ast.BinaryExpression:
		v.operator(n.Left, n.Right, n.Operator.String(), javaScriptOperators[n.Operator])
	case *ast.UnaryExpression:
		switch n.Operator {
		case token.NOT, token.MINUS:
			v.replace(n.Idx, n.Idx+1, "")
		case token.INCREMENT:
			v.replace(n.Idx, n.Idx+2, "--")
		case token.DECREMENT:
			v.replace(n.Idx, n.Idx+2, "++")
		}
	case *ast.NumberLiteral:
		end := n.Idx + file.Idx(len(n.Literal))
		v.replace(n.Idx, end, "($+1)", "($-1)")
	case *ast.BooleanLiteral:
		v.replace(n.Idx, n.Idx+file.Idx(len(n.Literal)), strconv.FormatBool(!n.Value))
	case *ast.IfStatement:
		v.condition(n.Test)
	case *ast.ConditionalExpression:
		v.condition(n.Test)
	case *ast.WhileStatement:
		v.replace(n.Test.Idx0(), n.Test.Idx1(), "false && ($)")
	case *ast.ReturnStatement:
		if n.Argument != nil {
			v.replace(n.Argument.Idx0(), n.Argument.Idx1(), "void ($)")
		}
	case *ast.ExpressionStatement:
		if _, directive := n.Expression.(*ast.StringLiteral); !directive {
			v.replace(n.Idx0(), n.Expression.Idx1(), "void 0")
		}
	}
	return v
}

// Exit implements [ast.Visitor].
func (v *javaScript) Exit(n ast.Node) {
	if _, ok := n.(*ast.FunctionLiteral); ok {
		v.functions = v.functions[:len(v.functions)-1]
	}
}

// valid reports whether the mutant is a script. Some are not, because the parser says
// wrongly where an expression with parentheses ends.
func (m mutant) valid() bool {
	_, err := parser.ParseFile(nil, "", m.content(), parser.IgnoreRegExpErrors)
	return err == nil
}

var javaScriptOperators = map[token.Token][]string{
	token.EQUAL: {"!="}, token.NOT_EQUAL: {"=="}, token.STRICT_EQUAL: {"!=="}, token.STRICT_NOT_EQUAL: {"==="},
	token.LESS: {"<=", ">="}, token.LESS_OR_EQUAL: {"<", ">"}, token.GREATER: {">=", "<="}, token.GREATER_OR_EQUAL: {">", "<"},
	token.PLUS: {"-"}, token.MINUS: {"+"}, token.MULTIPLY: {"+"}, token.SLASH: {"*"}, token.REMAINDER: {"*"},
	token.LOGICAL_AND: {"||"}, token.LOGICAL_OR: {"&&"},
	token.AND: {"|"}, token.OR: {"&"}, token.SHIFT_LEFT: {">>"}, token.SHIFT_RIGHT: {"<<"},
}
