package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"eventsource-wasm/polyfill"
)

// An Implementation is an EventSource to play cases on, and what the engine must
// lack for it.
type Implementation struct {
	Name   string   // "native", the name of a tier of the polyfill, or of a file
	Path   string   // of that file, as it was asked for
	Script []byte   // defines EventSource; nil: the browser's own is used
	Hide   []string // features of the engine that are hidden: see [Features]
	Plays  string   // the browser that is played so, like edge@16; "": none
}

// Tiers of the polyfill, by name: what each lacks, so that the polyfill has to do
// with less.
var tiers = map[string][]string{
	"polyfill":     nil,
	"polyfill-js":  {"WebAssembly"},
	"polyfill-xhr": {"fetch"},
}

// LoadImplementation loads "native", a tier of the polyfill, or the script at a
// path.
func LoadImplementation(name string) (Implementation, error) {
	hide, ours := tiers[name]
	switch {
	case name == "native":
		return Implementation{Name: name}, nil
	case ours:
		return Implementation{Name: name, Script: polyfill.Script(), Hide: hide}, nil
	case !strings.HasSuffix(name, ".js"):
		return Implementation{}, fmt.Errorf("unknown implementation %q: expected native, polyfill, polyfill-js, polyfill-xhr or a FILE.js", name)
	}
	script, err := os.ReadFile(name)
	if err != nil {
		return Implementation{}, fmt.Errorf("implementation: %w", err)
	}
	return Implementation{Name: filepath.Base(name), Path: name, Script: script}, nil
}
