// Package compat returns the features that a version of a browser lacks, so that a
// newer browser can emulate it by hiding them.
//
// The data comes from MDN's browser-compat-data: scripts/update-compat.sh generates
// features.json. Quirks that MDN does not list are in [Quirks], each with its source.
// Nothing else is emulated: for other differences, run the old browser.
package compat

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"eventsource-wasm/harness/internal/suggest"
)

//go:embed features.json
var content []byte

// Data is the content of features.json.
type Data struct {
	Source string `json:"source"` // the npm package and its version

	// Versions has the releases of each browser, oldest first.
	Versions map[string][]string `json:"versions"`

	// Added has, for each feature and browser, the version that introduced the
	// feature. A browser without an entry never had it.
	Added map[string]map[string]string `json:"added"`
}

var data = func() (d Data) {
	if err := json.Unmarshal(content, &d); err != nil {
		panic(fmt.Errorf("features.json: %w", err)) // the file is embedded
	}
	return d
}()

// A Quirk is something that current browsers do and an old one does in its own way.
type Quirk struct {
	Feature     string // what to hide
	First, Last string // the versions that have the quirk, inclusive
	Source      string // where the quirk is documented
}

// Quirks are the quirks of each browser.
var Quirks = map[string][]Quirk{
	"ie": {
		// a.href = 'x' leaves a.protocol and a.host empty, until an absolute URL is
		// assigned. Reading the href of a malformed URL throws.
		{"anchor-parts", "8", "11", "jQuery 3.7.1, src/ajax.js: \"Anchor's host property isn't correctly set when s.url is relative\", " +
			"\"IE throws exception on accessing the href property if url is malformed\"; AngularJS 1.8.3, src/ng/urlUtils.js"},
		// A GET is answered from the cache, unless the response forbids that or the
		// request has a date.
		{"uncached-XMLHttpRequest", "8", "11", "Eric Lawrence, \"Caching Improvements in Internet Explorer 9\", IEBlog, 2010; " +
			"Microsoft, KB 234067, \"How to prevent caching in Internet Explorer\""},
		// An error has no stack before it is thrown.
		{"unthrown-stack", "10", "11", "Microsoft, \"stack Property (Error) (JavaScript)\": the stack is set when the error is raised"},
	},
}

// Features returns the names of all features in the data, in alphabetical order.
func Features() []string { return slices.Sorted(maps.Keys(data.Added)) }

// Lacks returns the features that a browser lacks, then its quirks. The name is that of a
// browser and its version, such as "edge@16".
func Lacks(name string) (lacks []string, err error) {
	browser, version, _ := strings.Cut(name, "@")
	versions, known := data.Versions[browser]
	if !known {
		names := slices.Sorted(maps.Keys(data.Versions))
		return nil, fmt.Errorf("unknown browser %q%s", browser, cmp.Or(suggest.DidYouMean(browser, names),
			fmt.Sprintf(": want one of %s, with a version as in edge@16", strings.Join(names, ", "))))
	}
	if !slices.Contains(versions, version) {
		return nil, fmt.Errorf("%s has no version %q: want one from %s to %s, as in %[1]s@%[3]s",
			browser, version, versions[0], versions[len(versions)-1])
	}
	for _, feature := range Features() {
		added, ever := data.Added[feature][browser]
		if !ever || Compare(version, added) < 0 {
			lacks = append(lacks, feature)
		}
	}
	for _, quirk := range Quirks[browser] {
		if Compare(quirk.First, version) <= 0 && Compare(version, quirk.Last) <= 0 {
			lacks = append(lacks, quirk.Feature)
		}
	}
	return lacks, nil
}

// Compare compares versions such as 9 and 10.1 number by number. It returns a negative
// number if a is older, and a positive number if a is newer.
func Compare(a, b string) int { return slices.Compare(numbers(a), numbers(b)) }

func numbers(version string) (all []int) {
	for part := range strings.SplitSeq(version, ".") {
		n, _ := strconv.Atoi(part)
		all = append(all, n)
	}
	return all
}
