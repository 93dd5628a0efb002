package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
)

// Why a target cannot play a case.
const (
	noHTTPS      = "the browser does not accept the reference server's certificate"
	noOtherHosts = "the browser, on another machine, knows the reference server by one name only"
	noDriver     = "the browser cannot be driven"
)

// drive plays the cases that need a driver, one after the other, each in a tab
// of its own, and in the end those that are to be alone. It takes the last turn,
// which no slot of the page has.
func (s *session) drive(ctx context.Context) {
	if s.driver == nil {
		for c := s.target.driven.take(); c != nil; c = s.target.driven.take() {
			s.run.add(s.target, c, catalogue.Env{}, 0, catalogue.Transcript{Missing: noDriver})
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.rest()
		return
	}
	s.driveAll(ctx, &s.target.driven)
	select {
	case <-s.quiet:
		s.driveAll(ctx, &s.target.alone)
	case <-ctx.Done():
	}
}

// driveAll plays the cases of a queue.
func (s *session) driveAll(ctx context.Context, q *queue) {
	for ctx.Err() == nil {
		t := s.nextDriven(q)
		if t == nil {
			return
		}
		err := driveCase(ctx, s.driver, t)
		if ctx.Err() != nil {
			return // the browser is lost, and this case with it; others are left
		}
		if err != nil {
			s.report(t.instance.Env.Token, t.undriven(err))
		}
	}
}

// errSilent is that of a page which has not reported in time.
var errSilent = errors.New("the page of the case reported nothing")

// undriven is the record of a case that was not driven to its end. A page that has
// begun one which is played alone is kept from its report by what it plays: then
// nothing has come of it.
func (t *turn) undriven(err error) catalogue.Transcript {
	if errors.Is(err, errSilent) && t.instance.Case.Alone && t.begun.Load() {
		return catalogue.Transcript{}
	}
	if cannot, ok := errors.AsType[browser.Unsupported](err); ok {
		return catalogue.Transcript{Missing: cannot.Error()}
	}
	return catalogue.Transcript{Error: err.Error()}
}

// nextDriven hands the next case of a queue out to the driver; nil: there is
// none.
func (s *session) nextDriven(q *queue) *turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil
	}
	t := s.take(q, s.driverSlot())
	if t == nil {
		s.rest()
	}
	return t
}

// driveCase opens the page of a case in a tab, does what the case says and waits
// for the page's record.
func driveCase(ctx context.Context, driver browser.Driver, t *turn) error {
	ctx, cancel := context.WithTimeoutCause(ctx, pageLimit(t.instance.Case)+driveGrace, errSilent)
	defer cancel()

	tab, err := driver.OpenTab(ctx, t.instance.Env.PageURL())
	if err != nil {
		return err
	}
	defer tab.Close()
	for i, action := range t.instance.Case.Drive {
		if err := act(ctx, tab, action, t.instance.Env); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			return fmt.Errorf("drive[%d]: %w", i, err)
		}
	}
	select {
	case <-t.recorded:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// actions carry out what a case says in drive. A test holds them against the
// catalogue's actions, and a run with any other action does not start.
var actions = map[catalogue.ActionName]func(context.Context, browser.Tab, catalogue.Action) error{
	catalogue.Until:    func(_ context.Context, t browser.Tab, a catalogue.Action) error { return t.Until(a.Text) },
	catalogue.Wait:     func(ctx context.Context, _ browser.Tab, a catalogue.Action) error { return pause(ctx, a.Wait) },
	catalogue.Navigate: func(_ context.Context, t browser.Tab, a catalogue.Action) error { return t.Navigate(a.Text) },
	catalogue.Back:     func(_ context.Context, t browser.Tab, _ catalogue.Action) error { return t.Back() },
	catalogue.Tab:      func(_ context.Context, t browser.Tab, a catalogue.Action) error { return t.OpenAnother(a.Text) },
	catalogue.Offline:  func(_ context.Context, t browser.Tab, a catalogue.Action) error { return t.SetOffline(a.On) },
	catalogue.Hidden:   func(_ context.Context, t browser.Tab, a catalogue.Action) error { return t.SetHidden(a.On) },
	catalogue.Frozen:   func(_ context.Context, t browser.Tab, a catalogue.Action) error { return t.SetFrozen(a.On) },
	catalogue.GC:       func(_ context.Context, t browser.Tab, _ catalogue.Action) error { return t.CollectGarbage() },
	catalogue.Click:    func(_ context.Context, t browser.Tab, _ catalogue.Action) error { return t.Click() },
	catalogue.Decline:  func(_ context.Context, t browser.Tab, _ catalogue.Action) error { return t.DeclineSignIn() },
}

// checkActions returns an error if a case needs an action that is not handled.
func checkActions(cases []catalogue.Case) error {
	for _, c := range cases {
		for i, action := range c.Drive {
			if actions[action.Name] == nil {
				return fmt.Errorf("%s: drive[%d]: no handler for action %q; add one to actions in drive.go", c.ID, i, action.Name)
			}
		}
	}
	return nil
}

// act carries out an action, its placeholders replaced.
func act(ctx context.Context, tab browser.Tab, a catalogue.Action, env catalogue.Env) error {
	filled, err := a.Fill(env)
	if err != nil {
		return err
	}
	return actions[a.Name](ctx, tab, filled)
}

// driveGrace is how much longer than its limit a driven case may take.
const driveGrace = 5 * time.Second

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
