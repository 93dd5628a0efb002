package runner

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"eventsource-wasm/harness/internal/respond"
)

// hideFunction is a function expression that takes the names of features.
//
//go:embed page/hide.js
var hideFunction string

// Features are what can be hidden of an engine.
var Features = features(hideFunction)

// features reads the names in the table of hide.js.
func features(script string) (names []string) {
	for _, entry := range regexp.MustCompile(`(?m)^    '([\w-]+)':`).FindAllStringSubmatch(script, -1) {
		names = append(names, entry[1])
	}
	return names
}

// Hiding is the implementation in an engine that lacks more features.
func (i Implementation) Hiding(names []string) (Implementation, error) {
	for _, name := range names {
		if !slices.Contains(Features, name) {
			return i, fmt.Errorf("unknown feature %q: expected some of %s", name, strings.Join(Features, ", "))
		}
	}
	i.Hide = slices.Compact(slices.Sorted(slices.Values(slices.Concat(i.Hide, names))))
	return i, nil
}

// hideScript hides what the implementation is to do without: also the browser's
// own EventSource, so that nothing falls back to it.
func hideScript(i Implementation) []byte {
	names := append([]string{}, i.Hide...)
	if i.Script != nil {
		names = append(names, "EventSource")
	}
	list, _ := json.Marshal(names)
	return fmt.Appendf(nil, "%s(%s)\n", strings.TrimSpace(hideFunction), list)
}

func giveHide(w http.ResponseWriter, _ *http.Request, s *session) {
	keep(w)
	respond.JavaScript(w, hideScript(s.target.implementation))
}
