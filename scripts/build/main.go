// Command build makes polyfill/dist from wasm/ and polyfill/src: it links the
// core, bundles and minifies the JavaScript around it, writes the hashes of the
// scripts into polyfill/README.md and the sizes into README.md, and prints what
// every file weighs, and every part of the script. Same sources, same bytes. It
// fails if a file is over its budget.
//
//	go run ./scripts/build
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"

	"github.com/andybalholm/brotli"

	"eventsource-wasm/wasm/link"
)

const (
	source = "polyfill/src"
	dist   = "polyfill/dist"
)

// A file of dist, with the most bytes that it may have; 0: no limit.
type file struct {
	name              string
	content           []byte
	maxRaw, maxBrotli int
}

func main() {
	if err := build(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func build() error {
	if _, err := os.Stat("go.mod"); err != nil {
		return fmt.Errorf("no go.mod here: run it from the root of the repository")
	}
	core, err := linked()
	if err != nil {
		return err
	}
	if core, err = optimised(core); err != nil {
		return err
	}
	legacyCore, err := linked("legacy")
	if err != nil {
		return err
	}
	inScript, err := wasm2js(legacyCore)
	if err != nil {
		return err
	}
	// The core inside of scripts exports members that are ours.
	names := map[string]any{}
	inside := renamed(core, func(name string) string {
		short := string(rune('a' + len(names)))
		names[name+"_"] = short
		return short
	})
	b := bundler{core: inside, script: inScript, names: names}
	script, err := b.bundle("script.js", classic)
	if err != nil {
		return err
	}
	module, err := b.bundle("module.js", esModule)
	if err != nil {
		return err
	}
	commonJS, err := asCommonJS(module)
	if err != nil {
		return err
	}
	legacy, err := b.bundle("legacy.js", classic)
	if err != nil {
		return err
	}

	// Budgets in bytes: the core as it is, the scripts as they travel.
	files := []file{
		{"eventsource.wasm", core, 2800, 0},
		{"eventsource.js", script, 0, 5750},
		{"eventsource.mjs", module, 0, 5750},
		{"eventsource.cjs", commonJS, 0, 5750},
		{"eventsource-legacy.js", legacy, 0, 6900},
	}
	for i := range files[1:] {
		f := &files[1+i]
		var options []string
		if filepath.Ext(f.name) == ".mjs" {
			options = []string{"--module"}
		}
		if f.content, err = minified(f.content, options...); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := write(filepath.Join(dist, f.name), f.content); err != nil {
			return err
		}
	}
	if err := writeIntegrity("polyfill/README.md", files); err != nil {
		return err
	}
	if err := writeSizes("README.md", files); err != nil {
		return err
	}
	if err := weigh(files); err != nil {
		return err
	}
	parts, err := b.parts("script.js")
	if err != nil {
		return err
	}
	weighParts(parts)
	return nil
}

// linked makes the freestanding module of the core.
func linked(tags ...string) ([]byte, error) {
	program, err := link.Build("wasm", tags...)
	if err != nil {
		return nil, err
	}
	return program.Link()
}

// weigh prints the sizes of the files and refuses those over budget.
func weigh(files []file) error {
	fmt.Printf("%-22s %8s %8s %8s\n", "bytes", "raw", "gzip -9", "br -11")
	var over error
	for _, f := range files {
		raw, gz, br := len(f.content), gzipped(f.content), brotlied(f.content)
		fmt.Printf("%-22s %8d %8d %8d\n", f.name, raw, gz, br)
		if f.maxRaw > 0 && raw > f.maxRaw {
			over = fmt.Errorf("%s has %d bytes, its budget is %d: make it smaller", f.name, raw, f.maxRaw)
		}
		if f.maxBrotli > 0 && br > f.maxBrotli {
			over = fmt.Errorf("%s has %d bytes after brotli, its budget is %d: make it smaller", f.name, br, f.maxBrotli)
		}
	}
	return over
}

// weighParts prints what the bytes of a script buy: about how many fewer it would
// have after brotli without each of its parts.
func weighParts(parts []file) {
	without := func(name string) int {
		var rest []byte
		for _, p := range parts {
			if p.name != name {
				rest = append(rest, p.content...)
			}
		}
		return brotlied(rest)
	}
	all := without("")
	fmt.Printf("\n%-22s %8s %8s\n", "parts of the script", "raw", "br -11")
	for _, p := range parts {
		fmt.Printf("%-22s %8d %8d\n", p.name, len(p.content), all-without(p.name))
	}
}

func gzipped(content []byte) int {
	var buf bytes.Buffer
	w, _ := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	w.Write(content)
	w.Close()
	return buf.Len()
}

func brotlied(content []byte) int {
	var buf bytes.Buffer
	w := brotli.NewWriterLevel(&buf, brotli.BestCompression)
	w.Write(content)
	w.Close()
	return buf.Len()
}

// write replaces the file at once, so that an interrupted build leaves none
// half-made.
func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+".tmp", content, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}
