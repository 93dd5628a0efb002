package implementation

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eventsource-wasm/harness/internal/suggest"
)

// hideFunction is a function expression that takes the names of features.
//
//go:embed hide.js
var hideFunction string

// framesScript hides the browser's EventSource in frames.
//
//go:embed frames.js
var framesScript []byte

// Features are the names of what can be hidden of an engine, in the order of
// hide.js, which is alphabetical.
var Features = features(hideFunction)

// features returns the names in the table of hide.js.
func features(script string) (names []string) {
	for _, entry := range regexp.MustCompile(`(?m)^    '([\w-]+)':`).FindAllStringSubmatch(script, -1) {
		names = append(names, entry[1])
	}
	return names
}

// Hiding returns the implementation in an engine that lacks more features.
func (i Implementation) Hiding(names []string) (Implementation, error) {
	for _, name := range names {
		if !slices.Contains(Features, name) {
			return i, fmt.Errorf("unknown feature %q%s", name, cmp.Or(
				suggest.DidYouMean(name, Features), ": want names from the list "+strings.Join(Features, ", ")))
		}
	}
	i.Hide = slices.Compact(slices.Sorted(slices.Values(slices.Concat(i.Hide, names))))
	return i, nil
}

// HideScript returns a script that hides what the implementation must do
// without. Unless the implementation is the browser's own, it hides the browser's
// EventSource too, so that no script can fall back to it.
func (i Implementation) HideScript() []byte {
	names := append([]string{}, i.Hide...)
	if i.Script != nil {
		names = append(names, "EventSource")
	}
	list, _ := json.Marshal(names)
	return fmt.Appendf(nil, "%s(%s)\n", strings.TrimSpace(hideFunction), list)
}

// hideAll returns a script that hides what the implementation must do without, also in
// frames that it may make.
func (i Implementation) hideAll() []byte {
	if i.Script == nil {
		return i.HideScript()
	}
	return slices.Concat(i.HideScript(), []byte(";\n"), framesScript)
}
