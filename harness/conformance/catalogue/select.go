package catalogue

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eventsource-wasm/harness/internal/suggest"
)

// Select returns the cases that match any of the patterns, in their own order. A
// pattern is an id, a group ("parse" or "parse/") or any other prefix of ids
// ("retry/stop-"). A whole id matches that case only, even if it is the prefix of
// other ids. Without patterns, Select returns all cases.
func Select(cases []Case, patterns []string) ([]Case, error) {
	if len(patterns) == 0 {
		return cases, nil
	}
	picked := make([]bool, len(cases))
	for _, pattern := range patterns {
		found := slices.IndexFunc(cases, func(c Case) bool { return c.ID == pattern })
		if found >= 0 {
			picked[found] = true
			continue
		}
		for i, c := range cases {
			if strings.HasPrefix(c.ID, pattern) {
				picked[i] = true
				found = i
			}
		}
		if found < 0 {
			return nil, fmt.Errorf("catalogue: no case %q%s (see harness list)", pattern, suggest.DidYouMean(pattern, names(cases)))
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

// names returns the names that a pattern may have in full: ids, and groups.
func names(cases []Case) (all []string) {
	for _, c := range cases {
		group, _, _ := strings.Cut(c.ID, "/")
		if group += "/"; !slices.Contains(all, group) {
			all = append(all, group)
		}
		all = append(all, c.ID)
	}
	return all
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
