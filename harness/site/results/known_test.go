package results

import (
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Comparing the committed reports finds the known differences between three engines.
func TestKnownDifferences(t *testing.T) {
	tests := []struct {
		what, id string
		differ   []string // from the others
		got      string   // a pattern
	}{
		{"NUL is dropped from data", "decode/nul-preserved-in-data", []string{"firefox"}, `event 2: message "ab"`},
		{"a line of NUL counts as blank", "parse/nul-line-is-not-blank", []string{"firefox"}, `event 2: message "q"`},
		{"a line after an id with NUL is lost", "field/id-nul-ignored", []string{"firefox"}, `no event 2`},
		{"the id of a block without data is not sent", "last-event-id/committed-without-data", []string{"firefox", "wpe"}, `no Last-Event-ID`},
		{"nor does it apply to later events", "last-event-id/committed-without-data-visible", []string{"firefox"}, `lastEventId ""`},
		{"the spaces after an id are sent back", "last-event-id/outer-whitespace", []string{"firefox", "wpe"}, `Last-Event-ID: abc  `},
		{"no reconnection is immediate", "retry/zero", []string{"firefox"}, ` 5\d\d ms after the one before`},
		{"a reconnection time below 500 ms is raised to 500 ms", "retry/below-500", []string{"firefox"}, ` 5\d\d ms after the one before`},
		{"the default reconnection time is 5 s", "retry/default-delay", []string{"firefox"}, ` 5\d\d\d ms after the one before`},
		{"a time with signs and spaces is accepted", "field/retry-sign-or-space-ignored", []string{"wpe"}, ` \d\d\d ms after the one before`},
		{"a refused connection to another origin is final", "retry/initial-refused-cross-origin", []string{"firefox"}, `error, readyState 2`},
		{"unfinished data survives a reset", "retry/state-reset-data", []string{"wpe"}, `message "pre\\nnew"`},
		{"an unfinished line survives a reset", "retry/state-reset-line", []string{"wpe"}, `message "pardata:new"`},
		{"an unfinished event's type survives a reset", "retry/state-reset-event-type", []string{"wpe"}, `foo "new"`},
		{"a byte order mark split across chunks loses an event", "decode/bom-split-across-chunks", []string{"wpe"}, `event 2: message "y"`},
		{"a permanent redirect is not remembered", "redirect/permanent-remembered", []string{"wpe"}, `request 3: {path}`},
		{"a temporary redirect is remembered", "redirect/temporary-reconnect-target", []string{"chromium"}, `{path}; {path:b}; {path:b}`},
		{"data: URLs are refused", "url/scheme-data", []string{"firefox", "wpe"}, `error, readyState 2`},
		{"an error event is dispatched in a removed frame", "lifecycle/iframe-removed", []string{"chromium"}, `event 3: error, readyState 2`},
	}
	engines := []string{"chromium", "firefox", "wpe"}

	s, err := Open(os.DirFS("../../../www/results"), "")
	require.NoError(t, err)
	found := s.summary().Cases["native"]
	page := httptest.NewRecorder()
	s.Handler().ServeHTTP(page, httptest.NewRequest("GET", "/results/native", nil))
	_, rest, _ := strings.Cut(page.Body.String(), `id="differences"`)
	section, _, _ := strings.Cut(rest, "</section>")

	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			i := slices.IndexFunc(found, func(c outcome) bool { return c.Case == tt.id && c.Differs })
			require.GreaterOrEqual(t, i, 0, "%s: no difference found", tt.what)
			groups := 0
			for _, of := range found[i].Shown {
				some := slices.DeleteFunc(slices.Clone(engines), func(name string) bool { return !slices.Contains(of.Browsers, name) })
				if len(some) > 0 {
					groups++
				}
				if slices.Contains(some, tt.differ[0]) {
					require.Equal(t, tt.differ, some, tt.what)
					require.Regexp(t, tt.got, of.Got, tt.what)
				}
			}
			require.Equal(t, 2, groups, "%s: the others do not agree", tt.what)
			require.True(t, strings.Contains(section, ">"+tt.id+"</a>"), "%s: it is not on the page", tt.what)
		})
	}
}
