package link

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	mutants = flag.Int("mutants", 0, "try this many random mutants")
	seed    = flag.Uint64("seed", 0, "choose other mutants or random programs")
	only    = flag.String("mutate", "", "only mutate this file")
)

// TestMutants checks that the tests fail if the linker is changed at random. It takes
// some ten seconds for each mutant, so it only runs with the flag -mutants:
//
//	go test ./wasm/link -run TestMutants -mutants 20 -v -timeout 0
//
// MUTANTS.md explains the mutants that no test can detect.
func TestMutants(t *testing.T) {
	if *mutants == 0 {
		t.Skip("needs -mutants")
	}
	explained, err := os.ReadFile("MUTANTS.md")
	require.NoError(t, err)
	all := allMutants(t)
	random := rand.New(rand.NewPCG(*seed, 0))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	t.Logf("%d mutants", len(all))
	programs := t.TempDir() // built once
	for _, m := range all[:min(*mutants, len(all))] {
		switch {
		case strings.Contains(string(explained), m.String()):
			t.Logf("explained: %s", m)
		case m.survives(t, programs):
			t.Errorf("survived: %s", m)
		default:
			t.Logf("killed: %s", m)
		}
	}
}

// A mutant is a source file in which one piece of text is replaced.
type mutant struct {
	file, function string
	source         []byte
	start, end     int
	by             string
}

// String returns the line before and after the change.
func (m mutant) String() string {
	from := strings.LastIndexByte(string(m.source[:m.start]), '\n') + 1
	to := m.end + strings.IndexByte(string(m.source[m.end:]), '\n')
	line := func(b []byte) string { return strings.Join(strings.Fields(string(b)), " ") }
	after := slices.Concat(m.source[from:m.start], []byte(m.by), m.source[m.end:to])
	return fmt.Sprintf("%s, %s: `%s` to `%s`", m.file, m.function, line(m.source[from:to]), line(after))
}

// survives reports whether the tests pass with the mutant.
func (m mutant) survives(t *testing.T, programs string) bool {
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, content, 0o644))
		return path
	}
	path, err := filepath.Abs(m.file)
	require.NoError(t, err)
	mutated := write(m.file, slices.Concat(m.source[:m.start], []byte(m.by), m.source[m.end:]))
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{path: mutated}})
	require.NoError(t, err)
	overlay := "-overlay=" + write("overlay.json", replace)
	return exec.Command("go", "test", overlay, "-failfast", "-timeout", "3m", ".", "-built="+programs).Run() == nil
}

// allMutants returns all mutants of the package.
func allMutants(t *testing.T) (all []mutant) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "toolchain.go" || name == "build.go" || *only != "" && name != *only {
			continue
		}
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, source, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			add := func(from, to token.Pos, by ...string) {
				for _, s := range by {
					all = append(all, mutant{name, f.Name.Name, source, set.Position(from).Offset, set.Position(to).Offset, s})
				}
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BinaryExpr:
					add(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), operators[n.Op]...)
				case *ast.BasicLit:
					if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
						add(n.Pos(), n.End(), fmt.Sprint(i+1), fmt.Sprint(i-1))
					}
				case *ast.UnaryExpr:
					if n.Op == token.NOT {
						add(n.OpPos, n.OpPos+1, "")
					}
				case *ast.IfStmt:
					from, to := set.Position(n.Cond.Pos()).Offset, set.Position(n.Cond.End()).Offset
					add(n.Cond.Pos(), n.Cond.End(), "false && ("+string(source[from:to])+")", "true || ("+string(source[from:to])+")")
				case *ast.ExprStmt:
					add(n.Pos(), n.End(), "")
				case *ast.AssignStmt:
					if n.Tok != token.DEFINE {
						add(n.Pos(), n.End(), "")
					}
				case *ast.Ident:
					switch n.Name {
					case "true":
						add(n.Pos(), n.End(), "false")
					case "false":
						add(n.Pos(), n.End(), "true")
					}
				}
				return true
			})
		}
	}
	return all
}

// operators are replaced by these.
var operators = map[token.Token][]string{
	token.EQL: {"!="}, token.NEQ: {"=="},
	token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<="}, token.GEQ: {">", "<"},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"+"}, token.QUO: {"*"}, token.REM: {"*"},
	token.LAND: {"||"}, token.LOR: {"&&"},
	token.AND: {"|"}, token.OR: {"&"}, token.AND_NOT: {"&"}, token.SHL: {">>"}, token.SHR: {"<<"},
}
