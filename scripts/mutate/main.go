// Command mutate checks that the tests of packages fail when the code is changed: it
// changes an operator, a constant, a condition or a statement at a time, and runs the
// tests. A change is a mutant. The tests kill it if they fail, and it survives if they
// pass. The file MUTANTS.md of a package explains the mutants that no test can kill.
//
//	go run ./scripts/mutate ./wasm/eventstream ./wasm/eventsource
//	go run ./scripts/mutate --sample 100 ./wasm/link -- -built=/tmp/programs
//	go run ./scripts/mutate --sample 100 polyfill/dist/eventsource.dev.js
//
// The last one changes the JavaScript of polyfill/src in the readable build, and the cases
// of the catalogue in Chromium take the place of the tests; build/harness runs them.
//
// Arguments after -- go to the tests, which stop at the first failure. What was killed is
// kept in build/mutants, so that an interrupted run continues where it stopped. It is
// forgotten when the code changes. The exit code is 1 if a mutant survives that
// MUTANTS.md does not explain.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("mutate: ")
	var p plan
	flag.IntVar(&p.sample, "sample", 0, "try only this `number` of mutants, chosen at random")
	flag.Uint64Var(&p.seed, "seed", 0, "choose others")
	flag.StringVar(&p.file, "file", "", "mutate only this `file` of each package")
	flag.IntVar(&p.jobs, "jobs", 2, "try this many mutants at the same time")
	flag.StringVar(&p.known, "known", filepath.Join("build", "mutants"), "keep the killed mutants in this `folder`")
	flag.Parse()
	packages := flag.Args()
	if i := slices.Index(packages, "--"); i >= 0 {
		packages, p.arguments = packages[:i], packages[i+1:]
	}
	if len(packages) == 0 {
		log.Print("name a package, for example ./wasm/eventstream")
		os.Exit(2)
	}
	all := true
	for _, dir := range packages {
		run := p.run
		if filepath.Ext(dir) == ".js" {
			run = p.runJavaScript
		}
		r, err := run(dir, os.Stdout)
		if err != nil {
			log.Print(err)
			os.Exit(2)
		}
		fmt.Println(r)
		all = all && r.survived == 0
	}
	if !all {
		os.Exit(1)
	}
}

// A plan says which mutants are tried, and how.
type plan struct {
	sample    int
	seed      uint64
	file      string
	jobs      int
	known     string   // folder
	arguments []string // of the tests
}

// A result counts the mutants of a package.
type result struct {
	dir                                  string
	killed, explained, survived, invalid int
}

// String returns the score: the share of the mutants that the tests killed, of those with
// an effect and of all.
func (r result) String() string {
	percent := func(of int) float64 { return 100 * float64(r.killed) / float64(max(of, 1)) }
	effective := r.killed + r.survived
	tried := effective + r.explained
	return fmt.Sprintf("%s: %d mutants: %d killed, %d explained, %d survived; score %.1f %%, %.1f %% with those explained (%d more do not compile)",
		r.dir, tried, r.killed, r.explained, r.survived, percent(effective), percent(tried), r.invalid)
}

// run tries the mutants of the package in a folder and prints those that survive.
func (p plan) run(dir string, out io.Writer) (r result, err error) {
	r.dir = dir
	all, sum, err := mutantsIn(dir)
	if err != nil {
		return r, err
	}
	explained, err := os.ReadFile(filepath.Join(dir, "MUTANTS.md"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return r, err
	}
	if p.file != "" {
		all = slices.DeleteFunc(all, func(m mutant) bool { return filepath.Base(m.file) != p.file })
	}
	all = p.chosen(all)
	all, r.invalid, err = compiling(dir, all)
	if err != nil {
		return r, err
	}
	// Mutants of declarations come last, because each of them takes a build.
	declares := func(m mutant) bool { return m.decl == nil }
	all = slices.Concat(slices.DeleteFunc(slices.Clone(all), declares), slices.DeleteFunc(all, func(m mutant) bool { return !declares(m) }))
	tests, err := build(dir, all, p.arguments)
	if err != nil {
		return r, err
	}
	defer tests.remove()
	// Without a change the tests must pass, or every mutant would be killed.
	if killed, output := tests.kill(0); killed {
		return r, fmt.Errorf("the tests of %s fail without a change:\n%s", dir, output)
	}
	memory, err := openMemory(p.known, sum)
	if err != nil {
		return r, err
	}
	defer memory.Close()

	var wait sync.WaitGroup
	var mu sync.Mutex
	slots := make(chan struct{}, p.jobs)
	for i, m := range all {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			known := memory.killed[m.key()]
			killed := known
			if !known {
				killed, _ = tests.kill(i + 1)
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case killed:
				r.killed++
				if !known {
					fmt.Fprintln(memory, m.key())
				}
			case bytes.Contains(explained, []byte(m.String())):
				r.explained++
			default:
				r.survived++
				fmt.Fprintf(out, "survived: %s\n", m)
			}
		})
	}
	wait.Wait()
	return r, nil
}

// chosen returns the sample of mutants.
func (p plan) chosen(all []mutant) []mutant {
	if p.sample == 0 || p.sample >= len(all) {
		return all
	}
	random := rand.New(rand.NewPCG(p.seed, 0))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:p.sample]
}

// mutantsIn returns the mutants of the package in a folder, and a checksum of its code.
func mutantsIn(dir string) (all []mutant, sum string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, "", err
	}
	hash := sha256.New()
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		of, err := mutantsOf(path)
		if err != nil {
			return nil, "", err
		}
		if len(of) > 0 {
			hash.Write(of[0].source)
		}
		all = append(all, of...)
	}
	if len(all) == 0 {
		return nil, "", fmt.Errorf("%s has no Go code to change", dir)
	}
	return all, hex.EncodeToString(hash.Sum(nil))[:16], nil
}

// A memory keeps the keys of the mutants that were killed, a line for each.
type memory struct {
	*os.File
	killed map[string]bool
}

// openMemory reads what is known of the code with a checksum.
func openMemory(folder, sum string) (*memory, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, sum+".txt")
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	m := &memory{killed: map[string]bool{}}
	for line := range strings.Lines(string(content)) {
		m.killed[strings.TrimSuffix(line, "\n")] = true
	}
	m.File, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	return m, err
}

// note keeps a line.
func (m *memory) note(line string) {
	m.killed[line] = true
	fmt.Fprintln(m, line)
}
