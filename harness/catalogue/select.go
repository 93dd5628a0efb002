package catalogue

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Select picks the cases that any of the patterns names, in their own order. A
// pattern is an id, a group ("parse" or "parse/") or any other beginning of ids
// ("retry/stop-"). Without patterns it picks all.
func Select(cases []Case, patterns []string) ([]Case, error) {
	if len(patterns) == 0 {
		return cases, nil
	}
	picked := make([]bool, len(cases))
	for _, pattern := range patterns {
		found := false
		for i := range cases {
			if names(pattern, cases, i) {
				picked[i], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("catalogue: no case %q: see harness list for the ids", pattern)
		}
	}
	var selected []Case
	for i, c := range cases {
		if picked[i] {
			selected = append(selected, c)
		}
	}
	return selected, nil
}

// names tells whether the pattern names case i. An id names its own case only,
// though other ids may begin with it.
func names(pattern string, cases []Case, i int) bool {
	if cases[i].ID == pattern {
		return true
	}
	exact := slices.ContainsFunc(cases, func(c Case) bool { return c.ID == pattern })
	return !exact && strings.HasPrefix(cases[i].ID, pattern)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
