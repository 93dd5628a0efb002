package report

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// module is the path of the module that the suite belongs to.
const module = "eventsource-wasm"

// notRecorded stands where a report lacks the version of a suite or build.
const notRecorded = "not recorded"

// A Suite is the version of the conformance suite that judged a target. The zero
// value means that it was not recorded.
type Suite struct {
	Catalogue string `json:"catalogue"`          // the hash of all cases: see [catalogue.Hash]
	Revision  string `json:"revision,omitempty"` // of the module, as the go command stamps it; "": not stamped
}

// ThisSuite returns the version of the suite that the program is built from.
func ThisSuite() Suite {
	s := Suite{Catalogue: catalogue.Hash()}
	if info, ok := debug.ReadBuildInfo(); ok {
		s.Revision = revision(info)
	}
	return s
}

// revision returns the version of the suite's module in a program: a version such
// as v0.2.0, or a VCS revision, which ends in +dirty if files were changed.
func revision(info *debug.BuildInfo) string {
	if info.Main.Path == module {
		return strings.Replace(info.Main.Version, "(devel)", "", 1)
	}
	for _, m := range info.Deps {
		if m.Path == module {
			return m.Version
		}
	}
	return ""
}

// String returns the catalogue's hash and the revision, or "" if nothing was
// recorded.
func (s Suite) String() string { return strings.TrimSpace(s.Catalogue + " " + s.Revision) }

// A Build names the script of a target. The zero value means that there is none, as
// for the browser's own EventSource, or that it was not recorded.
type Build struct {
	Version string `json:"version,omitempty"`      // of the polyfill; "": another script
	SHA256  string `json:"sha256"`                 // of the file, 64 hex digits
	Legacy  string `json:"legacySha256,omitempty"` // of eventsource-legacy.js beside it
}

// shortHash is how many digits of a hash people are shown.
const shortHash = 12

// Short returns the first digits of the script's hash, or "" if there is none.
func (b Build) Short() string { return b.SHA256[:min(shortHash, len(b.SHA256))] }

// String returns the version, if it is known, and the short hash.
func (b Build) String() string { return strings.TrimSpace(b.Version + " " + b.Short()) }

// Mixed returns a warning if the targets were judged by different versions of the
// catalogue, or "". A version that was not recorded counts as different.
func Mixed(targets []Target) string {
	var versions []string
	n := map[string]int{}
	for _, t := range targets {
		version := cmp.Or(t.Suite.Catalogue, notRecorded)
		if n[version] == 0 {
			versions = append(versions, version)
		}
		n[version]++
	}
	if len(versions) < 2 {
		return ""
	}
	slices.Sort(versions)
	var words []string
	for _, version := range versions {
		words = append(words, fmt.Sprintf("%s (%s)", version, count(n[version], "target")))
	}
	return "the targets were run with different versions of the catalogue, so cases may differ: " + strings.Join(words, ", ")
}
