package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// Binaryen turns WebAssembly into JavaScript. It is an npm package, installed
// for the build alone.
const (
	binaryen    = "binaryen@132.0.0"
	binaryenDir = "build/binaryen"
)

// wasm2js returns the module in JavaScript, for engines without WebAssembly: an
// ECMAScript module with the same exports.
func wasm2js(core []byte) ([]byte, error) {
	tools := filepath.Join(binaryenDir, "node_modules/binaryen/bin")
	if _, err := os.Stat(filepath.Join(binaryenDir, binaryen)); err != nil {
		if err := run("npm", "install", "--prefix", binaryenDir, "--ignore-scripts", "--no-audit", "--no-fund", "--silent", binaryen); err != nil {
			return nil, err
		}
		if err := write(filepath.Join(binaryenDir, binaryen), nil); err != nil {
			return nil, err
		}
	}
	module := filepath.Join(binaryenDir, "core.wasm")
	script := filepath.Join(binaryenDir, "core.js")
	if err := write(module, core); err != nil {
		return nil, err
	}
	// Typed arrays have no unaligned access, which the core's words are.
	if err := run("node", filepath.Join(tools, "wasm-opt"), "--dealign", "--mvp-features", module, "-o", module); err != nil {
		return nil, err
	}
	if err := run("node", filepath.Join(tools, "wasm2js"), "-Oz", "--mvp-features", module, "-o", script); err != nil {
		return nil, err
	}
	content, err := os.ReadFile(script)
	for _, r := range older {
		content = r.pattern.ReplaceAll(content, []byte(r.by))
	}
	return content, err
}

// older makes of what wasm2js writes what engines of the time of ECMAScript 5
// have: no arrays of 64-bit numbers, which the core does not use, and two
// functions of Math in full.
var older = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`(?m)^ *(var )?HEAPF\d\d = .*\n`), ""},
	{regexp.MustCompile(`= Math\.imul;`), "= Math.imul || function (a, b) { return (a & 65535) * b + ((a >>> 16) * b << 16) | 0 };"},
	{regexp.MustCompile(`= Math\.clz32;`), "= Math.clz32 || function (a) { for (var n = 32; a; n--) a >>>= 1; return n };"},
}

func run(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w (it needs Node.js and npm)\n%s", name, args[0], err, out)
	}
	return nil
}
