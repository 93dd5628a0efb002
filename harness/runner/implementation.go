package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"eventsource-wasm/polyfill"
)

// An Implementation is an EventSource to play cases on.
type Implementation struct {
	Name   string // "native", "polyfill" or the name of a file
	Path   string // of that file, as it was asked for
	Script []byte // defines EventSource; nil: the browser's own is used
}

// LoadImplementation loads "native", "polyfill" or the script at a path.
func LoadImplementation(name string) (Implementation, error) {
	switch {
	case name == "native":
		return Implementation{Name: name}, nil
	case name == "polyfill":
		return Implementation{Name: name, Script: polyfill.Script()}, nil
	case !strings.HasSuffix(name, ".js"):
		return Implementation{}, fmt.Errorf("unknown implementation %q: expected native, polyfill or a FILE.js", name)
	}
	script, err := os.ReadFile(name)
	if err != nil {
		return Implementation{}, fmt.Errorf("implementation: %w", err)
	}
	return Implementation{Name: filepath.Base(name), Path: name, Script: script}, nil
}
