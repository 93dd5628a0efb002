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

// Run plays the cases on one target after the other. If it cannot play on, the
// document holds what was played, and the error says why; when ctx has ended it
// is the cause of that.
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
		b.Trust(server.KeyHash())
		r.trusted = true
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
	server  *refserver.Server
	trusted bool // by the browser is the server's certificate

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
	t := &target{
		Target: report.Target{
			Name:           fmt.Sprintf("%s/%s/%s", r.Browser.Name(), implementation.Name, in),
			Browser:        r.Browser.Name(),
			Implementation: implementation.Name,
			Path:           implementation.Path,
			Context:        string(in),
			Plays:          implementation.Plays,
			Hidden:         implementation.Hide,
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
// that one is lost. It fails if none could be started at all.
func (r *run) playOn(ctx context.Context, t *target) error {
	for lost := 0; ; lost++ {
		reason := newSession(r, t).play(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if reason == nil {
			return nil
		}
		if lost < r.limits.restarts {
			continue
		}
		if errors.Is(reason, errNotStarted) && r.document.Results == nil {
			return fmt.Errorf("%s cannot be used: %w", t.Browser, reason)
		}
		r.giveUp(t, fmt.Errorf("not played: %s was lost %d times, at last because %w", t.Browser, lost+1, reason))
		return nil
	}
}

// giveUp makes errors of the cases that are left.
func (r *run) giveUp(t *target, reason error) {
	t.left = append(t.left, t.driven...)
	t.driven = nil
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
}

// next takes the next case that is left; nil: none.
func (t *target) next() *catalogue.Case { return takeFirst(&t.left) }

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
