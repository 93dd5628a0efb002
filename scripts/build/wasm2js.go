package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	return os.ReadFile(script)
}

func run(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w (it needs Node.js and npm)\n%s", name, args[0], err, out)
	}
	return nil
}
