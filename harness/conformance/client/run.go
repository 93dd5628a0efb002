package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

// maxLosses is how often a client may exit or hang until no more cases run on it, and
// maxInARow how often without a case that it survived.
const maxLosses, maxInARow = 30, 10

// A Plan says which cases to run on a client in another process.
type Plan struct {
	Name    string // of the client in the report; "": the first word of the name that it gives
	Command string // of the shell, which starts it
	Cases   []catalogue.Case
	Jobs    int // cases that run at once; 0: a default
	Retries int // how often a case that failed on time alone runs again, alone
	Repeat  int // how often each case runs; with more than once, no case runs again. 0: once

	// Allow returns whether a verdict is expected, and why; see runner.Expectations.
	Allow func(report.Result) (expected bool, reason string)

	// Progress, unless nil, is called for each result, one call at a time.
	Progress func(report.Result)
}

// Run runs the cases. If ctx is done, the report holds the results until then, and the
// error says why. It fails without a report if the client does not start.
func Run(ctx context.Context, plan Plan) (*report.Report, error) {
	started := time.Now()
	first, err := Start(ctx, plan.Command)
	if err != nil {
		return nil, err
	}
	s, err := newSession(cmp.Or(plan.Jobs, defaultJobs))
	if err != nil {
		first.Stop()
		return nil, err
	}
	defer s.close()

	if plan.Repeat = max(plan.Repeat, 1); plan.Repeat > 1 {
		plan.Retries = 0
	}
	if plan.Name == "" {
		plan.Name = strings.ReplaceAll(strings.Fields(first.Features().Name)[0], "/", "-")
	}
	r := &run{Plan: plan, session: s, process: first, name: "client/" + plan.Name}
	r.report = report.New(started, plan.Cases)
	r.runAll(ctx)
	r.current().Stop()

	r.report.Targets = []report.Target{{
		Name:           r.name,
		Browser:        "client",
		BrowserVersion: first.Features().Name,
		Implementation: plan.Name,
		Client:         plan.Command,
		Reports:        first.Features().Reports,
		Can:            first.Features().Can,
		Suite:          report.ThisSuite(),
		Started:        started.UTC().Truncate(time.Second),
		Milliseconds:   time.Since(started).Milliseconds(),
		Losses:         r.losses,
	}}
	r.report.Milliseconds = time.Since(started).Milliseconds()
	r.report.Sort()
	return r.report, context.Cause(ctx)
}

// A run is a plan being carried out.
type run struct {
	Plan
	*session
	name string

	mu      sync.Mutex
	process *Process
	losses  []string
	inARow  int // losses since a case that the client survived
	report  *report.Report
}

// runAll runs all cases: first several at a time; then one at a time those that are to
// run alone or are large, and those that were running when the client exited or hung;
// then, each in a new process, those that were lost even so, and those that were late.
func (r *run) runAll(ctx context.Context) {
	var mu sync.Mutex
	var single, lost, late []*catalogue.Case
	tried := map[string][]report.Result{}
	try := func(c *catalogue.Case, with company, ifLost *[]*catalogue.Case) {
		if ctx.Err() != nil {
			return
		}
		result, wasLost := r.attempts(ctx, c, with)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case wasLost:
			*ifLost = append(*ifLost, c)
		case r.mayRunAgain(result):
			tried[c.ID] = append(tried[c.ID], result.Result)
			late = append(late, c)
		default:
			r.addUnless(ctx, result.Result)
		}
	}

	var running sync.WaitGroup
	places := make(chan struct{}, cap(r.lanes))
	for _, c := range longestFirst(r.Cases) {
		if c.Alone || large(c) {
			single = append(single, c)
			continue
		}
		places <- struct{}{}
		running.Go(func() {
			defer func() { <-places }()
			try(c, others, &single)
		})
	}
	running.Wait()
	for _, c := range single {
		try(c, alone, &lost)
	}
	for _, c := range lost {
		try(c, inNewProcess, nil)
	}
	for _, c := range late {
		results := tried[c.ID]
		for n := 0; n < r.Retries && r.again() && ctx.Err() == nil && results[len(results)-1].Verdict != catalogue.Pass; n++ {
			again, _ := r.attempts(ctx, c, inNewProcess)
			r.noteAgain(again.late)
			results = append(results, again.Result)
		}
		last := results[len(results)-1]
		last.Attempts = report.Attempts(results)
		r.addUnless(ctx, last)
	}
}

// A company is what a case shares the client with.
type company int

const (
	others       company = iota // cases that run at the same time
	alone                       // cases that have ended, which may have left something behind
	inNewProcess                // nothing
)

// large reports whether a case has so many bytes that it would delay cases beside it:
// all streams of a client share one pipe.
func large(c *catalogue.Case) bool {
	const mebibyte = 1 << 20
	total := 0
	for _, connection := range c.Server {
		for _, step := range connection {
			total += step.Length()
		}
	}
	return total > mebibyte
}

// longestFirst returns the cases, those that may take longest first, so that the others
// run beside them.
func longestFirst(cases []catalogue.Case) []*catalogue.Case {
	var sorted []*catalogue.Case
	for i := range cases {
		sorted = append(sorted, &cases[i])
	}
	slices.SortStableFunc(sorted, func(a, b *catalogue.Case) int { return cmp.Compare(b.Client.Limit, a.Client.Limit) })
	return sorted
}

// An attempted is the result of a case, and whether it failed on time alone.
type attempted struct {
	report.Result
	late bool
}

// mayRunAgain reports whether a case shall run again, alone.
func (r *run) mayRunAgain(a attempted) bool { return a.late && !a.Expected && r.Retries > 0 }

// attempts runs a case as often as the plan says, and returns the first result that is
// not as expected, or else the first. If the client exits or hangs while the case runs in
// a new process, the result is an error; otherwise attempts reports that the case was lost.
func (r *run) attempts(ctx context.Context, c *catalogue.Case, with company) (a attempted, lost bool) {
	var results []report.Result
	for range r.Repeat {
		o, lost := r.attempt(ctx, c, with)
		switch {
		case lost && with != inNewProcess:
			return attempted{}, true
		case lost:
			o = judged(c, catalogue.Transcript{Error: r.lastLoss()}, catalogue.Env{}, o.took)
		}
		a.late = o.late()
		results = append(results, r.result(c, o))
	}
	a.Result = report.Worst(results)
	a.Attempts = report.Attempts(results)
	return a, false
}

// attempt runs a case, and reports whether the client exited or hung meanwhile. It
// starts a client if there is none.
func (r *run) attempt(ctx context.Context, c *catalogue.Case, with company) (o outcome, lost bool) {
	process, err := r.live(ctx, with == inNewProcess)
	if err != nil {
		return judged(c, catalogue.Transcript{Error: err.Error()}, catalogue.Env{}, 0), false
	}
	o = r.run(ctx, process, c, with != others)
	if o.silent && o.late() && !r.responds(ctx, process) && ctx.Err() == nil {
		process.kill(fmt.Errorf("it hung: neither a request nor an event in %s of %s", o.took.Round(time.Millisecond), c.ID))
	}
	if process.Err() == nil {
		r.survived()
	}
	slow := with != others && o.expired && !o.silent // it ended only after that
	return o, process.Err() != nil && o.judgement.Verdict != catalogue.Pass && !slow
}

// responds reports whether anything comes from the client when it opens a stream that
// no client refuses. One that refuses the stream of a case is silent, but has not hung.
func (r *run) responds(ctx context.Context, process *Process) bool {
	simple := simplest()
	return process.Err() == nil && !r.run(ctx, process, &simple, false).silent
}

// simplest returns a case with one message.
func simplest() catalogue.Case {
	c, err := catalogue.ReadScript([]byte(`{"server": [[{"send": "data: x\n\n"}, {"hold": true}]]}`))
	if err != nil {
		panic(err) // it is constant
	}
	c.Contexts = []catalogue.Context{catalogue.Window}
	c.Client = catalogue.Client{URL: "{url}", Limit: 4000}
	c.Expect = catalogue.Expect{Events: []catalogue.Event{{Type: "open"}, {Type: "message"}}}
	return c
}

// live returns the client. It starts the client again if it has ended, unless that
// happened too often, or if a new process is asked for.
func (r *run) live(ctx context.Context, anew bool) (*Process, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	reason := r.process.Err()
	if reason == nil && !anew {
		return r.process, nil
	}
	over := func() bool { return len(r.losses) == maxLosses || r.inARow == maxInARow }
	if reason != nil && !over() {
		r.losses = append(r.losses, reason.Error())
		r.inARow++
	}
	if reason != nil && over() {
		return nil, fmt.Errorf("not run: the client exited or hung %d times; last: %w", len(r.losses), reason)
	}
	r.process.Stop()
	process, err := Start(ctx, r.Command)
	if err != nil {
		return nil, err
	}
	r.process = process
	return process, nil
}

// survived notes that the client runs after a case, unless no more cases are to run.
func (r *run) survived() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inARow < maxInARow {
		r.inARow = 0
	}
}

func (r *run) current() *Process {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.process
}

// lastLoss returns why the client ended.
func (r *run) lastLoss() string {
	return cmp.Or(r.current().Err(), errors.New("the client ended")).Error()
}

func (r *run) result(c *catalogue.Case, o outcome) report.Result {
	result := report.Result{
		Target:       r.name,
		Case:         c.ID,
		Verdict:      o.judgement.Verdict,
		Want:         o.judgement.Want,
		Got:          o.judgement.Got,
		Milliseconds: float64(o.took.Microseconds()) / 1000,
		Transcript:   o.transcript,
	}
	result.Expected = true
	if r.Allow != nil {
		result.Expected, result.Reason = r.Allow(result)
	}
	return result
}

// addUnless adds a result, unless the run was interrupted meanwhile.
func (r *run) addUnless(ctx context.Context, result report.Result) {
	if ctx.Err() == nil {
		r.add(result)
	}
}

func (r *run) add(result report.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Results = append(r.report.Results, result)
	if r.Progress != nil {
		r.Progress(result)
	}
}
