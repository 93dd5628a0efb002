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
// A browser that ends, hangs or never loads the page is followed by a fresh one.
// Which of the cases that were being played was the reason cannot be told, so they
// are played again when all others are done, one at a time; the one that a browser
// is lost with then is an error.
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
	"eventsource-wasm/harness/catalogue"
	"eventsource-wasm/harness/refserver"
	"eventsource-wasm/harness/report"
)

// A Plan says what is to be played, on what.
type Plan struct {
	Cases           []catalogue.Case
	Browser         browser.Browser
	Implementations []Implementation
	Contexts        []catalogue.Context
	Expectations    Expectations
	Jobs            int    // how many cases are played at once
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
	load     time.Duration // from start until the page asks for its first case
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

// Run plays the cases on one target after the other. When ctx has ended, the
// document holds what was played, and the error is the cause of that.
func Run(ctx context.Context, plan Plan) (*report.Document, error) {
	plan.limits = plan.limits.orUsual()
	r := &run{Plan: plan, document: report.New(time.Now(), plan.Cases)}

	server, err := refserver.Start(plan.Host, plan.Jobs+2, r.pages())
	if err != nil {
		return nil, err
	}
	defer server.Close()
	r.server = server
	if b, ok := plan.Browser.(browser.Truster); ok {
		r.trusted = b.Trust(server.KeyHash())
	}

	started := time.Now()
	err = r.playAll(ctx)
	r.document.Milliseconds = time.Since(started).Milliseconds()
	r.document.Sort()
	return r.document, err
}

// A run is a plan being carried out.
type run struct {
	Plan
	server   *refserver.Server
	trusted  bool  // by the browser is the server's certificate
	unusable error // why the browser starts no more; nil: it does

	mu       sync.Mutex
	document *report.Document
	session  *session // the one that is being played; nil: none
}

// playAll plays on each target for which there are cases.
func (r *run) playAll(ctx context.Context) error {
	for _, implementation := range r.Implementations {
		for _, in := range r.Contexts {
			cases := r.casesIn(in)
			if len(cases) == 0 {
				continue
			}
			if err := r.play(ctx, implementation, in, cases); err != nil {
				return err
			}
		}
	}
	return nil
}

// play plays cases on one target.
func (r *run) play(ctx context.Context, implementation Implementation, in catalogue.Context, cases []catalogue.Case) error {
	started := time.Now()
	_, remote := r.Browser.(*browser.Remote)
	t := &target{
		Target: report.Target{
			Name:           fmt.Sprintf("%s/%s/%s", r.Browser.Name(), implementation.Name, in),
			Browser:        r.Browser.Name(),
			Remote:         remote,
			Implementation: implementation.Name,
			Path:           implementation.Path,
			Context:        string(in),
		},
		implementation: implementation,
		context:        in,
	}
	for _, c := range cases {
		if c.Drive != nil && c.Impossible == "" {
			t.driven = append(t.driven, c)
		} else {
			t.left = append(t.left, c)
		}
	}
	err := r.playOn(ctx, t)

	r.mu.Lock()
	defer r.mu.Unlock()
	t.Milliseconds = time.Since(started).Milliseconds()
	r.document.Targets = append(r.document.Targets, t.Target)
	return err
}

// playOn plays the cases that are left on a target, in a fresh browser each time
// that one is lost. One that is lost several times in a row, without a record of
// any case, is given up.
func (r *run) playOn(ctx context.Context, t *target) error {
	if r.unusable != nil {
		r.giveUp(t, r.unusable)
		return nil
	}
	lost := 0
	for !t.over() {
		s := newSession(r, t)
		reason := s.play(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if reason == nil || s.records > 0 {
			lost = 0
		}
		if reason == nil {
			continue
		}
		if lost++; lost <= r.limits.restarts {
			continue
		}
		reason = fmt.Errorf("not played: %s was lost %d times, at last because %w", t.Browser, lost, reason)
		if errors.Is(reason, errNotStarted) {
			r.unusable = reason
		}
		r.giveUp(t, reason)
	}
	return nil
}

// giveUp makes errors of the cases that are left.
func (r *run) giveUp(t *target, reason error) {
	t.left = slices.Concat(t.left, t.driven, t.again)
	t.driven, t.again = nil, nil
	for c := t.next(); c != nil; c = t.next() {
		r.add(t, c, catalogue.Env{}, 0, catalogue.Transcript{Error: reason.Error()})
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

// enter makes a session the one whose pages are served; nil: none.
func (r *run) enter(s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.session = s
}

// current is the session whose pages are served; nil: none.
func (r *run) current() *session {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.session
}

// A target is what the cases are being played on.
type target struct {
	report.Target
	implementation Implementation
	context        catalogue.Context
	left           []catalogue.Case // not handed out yet
	driven         []catalogue.Case // not handed out yet, of those that need a driver
	again          []catalogue.Case // to be played again, one at a time
}

// over tells whether nothing is left to be played.
func (t *target) over() bool { return len(t.left)+len(t.driven)+len(t.again) == 0 }

// next takes the next case that is left; nil: none.
func (t *target) next() *catalogue.Case { return takeFirst(&t.left) }

// nextAgain takes the next case that is to be played again; nil: none.
func (t *target) nextAgain() *catalogue.Case { return takeFirst(&t.again) }

// nextDriven takes the next case that is left and needs a driver; nil: none.
func (t *target) nextDriven() *catalogue.Case { return takeFirst(&t.driven) }

func takeFirst(list *[]catalogue.Case) *catalogue.Case {
	if len(*list) == 0 {
		return nil
	}
	c := &(*list)[0]
	*list = (*list)[1:]
	return c
}
