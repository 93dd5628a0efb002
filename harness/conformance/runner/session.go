package runner

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/refserver"
)

// sessionLane is the lane of the sessions' own pages.
const sessionLane = 0

var errNotStarted = errors.New("it did not start")

// A session is one window of the browser, in which cases of a target are played.
type session struct {
	id     string
	run    *run
	target *target
	number int           // of the window, among those that share the target
	opened chan struct{} // closed when it is known whether the window has a driver
	asked  chan struct{} // something comes when the page asks for a case
	quiet  chan struct{} // closed when the slots have no more to play
	over   chan error    // why no case will follow; nil: all are played

	driver browser.Driver // of the window; nil: it has none

	mu    sync.Mutex
	turns []*turn // by slot, the last one is the driver's; nil: idle
	ended bool    // no case is handed out any more
}

// A turn is a case that a slot is playing.
type turn struct {
	instance *refserver.Instance
	started  time.Time
	overdue  *time.Timer

	begun    atomic.Bool   // the page has got the case
	recorded chan struct{} // closed when the turn is over
}

func newSession(r *run, t *target, number int) *session {
	return &session{
		id:     rand.Text(),
		run:    r,
		target: t,
		number: number,
		opened: make(chan struct{}),
		asked:  make(chan struct{}, 1),
		quiet:  make(chan struct{}),
		over:   make(chan error, 1),
		turns:  make([]*turn, r.Jobs+1),
	}
}

// play opens the browser and waits until all cases are played, or the browser
// is lost: then it says why.
func (s *session) play(ctx context.Context) (reason error) {
	s.run.enter(s.number, s)
	defer func() {
		s.run.enter(s.number, nil)
		s.end(ctx.Err() != nil, reason)
	}()

	url := fmt.Sprintf("%s/session/%s/", s.run.server.Origin(sessionLane), s.id)
	window, err := s.run.Browser.Open(ctx, url)
	s.driver, _ = window.(browser.Driver)
	close(s.opened)
	if err != nil {
		return fmt.Errorf("%w: %w", errNotStarted, err)
	}
	s.target.identify(window.Version(), "")

	var driver sync.WaitGroup
	defer driver.Wait() // it may be waiting for the browser
	defer window.Close()
	driving, stopDriving := context.WithCancel(ctx)
	defer stopDriving()
	driver.Go(func() { s.drive(driving) })

	patience := s.run.limits.load
	asking := time.NewTimer(patience)
	defer asking.Stop()
	loaded, silent := false, false
	for {
		select {
		case <-s.asked:
			loaded, silent = true, false
			asking.Reset(patience)
		case <-asking.C:
			if !loaded {
				return fmt.Errorf("it did not load the page in %s", patience)
			}
			if silent && s.waiting() {
				return fmt.Errorf("it asked for no other case in %s", 2*patience)
			}
			silent = s.waiting()
			asking.Reset(patience)
		case reason := <-s.over:
			return reason
		case <-window.Done():
			return errors.New("it ended by itself")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// next hands a case out to a slot; nil: there is none. A slot that asks has
// given up the case that it was playing. Those that are to be alone are the
// driver's, and without one those of the slot that asks last.
func (s *session) next(slot int, userAgent string) *turn {
	<-s.opened
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil
	}
	s.target.identify("", userAgent)
	select {
	case s.asked <- struct{}{}:
	default:
	}

	if s.turns[slot] != nil {
		s.record(slot, catalogue.Transcript{Error: errSilent.Error()})
	}
	t := s.take(&s.target.ordinary, slot)
	if t == nil && s.driver == nil && s.slotsIdle() {
		t = s.take(&s.target.alone, slot)
	}
	s.rest()
	return t
}

// take begins a turn with the next case of a queue that can be played here; nil:
// there is none. The session is locked.
func (s *session) take(q *queue, slot int) *turn {
	for c := q.take(); c != nil; c = q.take() {
		if t := s.open(slot, c); t != nil {
			return t
		}
	}
	return nil
}

// open begins the turn of a slot; nil: the case cannot be played here. The
// session is locked.
func (s *session) open(slot int, c *catalogue.Case) *turn {
	if c.HTTPS && !s.run.trusted {
		s.run.add(s.target, c, catalogue.Env{}, 0, catalogue.Transcript{Missing: noHTTPS})
		return nil
	}
	if c.OtherHosts && s.run.Host != "" {
		s.run.add(s.target, c, catalogue.Env{}, 0, catalogue.Transcript{Missing: noOtherHosts})
		return nil
	}
	instance, err := s.run.server.Open(sessionLane+1+s.number*s.run.lanesEach()+slot, c)
	if err != nil {
		s.run.add(s.target, c, catalogue.Env{}, 0, catalogue.Transcript{Error: err.Error()})
		return nil
	}
	instance.Env.Context = s.target.context
	s.turns[slot] = s.begin(instance)
	return s.turns[slot]
}

// begin starts the clock of a case: a browser that does not even give it up in
// time is lost.
func (s *session) begin(instance *refserver.Instance) *turn {
	limit := pageLimit(instance.Case) + s.run.limits.answer
	return &turn{
		instance: instance,
		started:  time.Now(),
		recorded: make(chan struct{}),
		overdue: time.AfterFunc(limit, func() {
			s.stop(fmt.Errorf("it did not answer for %s while it played %s", limit, instance.Case.ID))
		}),
	}
}

// pageLimit is how long the page of a case may record.
func pageLimit(c *catalogue.Case) time.Duration {
	return time.Duration(c.Client.Limit+c.Client.Settle) * time.Millisecond
}

// report takes what the page of a case has recorded.
func (s *session) report(token string, seen catalogue.Transcript) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for slot, t := range s.turns {
		if t != nil && t.instance.Env.Token == token {
			s.record(slot, seen)
			s.rest()
		}
	}
}

// turn is the one that is played under a token; nil: none.
func (s *session) turn(token string) *turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.turns {
		if t != nil && t.instance.Env.Token == token {
			return t
		}
	}
	return nil
}

// end ends the session. Which of the cases that are being played was the reason
// cannot be told, so all of them are errors, but for those that get another try;
// in an interrupted run they are simply not played.
func (s *session) end(interrupted bool, reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for slot, t := range s.turns {
		switch {
		case t == nil:
		case interrupted, s.target.retry(t.instance.Case):
			t.overdue.Stop()
			t.instance.Finish()
		default:
			s.record(slot, catalogue.Transcript{Error: fmt.Sprintf("%s was lost: %v", s.target.Browser, reason)})
		}
	}
}

// record ends the turn of a slot. The session is locked.
func (s *session) record(slot int, seen catalogue.Transcript) {
	t := s.turns[slot]
	s.turns[slot] = nil
	t.overdue.Stop()
	defer close(t.recorded)
	seen.Requests = t.instance.Finish()
	s.run.add(s.target, t.instance.Case, t.instance.Env, time.Since(t.started), seen)
}

// rest tells that the slots have no more to play, or nobody has. The session is
// locked.
func (s *session) rest() {
	if !s.slotsIdle() {
		return
	}
	select {
	case <-s.quiet:
	default:
		close(s.quiet)
	}
	if s.turns[s.driverSlot()] == nil && s.target.driven.empty() && s.target.alone.empty() {
		s.stop(nil)
	}
}

// slotsIdle tells whether no slot plays, and none will but alone. The session is
// locked.
func (s *session) slotsIdle() bool {
	for _, t := range s.turns[:s.driverSlot()] {
		if t != nil {
			return false
		}
	}
	return s.target.ordinary.empty()
}

// waiting tells whether there are cases for the slots, and none of them plays.
func (s *session) waiting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.turns {
		if t != nil {
			return false
		}
	}
	return !s.target.ordinary.empty() || s.driver == nil && !s.target.alone.empty()
}

// driverSlot is the number of the driver's turn.
func (s *session) driverSlot() int { return len(s.turns) - 1 }

// stop ends the waiting of play; only the first reason counts.
func (s *session) stop(reason error) {
	select {
	case s.over <- reason:
	default:
	}
}
