package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	gobuild "go/build"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// All mutants of functions are compiled into one test binary, because a build takes
// much longer than most tests. Each function is there once for each of its mutants, and
// a function with its name calls the one that the variable chosenMutant chooses.
// Mutants of declarations are built one by one.

// chooser is the source of the file that is added to the package.
const chooser = `import ("os"; "strconv")

var chosenMutant, _ = strconv.Atoi(os.Getenv("MUTANT"))
`

// variants are the ways in which a package is built: tags, and the tests to run. The
// first kills most mutants.
var variants = []struct{ tags, run string }{{"", ""}, {"plus", "Plus"}}

// Limits on the tests of a mutant, which may wait, loop or allocate without end. The
// processor time is limited to three times that of the tests without a mutant.
const (
	timeLimit   = 5 * time.Minute
	memoryLimit = 8 << 20 // KiB
)

// A suite is the tests of a package, built with mutants.
type suite struct {
	dir, temporary string
	mutants        []mutant
	arguments      []string
	needed         time.Duration // of processor time, without a mutant
}

// build builds the tests of the package in a folder with mutants, which are numbered
// from 1.
func build(dir string, mutants []mutant, arguments []string) (*suite, error) {
	temporary, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, err
	}
	s := &suite{
		dir: dir, temporary: temporary, mutants: mutants,
		arguments: append([]string{"-test.failfast", "-test.timeout=" + timeLimit.String()}, arguments...),
	}
	files := map[string][]byte{}
	for i, m := range mutants {
		if _, done := files[m.file]; done || m.decl == nil {
			continue
		}
		content, name, err := s.dispatching(mutants[i].file)
		if err != nil {
			return nil, err
		}
		files[m.file] = content
		files[filepath.Join(dir, "chosen_mutant.go")] = []byte("package " + name + "\n\n" + chooser)
	}
	for _, v := range variants {
		if output, err := s.compile(v.tags, files); err != nil {
			s.remove()
			return nil, fmt.Errorf("cannot build the tests of %s: %w\n%s", dir, err, output)
		}
	}
	return s, nil
}

func (s *suite) remove() { os.RemoveAll(s.temporary) }

// dispatching returns a source file with all mutants of its functions, and the name of
// its package.
func (s *suite) dispatching(path string) (content []byte, name string, err error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, "", err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.ParseComments)
	if err != nil {
		return nil, "", err
	}
	offset := func(p token.Pos) int { return set.Position(p).Offset }
	var out bytes.Buffer
	at := 0
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		from, to, named := offset(f.Pos()), offset(f.End()), offset(f.Name.Pos())
		rest := offset(f.Name.End())
		out.Write(source[at:from])
		at = to
		var numbers []int
		for i, m := range s.mutants {
			if m.file != path || m.decl == nil || m.start < from || m.end > to {
				continue
			}
			numbers = append(numbers, i+1)
			fmt.Fprintf(&out, "\n%s%s\n", source[from:named], mutated(f.Name.Name, i+1))
			out.Truncate(out.Len() - 1)
			out.Write(source[rest:m.start])
			out.WriteString(m.by)
			out.Write(source[m.end:to])
			out.WriteByte('\n')
		}
		if len(numbers) == 0 {
			out.Write(source[from:to])
			continue
		}
		fmt.Fprintf(&out, "\n%s%s%s\n\n", source[from:named], mutated(f.Name.Name, 0), source[rest:to])
		dispatch(&out, f, numbers)
	}
	out.Write(source[at:])
	return out.Bytes(), file.Name.Name, nil
}

// mutated returns the name of a function with a mutant; 0: without.
func mutated(name string, number int) string { return name + "Mutant" + strconv.Itoa(number) }

// dispatch writes the function that calls the chosen one.
func dispatch(out *bytes.Buffer, f *ast.FuncDecl, numbers []int) {
	var arguments []string
	fill := func(fields *ast.FieldList, add func(name string, t ast.Expr)) {
		for _, field := range fields.List {
			if len(field.Names) == 0 {
				field.Names = []*ast.Ident{ast.NewIdent("_")}
			}
			for _, name := range field.Names {
				if name.Name == "_" {
					name.Name = "argument" + strconv.Itoa(len(arguments))
				}
				add(name.Name, field.Type)
			}
		}
	}
	callee := ""
	if f.Recv != nil {
		fill(f.Recv, func(name string, _ ast.Expr) { callee = name + "." })
	}
	fill(f.Type.Params, func(name string, t ast.Expr) {
		if _, variadic := t.(*ast.Ellipsis); variadic {
			name += "..."
		}
		arguments = append(arguments, name)
	})
	call := func(number int) string {
		s := fmt.Sprintf("%s%s(%s)", callee, mutated(f.Name.Name, number), strings.Join(arguments, ", "))
		if f.Type.Results != nil {
			return "return " + s
		}
		return s + "; return"
	}
	var body strings.Builder
	body.WriteString("switch chosenMutant {\n")
	for _, n := range numbers {
		fmt.Fprintf(&body, "case %d: %s\n", n, call(n))
	}
	body.WriteString("}\n" + call(0))
	head := *f
	head.Doc, head.Body = nil, nil
	format.Node(out, token.NewFileSet(), &head)
	fmt.Fprintf(out, " {\n%s\n}\n", body.String())
}

// compile builds the tests with tags and replaced files.
func (s *suite) compile(tags string, files map[string][]byte) (output []byte, err error) {
	replace := map[string]string{}
	for path, content := range files {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		replace[absolute] = filepath.Join(s.temporary, filepath.Base(path))
		if err := os.WriteFile(replace[absolute], content, 0o644); err != nil {
			return nil, err
		}
	}
	content, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	overlay := filepath.Join(s.temporary, "overlay.json")
	if err := os.WriteFile(overlay, content, 0o644); err != nil {
		return nil, err
	}
	command := exec.Command("go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-tags="+tags, "-overlay="+overlay, "-o="+s.binary(tags), ".")
	command.Dir = s.dir
	return command.CombinedOutput()
}

func (s *suite) binary(tags string) string { return filepath.Join(s.temporary, "test"+tags) }

// kill reports whether the tests fail with a mutant; 0: without.
func (s *suite) kill(number int) (killed bool, output []byte) {
	tests := s
	if number > 0 && s.mutants[number-1].decl == nil {
		var err error
		if tests, err = s.alone(); err != nil {
			return false, []byte(err.Error())
		}
		defer tests.remove()
	}
	for _, v := range variants {
		if tests != s {
			m := s.mutants[number-1]
			if output, err := tests.compile(v.tags, map[string][]byte{m.file: m.content()}); err != nil {
				return true, output
			}
		}
		if output, err := s.test(tests.binary(v.tags), v.run, number); err != nil {
			return true, output
		}
	}
	return false, nil
}

// test runs a test binary.
func (s *suite) test(binary, run string, number int) (output []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeLimit+10*time.Second)
	defer cancel()
	seconds := 2 + 3*int(s.needed.Seconds())
	if number == 0 {
		seconds = int(timeLimit.Seconds())
	}
	limited := fmt.Sprintf(`ulimit -v %d && ulimit -t %d && exec "$@"`, memoryLimit, seconds)
	arguments := slices.Concat([]string{"-c", limited, "sh", binary, "-test.run=" + run}, s.arguments)
	command := exec.CommandContext(ctx, "sh", arguments...)
	command.Dir = s.dir
	command.Env = append(os.Environ(), "MUTANT="+strconv.Itoa(number))
	output, err = command.CombinedOutput()
	if number == 0 {
		s.needed = max(s.needed, command.ProcessState.UserTime()+command.ProcessState.SystemTime())
	}
	return output, err
}

// alone returns a suite for one mutant that cannot be chosen while the tests run.
func (s *suite) alone() (*suite, error) {
	temporary, err := os.MkdirTemp("", "mutate")
	return &suite{dir: s.dir, temporary: temporary}, err
}

// compiling returns the mutants that compile, and how many do not.
func compiling(dir string, all []mutant) (valid []mutant, invalid int, err error) {
	set := token.NewFileSet()
	from := importer.ForCompiler(set, "source", nil)
	failed := map[string]bool{}
	for _, v := range variants {
		context := gobuild.Default
		context.BuildTags = []string{v.tags}
		p, err := context.ImportDir(dir, 0)
		if err != nil {
			return nil, 0, err
		}
		files := map[string]*ast.File{}
		for _, name := range p.GoFiles {
			if files[name], err = parser.ParseFile(set, filepath.Join(dir, name), nil, 0); err != nil {
				return nil, 0, err
			}
		}
		for _, m := range all {
			name := filepath.Base(m.file)
			if files[name] == nil || failed[m.key()] {
				continue
			}
			file, err := parser.ParseFile(set, m.file, m.content(), 0)
			if err == nil {
				rest := []*ast.File{file}
				for other, f := range files {
					if other != name {
						rest = append(rest, f)
					}
				}
				_, err = (&types.Config{Importer: from}).Check(p.ImportPath, set, rest, nil)
			}
			if err != nil {
				failed[m.key()] = true
			}
		}
	}
	valid = slices.DeleteFunc(slices.Clone(all), func(m mutant) bool { return failed[m.key()] })
	return valid, len(all) - len(valid), nil
}
