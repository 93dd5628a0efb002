package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
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

// right is a transcript that passes.
const right = `{"log": [["answer", 42]], "complete": true}`

// testCases returns cases that expect the log of right.
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

// The cases with the longest limits start first, the others in their order.
func TestLongestFirst(t *testing.T) {
	list := testCases("a", "b", "c", "d", "e")
	list[1].Client.Settle = 20
	list[3].Client.Limit = 100
	var s schedule
	s.plan.Repeat = 1
	s.begin(&target{}, Plan{Cases: list}.casesIn(catalogue.Window))
	var order []string
	for c := s.left.take(ordinary); c != nil; c = s.left.take(ordinary) {
		order = append(order, c.ID)
	}
	require.Equal(t, []string{"d", "b", "a", "c", "e"}, order)
}

// TestRun checks that each case gets a result and the run ends, whatever the browser
// does.
func TestRun(t *testing.T) {
	tests := []struct {
		name    string
		browser func(p *page)
		want    []string // verdicts of the cases a, b and c, errors with their text
	}{
		{
			"right transcripts",
			func(p *page) { p.runAll(right) },
			[]string{"pass", "pass", "pass"},
		},
		{
			"wrong transcripts",
			func(p *page) { p.runAll(`{"log": [["answer", 41]], "complete": true}`) },
			[]string{"fail", "fail", "fail"},
		},
		{
			"incomplete transcripts",
			func(p *page) { p.runAll(`{"complete": false}`) },
			[]string{"timeout", "timeout", "timeout"},
		},
		{
			"a page that does not post JSON",
			func(p *page) { p.runAll("oh") },
			[]string{"transcript of the page: invalid character 'o'", "transcript of the page: ", "transcript of the page: "},
		},
		{
			"a page that reports nothing",
			func(p *page) {
				p.next() // and asks for the next case
				p.runAll(right)
			},
			[]string{"the page of the case did not report, also when this case ran alone", "pass", "pass"},
		},
		{
			"exits once",
			func(p *page) {
				if p.opened > 1 {
					p.runAll(right)
					return
				}
				p.next()
				p.die()
			},
			[]string{"pass", "pass", "pass"},
		},
		{
			"exits again and again",
			func(p *page) {
				p.next()
				p.die()
			},
			[]string{
				"fake exited or hung: it exited by itself, also when this case ran alone",
				"fake exited or hung: it exited by itself, also when this case ran alone",
				"not run: fake exited or hung 4 times; last error: it exited by itself",
			},
		},
		{
			"hangs once",
			func(p *page) {
				if p.opened > 1 {
					p.runAll(right)
					return
				}
				p.run(right)
				p.next() // and then does nothing
			},
			[]string{"pass", "pass", "pass"},
		},
		{
			"does not ask for the next case",
			func(p *page) {
				if p.opened > 1 {
					p.runAll(right)
					return
				}
				p.run(right) // and then does nothing
			},
			[]string{"pass", "pass", "pass"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := &fakeBrowser{t: t, behave: tt.browser}
			result, err := Run(t.Context(), Plan{
				Cases:           testCases("a", "b", "c"),
				Browser:         fake,
				Implementations: []implementation.Implementation{{Name: "native"}},
				Contexts:        []catalogue.Context{catalogue.Window},
				Jobs:            1,
				limits:          limits{load: 200 * time.Millisecond, answer: 100 * time.Millisecond, idle: 2, guilty: 2},
			})
			require.NoError(t, err)
			require.Len(t, result.Results, 3)
			for i, r := range result.Results {
				require.Equal(t, "fake/native/window", r.Target)
				got := string(r.Verdict)
				if r.Verdict == catalogue.Error {
					got = r.Got
				}
				require.True(t, strings.HasPrefix(got, tt.want[i]), "case %s: got %q, want %q", r.Case, got, tt.want[i])
				require.Equal(t, r.Verdict == catalogue.Pass, r.Expected)
			}
			require.Zero(t, fake.running(), "browsers still running")
		})
	}
}

// TestRunWithoutBrowser checks that all cases are errors if the browser does not start,
// and that the run fails.
func TestRunWithoutBrowser(t *testing.T) {
	var broken brokenBrowser
	result, err := Run(t.Context(), Plan{
		Cases:           testCases("a"),
		Browser:         &broken,
		Implementations: []implementation.Implementation{{Name: "native"}, {Name: "x.js"}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            1,
		limits:          limits{starts: 2, pause: time.Millisecond},
	})
	const why = "not run: broken exited or hung 2 times; last error: it did not start: no display"
	require.EqualError(t, err, why)
	require.Len(t, result.Results, 2)
	for _, r := range result.Results {
		require.Equal(t, catalogue.Error, r.Verdict)
		require.Equal(t, why, r.Got)
	}
	require.Equal(t, 2, broken.opened, "the browser is not started again for the next target")
}

// TestContexts checks that a case runs in its contexts only, and that a target without
// cases is left out.
func TestContexts(t *testing.T) {
	cases := testCases("a", "b")
	cases[1].Contexts = []catalogue.Context{catalogue.Window, catalogue.SharedWorker}
	plan := Plan{
		Cases:           cases,
		Browser:         &fakeBrowser{t: t, behave: func(p *page) { p.runAll(right) }},
		Implementations: []implementation.Implementation{{Name: "native"}, {Name: "x.js"}},
		Contexts:        []catalogue.Context{catalogue.SharedWorker, catalogue.ServiceWorker},
		Jobs:            1,
	}
	result, err := Run(t.Context(), plan)
	require.NoError(t, err)
	require.Len(t, result.Results, plan.Count())
	var ran []string
	for _, r := range result.Results {
		ran = append(ran, r.Target+" "+r.Case)
	}
	require.Equal(t, []string{
		"fake/native/shared-worker a",
		"fake/native/shared-worker b",
		"fake/native/service-worker a",
		"fake/x.js/shared-worker a",
		"fake/x.js/shared-worker b",
		"fake/x.js/service-worker a",
	}, ran)

	plan.Cases = cases[1:]
	result, err = Run(t.Context(), plan)
	require.NoError(t, err)
	require.Len(t, result.Targets, 2)
	require.Equal(t, "shared-worker", result.Targets[0].Context)
}

// TestMissing checks that a browser may lack a kind of worker.
func TestMissing(t *testing.T) {
	fake := &fakeBrowser{t: t, behave: func(p *page) { p.runAll(`{"missing": "no shared worker in this browser"}`) }}
	result, err := Run(t.Context(), Plan{
		Cases:           testCases("a"),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Contexts:        []catalogue.Context{catalogue.SharedWorker},
		Jobs:            1,
	})
	require.NoError(t, err)
	require.Equal(t, catalogue.NotApplicable, result.Results[0].Verdict)
	require.Equal(t, "no shared worker in this browser", result.Results[0].Got)
	require.True(t, result.AsExpected())
}

// TestInterrupt checks that an interrupted run returns the results so far.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	fake := &fakeBrowser{t: t, behave: func(p *page) {
		p.run(right)
		p.next()
		cancel(errors.New("interrupted"))
	}}
	result, err := Run(ctx, Plan{
		Cases:           testCases("a", "b", "c"),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}, {Name: "polyfill"}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            1,
	})
	require.EqualError(t, err, "interrupted")
	require.Len(t, result.Targets, 1)
	require.Len(t, result.Results, 1)
	require.Zero(t, fake.running())
}

// TestSlots checks that slots run cases at the same time, each with its own origin, and
// that Progress receives each result.
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
				q.runAll(right)
			})
		}
		all.Wait()
	}}
	var reported []string
	result, err := Run(t.Context(), Plan{
		Cases:           testCases("a", "b", "c", "d", "e"),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}, {Name: "x.js", Path: "lib/x.js", Script: []byte("EventSource = 1")}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            slots,
		Progress:        func(r report.Result) { reported = append(reported, r.Target+" "+r.Case) },
	})
	require.NoError(t, err)
	require.Len(t, origins, slots)
	require.Len(t, reported, 10)
	require.Len(t, result.Targets, 2)
	require.Equal(t, "fake/x.js/window", result.Targets[1].Name)
	require.Equal(t, "fake 1.0", result.Targets[1].BrowserVersion)
	require.Equal(t, "Go-http-client/1.1", result.Targets[1].UserAgent)
	require.True(t, result.AsExpected())
}

// A fakeBrowser is a browser whose page a test controls.
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

// A page does the work of session.js and recorder.js in one slot.
type page struct {
	url    string
	opened int // how many browsers were opened so far
	slot   int
	died   chan struct{}
}

// next asks for the page of the next case, and returns "" if there is none.
func (p *page) next() string {
	page, _ := p.nextOf(p.slot)
	return page
}

// nextOf asks for the next case of a slot. It returns its page and its limit, in
// milliseconds, by which a test can know the case.
func (p *page) nextOf(slot int) (page string, limit int) {
	response, err := http.Get(fmt.Sprintf("%snext?slot=%d", p.url, slot))
	if err != nil {
		return "", 0
	}
	defer response.Body.Close()
	var next struct {
		Page  string
		Limit int
	}
	json.NewDecoder(response.Body).Decode(&next)
	return next.Page, next.Limit
}

// keys matches the key in the page of a case.
var keys = regexp.MustCompile(`(?:trust\(|data-key=)"(\w+)"`)

// report loads the page of a case and posts its transcript.
func (p *page) report(at, record string) {
	response, err := http.Get(at)
	if err != nil {
		return
	}
	content, _ := io.ReadAll(response.Body)
	response.Body.Close()
	key := keys.FindSubmatch(content)
	if key == nil {
		return
	}
	response, err = http.Post(at+"result?key="+string(key[1]), "application/json", bytes.NewReader([]byte(record)))
	if err == nil {
		response.Body.Close()
	}
}

// run runs one case, and reports whether there was one.
func (p *page) run(record string) bool {
	at := p.next()
	if at != "" {
		p.report(at, record)
	}
	return at != ""
}

func (p *page) runAll(record string) {
	for p.run(record) {
	}
}

func (p *page) die() { close(p.died) }

// A brokenBrowser cannot be started.
type brokenBrowser struct{ opened int }

func (*brokenBrowser) Name() string { return "broken" }

func (b *brokenBrowser) Open(context.Context, string) (browser.Window, error) {
	b.opened++
	return nil, errors.New("no display")
}
