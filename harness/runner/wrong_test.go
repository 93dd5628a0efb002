package runner

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/catalogue"
)

// wrong are implementations that break one rule each, by file under
// testdata/wrong, and a case that catches each.
var wrong = map[string]string{
	"any-id":                  "field/id-nul-ignored",
	"any-status":              "response/status-503-fails",
	"any-type":                "response/type-other",
	"crlf-is-two":             "parse/crlf",
	"decodes-chunks-apart":    "decode/split-2-3-4-byte",
	"decodes-latin1":          "decode/no-normalisation",
	"delivers-after-close":    "dispatch/close-drops-queued",
	"dispatches-at-end":       "parse/incomplete-block-dropped",
	"dispatches-without-data": "dispatch/type-without-data",
	"drops-empty-data":        "field/data-single-empty",
	"forgets-id":              "last-event-id/sent-on-reconnect",
	"gives-up":                "network/clean-chunked-end",
	"ignores-case":            "field/name-case-sensitive",
	"joins-without-lf":        "field/data-join",
	"keeps-mark":              "decode/bom-stripped",
	"keeps-type":              "dispatch/type-reset-after-block",
	"last-data-wins":          "field/data-empty-lines",
	"lines-end-with-chunks":   "parse/field-name-split",
	"loses-silently":          "network/clean-chunked-end",
	"never-aborts":            "state/close-aborts-connection",
	"no-time":                 "field/retry-digits",
	"only-lf":                 "parse/cr",
	"sends-no-id":             "last-event-id/sent-on-reconnect",
	"signed-time":             "field/retry-sign-or-space-ignored",
	"trims-values":            "field/one-space-removed",
}

// The suite can fail: a named case catches each wrong implementation, and the
// same implementation without its mistake passes all of these cases.
func TestWrong(t *testing.T) {
	chromium := findChromium(t)
	base := script(t, "base")

	files, err := filepath.Glob("testdata/wrong/*.js")
	require.NoError(t, err)
	require.Len(t, files, len(wrong)+1, "each file beside base.js has a case")

	for name, id := range wrong {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mistaken := Implementation{Name: name + ".js", Script: slices.Concat(base, script(t, name))}
			verdict := playWith(t, chromium, mistaken, id)[id]
			require.Contains(t, []catalogue.Verdict{catalogue.Fail, catalogue.Timeout}, verdict)
		})
	}
	t.Run("base", func(t *testing.T) {
		t.Parallel()
		cases := slices.Sorted(maps.Values(wrong))
		for id, verdict := range playWith(t, chromium, Implementation{Name: "base.js", Script: base}, cases...) {
			require.Equal(t, catalogue.Pass, verdict, id)
		}
	})
}

// playWith plays cases and returns their verdicts by id.
func playWith(t *testing.T, chromium browser.Browser, implementation Implementation, ids ...string) map[string]catalogue.Verdict {
	t.Helper()
	all, err := catalogue.Load()
	require.NoError(t, err)
	cases, err := catalogue.Select(all, ids)
	require.NoError(t, err)
	document, err := Run(t.Context(), Plan{
		Cases:           cases,
		Browser:         chromium,
		Implementations: []Implementation{implementation},
		Jobs:            6,
	})
	require.NoError(t, err)
	verdicts := map[string]catalogue.Verdict{}
	for _, r := range document.Results {
		verdicts[r.Case] = r.Verdict
		t.Logf("%s %s: %s, want %s, got %s", r.Target, r.Case, r.Verdict, r.Want, r.Got)
	}
	return verdicts
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

func script(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile("testdata/wrong/" + name + ".js")
	require.NoError(t, err)
	return content
}
