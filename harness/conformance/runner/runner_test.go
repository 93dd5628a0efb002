package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
)

// right is a record that passes, as long as it is complete.
const right = `{"log": [["answer", 42]], "complete": true}`

// testCases are cases that expect the log of right.
func testCases(ids ...string) []catalogue.Case {
	var cases []catalogue.Case
	for _, id := range ids {
		cases = append(cases, catalogue.Case{
			ID:       id,
			Level:    catalogue.Must,
			Contexts: catalogue.Contexts,
			Server:   []catalogue.Connection{{{Verb: catalogue.Hold}}},
			Client:   catalogue.Client{URL: "{url}", Limit: 10, Settle: 10},
			Expect:   catalogue.Expect{Log: []catalogue.Entry{{Name: "answer", Value: 42.0}}},
		})
	}
	return cases
}

// Whatever a browser does, each case gets a result and the run ends.
func TestRun(t *testing.T) {
	tests := []struct {
		name    string
		browser func(p *page)
		want    []string // verdicts of the cases a, b and c, errors with their text
	}{
		{
			"the browser answers",
			func(p *page) { p.playAll(right) },
			[]string{"pass", "pass", "pass"},
		},
		{
			"it answers wrongly",
			func(p *page) { p.playAll(`{"log": [["answer", 41]], "complete": true}`) },
			[]string{"fail", "fail", "fail"},
		},
		{
			"it sees too little",
			func(p *page) { p.playAll(`{"complete": false}`) },
			[]string{"timeout", "timeout", "timeout"},
		},
		{
			"a page that posts no JSON",
			func(p *page) { p.playAll("oh") },
			[]string{"record of the page: invalid character 'o'", "record of the page: ", "record of the page: "},
		},
		{
			"a page that reports nothing",
			func(p *page) {
				p.next() // and asks again
				p.playAll(right)
			},
			[]string{"the page of the case did not report", "pass", "pass"},
		},
		{
			"it dies while it plays",
			func(p *page) {
				if p.opened > 1 {
					p.playAll(right)
					return
				}
				p.next()
				p.die()
			},
			[]string{"fake exited or hung: it exited by itself", "pass", "pass"},
		},
		{
			"it dies again and again",
			func(p *page) {
				p.next()
				p.die()
			},
			[]string{"fake exited or hung: it exited by itself", "fake exited or hung: it exited by itself", "not run: fake exited or hung 2 times; last error: it exited by itself"},
		},
		{
			"it hangs",
			func(p *page) {
				if p.opened > 1 {
					p.playAll(right)
					return
				}
				p.play(right)
				p.next() // and is silent
			},
			[]string{"pass", "fake exited or hung: it did not answer for 120ms while it ran b", "pass"},
		},
		{
			"it asks no more",
			func(p *page) {
				if p.opened > 1 {
					p.playAll(right)
					return
				}
				p.play(right) // and is silent
			},
			[]string{"pass", "pass", "pass"},
		},
		{
			"it never loads the page",
			func(p *page) {},
			[]string{"not run: fake exited or hung 2 times; last error: it did not load the page in 200ms", "not run", "not run"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := &fakeBrowser{t: t, behave: tt.browser}
			document, err := Run(t.Context(), Plan{
				Cases:           testCases("a", "b", "c"),
				Browser:         fake,
				Implementations: []implementation.Implementation{{Name: "native"}},
				Contexts:        []catalogue.Context{catalogue.Window},
				Jobs:            1,
				limits:          limits{load: 200 * time.Millisecond, answer: 100 * time.Millisecond, restarts: 1},
			})
			require.NoError(t, err)
			require.Len(t, document.Results, 3)
			for i, r := range document.Results {
				require.Equal(t, "fake/native/window", r.Target)
				got := string(r.Verdict)
				if r.Verdict == catalogue.Error {
					got = r.Got
				}
				require.True(t, strings.HasPrefix(got, tt.want[i]), "case %s: got %q, want %q", r.Case, got, tt.want[i])
				require.Equal(t, r.Verdict == catalogue.Pass, r.Expected)
			}
			require.Zero(t, fake.running(), "browsers left behind")
		})
	}
}

// A browser that does not start makes errors of all cases, and of the run.
func TestRunWithoutBrowser(t *testing.T) {
	var broken brokenBrowser
	document, err := Run(t.Context(), Plan{
		Cases:           testCases("a"),
		Browser:         &broken,
		Implementations: []implementation.Implementation{{Name: "native"}, {Name: "x.js"}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            1,
		limits:          limits{restarts: 1},
	})
	const why = "not run: broken exited or hung 2 times; last error: it did not start: no display"
	require.EqualError(t, err, why)
	require.Len(t, document.Results, 2)
	for _, r := range document.Results {
		require.Equal(t, catalogue.Error, r.Verdict)
		require.Equal(t, why, r.Got)
	}
	require.Equal(t, 2, broken.opened, "it is not tried again for the next target")
}

// A case is played where it makes sense, and a target without cases is none.
func TestContexts(t *testing.T) {
	cases := testCases("a", "b")
	cases[1].Contexts = []catalogue.Context{catalogue.Window, catalogue.SharedWorker}
	plan := Plan{
		Cases:           cases,
		Browser:         &fakeBrowser{t: t, behave: func(p *page) { p.playAll(right) }},
		Implementations: []implementation.Implementation{{Name: "native"}, {Name: "x.js"}},
		Contexts:        []catalogue.Context{catalogue.SharedWorker, catalogue.ServiceWorker},
		Jobs:            1,
	}
	document, err := Run(t.Context(), plan)
	require.NoError(t, err)
	require.Len(t, document.Results, plan.Count())
	var played []string
	for _, r := range document.Results {
		played = append(played, r.Target+" "+r.Case)
	}
	require.Equal(t, []string{
		"fake/native/shared-worker a",
		"fake/native/shared-worker b",
		"fake/native/service-worker a",
		"fake/x.js/shared-worker a",
		"fake/x.js/shared-worker b",
		"fake/x.js/service-worker a",
	}, played)

	plan.Cases = cases[1:]
	document, err = Run(t.Context(), plan)
	require.NoError(t, err)
	require.Len(t, document.Targets, 2)
	require.Equal(t, "shared-worker", document.Targets[0].Context)
}

// A browser may lack a kind of worker.
func TestMissing(t *testing.T) {
	fake := &fakeBrowser{t: t, behave: func(p *page) { p.playAll(`{"missing": "no shared worker in this browser"}`) }}
	document, err := Run(t.Context(), Plan{
		Cases:           testCases("a"),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Contexts:        []catalogue.Context{catalogue.SharedWorker},
		Jobs:            1,
	})
	require.NoError(t, err)
	require.Equal(t, catalogue.NotApplicable, document.Results[0].Verdict)
	require.Equal(t, "no shared worker in this browser", document.Results[0].Got)
	require.True(t, document.AsExpected())
}

// An interrupt ends the run with what there is.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	fake := &fakeBrowser{t: t, behave: func(p *page) {
		p.play(right)
		p.next()
		cancel(errors.New("interrupted"))
	}}
	document, err := Run(ctx, Plan{
		Cases:           testCases("a", "b", "c"),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}, {Name: "polyfill"}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            1,
	})
	require.EqualError(t, err, "interrupted")
	require.Len(t, document.Targets, 1)
	require.Len(t, document.Results, 1)
	require.Zero(t, fake.running())
}

// Slots play at the same time, each at an origin of its own, and each result is
// told.
func TestSlots(t *testing.T) {
	const slots = 3
	var mu sync.Mutex
	origins := map[string]bool{}
	fake := &fakeBrowser{t: t, behave: func(p *page) {
		var all, meet sync.WaitGroup
		meet.Add(slots)
		for slot := range slots {
			all.Go(func() {
				q := *p
				q.slot = slot
				at := q.next()
				meet.Done()
				meet.Wait() // until all slots have a case
				mu.Lock()
				origins[strings.SplitAfter(at, "/case/")[0]] = true
				mu.Unlock()
				q.report(at, right)
				q.playAll(right)
			})
		}
		all.Wait()
	}}
	var told []string
	document, err := Run(t.Context(), Plan{
		Cases:           testCases("a", "b", "c", "d", "e"),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}, {Name: "x.js", Path: "lib/x.js", Script: []byte("EventSource = 1")}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            slots,
		Progress:        func(r report.Result) { told = append(told, r.Target+" "+r.Case) },
	})
	require.NoError(t, err)
	require.Len(t, origins, slots)
	require.Len(t, told, 10)
	require.Len(t, document.Targets, 2)
	require.Equal(t, "fake/x.js/window", document.Targets[1].Name)
	require.Equal(t, "fake 1.0", document.Targets[1].BrowserVersion)
	require.Equal(t, "Go-http-client/1.1", document.Targets[1].UserAgent)
	require.True(t, document.AsExpected())
}

// A fakeBrowser does with the page whatever the test says.
type fakeBrowser struct {
	t      *testing.T
	behave func(p *page)

	mu     sync.Mutex
	opened int
	closed int
}

func (b *fakeBrowser) Name() string { return "fake" }

func (b *fakeBrowser) Open(ctx context.Context, url string) (browser.Window, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.opened++
	p := &page{url: url, opened: b.opened, died: make(chan struct{})}
	w := &fakeWindow{browser: b, page: p}
	w.behaviour.Go(func() { b.behave(p) })
	return w, nil
}

func (b *fakeBrowser) running() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.opened - b.closed
}

type fakeWindow struct {
	browser   *fakeBrowser
	page      *page
	behaviour sync.WaitGroup
}

func (w *fakeWindow) Version() string       { return "fake 1.0" }
func (w *fakeWindow) Done() <-chan struct{} { return w.page.died }

func (w *fakeWindow) Close() {
	w.browser.mu.Lock()
	defer w.browser.mu.Unlock()
	w.browser.closed++
}

// A page does what session.js and recorder.js do, in one slot.
type page struct {
	url    string
	opened int // how many browsers were opened so far
	slot   int
	died   chan struct{}
}

// next asks for the page of the next case; "": there is none.
func (p *page) next() string {
	response, err := http.Get(fmt.Sprintf("%snext?slot=%d", p.url, p.slot))
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	var next struct{ Page string }
	json.NewDecoder(response.Body).Decode(&next)
	return next.Page
}

// report posts the record of a case.
func (p *page) report(at, record string) {
	response, err := http.Post(at+"result", "application/json", bytes.NewReader([]byte(record)))
	if err == nil {
		response.Body.Close()
	}
}

// play plays one case and tells whether there was one.
func (p *page) play(record string) bool {
	at := p.next()
	if at != "" {
		p.report(at, record)
	}
	return at != ""
}

func (p *page) playAll(record string) {
	for p.play(record) {
	}
}

func (p *page) die() { close(p.died) }

// A brokenBrowser does not start.
type brokenBrowser struct{ opened int }

func (*brokenBrowser) Name() string { return "broken" }

func (b *brokenBrowser) Open(context.Context, string) (browser.Window, error) {
	b.opened++
	return nil, errors.New("no display")
}
