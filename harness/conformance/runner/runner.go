// Package runner plays cases on targets and gathers the results.
//
// A target is a browser with an implementation of EventSource in it and a
// context, in which the client runs. The browser is opened at the page of a
// session. That page has slots; each slot asks for a case, shows the case's page
// in a frame and asks for the next one when the record is posted: by that page
// or, in other contexts, by the worker that it has started. All else that is
// seen, the reference server sees. So a browser needs no driver, only to be
// opened at a URL.
//
// A browser that ends, hangs or never loads the page costs the cases that were
// being played, which are errors then; the others go on in a fresh one.
package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/refserver"
	"eventsource-wasm/harness/conformance/report"
)

// A Plan says what is to be played, on what.
type Plan struct {
	Cases           []catalogue.Case
	Browser         browser.Browser
	Implementations []implementation.Implementation
	Emulates        string // the browser that the hidden features emulate, like edge@16; "": none
	Contexts        []catalogue.Context
	Expectations    Expectations
	Sessions        int    // how many windows of the browser share the cases of a target; 0: one
	Jobs            int    // how many cases are played at once in each
	Host            string // address of this machine for a browser elsewhere; "": it is here

	// Progress is called for each result, one after the other.
	Progress func(report.Result)

	limits limits
}

// Count is how many results the plan will have: a case has one on each target in
// whose context it makes sense.
func (p Plan) Count() int {
	n := 0
	for _, context := range p.Contexts {
		n += len(p.casesIn(context))
	}
	return n * len(p.Implementations)
}

func (p Plan) casesIn(context catalogue.Context) []catalogue.Case {
	var cases []catalogue.Case
	for _, c := range p.Cases {
		if c.RunsIn(context) {
			cases = append(cases, c)
		}
	}
	return cases
}

// limits are those of the browser. The zero value stands for the usual ones.
type limits struct {
	load     time.Duration // from start until the page asks for a case; half of how long it may be silent later
	answer   time.Duration // beyond the limit of a case
	restarts int           // of the browser, on one target
}

func (l limits) orUsual() limits {
	return limits{
		load:     cmp.Or(l.load, 45*time.Second),
		answer:   cmp.Or(l.answer, 10*time.Second),
		restarts: cmp.Or(l.restarts, 3),
	}
}

// Run plays the cases on one target after the other. When ctx has ended or the
// browser starts no more, the document holds what was played, and the error is
// the cause of that.
func Run(ctx context.Context, plan Plan) (*report.Report, error) {
	if err := checkActions(plan.Cases); err != nil {
		return nil, err
	}
	plan.limits = plan.limits.orUsual()
	plan.Sessions = max(plan.Sessions, 1)
	r := &run{Plan: plan, document: report.New(time.Now(), plan.Cases), suite: report.ThisSuite(), sessions: make([]*session, plan.Sessions)}

	server, err := refserver.Start(plan.Host, r.lanes(), r.pages())
	if err != nil {
		return nil, err
	}
	defer server.Close()
	r.server = server
	if b, ok := plan.Browser.(browser.Truster); ok {
		r.trusted = b.Trust(server.KeyHash())
	}

	started := time.Now()
	if err = r.playAll(ctx); err == nil {
		err = r.unusable
	}
	r.document.Milliseconds = time.Since(started).Milliseconds()
	r.document.Sort()
	return r.document, err
}

// A run is a plan being carried out.
type run struct {
	Plan
	server   *refserver.Server
	suite    report.Suite
	trusted  bool  // by the browser is the server's certificate
	unusable error // why the browser starts no more; nil: it does

	mu       sync.Mutex
	document *report.Report
	sessions []*session // that are being played; nil: none, by the number of its window
}

// playAll plays on each target for which there are cases.
func (r *run) playAll(ctx context.Context) error {
	for _, tested := range r.Implementations {
		for _, in := range r.Contexts {
			cases := r.casesIn(in)
			if len(cases) == 0 {
				continue
			}
			if err := r.play(ctx, tested, in, cases); err != nil {
				return err
			}
		}
	}
	return nil
}

// play plays cases on one target.
func (r *run) play(ctx context.Context, tested implementation.Implementation, in catalogue.Context, cases []catalogue.Case) error {
	started := time.Now()
	_, remote := r.Browser.(*browser.Remote)
	t := &target{
		Target: report.Target{
			Name:           fmt.Sprintf("%s/%s/%s", r.Browser.Name(), tested.Name, in),
			Browser:        r.Browser.Name(),
			Remote:         remote,
			Implementation: tested.Name,
			Path:           tested.Path,
			Context:        string(in),
			Suite:          r.suite,
			Build:          tested.Build(),
			Started:        started.UTC().Truncate(time.Second),
			Emulates:       r.Emulates,
			Hidden:         tested.Hide,
		},
		implementation: tested,
		context:        in,
		again:          map[string]bool{},
	}
	for _, c := range cases {
		if c.Impossible != "" {
			r.add(t, &c, catalogue.Env{}, 0, catalogue.Transcript{})
			continue
		}
		t.queue(&c).put(c)
	}
	err := r.playOn(ctx, t)

	r.mu.Lock()
	defer r.mu.Unlock()
	t.Milliseconds = time.Since(started).Milliseconds()
	r.document.Targets = append(r.document.Targets, t.Target)
	return err
}

// playOn plays the cases of a target in as many windows as the plan says. If all
// are lost too often, the cases that are left are errors.
func (r *run) playOn(ctx context.Context, t *target) error {
	reason := r.unusable
	if reason == nil {
		reason = r.share(ctx, t)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for c := t.any(); c != nil; c = t.any() {
		if errors.Is(reason, errNotStarted) {
			r.unusable = reason
		}
		r.add(t, c, catalogue.Env{}, 0, catalogue.Transcript{Error: reason.Error()})
	}
	return nil
}

// share plays the cases of a target in several windows. If one was lost too
// often it says why: others may have played all the same.
func (r *run) share(ctx context.Context, t *target) error {
	reasons := make([]error, r.Sessions)
	var windows sync.WaitGroup
	for number := range r.Sessions {
		windows.Go(func() { reasons[number] = r.playIn(ctx, t, number) })
	}
	windows.Wait()
	return cmp.Or(reasons...)
}

// playIn plays cases of a target until none is left, in a fresh window each time
// that one is lost. If that happens too often it says why.
func (r *run) playIn(ctx context.Context, t *target, number int) error {
	for lost := 0; ; lost++ {
		reason := newSession(r, t, number).play(ctx)
		if reason == nil || ctx.Err() != nil {
			return nil
		}
		if lost == r.limits.restarts {
			return fmt.Errorf("not played: %s was lost %d times, at last because %w", t.Browser, lost+1, reason)
		}
	}
}

// add judges a played case and adds its result.
func (r *run) add(t *target, c *catalogue.Case, env catalogue.Env, took time.Duration, seen catalogue.Transcript) {
	judgement := catalogue.Judge(c, &seen, env)
	result := report.Result{
		Target:       t.Name,
		Case:         c.ID,
		Verdict:      judgement.Verdict,
		Want:         judgement.Want,
		Got:          judgement.Got,
		Milliseconds: float64(took.Microseconds()) / 1000,
		Transcript:   seen,
	}
	result.Expected, result.Reason = r.Expectations.Allow(result)

	r.mu.Lock()
	defer r.mu.Unlock()
	r.document.Results = append(r.document.Results, result)
	if r.Progress != nil {
		r.Progress(result)
	}
}

// enter makes a session the one whose pages are served to a window; nil: none.
func (r *run) enter(number int, s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sessions[number] = s
}

// find finds one of the sessions that are being played; nil: it is none of them.
func (r *run) find(is func(*session) bool) *session {
	r.mu.Lock()
	sessions := slices.Clone(r.sessions)
	r.mu.Unlock() // a session that is locked may be adding a result
	for _, s := range sessions {
		if s != nil && is(s) {
			return s
		}
	}
	return nil
}

// lanes is how many lanes the sessions need.
func (r *run) lanes() int { return sessionLane + 1 + r.Sessions*r.lanesEach() }

// lanesEach is how many a session has: one a slot, and one for its driver.
func (r *run) lanesEach() int { return r.Jobs + 1 }

// A target is what the cases are being played on.
type target struct {
	report.Target
	implementation implementation.Implementation
	context        catalogue.Context

	// Cases that nobody has taken yet.
	ordinary queue
	driven   queue // need a driver
	alone    queue // come when nothing else is being played

	mu    sync.Mutex      // also of what the browser says of itself
	again map[string]bool // the ids of cases that are played a second time
}

// identify notes what the browser says of itself; "": nothing.
func (t *target) identify(version, userAgent string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.BrowserVersion = cmp.Or(version, t.BrowserVersion)
	t.UserAgent = cmp.Or(userAgent, t.UserAgent)
}

// queue is the one that a case belongs to.
func (t *target) queue(c *catalogue.Case) *queue {
	switch {
	case c.Drive != nil:
		return &t.driven
	case c.Alone:
		return &t.alone
	}
	return &t.ordinary
}

// retry has a case played once more whose session was lost behind an endpoint,
// where that may have nothing to do with the case. It tells whether it will be.
func (t *target) retry(c *catalogue.Case) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.Remote || t.again[c.ID] {
		return false
	}
	t.again[c.ID] = true
	t.queue(c).put(*c)
	return true
}

// any takes a case that is left; nil: there is none.
func (t *target) any() *catalogue.Case {
	for _, q := range []*queue{&t.ordinary, &t.driven, &t.alone} {
		if c := q.take(); c != nil {
			return c
		}
	}
	return nil
}

// A queue is cases, each of which is taken once.
type queue struct {
	mu    sync.Mutex
	cases []catalogue.Case
}

// put adds a case.
func (q *queue) put(c catalogue.Case) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.cases = append(q.cases, c)
}

// take takes the next case; nil: there is none.
func (q *queue) take() *catalogue.Case {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.cases) == 0 {
		return nil
	}
	c := &q.cases[0]
	q.cases = q.cases[1:]
	return c
}

func (q *queue) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.cases) == 0
}
