package runner

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"eventsource-wasm/harness/catalogue"
	"eventsource-wasm/harness/refserver"
)

// sessionLane is the lane of a session's own page. The frame of slot i has lane
// i+1.
const sessionLane = 0

var errNotStarted = errors.New("it did not start")

// A session is one browser that plays cases of a target: those that are left, or,
// if none are, those that are to be played again.
type session struct {
	id     string
	run    *run
	target *target
	loaded chan struct{} // something comes when the page asks for a case
	over   chan error    // why no case will follow; nil: all are played

	alone   bool // plays one case at a time, again
	records int  // that came from pages

	mu    sync.Mutex
	turns []*turn // by slot, the last one is the driver's; nil: idle
	ended bool    // no case is handed out any more
}

// A turn is a case that a slot is playing.
type turn struct {
	play    *refserver.Play
	started time.Time
	overdue *time.Timer

	recorded chan struct{} // closed when the turn is over
}

func newSession(r *run, t *target) *session {
	return &session{
		id:     rand.Text(),
		run:    r,
		target: t,
		alone:  len(t.left)+len(t.driven) == 0,
		loaded: make(chan struct{}, 1),
		over:   make(chan error, 1),
		turns:  make([]*turn, r.Jobs+1),
	}
}

// play opens the browser and waits until all cases are played, or the browser
// is lost: then it says why.
func (s *session) play(ctx context.Context) (reason error) {
	s.run.enter(s)
	defer func() {
		s.run.enter(nil)
		s.end(ctx.Err() != nil, reason)
	}()

	url := fmt.Sprintf("%s/session/%s/", s.run.server.Origin(sessionLane), s.id)
	window, err := s.run.Browser.Open(ctx, url)
	if err != nil {
		return fmt.Errorf("%w: %w", errNotStarted, err)
	}
	s.target.BrowserVersion = window.Version()

	var driver sync.WaitGroup
	defer driver.Wait() // who may be waiting for the browser
	defer window.Close()
	driving, stopDriving := context.WithCancel(ctx)
	defer stopDriving()
	driver.Go(func() { s.drive(driving, window) })

	loading := time.NewTimer(s.run.limits.load)
	defer loading.Stop()
	for {
		select {
		case <-s.loaded:
			loading.Stop()
		case <-loading.C:
			return fmt.Errorf("it did not load the page in %s", s.run.limits.load)
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
// given up the case that it was playing.
func (s *session) next(slot int, userAgent string) *turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil
	}
	s.target.UserAgent = userAgent
	select {
	case s.loaded <- struct{}{}:
	default:
	}

	if s.turns[slot] != nil {
		s.lose(slot, "the page of the case reported nothing")
	}
	if s.alone && slot != 0 {
		return nil
	}
	next := s.target.next
	if s.alone {
		next = s.target.nextAgain
	}
	for c := next(); c != nil; c = next() {
		if t := s.open(slot, c); t != nil {
			return t
		}
	}
	s.checkOver()
	return nil
}

// open begins the turn of a slot; nil: the case cannot be played here. The
// session is locked.
func (s *session) open(slot int, c *catalogue.Case) *turn {
	if c.Impossible != "" {
		s.run.add(s.target, c, catalogue.Env{}, 0, catalogue.Transcript{})
		return nil
	}
	if c.HTTPS && !s.run.trusted {
		s.run.add(s.target, c, catalogue.Env{}, 0, catalogue.Transcript{Missing: noHTTPS})
		return nil
	}
	if c.OtherHosts && s.run.Host != "" {
		s.run.add(s.target, c, catalogue.Env{}, 0, catalogue.Transcript{Missing: noOtherHosts})
		return nil
	}
	play, err := s.run.server.Open(slot+1, c)
	if err != nil {
		s.run.add(s.target, c, catalogue.Env{}, 0, catalogue.Transcript{Error: err.Error()})
		return nil
	}
	play.Env.Context = s.target.context
	s.turns[slot] = s.begin(play)
	return s.turns[slot]
}

// begin starts the clock of a case: a browser that does not even give it up in
// time is lost.
func (s *session) begin(play *refserver.Play) *turn {
	limit := pageLimit(play.Case) + s.run.limits.answer
	return &turn{
		play:     play,
		started:  time.Now(),
		recorded: make(chan struct{}),
		overdue: time.AfterFunc(limit, func() {
			s.stop(fmt.Errorf("it did not answer for %s while it played %s", limit, play.Case.ID))
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
		if t != nil && t.play.Env.Token == token {
			s.records++
			s.record(slot, seen)
			s.checkOver()
		}
	}
}

// turn is the one that is played under a token; nil: none.
func (s *session) turn(token string) *turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.turns {
		if t != nil && t.play.Env.Token == token {
			return t
		}
	}
	return nil
}

// end ends the session. The cases that are being played are lost with it; in an
// interrupted run they are simply not played.
func (s *session) end(interrupted bool, reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for slot, t := range s.turns {
		switch {
		case t == nil:
		case interrupted:
			t.overdue.Stop()
			t.play.Finish()
		default:
			s.lose(slot, fmt.Sprintf("%s was lost: %v", s.target.Browser, reason))
		}
	}
}

// lose ends the turn of a slot without a record. It is an error of the case if
// there were no others that can be the reason. The session is locked.
func (s *session) lose(slot int, reason string) {
	t := s.turns[slot]
	if s.run.Jobs == 1 || s.alone || t.play.Case.Drive != nil {
		s.record(slot, catalogue.Transcript{Error: reason})
		return
	}
	s.finish(slot)
	s.target.again = append(s.target.again, *t.play.Case)
}

// record ends the turn of a slot. The session is locked.
func (s *session) record(slot int, seen catalogue.Transcript) {
	t := s.turns[slot]
	defer close(t.recorded)
	seen.Requests = s.finish(slot)
	s.run.add(s.target, t.play.Case, t.play.Env, time.Since(t.started), seen)
}

// finish frees a slot. The session is locked.
func (s *session) finish(slot int) []catalogue.SeenRequest {
	t := s.turns[slot]
	s.turns[slot] = nil
	t.overdue.Stop()
	return t.play.Finish()
}

// checkOver ends the waiting when all is played. The session is locked.
func (s *session) checkOver() {
	for _, t := range s.turns {
		if t != nil {
			return
		}
	}
	left := len(s.target.left) + len(s.target.driven)
	if s.alone {
		left = len(s.target.again)
	}
	if left == 0 {
		s.stop(nil)
	}
}

// stop ends the waiting of play; only the first reason counts.
func (s *session) stop(reason error) {
	select {
	case s.over <- reason:
	default:
	}
}
