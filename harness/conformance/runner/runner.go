// Package runner runs cases on targets and collects the results.
//
// A target is a browser, an implementation of EventSource and a context in which the
// client runs: a window or a kind of worker. The browser is opened at the page of a
// session. That page has slots. Each slot asks for a case, shows the page of the case
// in a frame, and asks for the next case when the transcript has been posted. That
// page posts it or, in other contexts, the worker that it has started. The reference
// server adds the requests. So a browser needs no driver: opening a URL is enough.
//
// If a browser exits or hangs, the other cases continue in a new browser. The cases that
// were running run again, one at a time. If it then exits or hangs again, the case that
// was running is a timeout or an error.
package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/refserver"
	"eventsource-wasm/harness/conformance/report"
)

// A Plan says which cases to run, and on what.
type Plan struct {
	Cases           []catalogue.Case
	Browser         browser.Browser
	Implementations []implementation.Implementation
	Emulates        string // the browser that the hidden features emulate, for example edge@16; "": none
	Contexts        []catalogue.Context
	Expectations    Expectations
	Sessions        int           // windows of the browser that share the cases of a target; 0: one
	Jobs            int           // cases that run at once in each
	Retries         int           // how often a case that failed on time alone runs again, alone
	Repeat          int           // how often each case runs; then none runs again. 0: once
	Timeout         time.Duration // of the run; 0: it ends only if it makes no progress
	Host            string        // address of this machine for a browser on another machine; "": the browser is here

	// Protocol is the version of HTTP over which pages and streams come; "": HTTP/1.1.
	Protocol catalogue.Protocol

	// Patience, unless 0, is how long the browser may not answer. It is for debugging,
	// where a page stops at breakpoints.
	Patience time.Duration

	// Progress, unless nil, is called for each result, one call at a time.
	Progress func(report.Result)

	limits limits
	puppet bool // the implementation opens no stream: for tests of the recorder
}

// Count returns the number of results that the plan will have: a case has one on each
// target whose context makes sense for it.
func (p Plan) Count() int {
	n := 0
	for _, context := range p.Contexts {
		n += len(p.casesIn(context))
	}
	return n * len(p.Implementations)
}

// casesIn returns the cases that make sense in a context.
func (p Plan) casesIn(context catalogue.Context) (cases []*catalogue.Case) {
	for i := range p.Cases {
		if p.Cases[i].RunsIn(context) {
			cases = append(cases, &p.Cases[i])
		}
	}
	return cases
}

// limits are time limits for the browser. Zero means the default.
type limits struct {
	load     time.Duration // from start until the page asks for a case; later, half of the time it may be silent
	answer   time.Duration // after the limit of a case
	starts   int           // how many times in a row the browser may fail to start
	away     int           // how many times in a row an endpoint may be unreachable
	pause    time.Duration // after the first failed start; doubles with each further one
	patience time.Duration // see [Plan.patience]
	idle     int           // see [losses]
	guilty   int
	blamed   int
}

func (l limits) orDefault() limits {
	return limits{
		load:     cmp.Or(l.load, 45*time.Second),
		answer:   cmp.Or(l.answer, 10*time.Second),
		starts:   cmp.Or(l.starts, 3),
		away:     cmp.Or(l.away, 6),
		patience: l.patience,
		pause:    cmp.Or(l.pause, time.Second),
		idle:     cmp.Or(l.idle, 4),
		guilty:   cmp.Or(l.guilty, 10),
		blamed:   cmp.Or(l.blamed, 30),
	}
}

// Run runs the cases on one target after the other. If ctx is done or the browser
// does not start, the report holds the results until then, and the error says why.
func Run(ctx context.Context, plan Plan) (*report.Report, error) {
	if err := checkActions(plan.Cases); err != nil {
		return nil, err
	}
	plan.limits = plan.limits.orDefault()
	if plan.Patience > 0 {
		plan.limits.load, plan.limits.answer = plan.Patience, plan.Patience
	}
	plan.Protocol = cmp.Or(plan.Protocol, catalogue.HTTP1)
	plan.Sessions = max(plan.Sessions, 1)
	plan.Repeat = max(plan.Repeat, 1)
	plan.limits.patience = cmp.Or(plan.limits.patience, plan.patience())
	started := time.Now()
	r := &run{Plan: plan, suite: report.ThisSuite()}
	r.schedule.plan = plan
	r.schedule.report = report.New(started, plan.Cases)

	server, err := r.start()
	if err != nil {
		return nil, err
	}
	defer server.Close()
	r.server = server
	r.schedule.server = server
	if b, ok := plan.Browser.(browser.Truster); ok {
		r.schedule.trusted = b.Trust(server.KeyHash(), catalogue.Hosts())
	}
	if err := r.checkProtocol(); err != nil {
		return nil, err
	}

	ctx, stop := r.watched(ctx)
	defer stop()
	err = r.runTargets(ctx)
	var done *report.Report
	r.do(func(s *schedule) { done = s.report })
	done.Milliseconds = time.Since(started).Milliseconds()
	done.Sort()
	return done, err
}

// A run is a plan being carried out. All of it that changes is in the schedule.
type run struct {
	Plan
	guard
	server *refserver.Server
	suite  report.Suite
}

// start starts the reference server.
func (r *run) start() (*refserver.Server, error) {
	if r.Protocol == catalogue.HTTP1 {
		return refserver.Start(r.Host, r.lanes(), r.pages())
	}
	if r.Host != "" {
		return nil, fmt.Errorf("the certificate for %s names only this machine: run a browser on this machine", r.Protocol.Title())
	}
	return refserver.StartOver(r.Protocol, r.lanes(), r.pages())
}

// checkProtocol returns an error if the browser cannot speak the protocol of the plan
// with the reference server.
func (r *run) checkProtocol() error {
	if r.Protocol != catalogue.HTTP1 && !r.schedule.trusted {
		return fmt.Errorf("%s does not accept the reference server's certificate, without which there is no %s: use chromium", r.Browser.Name(), r.Protocol.Title())
	}
	b, can := r.Browser.(browser.HTTP3Speaker)
	can = can && b.SpeakHTTP3(r.Protocol == catalogue.HTTP3)
	if r.Protocol == catalogue.HTTP3 && !can {
		return fmt.Errorf("the harness cannot make %s speak HTTP/3: use chromium", r.Browser.Name())
	}
	return nil
}

// A target is what cases run on.
type target struct {
	report.Target
	implementation implementation.Implementation
	context        catalogue.Context
}

// runTargets runs the cases on each target that has any. An unusable browser
// is not started again for the next target.
func (r *run) runTargets(ctx context.Context) (unusable error) {
	for _, tested := range r.Implementations {
		for _, in := range r.Contexts {
			cases := r.casesIn(in)
			if len(cases) == 0 {
				continue
			}
			reason := r.runTarget(ctx, r.target(tested, in), cases, unusable)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			unusable = cmp.Or(unusable, reason)
		}
	}
	return unusable
}

// target describes a target before its run.
func (r *run) target(tested implementation.Implementation, in catalogue.Context) *target {
	_, remote := r.Browser.(*browser.Remote)
	protocol := r.Protocol
	if protocol == catalogue.HTTP1 {
		protocol = ""
	}
	return &target{
		Target: report.Target{
			Name:           fmt.Sprintf("%s/%s/%s", r.Browser.Name(), tested.Name, in),
			Browser:        r.Browser.Name(),
			Remote:         remote,
			Implementation: tested.Name,
			Path:           tested.Path,
			Context:        string(in),
			Suite:          r.suite,
			Build:          tested.Build(),
			Started:        time.Now().UTC().Truncate(time.Second),
			Emulates:       r.Emulates,
			Hidden:         tested.Hide,
			Protocol:       protocol,
		},
		implementation: tested,
		context:        in,
	}
}

// runTarget runs cases on a target, unless the browser is known to be unusable. If
// cases are left, they are errors; if that is because the browser did not start, or
// did not load the page, it returns the reason.
func (r *run) runTarget(ctx context.Context, t *target, cases []*catalogue.Case, unusable error) error {
	started := time.Now()
	r.do(func(s *schedule) { s.begin(t, cases) })
	reason := unusable
	if reason == nil {
		reason = r.share(ctx, t)
	}
	gaveUp := false
	r.do(func(s *schedule) {
		if ctx.Err() == nil && reason != nil {
			gaveUp = s.giveUp(reason)
		}
		s.finish(time.Since(started))
	})
	if gaveUp && (errors.Is(reason, errNotStarted) || errors.Is(reason, errNotLoaded)) {
		return reason
	}
	return nil
}

// share runs the cases of a target in as many windows as the plan says. If a window
// exited or hung too often, the error says why; other windows may still have run all cases.
func (r *run) share(ctx context.Context, t *target) error {
	reasons := make([]error, r.Sessions)
	var windows sync.WaitGroup
	for number := range r.Sessions {
		windows.Go(func() { reasons[number] = r.restart(ctx, t, number) })
	}
	windows.Wait()
	return cmp.Or(reasons...)
}

// restart runs cases of a target until none is left, in a new window each time that
// one is lost or cases run again. If too many are lost, the error says why.
func (r *run) restart(ctx context.Context, t *target, number int) error {
	lost := losses{limits: r.limits}
	for {
		needed, again := false, false
		r.do(func(s *schedule) { needed, again = s.more(lost.fruitless) })
		if !needed {
			return nil
		}
		session := r.newSession(t, number, again)
		reason := session.serve(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if reason == nil {
			lost.fruitless = false
			continue
		}
		var wait time.Duration
		r.do(func(s *schedule) { wait = lost.add(session.window, reason) })
		if lost.tooMany() {
			return fmt.Errorf("not run: %s exited or hung %d times; last error: %w", t.Browser, lost.all, reason)
		}
		if pause(ctx, wait) != nil {
			return nil
		}
	}
}

// losses counts the lost windows of a session.
type losses struct {
	limits    limits
	fruitless bool // no case had a result in the last one

	all      int
	unopened int  // in a row, that did not start
	absent   bool // there were too many of those
	idle     int  // in a row, that were lost while no case was running
	blamed   int  // for which a case was blamed
	guilty   int  // how many of these came in a row, without the result of another case in between
}

// add adds a loss. It returns the time to wait before the next window.
func (l *losses) add(w *window, reason error) (wait time.Duration) {
	l.all++
	l.fruitless = w.reported == 0
	if errors.Is(reason, errNotStarted) {
		wait = l.limits.pause << l.unopened
		l.unopened++
		l.absent = l.unopened >= l.limits.starts
		if _, away := errors.AsType[browser.Away](reason); away {
			l.absent = l.unopened >= l.limits.away
		}
		if _, left := errors.AsType[browser.Left](reason); left {
			l.absent, wait = true, 0
		}
		return wait
	}
	l.unopened = 0
	if !l.fruitless {
		l.idle, l.guilty = 0, 0
	}
	switch {
	case w.blamed:
		l.blamed++
		l.guilty++
	case w.lost == 0:
		l.idle++
	}
	return 0
}

// tooMany reports whether it makes no sense to open another window. A case that makes
// the browser exit or hang must not keep others from running. But if all of them do, the
// cases are not the cause.
func (l *losses) tooMany() bool {
	return l.absent || l.idle >= l.limits.idle ||
		l.guilty >= l.limits.guilty || l.blamed >= l.limits.blamed
}

// Lanes of the reference server: that of the pages of sessions, and the first of the
// cases.
const (
	sessionLane = 0
	firstLane   = 1
)

// lanes is how many lanes the plan needs.
func (p Plan) lanes() int { return firstLane + p.Sessions*p.lanesEach() }

// lanesEach is how many lanes a session has: one a slot, and one for its driver.
func (p Plan) lanesEach() int { return p.Jobs + 1 }

// pageLimit is how long the page of a case may record.
func pageLimit(c *catalogue.Case) time.Duration {
	return time.Duration(c.Client.Limit+c.Client.Settle) * time.Millisecond
}
