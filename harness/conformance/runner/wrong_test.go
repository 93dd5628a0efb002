package runner

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
)

// wrong are implementations that break one rule each, by the case that catches
// them. Each is base.js of testdata/wrong and then the named file there.
var wrong = map[string]string{
	"cors/credentials-omitted-by-default":   "shows-credentials",
	"decode/bom-double":                     "strips-all-marks",
	"decode/bom-on-each-connection":         "strips-one-mark",
	"decode/bom-stripped":                   "keeps-mark",
	"decode/invalid-byte":                   "drops-bad-bytes",
	"decode/no-normalisation":               "decodes-latin1",
	"decode/split-2-3-4-byte":               "decodes-chunks-apart",
	"dispatch/close-drops-queued":           "delivers-after-close",
	"dispatch/custom-type":                  "only-messages",
	"dispatch/last-event-id-per-event":      "no-id-in-events",
	"dispatch/order":                        "keeps-data",
	"dispatch/type-reset-after-block":       "keeps-type",
	"dispatch/type-without-data":            "dispatches-without-data",
	"field/data-empty-lines":                "last-data-wins",
	"field/data-join":                       "joins-without-lf",
	"field/data-only-last-lf-removed":       "trims-data",
	"field/data-single-empty":               "drops-empty-data",
	"field/first-colon-splits":              "last-colon-splits",
	"field/id-empty-resets":                 "keeps-id",
	"field/id-nul-ignored":                  "any-id",
	"field/name-case-sensitive":             "ignores-case",
	"field/name-with-space":                 "trims-names",
	"field/no-colon":                        "needs-colon",
	"field/one-space-removed":               "trims-values",
	"field/retry-digits":                    "no-time",
	"field/retry-sign-or-space-ignored":     "signed-time",
	"field/tab-not-removed":                 "removes-tab",
	"last-event-id/kept-over-failures":      "forgets-id",
	"last-event-id/sent-on-reconnect":       "sends-no-id",
	"last-event-id/uncommitted-id-not-sent": "takes-id-early",
	"network/chunked-truncated":             "loses-silently",
	"network/clean-chunked-end":             "gives-up",
	"parse/comment-inside-block":            "comments-are-data",
	"parse/cr":                              "only-lf",
	"parse/cr-dispatches-without-waiting":   "waits-for-lf",
	"parse/crlf":                            "crlf-is-two",
	"parse/incomplete-block-dropped":        "dispatches-at-end",
	"parse/one-byte-chunks":                 "lines-end-with-chunks",
	"parse/other-separators-are-data":       "many-separators",
	"redirect/307-followed":                 "follows-nothing",
	"redirect/origin-is-final":              "origin-of-url",
	"redirect/url-unchanged":                "keeps-final-url",
	"request/accept-text-event-stream":      "accepts-anything",
	"request/response-not-cached":           "uses-cache",
	"response/status-201-fails":             "any-success",
	"response/status-503-fails":             "any-status",
	"response/type-other":                   "any-type",
	"response/type-other-parameter":         "refuses-parameters",
	"response/type-prefix-match":            "any-longer-type",
	"response/type-uppercase":               "minds-case-of-type",
	"retry/close-during-wait":               "close-waits-on",
	"retry/honours-value":                   "halves-time",
	"retry/one-error-per-loss":              "tells-twice",
	"retry/open-again":                      "opens-once",
	"retry/persists":                        "forgets-time",
	"retry/state-reset-data":                "carries-block",
	"retry/stop-on-503":                     "tries-again",
	"state/close-aborts-connection":         "never-aborts",
	"state/close-fires-nothing":             "close-tells",
	"state/close-sets-closed":               "close-keeps-state",
	"state/connecting-in-error":             "tells-loss-first",
	"state/open-in-open":                    "tells-open-first",
}

// The suite can fail: a named case catches each wrong implementation, and the
// same implementation without its mistake passes that case.
func TestWrong(t *testing.T) {
	files, err := filepath.Glob("testdata/wrong/*.js")
	require.NoError(t, err)
	require.Len(t, files, len(wrong)+1, "each file beside base.js has a case")

	chromium := findChromium(t)
	all, err := catalogue.Load()
	require.NoError(t, err)
	cases, err := catalogue.Select(all, slices.Sorted(maps.Keys(wrong)))
	require.NoError(t, err)
	document, err := Run(t.Context(), Plan{
		Cases:   cases,
		Browser: chromium,
		Implementations: []implementation.Implementation{
			{Name: "base", Script: source(t, "base")},
			{Name: "wrong", Script: wrongScript(t)},
		},
		Contexts: []catalogue.Context{catalogue.Window},
		Jobs:     8,
	})
	require.NoError(t, err)
	require.Len(t, document.Results, 2*len(wrong))
	for _, r := range document.Results {
		t.Run(r.Target+"/"+r.Case, func(t *testing.T) {
			got := fmt.Sprintf("want %s, got %s", r.Want, r.Got)
			if r.Target == "chromium/base/window" {
				require.Equal(t, catalogue.Pass, r.Verdict, got)
				return
			}
			require.Contains(t, []catalogue.Verdict{catalogue.Fail, catalogue.Timeout}, r.Verdict,
				"%s must be caught: %s", wrong[r.Case], got)
		})
	}
}

// wrongScript is all wrong implementations in one, so that one browser plays
// them all: the page of a case, whose title is the id, has the mistake that the
// case must catch.
func wrongScript(t *testing.T) []byte {
	var b strings.Builder
	b.Write(source(t, "base"))
	for id, name := range wrong {
		fmt.Fprintf(&b, "if (document.title === %q) {\n%s}\n", id, source(t, name))
	}
	return []byte(b.String())
}

func source(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile("testdata/wrong/" + name + ".js")
	require.NoError(t, err)
	return content
}

// findChromium skips a test where there is no Chromium, but not in CI.
func findChromium(t *testing.T) browser.Browser {
	t.Helper()
	chromium, err := browser.Find("chromium")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	return chromium
}
