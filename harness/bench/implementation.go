package bench

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"eventsource-wasm/polyfill"
)

// Names of implementations that are always there.
const (
	native = "native"   // the browser's own EventSource
	ours   = "polyfill" // ours, as built
	floor  = "fetch"    // no EventSource: reads the stream, cuts it, makes no events
)

// PeersDir is where scripts/peers.sh leaves the scripts of npm's implementations.
const PeersDir = "build/peers"

//go:embed page/fetch.js
var floorScript []byte

// An Implementation is what is measured: a script that defines EventSource, or
// else benchClient (see page/bench.js).
type Implementation struct {
	Name    string   // "native", a tier of the polyfill, "fetch" or the name of a file
	Script  []byte   // nil: the browser's own EventSource is used
	Without []string // what of the page's global object is deleted before
}

// Tiers of the polyfill that do with less, by name.
var tiers = map[string][]string{
	"polyfill-js":  {"WebAssembly"},
	"polyfill-xhr": {"fetch"},
}

// SoakNames are the implementations that are soaked if none are named: each
// transport, with each core.
var SoakNames = []string{native, ours, "polyfill-js", "polyfill-xhr"}

// LoadImplementation loads "native", a tier of the polyfill, "fetch" or the script
// at a path.
func LoadImplementation(name string) (Implementation, error) {
	without, tier := tiers[name]
	switch {
	case name == native:
		return Implementation{Name: name}, nil
	case name == ours:
		return Implementation{Name: name, Script: polyfill.Script()}, nil
	case tier:
		return Implementation{Name: name, Script: polyfill.Script(), Without: without}, nil
	case name == floor:
		return Implementation{Name: name, Script: floorScript}, nil
	case !strings.HasSuffix(name, ".js"):
		return Implementation{}, fmt.Errorf("unknown implementation %q: expected native, polyfill, polyfill-js, polyfill-xhr, fetch or a FILE.js", name)
	}
	script, err := os.ReadFile(name)
	if err != nil {
		return Implementation{}, fmt.Errorf("implementation: %w", err)
	}
	return Implementation{Name: strings.TrimSuffix(filepath.Base(name), ".js"), Script: script}, nil
}

// LoadPeers loads all that is in [PeersDir].
func LoadPeers() (peers []Implementation, err error) {
	paths, err := filepath.Glob(filepath.Join(PeersDir, "*.js"))
	if err != nil {
		return nil, err
	}
	if paths == nil {
		return nil, fmt.Errorf("no peers in %s: run sh scripts/peers.sh", PeersDir)
	}
	for _, path := range paths {
		peer, err := LoadImplementation(path)
		if err != nil {
			return nil, err
		}
		peers = append(peers, peer)
	}
	return peers, nil
}

// parses tells whether the script offers its parser alone.
func (i Implementation) parses() bool { return bytes.Contains(i.Script, []byte("benchParser")) }
