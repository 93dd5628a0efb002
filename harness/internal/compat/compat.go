// Package compat tells what a real version of a browser lacks, of the features
// that can be hidden: so an engine that is not to be had is played on one that
// is.
//
// The data is that of MDN's browser-compat-data; scripts/compat.sh makes
// features.json of it. A profile hides what is missing. It adds nothing and makes
// nothing older: for that, it is played on an old engine.
package compat

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

//go:embed features.json
var content []byte

// Data is what features.json holds.
type Data struct {
	Source string `json:"source"` // the package and its version

	// Versions are the releases of each browser, the oldest first.
	Versions map[string][]string `json:"versions"`

	// Added is, for a feature and a browser, the version that brought it. A browser
	// that is not there never had it.
	Added map[string]map[string]string `json:"added"`
}

var data = func() (d Data) {
	if err := json.Unmarshal(content, &d); err != nil {
		panic(fmt.Errorf("features.json: %w", err)) // embedded: cannot come later
	}
	return d
}()

// Features are all that a profile may hide, in alphabetical order.
func Features() []string { return slices.Sorted(maps.Keys(data.Added)) }

// Parse returns the features that a browser lacks, which is named like edge@16.
func Parse(name string) (lacks []string, err error) {
	browser, version, _ := strings.Cut(name, "@")
	versions, known := data.Versions[browser]
	if !known {
		return nil, fmt.Errorf("profile %q: no such browser: expected one of %s, as in edge@16",
			name, strings.Join(slices.Sorted(maps.Keys(data.Versions)), ", "))
	}
	if !slices.Contains(versions, version) {
		return nil, fmt.Errorf("profile %q: %s has no version %q: expected one from %s to %s, as in %s@%[4]s",
			name, browser, version, versions[0], versions[len(versions)-1], browser)
	}
	for _, feature := range Features() {
		added, ever := data.Added[feature][browser]
		if !ever || Compare(version, added) < 0 {
			lacks = append(lacks, feature)
		}
	}
	return lacks, nil
}

// Compare compares versions like 9 and 10.1, number by number.
func Compare(a, b string) int { return slices.Compare(numbers(a), numbers(b)) }

func numbers(version string) (all []int) {
	for part := range strings.SplitSeq(version, ".") {
		n, _ := strconv.Atoi(part)
		all = append(all, n)
	}
	return all
}
