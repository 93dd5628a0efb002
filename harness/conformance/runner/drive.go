package runner

import (
	"context"
	"fmt"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/sleep"
)

// drive runs the cases that need a driver, one after the other, each in a tab of its
// own; then, when the slots are idle, those that run alone. In a window for cases that
// run again, all of them wait for the slots.
func (s *session) drive(ctx context.Context) {
	if !s.again {
		s.driveAll(ctx, driven)
	}
	select {
	case <-s.idle:
		s.driveAll(ctx, driven)
		s.driveAll(ctx, alone)
	case <-ctx.Done():
	}
}

// driveAll runs the cases of a queue. When ctx is done, the browser is lost, and the
// case with it; the other cases are left.
func (s *session) driveAll(ctx context.Context, q queue) {
	for ctx.Err() == nil {
		var a *attempt
		s.run.do(func(sch *schedule) { a = sch.nextDriven(s.window, q) })
		if a == nil {
			return
		}
		if err := driveCase(ctx, s.driver, a); err != nil && ctx.Err() == nil {
			s.run.do(func(sch *schedule) { sch.endUndriven(a, err) })
		}
	}
}

// driveCase opens the page of a case in a tab, carries out the actions of the case
// and waits until the page has posted its transcript.
func driveCase(ctx context.Context, driver browser.Driver, a *attempt) error {
	ctx, cancel := context.WithTimeoutCause(ctx, pageLimit(a.instance.Case)+driveGrace, errSilent)
	defer cancel()

	tab, err := driver.OpenTab(ctx, a.instance.Env.PageURL())
	if err != nil {
		return err
	}
	defer tab.Close()
	for i, action := range a.instance.Case.Drive {
		if err := act(ctx, tab, action, a.instance.Env); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			return fmt.Errorf("drive[%d]: %w", i, err)
		}
	}
	select {
	case <-a.recorded:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// actions are the handlers of the actions in a case's drive. A test compares them with
// the catalogue's actions. A run with an unhandled action does not start.
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

// driveGrace is the time that a driven case may take beyond its limit.
const driveGrace = 5 * time.Second

func pause(ctx context.Context, d time.Duration) error {
	if !sleep.For(ctx, d) {
		return context.Cause(ctx)
	}
	return nil
}
