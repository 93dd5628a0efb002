package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"eventsource-wasm/harness/browser"
)

// perCase is how much longer a run may make no progress for each case that it runs at
// once.
const perCase = 5 * time.Second

// A watchdog ends a run that makes no progress. How long a whole run may take depends
// on the machine; how long it may be silent does not.
type watchdog struct {
	patience time.Duration
	timer    *time.Timer
	answered bool   // the browser has asked for a case
	last     string // the case and the target of the last result
}

// alive notes progress.
func (d *watchdog) alive() { d.timer.Reset(d.patience) }

// patience is how long a run of the plan may make no progress: longer than all limits
// that come before it.
func (p Plan) patience() time.Duration {
	longest := time.Duration(0)
	for i := range p.Cases {
		longest = max(longest, pageLimit(&p.Cases[i]))
	}
	patience := 2*p.limits.load + longest + driveGrace + p.limits.answer + p.limits.pause<<p.limits.away +
		time.Duration(p.Jobs*p.Sessions)*perCase
	if _, remote := p.Browser.(*browser.Remote); remote {
		patience += browser.QueueLimit
	}
	return patience
}

// watched returns a context that ends when the run makes no progress, or after the
// timeout of the plan. Its cause says what to do.
func (r *run) watched(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	end := func(why func(*schedule) error) func() {
		return func() {
			r.do(func(s *schedule) { cancel(why(s)) })
		}
	}
	timers := []*time.Timer{time.AfterFunc(r.limits.patience, end((*schedule).stalled))}
	if r.Timeout > 0 {
		timers = append(timers, time.AfterFunc(r.Timeout, end((*schedule).timedOut)))
	}
	r.do(func(s *schedule) { s.watchdog = watchdog{patience: r.limits.patience, timer: timers[0]} })
	return ctx, func() {
		for _, t := range timers {
			t.Stop()
		}
		cancel(nil)
	}
}

// stalled returns the error of a run that made no progress.
func (s *schedule) stalled() error {
	name, patience := s.plan.Browser.Name(), s.watchdog.patience
	if !s.watchdog.answered {
		return fmt.Errorf("%s: the browser never answered: it asked for no case in %s; %s", name, patience, s.reachable())
	}
	after := ""
	if s.watchdog.last != "" {
		after = "; the last one was " + s.watchdog.last
	}
	return fmt.Errorf("%s: no progress for %s, with %s%s (run the cases that are left with fewer --jobs)", name, patience, s.rest(), after)
}

// timedOut returns the error of a run that has taken as long as its plan allows.
func (s *schedule) timedOut() error {
	name := s.plan.Browser.Name()
	if !s.watchdog.answered {
		return fmt.Errorf("%s: timed out after %s, before the browser asked for a case; %s", name, s.plan.Timeout, s.reachable())
	}
	return fmt.Errorf("%s: timed out after %s with %s, while it was making progress (raise --timeout, or leave it out)", name, s.plan.Timeout, s.rest())
}

// reachable is the advice for a browser that does not load the page.
func (s *schedule) reachable() string {
	return fmt.Sprintf("check that it starts, and that it can reach %s", s.server.Origin(sessionLane))
}

// rest says how many results are left.
func (s *schedule) rest() string {
	total := s.plan.Count()
	return fmt.Sprintf("%d of %d results left", total-len(s.report.Results), total)
}

// errNotLoaded is the error of a browser that has started, and whose page has not asked
// for a case.
var errNotLoaded = errors.New("it did not load the page")
