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

// wrong maps cases to the implementation that each must catch: base.js of
// testdata/wrong, followed by the named file, which breaks one rule.
var wrong = map[string]string{
	"cors/credentials-omitted-by-default":   "sends-credentials",
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
	"field/retry-sign-or-space-ignored":     "signed-time",
	"field/tab-not-removed":                 "removes-tab",
	"last-event-id/kept-over-failures":      "forgets-id",
	"last-event-id/sent-on-reconnect":       "sends-no-id",
	"last-event-id/uncommitted-id-not-sent": "sets-id-early",
	"network/chunked-truncated":             "no-error-on-loss",
	"network/clean-chunked-end":             "never-reconnects",
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
	"response/type-prefix-match":            "any-type-prefix",
	"response/type-uppercase":               "type-in-lower-case-only",
	"retry/close-during-wait":               "close-does-not-cancel-wait",
	"retry/honours-value":                   "halves-time",
	"retry/one-error-per-loss":              "fires-error-twice",
	"retry/open-again":                      "opens-once",
	"retry/persists":                        "forgets-time",
	"retry/state-reset-data":                "keeps-unfinished-block",
	"retry/stop-on-503":                     "reconnects-after-failure",
	"retry/waits-no-longer":                 "no-time",
	"state/close-aborts-connection":         "never-aborts",
	"state/close-fires-nothing":             "close-fires-error",
	"state/close-sets-closed":               "close-keeps-state",
	"state/connecting-in-error":             "error-before-state",
	"state/open-in-open":                    "open-before-state",
}

// TestWrongImplementations checks that the suite can fail: a named case catches each wrong
// implementation, and passes the same implementation without the mistake.
func TestWrongImplementations(t *testing.T) {
	files, err := filepath.Glob("testdata/wrong/*.js")
	require.NoError(t, err)
	require.Len(t, files, len(wrong)+len(forging)+1, "each file except base.js has a case")

	chromium := findChromium(t)
	all, err := catalogue.Load()
	require.NoError(t, err)
	cases, err := catalogue.Select(all, slices.Sorted(maps.Keys(wrong)))
	require.NoError(t, err)
	for i := range cases {
		name(&cases[i], wrong[cases[i].ID])
	}
	result, err := Run(t.Context(), Plan{
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
	require.Len(t, result.Results, 2*len(wrong))
	for _, r := range result.Results {
		t.Run(r.Target+"/"+r.Case, func(t *testing.T) {
			got := fmt.Sprintf("want %s, got %s", r.Want, r.Got)
			if r.Target == "chromium/base/window" {
				require.Equal(t, catalogue.Pass, r.Verdict, got)
				return
			}
			require.Contains(t, []catalogue.Verdict{catalogue.Fail, catalogue.Timeout}, r.Verdict,
				"%s must fail: %s", wrong[r.Case], got)
		})
	}
}

// wrongScript returns all wrong implementations as one script, so that one browser can
// run them. A case says which one it must catch: see name.
func wrongScript(t *testing.T) []byte {
	var b strings.Builder
	b.Write(source(t, "base"))
	b.WriteString("function mistake(name) {\n")
	for _, name := range wrong {
		fmt.Fprintf(&b, "if (name === %q) {\n%s}\n", name, source(t, name))
	}
	b.WriteString(`}
var connect = EventSource.prototype.connect
EventSource.prototype.connect = function () {
  EventSource.prototype.connect = connect
  mistake(this.url.split('#')[1])
  this.connect()
}
`)
	return []byte(b.String())
}

// name makes a case name the mistake that it must catch, in the first line of its script
// or in the fragment of its URL. The page of a case names nothing that an implementation
// could use.
func name(c *catalogue.Case, mistake string) {
	if c.Client.Script != nil {
		c.Client.Script = append([]string{fmt.Sprintf("if (self.mistake) mistake(%q)", mistake)}, c.Client.Script...)
		return
	}
	c.Client.URL += "#" + mistake
}

func source(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile("testdata/wrong/" + name + ".js")
	require.NoError(t, err)
	return content
}

// findChromium skips the test if Chromium is not installed, except in CI.
func findChromium(t *testing.T) browser.Browser {
	t.Helper()
	chromium, err := browser.Find("chromium")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	return chromium
}
