package runner

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
	noExtensions = "the implementation does not claim extensions of the standard"
	noOtherHosts = "the browser is on another machine, where the reference server has one name only"
	noDriver     = "the browser has no driver"
)

// Errors of an attempt that does not report in time: errSilent if only the page of the
// case is silent, errHung if the whole browser is.
var (
	errSilent = errors.New("the page of the case did not report")
	errHung   = errors.New("it did not answer")
)

// A schedule is all of a run that changes: the cases that are left on the current
// target, the attempts in progress and the results. Its methods are steps that
// return at once, and are called through a [guard].
type schedule struct {
	plan     Plan
	server   *refserver.Server
	trusted  bool // the browser accepts the server's certificate
	report   *report.Report
	watchdog watchdog

	target  *target
	left    cases                      // not handed out yet
	again   cases                      // run again: see [window]
	lost    map[string]int             // how often an attempt was lost, by the id of the case
	tried   map[string][]report.Result // of cases without a final result, by id
	late    int                        // cases in a row that were late again
	windows []*window                  // open ones
}

// cases are cases by the way in which they are handed out.
type cases map[queue][]*catalogue.Case

// put adds a case.
func (l cases) put(c *catalogue.Case) { l[queueOf(c)] = append(l[queueOf(c)], c) }

// take removes and returns the next case of a queue, or returns nil.
func (l cases) take(q queue) *catalogue.Case {
	if len(l[q]) == 0 {
		return nil
	}
	c := l[q][0]
	l[q] = l[q][1:]
	return c
}

// count returns the number of cases.
func (l cases) count() (n int) {
	for _, q := range l {
		n += len(q)
	}
	return n
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
// which the two talk. The first four fields never change.
//
// Most windows run several cases at once. If that may be the reason why a case has
// no result, or a late one, the case runs again in another window, which runs one
// case at a time.
type window struct {
	id     string // in the URLs of its pages
	number int    // among the windows that share the target
	target *target
	again  bool // runs the cases that run again, one at a time

	opened chan struct{} // closed when hasDriver is known
	asked  chan struct{} // receives a value when a slot asks for a case
	idle   chan struct{} // closed when the slots have no more cases
	over   chan error    // receives why no case will follow, or nil if all have run

	heard atomic.Int64 // when a page of it last sent a request, in nanoseconds since 1970

	hasDriver bool
	attempts  []*attempt // by slot, then that of the driver; nil: none
	reported  int        // attempts that ended with what the page recorded
	lost      int        // attempts that were lost
	blamed    bool       // a case was blamed for the loss of one
}

// An attempt is a case that a slot, or the driver, is running. Only begun and keys change.
type attempt struct {
	instance *refserver.Instance
	started  time.Time
	overdue  *time.Timer
	begun    bool            // the page has loaded the case
	keys     map[string]bool // that pages of the case were given, for their records
	recorded chan struct{}   // closed when the attempt is over
}

// begin begins a target. The cases with the longest limits start first, so that at the
// end none runs much longer than the others.
func (s *schedule) begin(t *target, list []*catalogue.Case) {
	s.target = t
	s.left, s.again = cases{}, cases{}
	s.lost, s.tried = map[string]int{}, map[string][]report.Result{}
	s.late = 0
	longestFirst := slices.SortedStableFunc(slices.Values(list), func(a, b *catalogue.Case) int {
		return cmp.Compare(pageLimit(b), pageLimit(a))
	})
	for range s.plan.Repeat {
		for _, c := range longestFirst {
			if c.Impossible != "" {
				s.add(c, catalogue.Transcript{})
				continue
			}
			s.left.put(c)
		}
	}
}

// finish ends the target. A case that was to run again, and has not, keeps the result
// that it has.
func (s *schedule) finish(took time.Duration) {
	for _, tried := range s.tried {
		s.addResult(tried)
	}
	s.target.Milliseconds = took.Milliseconds()
	s.report.Targets = append(s.report.Targets, s.target.Target)
}

// giveUp makes errors of all cases that have not run, and reports whether there were
// any.
func (s *schedule) giveUp(reason error) (some bool) {
	for _, list := range []cases{s.left, s.again} {
		for _, q := range []queue{ordinary, driven, alone} {
			for c := list.take(q); c != nil; c = list.take(q) {
				if s.tried[c.ID] == nil || s.plan.Repeat > 1 {
					s.add(c, catalogue.Transcript{Error: reason.Error()})
					some = true
				}
			}
		}
	}
	return some
}

// more reports whether another window is needed, and whether it is one for cases that
// run again: at the end, or to find out early why a window was lost in which no case had
// a result.
func (s *schedule) more(fruitless bool) (needed, again bool) {
	left, rerun := s.left.count(), s.again.count()
	return left+rerun > 0, rerun > 0 && (fruitless || left == 0)
}

// of returns the cases that a window runs.
func (s *schedule) of(w *window) cases {
	if w.again {
		return s.again
	}
	return s.left
}

// identify notes what the browser reports of itself; "" is nothing new.
func (s *schedule) identify(version, userAgent string) {
	s.target.BrowserVersion = cmp.Or(version, s.target.BrowserVersion)
	s.target.UserAgent = cmp.Or(userAgent, s.target.UserAgent)
}

// enter adds a window that is about to open.
func (s *schedule) enter(w *window) { s.windows = append(s.windows, w) }

// noteRequest notes that a page of the window has sent a request.
func (w *window) noteRequest() { w.heard.Store(time.Now().UnixNano()) }

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
	list := s.of(w)
	for c := list.take(driven); c != nil; c = list.take(driven) {
		s.add(c, catalogue.Transcript{Missing: noDriver})
	}
	s.settle(w)
}

// leave removes a window. In an interrupted run, its attempts end without a result.
// Otherwise the window was lost, and they are lost with it.
func (s *schedule) leave(w *window, interrupted bool, reason error) {
	s.windows = slices.DeleteFunc(s.windows, func(open *window) bool { return open == w })
	if reason != nil && !interrupted {
		s.target.Losses = append(s.target.Losses, fmt.Sprintf("%v%s", reason, w.running()))
	}
	for slot, a := range w.attempts {
		switch {
		case a == nil:
		case interrupted:
			a.overdue.Stop()
			a.instance.Finish()
		default:
			s.lose(w, slot, fmt.Errorf("%s exited or hung: %w", s.target.Browser, reason))
		}
	}
}

// running names the cases that a window is running, as the end of a sentence.
func (w *window) running() string {
	const most = 3
	var ids []string
	for _, a := range w.attempts {
		if a != nil {
			ids = append(ids, a.instance.Case.ID)
		}
	}
	switch n := len(ids); {
	case n == 0:
		return ", while no case was running"
	case n > most:
		return fmt.Sprintf(", while %s and %d other cases were running", strings.Join(ids[:most], ", "), n-most)
	}
	return ", while " + strings.Join(ids, ", ") + " ran"
}

// lose ends the attempt of a slot from which nothing was heard. Its case runs again,
// because another one may be the reason. If it was the only one that ran, and was lost
// before, it is the reason itself.
func (s *schedule) lose(w *window, slot int, reason error) {
	a := w.attempts[slot]
	w.lost++
	s.lost[a.instance.Case.ID]++
	if w.again && s.lost[a.instance.Case.ID] > 1 {
		w.blamed = true
		s.record(w, slot, a.blame(reason))
		return
	}
	w.attempts[slot] = nil
	a.overdue.Stop()
	a.instance.Finish()
	close(a.recorded)
	s.again.put(a.instance.Case)
}

// blame returns the transcript of a case that was lost for the second time. If its page
// had loaded the case and did not report, the page froze.
func (a *attempt) blame(reason error) catalogue.Transcript {
	text := reason.Error() + ", also when this case ran alone"
	if (errors.Is(reason, errSilent) || errors.Is(reason, errHung)) && a.begun {
		return catalogue.Transcript{Froze: text}
	}
	return catalogue.Transcript{Error: text}
}

// next returns the next attempt of a slot, or nil. Asking again abandons the slot's
// current attempt. Cases that run alone are the driver's; without a driver, the slot
// that asks last gets them.
func (s *schedule) next(w *window, slot int, userAgent string) *attempt {
	if s.find(w.id) == nil {
		return nil
	}
	s.identify("", userAgent)
	s.watchdog.answered = true
	select {
	case w.asked <- struct{}{}:
	default:
	}

	if w.attempts[slot] != nil {
		s.lose(w, slot, errSilent)
	}
	var a *attempt
	if !w.dismissed() {
		a = s.handOut(ordinary, w, slot)
	}
	// Without a driver, the last slot also runs the cases that run alone.
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
	list := s.of(w)
	for c := list.take(q); c != nil; c = list.take(q) {
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
		s.watchdog.alive()
		return a
	}
	return nil
}

// missing returns what the target lacks to run a case, or "".
func (s *schedule) missing(c *catalogue.Case) string {
	switch {
	case s.plan.Protocol != catalogue.HTTP1 && c.NeedsHTTP1() != "":
		return c.NeedsHTTP1()
	case c.HTTPS && !s.trusted:
		return noHTTPS
	case c.OtherHosts && s.plan.Host != "":
		return noOtherHosts
	case c.Level == catalogue.Extension && !s.target.implementation.Extends():
		return noExtensions
	}
	return ""
}

// attempt serves a case and starts its clock. If the page does not even report a timeout
// in time, and no page of the window sends a request either, the browser has hung.
func (s *schedule) attempt(c *catalogue.Case, w *window, slot int) (*attempt, error) {
	instance, err := s.server.Open(firstLane+w.number*s.plan.lanesEach()+slot, c)
	if err != nil {
		return nil, err
	}
	instance.Env.Context = w.target.context
	a := &attempt{
		instance: instance,
		started:  time.Now(),
		keys:     map[string]bool{},
		recorded: make(chan struct{}),
	}
	answer := s.plan.limits.answer
	a.overdue = time.AfterFunc(pageLimit(c)+answer, func() { w.checkHung(a, answer) })
	return a, nil
}

// checkHung stops a window whose attempt is overdue, once no page of the window has sent a
// request for a time. Until then the browser is only slow.
func (w *window) checkHung(a *attempt, patience time.Duration) {
	select {
	case <-a.recorded:
		return
	default:
	}
	if rest := patience - time.Since(time.Unix(0, w.heard.Load())); rest > 0 {
		time.AfterFunc(rest, func() { w.checkHung(a, patience) })
		return
	}
	w.stop(fmt.Errorf("%w for %s while it ran %s", errHung, time.Since(a.started).Round(100*time.Millisecond), a.instance.Case.ID))
}

// end ends the attempt with a token, if it is in progress, with what its page has
// recorded.
func (s *schedule) end(token string, seen catalogue.Transcript) {
	w, a := s.findAttempt(token)
	if a == nil {
		return
	}
	w.reported++
	s.record(w, slices.Index(w.attempts, a), seen)
	s.settle(w)
}

// endUndriven ends an attempt whose case was not driven to its end.
func (s *schedule) endUndriven(a *attempt, err error) {
	if w, current := s.findAttempt(a.instance.Env.Token); current != nil && errors.Is(err, errSilent) {
		s.lose(w, w.driverSlot(), err)
		s.settle(w)
		return
	}
	s.end(a.instance.Env.Token, undriven(err))
}

// undriven returns the transcript of a case that was not driven to its end.
func undriven(err error) catalogue.Transcript {
	if cannot, ok := errors.AsType[browser.Unsupported](err); ok {
		return catalogue.Transcript{Missing: cannot.Error()}
	}
	return catalogue.Transcript{Error: err.Error()}
}

// record ends the attempt of a slot.
func (s *schedule) record(w *window, slot int, seen catalogue.Transcript) {
	a := w.attempts[slot]
	w.attempts[slot] = nil
	s.watchdog.alive()
	a.overdue.Stop()
	seen.Requests = a.instance.Finish()
	if !s.plan.puppet && invented(a.instance.Case, seen) {
		seen.Error = "events without a request: nothing has reached the server"
	}
	s.judge(a.instance.Case, a.instance.Env, time.Since(a.started), seen)
	close(a.recorded)
}

// invented reports whether there are events of a stream that was never requested. If a
// case expects no request, as with a data: URL, they are not invented.
func invented(c *catalogue.Case, seen catalogue.Transcript) bool {
	without := c.Expect.Requests != nil && len(c.Expect.Requests) == 0
	return !without && len(seen.Requests) == 0 && slices.ContainsFunc(seen.Events, func(e catalogue.SeenEvent) bool {
		return e.Type != "error" && e.Type != "exception"
	})
}

// settle notifies a window's session if its slots are idle, and if nothing is left for
// it.
func (s *schedule) settle(w *window) {
	if !s.slotsIdle(w) {
		return
	}
	if !w.dismissed() {
		close(w.idle)
	}
	if list := s.of(w); w.attempts[w.driverSlot()] == nil && len(list[driven]) == 0 && len(list[alone]) == 0 {
		w.stop(nil)
	}
}

// dismissed reports whether the slots of a window have been told that no case will
// follow. Later cases are for another window.
func (w *window) dismissed() bool {
	select {
	case <-w.idle:
		return true
	default:
		return false
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
	return w.dismissed() || len(s.of(w)[ordinary]) == 0
}

// waiting reports whether there are cases for the slots, and nothing is running.
func (s *schedule) waiting(w *window) bool {
	for _, a := range w.attempts {
		if a != nil {
			return false
		}
	}
	list := s.of(w)
	return !w.dismissed() && (len(list[ordinary]) > 0 || !w.hasDriver && len(list[alone]) > 0)
}

// add adds the result of an attempt that did not begin.
func (s *schedule) add(c *catalogue.Case, seen catalogue.Transcript) {
	s.judge(c, catalogue.Env{}, 0, seen)
}

// judge judges an attempt. Its result is that of the case, unless more attempts follow.
func (s *schedule) judge(c *catalogue.Case, env catalogue.Env, took time.Duration, seen catalogue.Transcript) {
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
	result.Expected, result.Reason = s.plan.Expectations.Allow(result, s.target.Target)
	tried := append(s.tried[c.ID], result)
	s.tried[c.ID] = tried

	late := judgement.Timing && !result.Expected
	switch {
	case len(tried) < s.plan.Repeat: // others of its attempts have not ended
		return
	case late && len(tried) <= s.plan.Retries && s.plan.Repeat == 1 && s.late < maxLate:
		s.again.put(c)
		return
	}
	delete(s.tried, c.ID)
	s.addResult(tried)
	if len(tried) > s.plan.Repeat {
		s.noteRetried(late)
	}
}

// maxLate is how many cases in a row may be late again. After that, no more cases run
// again, because the machine is not the cause.
const maxLate = 8

// noteRetried notes whether a case that ran again was late again. After too many of
// those in a row, the others keep the results that they have.
func (s *schedule) noteRetried(late bool) {
	if !late {
		s.late = 0
		return
	}
	if s.late++; s.late < maxLate {
		return
	}
	for q, list := range s.again {
		s.again[q] = slices.DeleteFunc(list, func(c *catalogue.Case) bool {
			tried := s.tried[c.ID]
			if tried != nil {
				delete(s.tried, c.ID)
				s.addResult(tried)
			}
			return tried != nil
		})
	}
}

// addResult adds the result of a case: of the last attempt or, if it was to run several
// times, of the worst.
func (s *schedule) addResult(tried []report.Result) {
	result := tried[len(tried)-1]
	if s.plan.Repeat > 1 {
		result = report.Worst(tried)
	}
	result.Attempts = report.Attempts(tried)
	s.report.Results = append(s.report.Results, result)
	s.watchdog.last = result.Case + " on " + result.Target
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
