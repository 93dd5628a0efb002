package results

import (
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is known of three engines is found by comparing the committed documents:
// some of them stand apart, and show what they are known to do.
func TestKnownDifferences(t *testing.T) {
	tests := []struct {
		what, id string
		apart    []string
		got      string // a pattern
	}{
		{"NUL is dropped from data", "decode/nul-preserved-in-data", []string{"firefox"}, `event 2: message "ab"`},
		{"a line of NUL is taken for a blank one", "parse/nul-line-is-not-blank", []string{"firefox"}, `event 2: message "q"`},
		{"a line after an id with NUL is lost", "field/id-nul-ignored", []string{"firefox"}, `no event 2`},
		{"the id of a block without data is not sent", "last-event-id/committed-without-data", []string{"firefox", "wpe"}, `no Last-Event-ID`},
		{"nor is it that of later events", "last-event-id/committed-without-data-visible", []string{"firefox"}, `lastEventId ""`},
		{"the spaces after an id are sent", "last-event-id/outer-whitespace", []string{"firefox", "wpe"}, `Last-Event-ID: abc  `},
		{"no reconnection comes at once", "retry/zero", []string{"firefox"}, ` 5\d\d ms after the one before`},
		{"a reconnection time below 500 ms is raised to that", "retry/below-500", []string{"firefox"}, ` 5\d\d ms after the one before`},
		{"the default reconnection time is 5 s", "retry/default-delay", []string{"firefox"}, ` 5\d\d\d ms after the one before`},
		{"a time with signs and spaces is taken", "field/retry-sign-or-space-ignored", []string{"wpe"}, ` \d\d\d ms after the one before`},
		{"a refusal by another origin is final", "retry/initial-refused-cross-origin", []string{"firefox"}, `error, readyState 2`},
		{"unfinished data outlives a reset", "retry/state-reset-data", []string{"wpe"}, `message "pre\\nnew"`},
		{"an unfinished line outlives a reset", "retry/state-reset-line", []string{"wpe"}, `message "pardata:new"`},
		{"an unfinished event's type outlives a reset", "retry/state-reset-event-type", []string{"wpe"}, `foo "new"`},
		{"a mark in two parts costs an event", "decode/bom-split-across-chunks", []string{"wpe"}, `event 2: message "y"`},
		{"a permanent redirection is forgotten", "redirect/permanent-remembered", []string{"wpe"}, `request 3: {path}`},
		{"a temporary redirection is remembered", "redirect/temporary-reconnect-target", []string{"chromium"}, `{path}; {path:b}; {path:b}`},
		{"data: is no scheme of streams", "url/scheme-data", []string{"firefox", "wpe"}, `error, readyState 2`},
		{"an error is told of a frame that is gone", "lifecycle/iframe-removed", []string{"chromium"}, `event 3: error, readyState 2`},
	}
	engines := []string{"chromium", "firefox", "wpe"}

	s, err := Open(os.DirFS("../../../www/results"), "")
	require.NoError(t, err)
	found := s.summary().Differences["native"]
	page := httptest.NewRecorder()
	s.Handler().ServeHTTP(page, httptest.NewRequest("GET", "/results/native", nil))
	_, rest, _ := strings.Cut(page.Body.String(), `id="differences"`)
	section, _, _ := strings.Cut(rest, "</section>")

	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			i := slices.IndexFunc(found, func(d difference) bool { return d.Case == tt.id })
			require.GreaterOrEqual(t, i, 0, "%s: nobody stands apart", tt.what)
			groups := 0
			for _, of := range found[i].Shown {
				some := slices.DeleteFunc(slices.Clone(engines), func(name string) bool { return !slices.Contains(of.Browsers, name) })
				if len(some) > 0 {
					groups++
				}
				if slices.Contains(some, tt.apart[0]) {
					require.Equal(t, tt.apart, some, tt.what)
					require.Regexp(t, tt.got, of.Got, tt.what)
				}
			}
			require.Equal(t, 2, groups, "%s: the others do not agree", tt.what)
			require.True(t, strings.Contains(section, ">"+tt.id+"</a>"), "%s: it is not on the page", tt.what)
		})
	}
}
