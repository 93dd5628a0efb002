package runner

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
)

// TestWatchdog checks that a run ends when it makes no progress, and not because it is
// slow, and that the error fits.
func TestWatchdog(t *testing.T) {
	const pace = 100 * time.Millisecond
	slow := func(p *page) {
		for page := p.next(); page != ""; page = p.next() {
			time.Sleep(pace)
			p.report(page, right)
		}
	}
	tests := []struct {
		name     string
		browser  browser.Browser
		timeout  time.Duration
		patience time.Duration
		want     string // the error, with * for what differs from run to run
		least    int    // results
	}{
		{"slow, but steady", &fakeBrowser{behave: slow}, 0, 5 * pace, "", 20},
		{"slow, with a timeout", &fakeBrowser{behave: slow}, 5 * pace, 0,
			`^fake: timed out after 500ms with \d+ of 20 results left, while it was making progress \(raise --timeout, or leave it out\)$`, 1},
		{"never starts", hungBrowser{}, 0, pace,
			`^hung: the browser never answered: it asked for no case in 100ms; check that it starts, and that it can reach http://127\.0\.0\.1:\d+$`, 0},
		{"never starts, with a timeout", hungBrowser{}, pace, 0,
			`^hung: timed out after 100ms, before the browser asked for a case; check that it starts, and that it can reach http://127\.0\.0\.1:\d+$`, 0},
		{"stalls", &fakeBrowser{behave: func(p *page) { p.run(right) }}, 0, 3 * pace,
			`^fake: no progress for 300ms, with 19 of 20 results left; the last one was a on fake/native/window \(run the cases that are left with fewer --jobs\)$`, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var ids []string
			for i := range 20 {
				ids = append(ids, string(rune('a'+i)))
			}
			result, err := Run(t.Context(), Plan{
				Cases:           testCases(ids...),
				Browser:         tt.browser,
				Implementations: []implementation.Implementation{{Name: "native"}},
				Contexts:        []catalogue.Context{catalogue.Window},
				Jobs:            1,
				Timeout:         tt.timeout,
				limits:          limits{patience: tt.patience},
			})
			if tt.want == "" {
				require.NoError(t, err)
			} else {
				require.Error(t, err)
				require.Regexp(t, tt.want, err.Error())
			}
			require.GreaterOrEqual(t, len(result.Results), tt.least)
		})
	}
}

// A hungBrowser never has started.
type hungBrowser struct{}

func (hungBrowser) Name() string { return "hung" }

func (hungBrowser) Open(ctx context.Context, _ string) (browser.Window, error) {
	<-ctx.Done()
	return nil, context.Cause(ctx)
}

// TestNotLoaded checks that a browser that starts and never loads the page is not
// started again for the next target.
func TestNotLoaded(t *testing.T) {
	fake := &fakeBrowser{t: t, behave: func(*page) {}}
	result, err := Run(t.Context(), Plan{
		Cases:           testCases("a"),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}, {Name: "x.js"}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            1,
		limits:          limits{load: 50 * time.Millisecond, idle: 2},
	})
	require.ErrorContains(t, err, "not run: fake exited or hung 2 times; last error: it did not load the page in 50ms; check that it starts, and that it can reach http://127.0.0.1:")
	require.Len(t, result.Results, 2)
	require.Equal(t, 2, fake.opened)
}
