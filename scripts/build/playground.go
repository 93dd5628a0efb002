package main

import (
	"bytes"
	"regexp"

	"eventsource-wasm/wasm/link"
)

// playground makes the core of the page /play in JavaScript: site.playgroundCore,
// an object with the exports of wasm/playground.
func playground() error {
	program, err := link.Build("wasm/playground")
	if err != nil {
		return err
	}
	core, err := program.Link()
	if err != nil {
		return err
	}
	script, err := wasm2js(core)
	if err != nil {
		return err
	}
	script = bytes.Replace(script, []byte("export default retasmFunc;"), []byte("site.playgroundCore = retasmFunc;"), 1)
	script = underscored.ReplaceAll(script, []byte("  ${1}: "))
	script, err = minified(append(append([]byte("(function () {\n"), script...), "}());\n"...))
	if err != nil {
		return err
	}
	const head = "// The core of /play: wasm/playground, translated to JavaScript by scripts/build.\n"
	return write("www/play-core.js", append([]byte(head), script...))
}

var underscored = regexp.MustCompile(`(?m)^  (\w+)_: `)
