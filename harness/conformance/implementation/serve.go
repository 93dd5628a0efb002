package implementation

import (
	"net/http"
	"path"
	"slices"

	"eventsource-wasm/harness/internal/respond"
)

// ServeHTTP serves the scripts that put the implementation into a page, in any
// folder, by the last element of the path:
//
//   - hide.js hides features ([Implementation.HideScript]), those of frames included,
//     and is loaded first
//   - implementation.js is the script; the browser's own EventSource has none
//   - install.js is both in one file
//   - eventsource-legacy.js is what the polyfill loads from beside its script, and
//     eventsource-shared.js what the second build loads for the option shared
//
// Headers for the cache are the caller's.
func (i Implementation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	script := i.file(path.Base(r.URL.Path))
	if script == nil {
		http.NotFound(w, r)
		return
	}
	respond.JavaScript(w, script)
}

// file returns a file by its name, or nil if there is none.
func (i Implementation) file(name string) []byte {
	switch name {
	case "hide.js":
		return i.hideAll()
	case "implementation.js":
		return i.Script
	case "install.js":
		return slices.Concat(i.hideAll(), []byte(";\n"), i.Script)
	case legacyName, plusLegacyName:
		return i.Legacy
	case sharedName:
		return i.Shared
	}
	return nil
}
