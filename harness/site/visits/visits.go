// Package visits lets whoever opens a page play the catalogue in the browser they
// came with: a phone, an old laptop, one that nothing here can start.
//
// A [Desk] takes visits. A visit is a [browser.Browser] that starts nothing: the
// page of the visitor, which asks for its state every second, shows the session
// that package runner opens in a frame, and runner does the rest. A visitor that
// asks no more has left, as a browser does that was closed.
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

// Limits of a desk.
const (
	maxPlaying = 4                // visits at once
	maxKept    = 16               // visits whose results can still be asked for
	jobs       = 4                // cases played at once, on one visit
	timeLimit  = time.Hour        // of a visit
	absence    = 90 * time.Second // of a visitor who has not left; browsers run timers of hidden pages once a minute
)

var (
	errFull = fmt.Errorf("%d browsers are playing: try again when one of them is done", maxPlaying)
	errLeft = errors.New("its page was closed")
)

// A Desk takes visits.
type Desk struct {
	ctx   context.Context
	cases []catalogue.Case
	known runner.Expectations
	keep  Keep

	mu     sync.Mutex
	visits []*visit // the oldest first
}

// Keep keeps what was played to its end, and returns the name under which.
type Keep func(*report.Report) (name string, err error)

// NewDesk opens a desk, whose visits end with ctx.
func NewDesk(ctx context.Context, keep Keep) (*Desk, error) {
	cases, err := catalogue.Load()
	if err != nil {
		return nil, err
	}
	known, err := runner.LoadExpectations(cases)
	return &Desk{ctx: ctx, cases: cases, known: known, keep: keep}, err
}

// A visit is a browser by hand.
type visit struct {
	id            string
	name, version string // of the browser
	plan          runner.Plan
	left          chan struct{} // closed when the visitor has left
	leave         func()
	watch         *time.Timer // until the visitor counts as absent

	mu       sync.Mutex
	frame    string // the session's URL, which the visitor's page is to show; "": none
	played   int
	failed   int
	document *report.Report // when it is over
	result   string         // the name under which it is kept
	err      error          // why it is over too early
}

// begin begins a visit with a request.
func (d *Desk) begin(r *http.Request) (*visit, error) {
	plan, err := d.plan(r)
	if err != nil {
		return nil, err
	}
	v := &visit{id: rand.Text(), plan: plan, left: make(chan struct{})}
	v.name, v.version = identify(r.UserAgent())
	v.plan.Browser = v
	v.plan.Progress = v.progress
	v.leave = sync.OnceFunc(func() { close(v.left) })

	d.mu.Lock()
	defer d.mu.Unlock()
	if d.playing() >= maxPlaying {
		return nil, errFull
	}
	d.visits = append(d.visits, v)
	if len(d.visits) > maxKept {
		oldest := slices.IndexFunc(d.visits, (*visit).over) // there is one: fewer may play than are kept
		d.visits = slices.Delete(d.visits, oldest, oldest+1)
	}
	v.watch = time.AfterFunc(absence, v.leave)
	go d.play(v)
	return v, nil
}

// playing is how many visits are not over.
func (d *Desk) playing() (n int) {
	for _, v := range d.visits {
		if !v.over() {
			n++
		}
	}
	return n
}

// find finds a visit; nil: there is none, or none any more.
func (d *Desk) find(id string) *visit {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, v := range d.visits {
		if v.id == id {
			return v
		}
	}
	return nil
}

// plan is what a form asks for. The browser reaches the reference server where it
// has reached this one.
func (d *Desk) plan(r *http.Request) (plan runner.Plan, err error) {
	plan.Expectations = d.known
	plan.Jobs = jobs
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok && at.IP.String() != "127.0.0.1" {
		plan.Host = at.IP.String()
	}
	if plan.Cases, err = catalogue.Select(d.cases, r.PostForm["case"]); err != nil {
		return plan, err
	}
	names := r.PostForm["implementation"]
	if len(names) == 0 || len(names) > 2 {
		return plan, errors.New("no implementation: expected native, polyfill or both")
	}
	for _, name := range slices.Compact(names) {
		if name != "native" && name != "polyfill" { // never a file
			return plan, fmt.Errorf("unknown implementation %q: expected native or polyfill", name)
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
		return plan, fmt.Errorf("unknown contexts %q: expected window or all", where)
	}
	return plan, nil
}

// play plays until all is played, or the visitor has left.
func (d *Desk) play(v *visit) {
	ctx, cancel := context.WithTimeoutCause(d.ctx, timeLimit, fmt.Errorf("not all was played in %s", timeLimit))
	defer cancel()
	document, err := runner.Run(ctx, v.plan)
	v.watch.Stop()
	if v.gone() {
		err = errLeft
	}
	result := ""
	if err == nil {
		result, err = d.keep(document)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.document, v.result, v.err = document, result, err
}

// here notes that the visitor is there.
func (v *visit) here() {
	if !v.over() {
		v.watch.Reset(absence)
	}
}

func (v *visit) over() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.document != nil || v.err != nil
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
	v.played++
	if bad(r) {
		v.failed++
	}
}

// bad tells whether a result is something else than the case asks for.
func bad(r report.Result) bool {
	return r.Verdict == catalogue.Fail || r.Verdict == catalogue.Timeout || r.Verdict == catalogue.Error
}

// show makes the visitor's page show a session; "": none.
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

// A window is the frame in which the visitor's page shows a session.
type window struct{ *visit }

// Version implements [browser.Window].
func (w window) Version() string { return w.version }

// Done implements [browser.Window].
func (w window) Done() <-chan struct{} { return w.left }

// Close implements [browser.Window].
func (w window) Close() { w.show("") }
