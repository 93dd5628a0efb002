// Package fuzz compares implementations of EventSource in browsers with random streams.
//
// A stream is a random sequence of fields, line ends and unusual bytes (stream.go), cut into
// random writes. Every implementation reads every stream, each in its own frame of one
// page. The judge of the catalogue compares the dispatched events with those that the steps
// of the standard give (expected.go). A stream on which an implementation differs is made as
// small as possible (minimise.go) and becomes a case, which harness run can run.
//
// A stream depends only on the seed and its number. The reference server serves each
// implementation on its own lane.
package fuzz

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/refserver"
	"eventsource-wasm/harness/internal/respond"
)

//go:embed page
var pageFiles embed.FS

var templates = template.Must(template.ParseFS(pageFiles, "page/*.html"))

// Limits.
const (
	limit      = 6 * time.Second  // until a stream's last event
	batch      = 40               // streams that a page gets at once
	pageLimit  = 90 * time.Second // until a page posts the results of a batch
	maxResults = 64 << 20         // bytes of a post
)

// extraTime is how long differences may still be minimised at the end of Plan.For.
var extraTime = 30 * time.Second

// maxFound is the number of differences of an implementation in a browser that are minimised.
var maxFound = 5

// A Browser opens pages and knows its version.
type Browser interface {
	browser.Browser
	Version(context.Context) (string, error)
}

// A Plan says what to compare.
type Plan struct {
	Browsers        []Browser
	Implementations []implementation.Implementation
	Seed            uint64
	Streams         uint64        // for each implementation in each browser; 0: until For is over
	For             time.Duration // for each browser, and up to 30 s more for minimising

	// Progress is called from time to time with the tally of a browser so far.
	Progress func(Tally)
}

// A Tally is what was done in one browser.
type Tally struct {
	Browser, Version string
	Streams, Writes  uint64 // by all implementations together, without those of minimising
	Different        uint64 // streams on which an implementation differs
	Duration         time.Duration
}

// A Difference is a stream on which an implementation differs from the standard.
type Difference struct {
	Browser, Implementation string
	Number                  uint64 // of the stream
	Case                    Case   // minimised
	Judgement               catalogue.Judgement
	Unsteady                bool // the same stream did not differ again, so it is not minimised
}

// Results are what a plan has found.
type Results struct {
	Seed        uint64
	Tallies     []Tally
	Differences []Difference
}

// Run carries out a plan. If a browser fails, the others follow, and the error says how it
// failed. If ctx is done early, the results hold what was found so far, and the error is
// the cause.
func Run(ctx context.Context, plan Plan) (*Results, error) {
	results := &Results{Seed: plan.Seed}
	var failed []error
	for _, b := range plan.Browsers {
		r := &run{Plan: plan, began: time.Now(), over: make(chan struct{})}
		r.tally.Browser = b.Name()
		err := r.in(ctx, b)
		results.Tallies = append(results.Tallies, r.tally)
		results.Differences = append(results.Differences, r.differences...)
		if ctx.Err() != nil {
			return results, context.Cause(ctx)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", b.Name(), err))
		}
	}
	return results, errors.Join(failed...)
}

// A run is a plan being carried out in one browser.
type run struct {
	Plan
	server *refserver.Server
	frames []*frame
	began  time.Time

	investigations sync.WaitGroup

	mu          sync.Mutex
	tally       Tally
	differences []Difference
	err         error
	ending      sync.Once
	over        chan struct{} // closed when the run is over
}

// A frame is one implementation in the page.
type frame struct {
	run            *run
	lane           int
	implementation implementation.Implementation

	// Guarded by the mutex of run.
	next    uint64 // number of the next random stream
	handed  map[string]*job
	queue   []*job // candidates of the minimiser
	wanted  chan struct{}
	found   int
	busy    int // differences that are being minimised
	done    bool
	working bool // the page has a batch
	since   time.Time
}

// A job is a stream that a frame reads.
type job struct {
	stream   stream
	number   uint64
	instance *refserver.Instance
	judged   chan catalogue.Judgement // of a candidate; nil: a random stream
}

func (r *run) in(ctx context.Context, b Browser) error {
	version, err := b.Version(ctx)
	if err != nil {
		return err
	}
	r.tally.Version = version
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", r.showFrames)
	mux.HandleFunc("GET /frame/{lane}/{file}", r.showFrame)
	mux.HandleFunc("POST /frame/{lane}/next", r.exchange)
	if r.server, err = refserver.Start("", len(r.Implementations), mux); err != nil {
		return err
	}
	defer r.server.Close()
	for lane, i := range r.Implementations {
		r.frames = append(r.frames, &frame{run: r, lane: lane, implementation: i, handed: map[string]*job{}, wanted: make(chan struct{}, 1)})
	}
	defer r.end(nil)
	r.began = time.Now()
	window, err := b.Open(ctx, r.server.Origin(0)+"/")
	if err != nil {
		return err
	}
	defer window.Close()

	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-r.over:
			r.investigations.Wait()
			return r.err
		case <-window.Done():
			r.end(errors.New("it exited"))
		case <-ctx.Done():
			r.end(context.Cause(ctx))
		case <-tick.C:
			if err := r.check(); err != nil {
				r.end(err)
			}
			if r.For > 0 && time.Since(r.began) > r.For+extraTime {
				r.end(nil)
			}
		}
	}
}

// check reports progress, and returns an error if a page does not answer.
func (r *run) check() error {
	r.mu.Lock()
	r.tally.Duration = time.Since(r.began)
	tally := r.tally
	var err error
	for _, f := range r.frames {
		waiting := f.working || f.since.IsZero() // f.since is zero until the page asks for its first batch
		if waiting && time.Since(later(f.since, r.began)) > pageLimit {
			err = fmt.Errorf("the page of %s did not answer within %s", f.implementation.Name, pageLimit)
		}
	}
	r.mu.Unlock()
	if r.Progress != nil {
		r.Progress(tally)
	}
	return err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// end ends the run.
func (r *run) end(err error) {
	r.ending.Do(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.err = err
		r.tally.Duration = time.Since(r.began)
		close(r.over)
	})
}

// endIfDone ends the run once no frame has anything left to do. It is called with the
// mutex locked.
func (r *run) endIfDone() {
	for _, f := range r.frames {
		if !f.done || f.busy > 0 || len(f.handed) > 0 {
			return
		}
	}
	go r.end(nil)
}

func (r *run) showFrames(w http.ResponseWriter, _ *http.Request) {
	var urls []template.URL
	for _, f := range r.frames {
		urls = append(urls, template.URL(fmt.Sprintf("%s/frame/%d/page.html", r.server.Origin(f.lane), f.lane)))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	templates.ExecuteTemplate(w, "top.html", urls)
}

func (r *run) showFrame(w http.ResponseWriter, request *http.Request) {
	f := r.frame(w, request)
	if f == nil {
		return
	}
	switch request.PathValue("file") {
	case "page.html":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		templates.ExecuteTemplate(w, "frame.html", map[string]any{
			"Title":     f.implementation.Name,
			"Hide":      template.JS(f.implementation.HideScript()),
			"HasScript": f.implementation.Script != nil,
		})
	case "fuzz.js":
		script, _ := pageFiles.ReadFile("page/fuzz.js") // it is embedded
		respond.JavaScript(w, script)
	default:
		f.implementation.ServeHTTP(w, request)
	}
}

// frame returns the frame that a request names.
func (r *run) frame(w http.ResponseWriter, request *http.Request) *frame {
	for _, f := range r.frames {
		if fmt.Sprint(f.lane) == request.PathValue("lane") {
			return f
		}
	}
	http.NotFound(w, request)
	return nil
}

// A result is what a page reports of a stream.
type result struct {
	Token    string `json:"token"`
	Complete bool   `json:"complete"`
	Error    string `json:"error"` // that nothing caught
	Events   []struct {
		Type        string  `json:"type"`
		Data        *string `json:"data"`
		LastEventID *string `json:"lastEventId"`
		ReadyState  int     `json:"readyState"`
	} `json:"events"`
}

// A task is a stream that a page reads.
type task struct {
	Token string `json:"token"`
	URL   string `json:"url"`
}

// exchange takes the results of a batch and gives the page the next one.
func (r *run) exchange(w http.ResponseWriter, request *http.Request) {
	f := r.frame(w, request)
	if f == nil {
		return
	}
	var results []result
	if err := json.NewDecoder(io.LimitReader(request.Body, maxResults)).Decode(&results); err != nil {
		r.end(fmt.Errorf("results of %s: %w", f.implementation.Name, err))
		return
	}
	for _, result := range results {
		if result.Error != "" {
			r.end(fmt.Errorf("the page of %s: uncaught error: %s", f.implementation.Name, f.implementation.Blame(result.Error)))
			return
		}
		f.judge(result)
	}
	f.note(false)
	jobs, over := f.wait(request.Context())
	f.note(len(jobs) > 0)
	answer := map[string]any{"types": append(slices.Clone(types), "message", lastType), "last": lastType, "limit": limit.Milliseconds()}
	if !over {
		tasks := []task{}
		for _, j := range jobs {
			tasks = append(tasks, task{j.instance.Env.Token, j.instance.Env.StreamURL()})
		}
		answer["streams"] = tasks
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer)
}

// note records whether the page has a batch.
func (f *frame) note(working bool) {
	f.run.mu.Lock()
	defer f.run.mu.Unlock()
	f.working, f.since = working, time.Now()
}

// wait returns the next streams to read: candidates of the minimiser, else random ones. It
// returns none when there are none yet, or when the run is over.
func (f *frame) wait(ctx context.Context) (jobs []*job, over bool) {
	for {
		f.run.mu.Lock()
		jobs := f.take()
		f.run.mu.Unlock()
		if jobs != nil {
			return jobs, false
		}
		select {
		case <-f.wanted:
		case <-f.run.over:
			return nil, true
		case <-ctx.Done():
			return nil, true
		case <-time.After(pageLimit / 3): // a request may not take forever
			return nil, false
		}
	}
}

// take takes jobs from the queue, or makes random ones.
func (f *frame) take() (jobs []*job) {
	r := f.run
	n := min(len(f.queue), batch)
	jobs, f.queue = f.queue[:n:n], f.queue[n:]
	enough := func() bool {
		return r.Streams > 0 && f.next >= r.Streams || r.For > 0 && time.Since(r.began) > r.For
	}
	if len(jobs) == 0 {
		for len(jobs) < batch && !enough() {
			jobs = append(jobs, &job{stream: numbered(r.Seed, f.next), number: f.next})
			f.next++
		}
	}
	if len(jobs) == 0 {
		f.done = true
		r.endIfDone()
		return nil
	}
	for _, j := range jobs {
		instance, err := r.server.Open(f.lane, j.stream.caseOf())
		if err != nil {
			go r.end(err)
			return nil
		}
		j.instance = instance
		f.handed[instance.Env.Token] = j
	}
	return jobs
}

// numbered returns the stream with a number.
func numbered(seed, number uint64) stream {
	return random(rand.New(rand.NewPCG(seed, number)))
}

// judge judges the result of a stream.
func (f *frame) judge(result result) {
	r := f.run
	r.mu.Lock()
	j := f.handed[result.Token]
	delete(f.handed, result.Token)
	r.mu.Unlock()
	if j == nil {
		return
	}
	transcript := catalogue.Transcript{Complete: result.Complete, Requests: j.instance.Finish()}
	for _, e := range result.Events {
		seen := catalogue.SeenEvent{Type: e.Type, ReadyState: e.ReadyState}
		if e.Data != nil {
			seen.Data = new(catalogue.Summarise(*e.Data))
		}
		if e.LastEventID != nil {
			seen.LastEventID = new(catalogue.Summarise(*e.LastEventID))
		}
		transcript.Events = append(transcript.Events, seen)
	}
	judgement := catalogue.Judge(j.instance.Case, &transcript, j.instance.Env)
	if j.judged != nil {
		j.judged <- judgement
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tally.Streams++
	for _, c := range j.stream {
		r.tally.Writes += uint64(len(c.writes()))
	}
	if judgement.Verdict == catalogue.Pass {
		r.endIfDone()
		return
	}
	r.tally.Different++
	if f.found < maxFound && !r.isOver() {
		f.found++
		f.busy++
		r.investigations.Go(func() { f.investigate(j, judgement) })
	}
}

func (r *run) isOver() bool {
	select {
	case <-r.over:
		return true
	default:
		return false
	}
}

// investigate minimises a stream and records the difference.
func (f *frame) investigate(j *job, first catalogue.Judgement) {
	d := Difference{Browser: f.run.tally.Browser, Implementation: f.implementation.Name, Number: j.number, Judgement: first}
	small, judgement := j.stream, first
	how, err := f.again(j.stream)
	switch {
	case err == nil && how == nil:
		d.Unsteady = true
	case err == nil:
		small, judgement = minimise(j.stream, *how, f.test)
	}
	d.Judgement = judgement
	d.Case = newCase(small, fmt.Sprintf("fuzz/%s-%s-%d-%d", word(d.Browser), word(d.Implementation), f.run.Seed, j.number))
	f.run.mu.Lock()
	defer f.run.mu.Unlock()
	if !slices.ContainsFunc(f.run.differences, func(other Difference) bool {
		return other.Implementation == d.Implementation && other.Case.Server() == d.Case.Server()
	}) {
		f.run.differences = append(f.run.differences, d)
	}
	f.busy--
	f.run.endIfDone()
}

// word returns a name as a part of a case's id.
func word(name string) string {
	return strings.Trim(notInID.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// test lets the frame read streams, and returns the judgements in their order.
func (f *frame) test(streams []stream) (judgements []catalogue.Judgement, err error) {
	var jobs []*job
	for _, s := range streams {
		jobs = append(jobs, &job{stream: s, judged: make(chan catalogue.Judgement, 1)})
	}
	f.run.mu.Lock()
	f.queue = append(f.queue, jobs...)
	f.run.mu.Unlock()
	select {
	case f.wanted <- struct{}{}:
	default:
	}
	for _, j := range jobs {
		select {
		case judgement := <-j.judged:
			judgements = append(judgements, judgement)
		case <-f.run.over:
			return nil, errOver
		}
	}
	return judgements, nil
}

var errOver = errors.New("the run is over")
