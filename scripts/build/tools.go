package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// Tools of the build, from npm. esbuild and package link alone would do nearly as
// well, but pages load every byte.
const (
	binaryen = "binaryen@132.0.0"
	terser   = "terser@5.51.2"
	tools    = "build/tools"
)

// install installs the tools unless they are installed already. Without a network, npm takes
// them from its cache, or fails: see SECURITY.md.
func install() error {
	done := filepath.Join(tools, binaryen+" "+terser)
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	err := run("npm", "install", "--prefix", tools, "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error", binaryen, terser)
	if err != nil {
		return fmt.Errorf("no %s and %s in %s, and npm cannot install them: build once with a network, or copy that folder: %w", binaryen, terser, tools, err)
	}
	return write(done, nil)
}

// optimised returns the module, optimised for size.
func optimised(core []byte) ([]byte, error) {
	return tool("binaryen/bin/wasm-opt", core, "core.wasm", "optimised.wasm", "--mvp-features", "--ssa", "-Oz", "--converge", "IN", "-o", "OUT")
}

// wasm2js translates the module to JavaScript, for engines without WebAssembly: an
// ECMAScript module whose default export is the core.
func wasm2js(core []byte) ([]byte, error) {
	// The core reads unaligned words, which typed arrays do not support.
	aligned, err := tool("binaryen/bin/wasm-opt", core, "core.wasm", "aligned.wasm", "--dealign", "--mvp-features", "IN", "-o", "OUT")
	if err != nil {
		return nil, err
	}
	script, err := tool("binaryen/bin/wasm2js", aligned, "aligned.wasm", "core.js", "-Oz", "--mvp-features", "IN", "-o", "OUT")
	if err != nil {
		return nil, err
	}
	for _, r := range older {
		if !r.pattern.Match(script) {
			return nil, fmt.Errorf("no match for %s in the output of wasm2js: adapt older in scripts/build/tools.go", r.pattern)
		}
		script = r.pattern.ReplaceAll(script, []byte(r.by))
	}
	return script, nil
}

// older adapts the output of wasm2js to ECMAScript 5 engines: it removes arrays of
// 64-bit numbers, which the core does not use, and adds two functions of Math. Exports
// of the core get the trailing underscore of our members.
var older = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`(?m)^ *(var )?HEAPF\d\d = .*\n`), ""},
	{regexp.MustCompile(`(?m)^  "(\w+)": `), "  ${1}_: "},
	{regexp.MustCompile(`(?m)^export var memory = .*\n`), "export default retasmFunc;\n"},
	{regexp.MustCompile(`(?m)^export var .*\n`), ""},
	{regexp.MustCompile(`= Math\.imul;`), "= Math.imul || function (a, b) { return (a & 65535) * b + ((a >>> 16) * b << 16) | 0 };"},
	{regexp.MustCompile(`= Math\.clz32;`), "= Math.clz32 || function (a) { for (var n = 32; a; n--) a >>>= 1; return n };"},
}

// minified minifies a script that esbuild has bundled.
func minified(script []byte, options ...string) ([]byte, error) {
	options = append(options, "IN", "-o", "OUT", "--ecma", "5", "--toplevel", "--mangle", "reserved=[EventSource]",
		"--compress", "passes=4,pure_getters,keep_fargs=false,hoist_props=false,booleans=false,lhs_constants=false",
		"--format", "ascii_only,comments=/^!/")
	return tool("terser/bin/terser", script, "bundle.js", "minified.js", options...)
}

// tool writes content to the file in of a folder of its own, runs a tool on it, and returns
// what the tool writes to the file out. In the arguments, IN and OUT stand for the two paths.
func tool(name string, content []byte, in, out string, arguments ...string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "eventsource-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	in, out = filepath.Join(folder, in), filepath.Join(folder, out)
	if err := write(in, content); err != nil {
		return nil, err
	}
	all := []string{filepath.Join(tools, "node_modules", name)}
	for _, a := range arguments {
		switch a {
		case "IN":
			a = in
		case "OUT":
			a = out
		}
		all = append(all, a)
	}
	if err := run("node", all...); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
}

func run(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w (the build needs Node.js and npm)\n%s", name, args[0], err, out)
	}
	return nil
}
