package runner

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/processgroup"
)

// TestBlamed checks that a case that makes the browser exit is blamed alone, however
// many of them there are, and that the other cases have their results.
func TestBlamed(t *testing.T) {
	const slots = 3
	tests := []struct {
		name   string
		deadly []int // the cases that make the browser exit
	}{
		{"none", nil},
		{"one", []int{4}},
		{"the last one", []int{8}},
		{"most of them", []int{0, 1, 3, 5, 7, 8}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cases := testCases("a", "b", "c", "d", "e", "f", "g", "h", "i")
			for i := range cases {
				cases[i].Client.Limit += i // 20 ms and more with the time to settle
			}
			fake := &fakeBrowser{t: t, behave: func(p *page) {
				for {
					var pages []string
					for slot := range slots {
						page, limit := p.nextOf(slot)
						if page != "" && slices.Contains(tt.deadly, limit-20) {
							p.die()
							return
						}
						pages = append(pages, page)
					}
					if slices.Equal(pages, make([]string, slots)) {
						return
					}
					for _, page := range pages {
						if page != "" {
							p.report(page, right)
						}
					}
				}
			}}
			result, err := Run(t.Context(), Plan{
				Cases:           cases,
				Browser:         fake,
				Implementations: []implementation.Implementation{{Name: "native"}},
				Contexts:        []catalogue.Context{catalogue.Window},
				Jobs:            slots,
				limits:          limits{guilty: 7},
			})
			require.NoError(t, err)
			require.Len(t, result.Results, len(cases))
			for i, r := range result.Results {
				want := catalogue.Pass
				if slices.Contains(tt.deadly, i) {
					want = catalogue.Error
				}
				require.Equal(t, want, r.Verdict, "%s: %s", r.Case, r.Got)
				if want == catalogue.Error {
					require.Equal(t, "fake exited or hung: it exited by itself, also when this case ran alone", r.Got)
				}
			}
			require.GreaterOrEqual(t, len(result.Targets[0].Losses), len(tt.deadly))
			require.LessOrEqual(t, len(result.Targets[0].Losses), 2*len(tt.deadly))
		})
	}
}

// TestTooManyBlamed checks that a target ends when too many cases make the browser
// exit.
func TestTooManyBlamed(t *testing.T) {
	fake := &fakeBrowser{t: t, behave: func(p *page) {
		p.next()
		p.die()
	}}
	result, err := Run(t.Context(), Plan{
		Cases:           testCases("a", "b", "c", "d"),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            1,
		limits:          limits{blamed: 2},
	})
	require.NoError(t, err)
	var got []string
	for _, r := range result.Results {
		got = append(got, r.Got)
	}
	const blamed, left = "fake exited or hung: it exited by itself, also when this case ran alone", "not run: fake exited or hung 4 times; last error: it exited by itself"
	require.Equal(t, []string{blamed, blamed, left, left}, got)
}

// TestAway checks that an endpoint that is away is waited for, longer each time.
func TestAway(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	away := &awayBrowser{fakeBrowser{t: t, behave: func(p *page) { p.runAll(right) }}, gone.URL, 3}
	started := time.Now()
	result, err := Run(t.Context(), Plan{
		Cases:           testCases("a"),
		Browser:         away,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            1,
		limits:          limits{starts: 2, away: 4, pause: 20 * time.Millisecond},
	})
	require.NoError(t, err)
	require.Equal(t, catalogue.Pass, result.Results[0].Verdict)
	require.GreaterOrEqual(t, time.Since(started), (20+40+80)*time.Millisecond)

	usual := limits{}.orDefault()
	require.Equal(t, 31*time.Second, usual.pause<<(usual.away-1)-usual.pause, "the time that a grid has to restart")
}

// An awayBrowser is that of an endpoint that is away at first.
type awayBrowser struct {
	fakeBrowser
	endpoint string
	tries    int
}

func (b *awayBrowser) Open(ctx context.Context, url string) (browser.Window, error) {
	if b.tries--; b.tries >= 0 {
		gone, err := browser.NewRemote(b.endpoint, "")
		require.NoError(b.t, err)
		return gone.Open(ctx, url)
	}
	return b.fakeBrowser.Open(ctx, url)
}

// TestHang checks that of the cases that run when an implementation hangs, only the one
// that makes it hang is blamed.
func TestHang(t *testing.T) {
	result := runGroup(t, findChromium(t), string(source(t, "base"))+string(source(t, "../loops")))
	losses := result.Targets[0].Losses
	require.NotEmpty(t, losses)
	require.LessOrEqual(t, len(losses), 2, "with others, and alone; on a busy machine, only alone")
	for _, r := range result.Results {
		switch {
		case r.Case != "field/no-colon":
			require.NotContains(t, r.Got, "did not answer", r.Case)
			require.NotEqual(t, catalogue.Error, r.Verdict, r.Case)
		default:
			require.Equal(t, catalogue.Timeout, r.Verdict)
			require.Contains(t, r.Got, "chromium exited or hung: it did not answer for ")
			require.Contains(t, r.Got, "while it ran field/no-colon, also when this case ran alone")
		}
	}
}

// TestBusy checks that a window is not lost because of a case that is late, as long as
// others are heard from: the machine is busy, and the browser has not hung.
func TestBusy(t *testing.T) {
	t.Parallel()
	const pace, answer, others = 300 * time.Millisecond, 2 * time.Second, 10
	fake := &fakeBrowser{t: t, behave: func(p *page) {
		late, _ := p.nextOf(0)
		for range others {
			page, _ := p.nextOf(1)
			time.Sleep(pace)
			p.report(page, right)
		}
		p.report(late, right)
	}}
	result, err := Run(t.Context(), Plan{
		Cases:           testCases("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            2,
		limits:          limits{answer: answer},
	})
	require.NoError(t, err)
	require.Empty(t, result.Targets[0].Losses)
	require.Len(t, result.Results, 1+others)
	for _, r := range result.Results {
		require.Equal(t, catalogue.Pass, r.Verdict, "%s: %s", r.Case, r.Got)
	}
}

// TestAlert checks that a dialog of an implementation is named, and harms no other case.
func TestAlert(t *testing.T) {
	result := runGroup(t, findChromium(t), string(source(t, "base"))+`
		rules.name = function (name) {
			if (name === 'DATA') alert('what is DATA?')
			return name
		}`)
	for _, r := range result.Results {
		switch {
		case r.Case != "field/name-case-sensitive":
			require.Empty(t, r.Transcript.Broke, r.Case)
			require.NotEqual(t, catalogue.Error, r.Verdict, r.Case)
		default:
			require.Equal(t, catalogue.Fail, r.Verdict)
			require.Equal(t, `called alert("what is DATA?")`, r.Got)
		}
	}
	require.Empty(t, result.Targets[0].Losses)
}

// TestKill checks that no case is blamed when somebody kills the browser.
func TestKill(t *testing.T) {
	victim := &victimBrowser{Browser: findChromium(t)}
	result := runGroup(t, victim, string(source(t, "base")))
	require.Len(t, result.Targets[0].Losses, 1, "killed once")
	require.Regexp(t, `^it exited by itself, while field/.*, field/.*, field/.* and \d+ other cases were running$`, result.Targets[0].Losses[0])
	for _, r := range result.Results {
		require.NotEqual(t, catalogue.Error, r.Verdict, "%s: %s", r.Case, r.Got)
	}
}

// runGroup runs some cases on a script. Only field/no-colon has a line without a colon,
// and only field/name-case-sensitive a field named DATA.
func runGroup(t *testing.T, b browser.Browser, script string) *report.Report {
	t.Helper()
	all, err := catalogue.Load()
	require.NoError(t, err)
	cases, err := catalogue.Select(all, []string{
		"field/no-colon", "field/name-", "field/first-colon-splits", "field/one-space-removed", "field/space-only-value",
		"field/tab-not-removed", "field/trailing-space-kept", "field/event-", "field/id-set",
	})
	require.NoError(t, err)
	result, err := Run(t.Context(), Plan{
		Cases:           cases,
		Browser:         b,
		Implementations: []implementation.Implementation{{Name: "mine.js", Script: []byte(script)}},
		Contexts:        inWindow,
		Jobs:            8,
		limits:          limits{answer: 3 * time.Second},
		Progress:        progressOf(b),
	})
	require.NoError(t, err)
	require.Len(t, result.Results, len(cases))
	return result
}

// A victimBrowser is a browser that is killed, once, when the first case has its result.
type victimBrowser struct {
	browser.Browser
	window atomic.Value // holds a browser.Window's Group
	once   sync.Once
}

func (b *victimBrowser) Open(ctx context.Context, url string) (browser.Window, error) {
	w, err := b.Browser.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	process, ok := w.(interface{ Group() int })
	if !ok {
		return nil, fmt.Errorf("%T has no process group", w)
	}
	b.window.Store(process.Group())
	return w, nil
}

func progressOf(b browser.Browser) func(report.Result) {
	victim, ok := b.(*victimBrowser)
	if !ok {
		return nil
	}
	return func(report.Result) {
		victim.once.Do(func() { processgroup.Kill(victim.window.Load().(int)) })
	}
}
