// Package bench measures implementations of EventSource: how many events a
// second they deliver, how late, at what cost.
//
// A measurement is a page in a browser of its own. A server hands out the page
// with one implementation in it, sends it numbered events, and takes the figures
// that the page posts. Nothing drives the browser: DevTools make native events 2
// to 8 times slower, and each implementation must meet the same, a young heap and
// code that was never compiled.
//
// A machine is never quiet for long. So measurements of one table stand next to
// each other: a round takes all implementations once, in shuffled order, and what
// is to be compared is compared within rounds.
//
// The package judges nothing but that no event was lost, doubled or damaged.
package bench

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"eventsource-wasm/harness/browser"
)

// A Browser can be started with nothing attached to it.
type Browser interface {
	Name() string
	Version(context.Context) (string, error)
	Start(ctx context.Context, url string, args ...string) (*browser.Process, error)
}

// A Plan says what is to be measured, on what.
type Plan struct {
	Browser         Browser
	Kinds           []string // of measurement, as [Kinds] has them
	Streams         []string // only these; nil: all that the kind has
	Implementations []Implementation
	Rounds          int  // 0: as many as are usual for the kind
	Quick           bool // little of everything: shows that it works, not how fast

	// Progress is called before each measurement.
	Progress func(table *Table, round int, implementation string)

	limits limits
}

// limits of a measurement. Zero stands for the usual one.
type limits struct {
	page  time.Duration // until the page gives up; usually that of the kind
	grace time.Duration // then, until the browser is given up
}

// Run measures. When ctx ends before all is measured, the document holds what
// was, and the error is the cause.
func Run(ctx context.Context, plan Plan) (*Document, error) {
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
	document := newDocument(started, version)
	document.Quick = plan.Quick
	r := &run{plan, server}
	for _, name := range plan.Kinds {
		if err = r.measureAll(ctx, document, kindNamed(name)); err != nil {
			break
		}
	}
	for _, table := range document.Tables {
		table.summarise()
	}
	document.Milliseconds = time.Since(started).Milliseconds()
	return document, err
}

// A run is a plan being carried out.
type run struct {
	Plan
	server *server
}

// A job is one table to be, and how its samples are measured.
type job struct {
	table           *Table
	kind            kind
	stream          stream
	implementations []Implementation
}

// measureAll measures one kind, in rounds.
func (r *run) measureAll(ctx context.Context, document *Document, k kind) error {
	jobs, err := r.jobs(k)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		document.Tables = append(document.Tables, j.table)
	}
	for round := 1; round <= r.rounds(k); round++ {
		for _, j := range shuffled(jobs) {
			for _, implementation := range shuffled(j.implementations) {
				r.Progress(j.table, round, implementation.Name)
				sample, err := r.measure(ctx, j, implementation)
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				if err != nil {
					sample.Error = err.Error()
				}
				sample.Round = round
				j.table.add(implementation.Name, sample)
			}
		}
	}
	return nil
}

// jobs are the tables of a kind.
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
		for _, implementation := range r.Implementations {
			ready, can, err := k.prepare(implementation)
			if err != nil {
				return nil, err
			}
			if can {
				j.implementations = append(j.implementations, ready)
			}
		}
		j.table = newTable(k, s, r.rounds(k), j.implementations)
		jobs = append(jobs, j)
	}
	return jobs, nil
}

func (r *run) rounds(k kind) int {
	if r.Rounds > 0 {
		return r.Rounds
	}
	return k.rounds
}

// measure takes one sample, in a browser of its own.
func (r *run) measure(ctx context.Context, j job, implementation Implementation) (Sample, error) {
	s := r.server.enter(j, implementation)
	defer r.server.leave()

	process, err := r.Browser.Start(ctx, s.url(), j.kind.arguments(r.server)...)
	if err != nil {
		return Sample{}, err
	}
	defer process.Close()
	s.group.Store(int64(process.Group()))

	limit := j.kind.limit + cmp.Or(r.limits.grace, 30*time.Second)
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case report := <-s.reports:
		return report.sample()
	case <-process.Done():
		return Sample{}, fmt.Errorf("%s ended by itself, %w", r.Browser.Name(), process.Err())
	case <-timer.C:
		return Sample{}, fmt.Errorf("%s hangs: no report after %s, %s", r.Browser.Name(), limit, s.progress())
	case <-ctx.Done():
		return Sample{}, context.Cause(ctx)
	}
}

func shuffled[T any](list []T) []T {
	list = slices.Clone(list)
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}
