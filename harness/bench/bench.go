// Package bench measures implementations of EventSource: throughput, latency,
// start-up time, memory and long runs.
//
// A measurement is one page in a fresh browser. A server sends the page with one
// implementation in it, sends it numbered events, and receives the figures that
// the page posts. No driver is attached to the browser: DevTools make native
// events 2 to 8 times slower. The fresh browser gives every implementation the
// same start: a young heap and code that was never compiled.
//
// No machine stays idle for long, so measurements that are compared are taken
// close together: a round measures every implementation once, in shuffled order,
// and ratios and differences are taken within a round.
//
// The package judges only one thing: that no event was lost, duplicated or damaged.
package bench

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/implementation"
)

// A Browser starts without a driver.
type Browser interface {
	Name() string
	Version(context.Context) (string, error)
	Start(ctx context.Context, url string, args ...string) (*browser.Process, error)
}

// A Plan says what to measure, and in which browser.
type Plan struct {
	Browser         Browser
	Kinds           []string // of measurement: see [Kinds]
	Streams         []string // only these; nil: all streams of the kind
	Implementations []implementation.Implementation
	Rounds          int  // 0: the kind's default
	Quick           bool // measure little, to check that everything works; the figures mean nothing

	// Progress is called before each measurement.
	Progress func(table *Table, round int, implementation string)

	limits limits
}

// The limits of a measurement. Zero values stand for the defaults.
type limits struct {
	page  time.Duration // until the page reports a timeout; the default depends on the kind
	grace time.Duration // then, until the browser is stopped
}

// Run carries out a plan. When ctx is done early, the results hold what was
// measured so far, and the error is the cause.
func Run(ctx context.Context, plan Plan) (*Results, error) {
	version, err := plan.Browser.Version(ctx)
	if err != nil {
		return nil, err
	}
	server, err := startServer()
	if err != nil {
		return nil, err
	}
	defer server.close()

	started := time.Now()
	results := newResults(started, version, plan.Implementations)
	results.Quick = plan.Quick
	r := &run{plan, server}
	for _, name := range plan.Kinds {
		if err = r.measureAll(ctx, results, kindNamed(name)); err != nil {
			break
		}
	}
	results.finish(started)
	return results, err
}

// A run is a plan being carried out.
type run struct {
	Plan
	server *server
}

// A job is the work for one table: what to measure for its samples.
type job struct {
	table           *Table
	kind            kind
	stream          stream
	implementations []implementation.Implementation
}

// measureAll measures one kind, in rounds.
func (r *run) measureAll(ctx context.Context, results *Results, k kind) error {
	jobs, err := r.jobs(k)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		results.Tables = append(results.Tables, j.table)
	}
	for round := 1; round <= r.rounds(k); round++ {
		for _, j := range shuffled(jobs) {
			for _, i := range shuffled(j.implementations) {
				r.Progress(j.table, round, i.Name)
				sample, err := r.measure(ctx, j, i)
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				if err != nil {
					sample.Error = err.Error()
				}
				sample.Round = round
				j.table.add(i.Name, sample)
			}
		}
	}
	return nil
}

// jobs returns the jobs of a kind: one for each stream.
func (r *run) jobs(k kind) (jobs []job, err error) {
	k.limit = cmp.Or(r.limits.page, k.limit)
	for _, s := range k.streams {
		if r.Streams != nil && !slices.Contains(r.Streams, s.name) {
			continue
		}
		if r.Quick {
			s = s.shortened(k.quick)
		}
		j := job{kind: k, stream: s}
		for _, i := range r.Implementations {
			prepared, ok, err := k.prepare(i)
			if err != nil {
				return nil, err
			}
			if ok {
				j.implementations = append(j.implementations, prepared)
			}
		}
		j.table = newTable(k, s, r.rounds(k), j.implementations)
		jobs = append(jobs, j)
	}
	return jobs, nil
}

func (r *run) rounds(k kind) int { return cmp.Or(r.Rounds, k.rounds) }

// measure takes one sample, in a fresh browser.
func (r *run) measure(ctx context.Context, j job, i implementation.Implementation) (Sample, error) {
	m := r.server.begin(j, i)
	defer r.server.end()

	process, err := r.Browser.Start(ctx, m.url(), j.kind.arguments(r.server)...)
	if err != nil {
		return Sample{}, err
	}
	defer process.Close()
	m.group.Store(int64(process.Group()))

	limit := j.kind.limit + cmp.Or(r.limits.grace, 30*time.Second)
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case report := <-m.reports:
		return report.sample()
	case <-process.Done():
		return Sample{}, fmt.Errorf("%s exited, %w", r.Browser.Name(), process.Err())
	case <-timer.C:
		return Sample{}, fmt.Errorf("%s hangs: no report after %s: %s", r.Browser.Name(), limit, m.progress())
	case <-ctx.Done():
		return Sample{}, context.Cause(ctx)
	}
}

func shuffled[T any](list []T) []T {
	list = slices.Clone(list)
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}
