package bench

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"strings"

	"eventsource-wasm/harness/conformance/implementation"
)

const (
	ours = "polyfill" // the polyfill as built, on WebAssembly and fetch

	// floor is the name of a client that reads with fetch and makes no events. No
	// implementation on top of fetch can do less.
	floor = "fetch"

	// corePart is the name of the parser inside the polyfill's class: the core, and the
	// JavaScript that carries out its tokens. The package's parser is another one.
	corePart = "polyfill-core"
)

// PeersDir is where scripts/install-peers.sh writes the scripts of npm's implementations.
const PeersDir = "build/peers"

//go:embed page/fetch.js
var floorScript []byte

// SoakNames are the implementations to soak by default: each transport with each
// core.
var SoakNames = []string{implementation.Native, ours, "polyfill-js", "polyfill-xhr"}

// Load returns the implementation with a name: "fetch", "polyfill-core", which is only a
// parser, or one that [implementation.Load] knows. The script of a file may define benchClient or
// benchParser instead of EventSource: see page/bench.js and page/parser.js. The
// implementation has the name of its file without ".js".
func Load(name string) (implementation.Implementation, error) {
	if name == floor {
		return implementation.Implementation{Name: floor, Script: floorScript}, nil
	}
	if name == corePart {
		script, err := polyfillParser()
		return implementation.Implementation{Name: corePart, Script: script}, err
	}
	i, err := implementation.Load(name)
	if err != nil && !strings.HasSuffix(name, ".js") {
		return i, fmt.Errorf("%w (or fetch)", err)
	}
	i.Name = strings.TrimSuffix(i.Name, ".js")
	return i, err
}

// LoadPeers returns the implementations in [PeersDir].
func LoadPeers() (peers []implementation.Implementation, err error) {
	paths, err := filepath.Glob(filepath.Join(PeersDir, "*.js"))
	if err != nil {
		return nil, err
	}
	if paths == nil {
		return nil, fmt.Errorf("no peers in %s: run sh scripts/install-peers.sh", PeersDir)
	}
	for _, path := range paths {
		peer, err := Load(path)
		if err != nil {
			return nil, err
		}
		peers = append(peers, peer)
	}
	return peers, nil
}
