package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"

	"eventsource-wasm/wasm/eventstream"
	"eventsource-wasm/wasm/link"
)

// playground makes the core of the page /play in JavaScript: site.playgroundCore,
// an object with the exports of wasm/playground, and site.playgroundKinds.
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
	const head = "// The core of /play: wasm/playground, translated to JavaScript by scripts/build, and the\n" +
		"// kinds of its tokens.\n"
	return write("www/play-core.js", fmt.Appendf(nil, "%s%s\nsite.playgroundKinds = %s\n", head, bytes.TrimSpace(script), kinds()))
}

// kinds returns the kinds of tokens by name, as JSON.
func kinds() []byte {
	text, _ := json.Marshal(map[string]eventstream.Kind{
		"id": eventstream.ID, "type": eventstream.Type, "data": eventstream.Data, "line": eventstream.Line,
		"append": eventstream.Append, "discard": eventstream.Discard,
		"commit": eventstream.Commit, "dispatch": eventstream.Dispatch, "event": eventstream.Event,
	}) // of strings and numbers: cannot fail
	return text
}

var underscored = regexp.MustCompile(`(?m)^  (\w+)_: `)
