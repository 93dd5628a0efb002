package runner

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/refserver"
	"eventsource-wasm/harness/conformance/report"
)

// A guard owns the schedule of a run. Sessions, drivers and HTTP handlers can reach
// it only through do, so one step follows another.
type guard struct {
	mu       sync.Mutex
	schedule schedule
}

// do takes a step. The step must not call do.
func (g *guard) do(step func(*schedule)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	step(&g.schedule)
}

// Errors of cases that cannot run on a target, or did not come to an end.
const (
	noHTTPS      = "the browser does not accept the reference server's certificate"
	noOtherHosts = "the browser is on another machine, where the reference server has one name only"
	noDriver     = "the browser has no driver"
)

// errSilent is the error of a page that has not reported in time.
var errSilent = errors.New("the page of the case did not report")

// A schedule is all of a run that changes: the cases that are left on the current
// target, the attempts in progress and the results. Its methods are steps that
// return at once, and are called through a [guard].
type schedule struct {
	plan    Plan
	server  *refserver.Server
	trusted bool // the browser accepts the server's certificate
	report  *report.Report

	target  *target
	left    map[queue][]*catalogue.Case // not handed out yet
	retried map[string]bool             // the ids of cases that have had a second attempt
	windows []*window                   // open ones
}

// A queue is a kind of cases that are handed out alike.
type queue int

const (
	ordinary queue = iota // by slots of the page, several at a time
	driven                // by the driver, beside the ordinary ones
	alone                 // when nothing else is running; by the driver, if there is one
)

// queueOf returns the queue of a case.
func queueOf(c *catalogue.Case) queue {
	switch {
	case c.Drive != nil:
		return driven
	case c.Alone:
		return alone
	}
	return ordinary
}

// A window is the part of a session that the schedule owns, and the channels by
// which the two talk. The first three fields never change.
type window struct {
	id     string // in the URLs of its pages
	number int    // among the windows that share the target
	target *target

	opened chan struct{} // closed when hasDriver is known
	asked  chan struct{} // receives a value when a slot asks for a case
	idle   chan struct{} // closed when the slots have no more cases
	over   chan error    // receives why no case will follow, or nil if all have run

	hasDriver bool
	attempts  []*attempt // by slot, then that of the driver; nil: none
}

// An attempt is a case that a slot, or the driver, is running. Only begun changes.
type attempt struct {
	instance *refserver.Instance
	started  time.Time
	overdue  *time.Timer
	begun    bool          // the page has loaded the case
	recorded chan struct{} // closed when the attempt is over
}

// begin begins a target.
func (s *schedule) begin(t *target, cases []*catalogue.Case) {
	s.target = t
	s.left = map[queue][]*catalogue.Case{}
	s.retried = map[string]bool{}
	for _, c := range cases {
		if c.Impossible != "" {
			s.add(c, catalogue.Transcript{})
			continue
		}
		s.put(c)
	}
}

// finish ends the target.
func (s *schedule) finish(took time.Duration) {
	s.target.Milliseconds = took.Milliseconds()
	s.report.Targets = append(s.report.Targets, s.target.Target)
}

// giveUp makes errors of all cases that are left, and reports whether there were
// any.
func (s *schedule) giveUp(reason error) (some bool) {
	for _, q := range []queue{ordinary, driven, alone} {
		for c := s.take(q); c != nil; c = s.take(q) {
			s.add(c, catalogue.Transcript{Error: reason.Error()})
			some = true
		}
	}
	return some
}

// identify notes what the browser reports of itself; "" is nothing new.
func (s *schedule) identify(version, userAgent string) {
	s.target.BrowserVersion = cmp.Or(version, s.target.BrowserVersion)
	s.target.UserAgent = cmp.Or(userAgent, s.target.UserAgent)
}

// enter adds a window that is about to open.
func (s *schedule) enter(w *window) { s.windows = append(s.windows, w) }

// find returns the window with an id, or nil if it is not open.
func (s *schedule) find(id string) *window {
	for _, w := range s.windows {
		if w.id == id {
			return w
		}
	}
	return nil
}

// findAttempt returns the attempt with a token and its window, or nil if it is over.
func (s *schedule) findAttempt(token string) (*window, *attempt) {
	for _, w := range s.windows {
		for _, a := range w.attempts {
			if a != nil && a.instance.Env.Token == token {
				return w, a
			}
		}
	}
	return nil, nil
}

// open notes that a window has opened. Without a driver, the cases that need one
// cannot run.
func (s *schedule) open(w *window, version string, hasDriver bool) {
	s.identify(version, "")
	w.hasDriver = hasDriver
	close(w.opened)
	if hasDriver {
		return
	}
	for c := s.take(driven); c != nil; c = s.take(driven) {
		s.add(c, catalogue.Transcript{Missing: noDriver})
	}
	s.settle(w)
}

// leave removes a window. Its attempts end: in an interrupted run without a result,
// else with another attempt or an error, because any of them may be the reason.
func (s *schedule) leave(w *window, interrupted bool, reason error) {
	s.windows = slices.DeleteFunc(s.windows, func(open *window) bool { return open == w })
	for slot, a := range w.attempts {
		switch {
		case a == nil:
		case interrupted, s.retry(a.instance.Case):
			a.overdue.Stop()
			a.instance.Finish()
		default:
			s.record(w, slot, catalogue.Transcript{Error: fmt.Sprintf("%s exited or hung: %v", s.target.Browser, reason)})
		}
	}
}

// retry gives a case a second attempt if its session was lost behind an endpoint,
// where the loss may have nothing to do with the case. It reports whether it did.
func (s *schedule) retry(c *catalogue.Case) bool {
	if !s.target.Remote || s.retried[c.ID] {
		return false
	}
	s.retried[c.ID] = true
	s.put(c)
	return true
}

// next returns the next attempt of a slot, or nil. Asking again abandons the slot's
// current attempt. Cases that run alone are the driver's; without a driver, the slot
// that asks last gets them.
func (s *schedule) next(w *window, slot int, userAgent string) *attempt {
	if s.find(w.id) == nil {
		return nil
	}
	s.identify("", userAgent)
	select {
	case w.asked <- struct{}{}:
	default:
	}

	if w.attempts[slot] != nil {
		s.record(w, slot, catalogue.Transcript{Error: errSilent.Error()})
	}
	a := s.handOut(ordinary, w, slot)
	if a == nil && !w.hasDriver && s.slotsIdle(w) {
		a = s.handOut(alone, w, slot)
	}
	s.settle(w)
	return a
}

// nextDriven returns the next attempt of the driver with a case of a queue, or nil.
func (s *schedule) nextDriven(w *window, q queue) *attempt {
	if s.find(w.id) == nil {
		return nil
	}
	a := s.handOut(q, w, w.driverSlot())
	s.settle(w)
	return a
}

// handOut begins an attempt with the next case of a queue that can run in the
// window, or returns nil.
func (s *schedule) handOut(q queue, w *window, slot int) *attempt {
	for c := s.take(q); c != nil; c = s.take(q) {
		if missing := s.missing(c); missing != "" {
			s.add(c, catalogue.Transcript{Missing: missing})
			continue
		}
		a, err := s.attempt(c, w, slot)
		if err != nil {
			s.add(c, catalogue.Transcript{Error: err.Error()})
			continue
		}
		w.attempts[slot] = a
		return a
	}
	return nil
}

// missing returns what the target lacks to run a case, or "".
func (s *schedule) missing(c *catalogue.Case) string {
	switch {
	case c.HTTPS && !s.trusted:
		return noHTTPS
	case c.OtherHosts && s.plan.Host != "":
		return noOtherHosts
	}
	return ""
}

// attempt serves a case and starts its clock. A browser whose page does not even
// give up in time is lost.
func (s *schedule) attempt(c *catalogue.Case, w *window, slot int) (*attempt, error) {
	instance, err := s.server.Open(firstLane+w.number*s.plan.lanesEach()+slot, c)
	if err != nil {
		return nil, err
	}
	instance.Env.Context = w.target.context
	limit := pageLimit(c) + s.plan.limits.answer
	return &attempt{
		instance: instance,
		started:  time.Now(),
		overdue: time.AfterFunc(limit, func() {
			w.stop(fmt.Errorf("it did not answer for %s while it ran %s", limit, c.ID))
		}),
		recorded: make(chan struct{}),
	}, nil
}

// end ends the attempt with a token, if it is in progress, with what its page has
// recorded.
func (s *schedule) end(token string, seen catalogue.Transcript) {
	w, a := s.findAttempt(token)
	if a == nil {
		return
	}
	for slot := range w.attempts {
		if w.attempts[slot] == a {
			s.record(w, slot, seen)
		}
	}
	s.settle(w)
}

// endUndriven ends an attempt whose case was not driven to its end.
func (s *schedule) endUndriven(a *attempt, err error) {
	s.end(a.instance.Env.Token, a.undriven(err))
}

// undriven returns the transcript of a case that was not driven to its end. A case
// that runs alone can freeze its page. If that page had loaded the case, the verdict
// is timeout.
func (a *attempt) undriven(err error) catalogue.Transcript {
	if errors.Is(err, errSilent) && a.instance.Case.Alone && a.begun {
		return catalogue.Transcript{}
	}
	if cannot, ok := errors.AsType[browser.Unsupported](err); ok {
		return catalogue.Transcript{Missing: cannot.Error()}
	}
	return catalogue.Transcript{Error: err.Error()}
}

// record ends the attempt of a slot.
func (s *schedule) record(w *window, slot int, seen catalogue.Transcript) {
	a := w.attempts[slot]
	w.attempts[slot] = nil
	a.overdue.Stop()
	seen.Requests = a.instance.Finish()
	s.addResult(a.instance.Case, a.instance.Env, time.Since(a.started), seen)
	close(a.recorded)
}

// settle notifies a window's session if its slots are idle, and if nothing is left for
// it.
func (s *schedule) settle(w *window) {
	if !s.slotsIdle(w) {
		return
	}
	select {
	case <-w.idle:
	default:
		close(w.idle)
	}
	if w.attempts[w.driverSlot()] == nil && len(s.left[driven]) == 0 && len(s.left[alone]) == 0 {
		w.stop(nil)
	}
}

// slotsIdle reports whether no slot has an attempt, or will have one of an ordinary
// case.
func (s *schedule) slotsIdle(w *window) bool {
	for _, a := range w.attempts[:w.driverSlot()] {
		if a != nil {
			return false
		}
	}
	return len(s.left[ordinary]) == 0
}

// waiting reports whether there are cases for the slots, and nothing is running.
func (s *schedule) waiting(w *window) bool {
	for _, a := range w.attempts {
		if a != nil {
			return false
		}
	}
	return len(s.left[ordinary]) > 0 || !w.hasDriver && len(s.left[alone]) > 0
}

// put adds a case to its queue.
func (s *schedule) put(c *catalogue.Case) {
	q := queueOf(c)
	s.left[q] = append(s.left[q], c)
}

// take removes the next case from a queue, or returns nil.
func (s *schedule) take(q queue) *catalogue.Case {
	if len(s.left[q]) == 0 {
		return nil
	}
	c := s.left[q][0]
	s.left[q] = s.left[q][1:]
	return c
}

// add adds the result of a case that did not run.
func (s *schedule) add(c *catalogue.Case, seen catalogue.Transcript) {
	s.addResult(c, catalogue.Env{}, 0, seen)
}

// addResult judges a case and adds its result.
func (s *schedule) addResult(c *catalogue.Case, env catalogue.Env, took time.Duration, seen catalogue.Transcript) {
	judgement := catalogue.Judge(c, &seen, env)
	result := report.Result{
		Target:       s.target.Name,
		Case:         c.ID,
		Verdict:      judgement.Verdict,
		Want:         judgement.Want,
		Got:          judgement.Got,
		Milliseconds: float64(took.Microseconds()) / 1000,
		Transcript:   seen,
	}
	result.Expected, result.Reason = s.plan.Expectations.Allow(result)
	s.report.Results = append(s.report.Results, result)
	if s.plan.Progress != nil {
		s.plan.Progress(result)
	}
}

// driverSlot is the slot of the driver's attempt.
func (w *window) driverSlot() int { return len(w.attempts) - 1 }

// stop notifies the session that no case will follow, and why. Only the first reason
// counts.
func (w *window) stop(reason error) {
	select {
	case w.over <- reason:
	default:
	}
}
