package bench

import "eventsource-wasm/harness/conformance/implementation"

type Build struct {
	Version string `json:"version,omitempty"`
	SHA256  string `json:"sha256,omitempty"`
	Legacy  string `json:"legacySha256,omitempty"`
}

func (b Build) String() string { return b.SHA256 }

func buildOf(i implementation.Implementation) Build { return Build{SHA256: i.Hash()} }
func revision() string                              { return "" }
