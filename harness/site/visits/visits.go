// Package visits runs the catalogue in the browser of whoever opens a page, such as a
// phone, or an old computer: browsers that the harness cannot start.
//
// A visit is a [browser.Browser] that starts nothing. The visitor's page requests the
// state of the visit every second. It shows the URL that package runner opens in a
// frame, and runner does the rest. When the page stops requesting, the visitor counts
// as gone, like a browser that was closed.
package visits

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/conformance/runner"
)

// Limits of a server.
const (
	maxRunning = 4         // visits that run at once
	maxKept    = 16        // visits whose state can be requested
	jobs       = 4         // cases that run at once in a visit
	timeLimit  = time.Hour // of a visit

	// Time without a request after which a visitor counts as gone. Browsers run the
	// timers of hidden pages as rarely as once a minute.
	absence = 90 * time.Second
)

var (
	errFull = fmt.Errorf("%d visits are running: try again when one of them has ended", maxRunning)
	errLeft = errors.New("the page was closed")
)

// A Server serves visits.
type Server struct {
	ctx   context.Context
	cases []catalogue.Case
	known runner.Expectations
	keep  Keep

	mu     sync.Mutex
	visits []*visit // oldest first
}

// Keep stores the report of a complete visit, and returns its name.
type Keep func(*report.Report) (name string, err error)

// NewServer returns a server whose visits end when ctx is canceled.
func NewServer(ctx context.Context, keep Keep) (*Server, error) {
	cases, err := catalogue.Load()
	if err != nil {
		return nil, err
	}
	known, err := runner.LoadExpectations(cases)
	return &Server{ctx: ctx, cases: cases, known: known, keep: keep}, err
}

// A visit is a run of the catalogue in the browser of a visitor.
type visit struct {
	id            string
	name, version string // of the browser
	plan          runner.Plan
	left          chan struct{} // closed when the visitor has left
	leave         func()
	watch         *time.Timer // fires when the visitor counts as gone

	mu     sync.Mutex
	frame  string // URL that the visitor's page shows in its frame; "" for none
	done   int    // cases
	failed int
	report *report.Report // when the visit has ended
	result string         // name of the stored report
	err    error          // why the visit ended early
}

// begin starts a visit.
func (s *Server) begin(r *http.Request) (*visit, error) {
	plan, err := s.plan(r)
	if err != nil {
		return nil, err
	}
	v := &visit{id: rand.Text(), plan: plan, left: make(chan struct{})}
	v.name, v.version = identify(r.UserAgent())
	v.plan.Browser = v
	v.plan.Progress = v.progress
	v.leave = sync.OnceFunc(func() { close(v.left) })

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running() >= maxRunning {
		return nil, errFull
	}
	s.visits = append(s.visits, v)
	if len(s.visits) > maxKept {
		oldest := slices.IndexFunc(s.visits, (*visit).over) // there is one: maxRunning is less than maxKept
		s.visits = slices.Delete(s.visits, oldest, oldest+1)
	}
	v.watch = time.AfterFunc(absence, v.leave)
	go s.run(v)
	return v, nil
}

// running returns the number of visits that have not ended.
func (s *Server) running() (n int) {
	for _, v := range s.visits {
		if !v.over() {
			n++
		}
	}
	return n
}

// find returns the visit with an id, or nil.
func (s *Server) find(id string) *visit {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.visits {
		if v.id == id {
			return v
		}
	}
	return nil
}

// plan returns the plan that a form describes. The browser reaches the reference server
// at the address at which it has reached this one.
func (s *Server) plan(r *http.Request) (plan runner.Plan, err error) {
	plan.Expectations = s.known
	plan.Jobs = jobs
	plan.Retries = 1
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok && at.IP.String() != "127.0.0.1" {
		plan.Host = at.IP.String()
	}
	if plan.Cases, err = catalogue.Select(s.cases, r.PostForm["case"]); err != nil {
		return plan, err
	}
	names := r.PostForm["implementation"]
	if len(names) == 0 || len(names) > 2 {
		return plan, errors.New("implementation: want native, polyfill or both")
	}
	for _, name := range slices.Compact(names) {
		if name != "native" && name != "polyfill" { // not a file
			return plan, fmt.Errorf("unknown implementation %q: want native or polyfill", name)
		}
		tested, err := implementation.Load(name)
		if err != nil {
			return plan, err
		}
		plan.Implementations = append(plan.Implementations, tested)
	}
	switch where := r.PostForm.Get("contexts"); cmp.Or(where, "window") {
	case "window":
		plan.Contexts = []catalogue.Context{catalogue.Window}
	case "all":
		plan.Contexts = catalogue.Contexts
	default:
		return plan, fmt.Errorf("unknown contexts %q: want window or all", where)
	}
	return plan, nil
}

// run runs a visit until all cases have run, or the visitor has left.
func (s *Server) run(v *visit) {
	ctx, cancel := context.WithTimeoutCause(s.ctx, timeLimit, fmt.Errorf("the visit timed out after %s", timeLimit))
	defer cancel()
	r, err := runner.Run(ctx, v.plan)
	v.watch.Stop()
	if v.gone() {
		err = errLeft
	}
	result := ""
	if err == nil {
		result, err = s.keep(r)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.report, v.result, v.err = r, result, err
}

// touch notes that the visitor has made a request.
func (v *visit) touch() {
	if !v.over() {
		v.watch.Reset(absence)
	}
}

func (v *visit) over() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.report != nil || v.err != nil
}

func (v *visit) gone() bool {
	select {
	case <-v.left:
		return true
	default:
		return false
	}
}

func (v *visit) progress(r report.Result) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.done++
	if failed(r) {
		v.failed++
	}
}

// failed reports whether a case failed.
func failed(r report.Result) bool {
	return r.Verdict == catalogue.Fail || r.Verdict == catalogue.Timeout || r.Verdict == catalogue.Error
}

// show makes the visitor's page show a URL in its frame. "" removes the frame.
func (v *visit) show(url string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.frame = url
}

// Name implements [browser.Browser].
func (v *visit) Name() string { return v.name }

// Open implements [browser.Browser]: the visitor's page opens the URL.
func (v *visit) Open(_ context.Context, url string) (browser.Window, error) {
	if v.gone() {
		return nil, errLeft
	}
	v.show(url)
	return window{v}, nil
}

// A window is the frame of the visitor's page.
type window struct{ *visit }

// Version implements [browser.Window].
func (w window) Version() string { return w.version }

// Done implements [browser.Window].
func (w window) Done() <-chan struct{} { return w.left }

// Close implements [browser.Window].
func (w window) Close() { w.show("") }
