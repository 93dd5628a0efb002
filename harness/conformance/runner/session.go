package runner

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"eventsource-wasm/harness/browser"
)

var errNotStarted = errors.New("it did not start")

// A session is one window of the browser, from its opening to its end. Cases of a
// target run in it.
type session struct {
	run *run
	*window
	driver browser.Driver // nil: the window has none
}

func (r *run) newSession(t *target, number int, again bool) *session {
	return &session{run: r, window: &window{
		id:       rand.Text(),
		number:   number,
		target:   t,
		again:    again,
		opened:   make(chan struct{}),
		asked:    make(chan struct{}, 1),
		idle:     make(chan struct{}),
		over:     make(chan error, 1),
		attempts: make([]*attempt, r.lanesEach()),
	}}
}

// serve opens the browser and waits until no case is left for the window. If the
// browser is lost first, the error says how.
func (s *session) serve(ctx context.Context) (reason error) {
	s.run.do(func(sch *schedule) { sch.enter(s.window) })
	defer func() {
		s.run.do(func(sch *schedule) { sch.leave(s.window, ctx.Err() != nil, reason) })
	}()

	url := fmt.Sprintf("%s/session/%s/", s.run.server.Origin(sessionLane), s.id)
	opened, err := s.run.Browser.Open(ctx, url)
	if err != nil {
		close(s.opened)
		return fmt.Errorf("%w: %w", errNotStarted, err)
	}
	s.driver, _ = opened.(browser.Driver)
	version := opened.Version()
	s.run.do(func(sch *schedule) { sch.open(s.window, version, s.driver != nil) })

	var driver sync.WaitGroup
	defer driver.Wait() // it may be waiting for the browser
	defer opened.Close()
	driving, stopDriving := context.WithCancel(ctx)
	defer stopDriving()
	if s.driver != nil {
		driver.Go(func() { s.drive(driving) })
	}
	return s.watch(ctx, opened)
}

// watch waits until no case is left, or the browser is lost: it exits, hangs, or its
// page stops asking for cases.
func (s *session) watch(ctx context.Context, opened browser.Window) error {
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
				var advice string
				s.run.do(func(sch *schedule) { advice = sch.reachable() })
				return fmt.Errorf("%w in %s; %s", errNotLoaded, patience, advice)
			}
			waiting := false
			s.run.do(func(sch *schedule) { waiting = sch.waiting(s.window) })
			if silent && waiting {
				return fmt.Errorf("it asked for no other case in %s", 2*patience)
			}
			silent = waiting
			asking.Reset(patience)
		case reason := <-s.over:
			return reason
		case <-opened.Done():
			return errors.New("it exited by itself")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
