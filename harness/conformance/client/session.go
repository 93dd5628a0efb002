package client

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/refserver"
	"eventsource-wasm/harness/internal/sleep"
)

const (
	// defaultJobs is how many cases run at once.
	defaultJobs = 12

	// maxLate is how many cases in a row may be late again. After that, no more cases
	// run again, because the machine is not the cause.
	maxLate = 8

	// closeLimit is how long a client may take to close a stream.
	closeLimit = 5 * time.Second

	// returnGrace is how long a request may take to be recorded after the client has
	// returned from the stream.
	returnGrace = 2 * time.Second

	// spare is how many events are kept beyond those that are expected.
	spare = 100

	// lookOut is the time between two looks at the requests that the server has received.
	lookOut = 10 * time.Millisecond
)

// A session runs cases, several at a time, each on a lane of the reference server.
type session struct {
	server *refserver.Server
	lanes  chan int
	gate   sync.RWMutex // held for writing by a case that runs alone

	mu   sync.Mutex
	late int // cases in a row that were late again
}

func newSession(jobs int) (*session, error) {
	server, err := refserver.Start("", jobs, http.NotFoundHandler())
	if err != nil {
		return nil, err
	}
	s := &session{server: server, lanes: make(chan int, jobs)}
	for lane := range jobs {
		s.lanes <- lane
	}
	return s, nil
}

func (s *session) close() { s.server.Close() }

// An outcome is what one attempt at a case has shown.
type outcome struct {
	judgement  catalogue.Judgement
	transcript catalogue.Transcript
	took       time.Duration
	silent     bool // nothing came from the client
	expired    bool // the limit of the case was reached
}

// run runs a case and judges it. With alone, no other case runs at the same time.
func (s *session) run(ctx context.Context, client Client, c *catalogue.Case, alone bool) outcome {
	if alone {
		s.gate.Lock()
		defer s.gate.Unlock()
	} else {
		s.gate.RLock()
		defer s.gate.RUnlock()
	}
	lane := <-s.lanes
	defer func() { s.lanes <- lane }()

	features := client.Features()
	reduced := reduce(c, features)
	if reason := missing(c, features); reason != "" {
		return judged(reduced, catalogue.Transcript{Missing: reason}, catalogue.Env{}, 0)
	}
	instance, err := s.server.Open(lane, reduced)
	if err != nil {
		return judged(reduced, catalogue.Transcript{Error: err.Error()}, catalogue.Env{}, 0)
	}
	url, err := instance.Env.Fill(c.Client.URL)
	if err != nil {
		instance.Finish()
		return judged(reduced, catalogue.Transcript{Error: err.Error()}, catalogue.Env{}, 0)
	}

	start := time.Now()
	stream := Stream{URL: url, Types: append([]string{"open", "message", "error"}, c.Client.Listen...)}
	rec := &recorder{
		start: start, reports: features.Reports, types: stream.Types,
		most: reduced.Expect.EventCount() + spare, changed: make(chan struct{}, 1),
	}
	open, closeStream := context.WithCancel(ctx)
	defer closeStream()
	if when := c.Client.Close; when != nil && when.On != "" {
		stream.close = &Close{On: when.On, Nth: max(when.Nth, 1)}
	} else if when != nil {
		defer time.AfterFunc(time.Duration(when.After)*time.Millisecond, closeStream).Stop()
	}
	if canFeed(features) {
		stream.Body = &body{ctx: open, steps: reduced.Server[0]}
	}
	report := rec.add
	var over <-chan struct{} // never, for a client in this process
	if process, ok := client.(*Process); ok {
		over = process.Over()
	} else {
		report = stream.close.in(closeStream, rec.add)
	}
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		client.Open(open, stream, report)
	}()
	complete := rec.wait(ctx, over, returned, reduced, instance)
	closeStream()
	select {
	case <-returned:
	case <-time.After(closeLimit):
	}

	seen := rec.transcript()
	seen.Complete = complete
	seen.Requests = instance.Finish()
	o := judged(reduced, seen, instance.Env, time.Since(start))
	o.expired = !complete && o.took >= time.Duration(c.Client.Limit)*time.Millisecond
	o.silent = len(seen.Events) == 0 && len(seen.Requests) == 0
	return o
}

func judged(c *catalogue.Case, seen catalogue.Transcript, env catalogue.Env, took time.Duration) outcome {
	return outcome{judgement: catalogue.Judge(c, &seen, env), transcript: seen, took: took}
}

// canFeed reports whether a client is a parser alone.
func canFeed(f Features) bool { return slices.Contains(f.Can, feed) }

// again reports whether a case that was late shall run again.
func (s *session) again() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.late < maxLate
}

// noteAgain notes whether a case that ran again was late again.
func (s *session) noteAgain(late bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if late {
		s.late++
	} else {
		s.late = 0
	}
}

// A recorder keeps the events of one stream.
type recorder struct {
	start   time.Time
	reports []string
	types   []string
	most    int
	changed chan struct{} // receives a value after an event

	mu     sync.Mutex
	events []catalogue.SeenEvent
	done   bool
}

// add records an event.
func (rec *recorder) add(e Event) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	own := ownEvent(e.Type, e.Data != nil)
	switch {
	case rec.done, len(rec.events) == rec.most, own && !slices.Contains(rec.reports, e.Type):
		return
	case !slices.Contains(rec.types, catalogue.DecodeUTF8(e.Type)): // it has no listener
		return
	}
	seen := catalogue.SeenEvent{Type: catalogue.DecodeUTF8(e.Type), ReadyState: e.ReadyState, MS: float64(time.Since(rec.start).Microseconds()) / 1000}
	if !own {
		seen.Data = text(string(e.Data))
		if slices.Contains(rec.reports, "lastEventId") {
			seen.LastEventID = text(e.LastEventID)
		}
		if slices.Contains(rec.reports, "origin") {
			seen.Origin = &e.Origin
		}
	}
	rec.events = append(rec.events, seen)
	select {
	case rec.changed <- struct{}{}:
	default:
	}
}

func (rec *recorder) transcript() catalogue.Transcript {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.done = true
	return catalogue.Transcript{Events: rec.events}
}

// wait waits until as much was recorded as the case expects, and then until it settles.
// It reports false if the limit of the case came first, if the client has ended, or if
// it has returned from the stream and will not reconnect.
// Unlike a page, it also waits for the requests: the events may not show when a client
// is done.
func (rec *recorder) wait(ctx context.Context, over, returned <-chan struct{}, c *catalogue.Case, instance *refserver.Instance) bool {
	milliseconds := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	limit := time.NewTimer(milliseconds(c.Client.Limit))
	defer limit.Stop()
	look := time.NewTicker(lookOut)
	defer look.Stop()
	events, requests := c.Expect.EventCount(), requestCount(c.Expect)
	for {
		rec.mu.Lock()
		enough := len(rec.events) >= events
		rec.mu.Unlock()
		if enough && instance.RequestCount() >= requests {
			settled := time.NewTimer(milliseconds(c.Client.Settle))
			defer settled.Stop()
			select {
			case <-settled.C:
			case <-ctx.Done():
			}
			return ctx.Err() == nil
		}
		select {
		case <-rec.changed:
		case <-look.C:
		case <-limit.C:
			return false
		case <-over:
			return false
		case <-returned:
			returned = nil
			limit.Reset(min(returnGrace, milliseconds(c.Client.Limit)))
		case <-ctx.Done():
			return false
		}
	}
}

// A body is the stream of a case for a parser: each Read returns one write of the
// server, after its pause.
type body struct {
	ctx    context.Context
	steps  []catalogue.Step
	writes [][]byte
	gap    time.Duration // before each of writes
	wrote  bool
}

func (b *body) Read(p []byte) (int, error) {
	for len(b.writes) == 0 {
		if len(b.steps) == 0 {
			return 0, io.EOF
		}
		step := b.steps[0]
		b.steps = b.steps[1:]
		switch step.Verb {
		case catalogue.Send:
			b.writes, b.gap = step.Writes(), step.Gap
		case catalogue.Pause:
			if err := b.sleep(step.Pause); err != nil {
				return 0, err
			}
		case catalogue.End, catalogue.Cut, catalogue.Reset:
			return 0, io.EOF
		case catalogue.Hold:
			<-b.ctx.Done()
			return 0, b.ctx.Err()
		}
	}
	if b.wrote {
		if err := b.sleep(b.gap); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.writes[0])
	b.writes[0] = b.writes[0][n:]
	b.wrote = false
	if len(b.writes[0]) == 0 {
		b.writes, b.wrote = b.writes[1:], true
	}
	return n, nil
}

func (b *body) sleep(d time.Duration) error {
	if !sleep.For(b.ctx, d) {
		return b.ctx.Err()
	}
	return nil
}
