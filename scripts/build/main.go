// Command build makes polyfill/dist from wasm/ and polyfill/src, and www/play-core.js from
// wasm/playground.
//
// It links the core, bundles and minifies the JavaScript around it, writes the hashes
// of the scripts into polyfill/README.md and the sizes into README.md and README.zh-CN.md, and prints the
// size of every file and of every part of the script. The build is reproducible: the
// same sources give the same bytes. It fails if a file is over its budget.
//
//	go run ./scripts/build
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/andybalholm/brotli"

	"eventsource-wasm/wasm/link"
)

const (
	source   = "polyfill/src"
	dist     = "polyfill/dist"
	manifest = "polyfill/package.json"
)

// A file of dist, and its budget.
type file struct {
	name              string
	content           []byte
	maxRaw, maxBrotli int // in bytes; 0: no limit
}

func main() {
	if err := build(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func build() error {
	if _, err := os.Stat("go.mod"); err != nil {
		return fmt.Errorf("no go.mod in the current folder: run go run ./scripts/build in the root of the repository")
	}
	version, err := packageVersion()
	if err != nil {
		return err
	}
	if err := install(); err != nil {
		return err
	}
	var plain, plus *built
	err = atOnce(
		func() (err error) { plain, err = bundles(version, "eventsource", false); return err },
		func() (err error) { plus, err = bundles(version, "eventsource-plus", true); return err },
		playground,
	)
	if err != nil {
		return err
	}

	parser, err := plain.parser()
	if err != nil {
		return err
	}

	// The budget of a core is uncompressed, that of the scripts after brotli.
	budgets := map[string]file{
		"eventsource.wasm":           {maxRaw: 2800},
		"eventsource.js":             {maxBrotli: 6510},
		"eventsource.mjs":            {maxBrotli: 6460},
		"eventsource.cjs":            {maxBrotli: 6460},
		"eventsource-legacy.js":      {maxBrotli: 6900},
		"eventsource-plus.js":        {maxBrotli: 10450},
		"eventsource-plus.mjs":       {maxBrotli: 10700},
		"eventsource-plus.cjs":       {maxBrotli: 10700},
		"eventsource-plus-legacy.js": {maxBrotli: 8500},
		"eventsource-miniprogram.js": {maxBrotli: 8500},
		"parser.mjs":                 {maxBrotli: 2700},
		"parser.cjs":                 {maxBrotli: 2700},
		"eventsource-shared.js":      {maxBrotli: 11500},
		"eventsource-inspect.js":     {maxBrotli: 2500},
		"event-source-polyfill.mjs":  {maxBrotli: 900},
		"fetch-event-source.mjs":     {maxBrotli: 1500},
	}
	compat, err := replacements(version)
	if err != nil {
		return err
	}
	files := slices.Concat(plain.files, plus.files, parser, compat)
	var minify []func() error
	for i := range files {
		f := &files[i]
		f.maxRaw, f.maxBrotli = budgets[f.name].maxRaw, budgets[f.name].maxBrotli
		if filepath.Ext(f.name) == ".wasm" {
			continue
		}
		var options []string
		if filepath.Ext(f.name) == ".mjs" {
			options = []string{"--module"}
		}
		minify = append(minify, func() (err error) { f.content, err = minified(f.content, options...); return err })
	}
	if err := atOnce(minify...); err != nil {
		return err
	}
	for _, f := range append(files, plain.readable...) {
		if err := write(filepath.Join(dist, f.name), f.content); err != nil {
			return err
		}
	}
	if err := writeIntegrity("polyfill/README.md", files); err != nil {
		return err
	}
	for _, path := range []string{"README.md", "README.zh-CN.md"} {
		if err := writeSizes(path, files); err != nil {
			return err
		}
	}
	over := weigh(files)
	for _, b := range []*built{plain, plus} {
		parts, err := b.parts("script.js")
		if err != nil {
			return err
		}
		weighParts(parts)
	}
	return over
}

// atOnce runs functions, as many at a time as there are CPUs, and returns their errors.
func atOnce(functions ...func() error) error {
	errs := make([]error, len(functions))
	places := make(chan struct{}, runtime.NumCPU())
	var running sync.WaitGroup
	for i, f := range functions {
		running.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			errs[i] = f()
		})
	}
	running.Wait()
	return errors.Join(errs...)
}

// A built is a build of the sources: its files, not yet minified, and their bundler.
type built struct {
	bundler
	files    []file
	readable []file // the classic scripts, in which every member keeps its name
}

// bundles builds the sources under a name. plus: with the files of src/plus and the core
// of that build tag, which no file contains alone.
func bundles(version, name string, plus bool) (*built, error) {
	var tags []string
	if plus {
		tags = []string{"plus"}
	}
	core, err := linked(tags...)
	if err != nil {
		return nil, err
	}
	if core, err = optimised(core); err != nil {
		return nil, err
	}
	if len(core) > 4096 {
		return nil, fmt.Errorf("the core of %s has %d bytes: Chromium up to 114 compiles at most 4,096 synchronously", name, len(core))
	}
	legacyCore, err := linked(append(tags, "legacy")...)
	if err != nil {
		return nil, err
	}
	inScript, err := wasm2js(legacyCore)
	if err != nil {
		return nil, err
	}
	// In the scripts, the exports of the core get short names, like our other members.
	names := map[string]any{}
	inside := renamed(core, func(name string) string {
		short := string(rune('a' + len(names)))
		names[name+"_"] = short
		return short
	})
	b := built{bundler: bundler{version: version, plus: plus, core: inside, script: inScript, names: names, legacy: name + "-legacy.js"}}
	if plus {
		b.layers = []string{"plus"}
	}
	script, err := b.bundle("script.js", classic)
	if err != nil {
		return nil, err
	}
	module, commonJS, err := b.modules(b.layers...)
	if err != nil {
		return nil, err
	}
	legacy, err := b.bundle("legacy.js", classic)
	if err != nil {
		return nil, err
	}
	portable, portableCommonJS, err := b.modules(append(b.layers, "portable")...)
	if err != nil {
		return nil, err
	}
	b.files = []file{
		{name: name + ".js", content: script},
		{name: name + ".mjs", content: module},
		{name: name + ".cjs", content: commonJS},
		{name: name + "-legacy.js", content: legacy},
		{name: name + "-portable.mjs", content: portable},
		{name: name + "-portable.cjs", content: portableCommonJS},
	}
	if plus {
		layered := b.bundler
		layered.layers = append([]string{"shared"}, b.layers...)
		shared, err := layered.bundle("shared.js", classic)
		if err != nil {
			return nil, err
		}
		b.names = layered.names
		b.files = append(b.files, file{name: "eventsource-shared.js", content: shared})
		inspect, err := b.inspect()
		b.files = append(b.files, inspect...)
		return &b, err
	}
	_, miniProgram, err := b.modules("mini", "portable")
	if err != nil {
		return nil, err
	}
	b.files = append(b.files, file{name: name + "-miniprogram.js", content: miniProgram})
	b.files = append([]file{{name: name + ".wasm", content: core}}, b.files...)

	withNames := renamed(core, func(name string) string { return name + "_" })
	r := bundler{version: version, core: withNames, script: inScript, legacy: name + "-legacy.dev.js"}
	if script, err = r.bundle("script.js", classic); err != nil {
		return nil, err
	}
	if legacy, err = r.bundle("legacy.js", classic); err != nil {
		return nil, err
	}
	b.readable = []file{{name: name + ".dev.js", content: script}, {name: r.legacy, content: legacy}}
	return &b, nil
}

// inspect returns the files of the inspector, not yet minified.
func (b *built) inspect() ([]file, error) {
	const layer, name = "inspect", "eventsource-inspect"
	module, commonJS, err := b.modules(layer)
	if err != nil {
		return nil, err
	}
	layered := b.bundler
	layered.layers = []string{layer}
	script, err := layered.bundle("script.js", classic)
	return []file{{name: name + ".js", content: script}, {name: name + ".mjs", content: module}, {name: name + ".cjs", content: commonJS}}, err
}

// parser returns the files of the parser alone, not yet minified.
func (b *bundler) parser() ([]file, error) {
	module, err := b.bundle("parser.js", esModule)
	if err != nil {
		return nil, err
	}
	commonJS, err := asCommonJS(module)
	return []file{{name: "parser.mjs", content: module}, {name: "parser.cjs", content: commonJS}}, err
}

// modules returns the module made of the layers, and the same as CommonJS.
func (b *built) modules(layers ...string) (module, commonJS []byte, err error) {
	layered := b.bundler
	layered.layers = layers
	if module, err = layered.bundle("module.js", esModule); err != nil {
		return nil, nil, err
	}
	b.names = layered.names
	commonJS, err = asCommonJS(module)
	return module, commonJS, err
}

// packageVersion returns the version in package.json.
func packageVersion() (string, error) {
	content, err := os.ReadFile(manifest)
	if err != nil {
		return "", err
	}
	var fields struct{ Version string }
	if err := json.Unmarshal(content, &fields); err != nil {
		return "", fmt.Errorf("%s: %w", manifest, err)
	}
	if fields.Version == "" {
		return "", fmt.Errorf("%s has no version: give it one like 1.2.3", manifest)
	}
	return fields.Version, nil
}

// linked returns the freestanding module of the core.
func linked(tags ...string) ([]byte, error) {
	program, err := link.Build("wasm", tags...)
	if err != nil {
		return nil, err
	}
	return program.Link()
}

// weigh prints the sizes of the files and returns an error if one is over its budget.
func weigh(files []file) error {
	fmt.Printf("%-22s %8s %8s %8s\n", "bytes", "raw", "gzip -9", "br -11")
	var over error
	sizes := brotliedSizes(len(files), func(i int) []byte { return files[i].content })
	for i, f := range files {
		raw, gz, br := len(f.content), gzipped(f.content), sizes[i]
		fmt.Printf("%-22s %8d %8d %8d\n", f.name, raw, gz, br)
		if f.maxRaw > 0 && raw > f.maxRaw {
			over = fmt.Errorf("%s has %d bytes, over its budget of %d: make it smaller, or raise the budget in scripts/build/main.go", f.name, raw, f.maxRaw)
		}
		if f.maxBrotli > 0 && br > f.maxBrotli {
			over = fmt.Errorf("%s has %d bytes after brotli, over its budget of %d: make it smaller, or raise the budget in scripts/build/main.go", f.name, br, f.maxBrotli)
		}
	}
	return over
}

// weighParts prints the size of each part of a script, and about how many bytes the
// script would be smaller after brotli without that part.
func weighParts(parts []file) {
	without := func(i int) (rest []byte) {
		for _, p := range parts {
			if p.name != parts[i].name {
				rest = append(rest, p.content...)
			}
		}
		return rest
	}
	var whole []byte
	for _, p := range parts {
		whole = append(whole, p.content...)
	}
	all := brotlied(whole)
	fmt.Printf("\n%-22s %8s %8s\n", "parts of the script", "raw", "br -11")
	sizes := brotliedSizes(len(parts), without)
	for i, p := range parts {
		fmt.Printf("%-22s %8d %8d\n", p.name, len(p.content), all-sizes[i])
	}
}

// brotliedSizes returns the sizes after brotli of n contents.
func brotliedSizes(n int, content func(i int) []byte) []int {
	sizes := make([]int, n)
	compress := make([]func() error, n)
	for i := range n {
		compress[i] = func() error { sizes[i] = brotlied(content(i)); return nil }
	}
	_ = atOnce(compress...) // none fails
	return sizes
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

// write replaces the file atomically, so that an interrupted build leaves no partial
// file.
func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+".tmp", content, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}
