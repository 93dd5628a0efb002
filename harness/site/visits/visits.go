// Package visits runs the catalogue in browsers that the harness cannot start, such as
// those of a phone or an old computer. Their user opens a page.
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
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/conformance/runner"
	"eventsource-wasm/harness/internal/respond"
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
	errFull = respond.NewProblem("%d visits are running: try again when one of them has ended", "已有 %d 个运行正在进行：请等其中一个结束后再试", maxRunning)
	errLeft = browser.Left("the page was closed")
)

// chinese returns an error in Chinese, if it is one that visitors cause.
func chinese(err error) string {
	if problem, ok := errors.AsType[respond.Problem](err); ok {
		return problem.Chinese
	}
	if errors.Is(err, errLeft) {
		return "页面已关闭"
	}
	return err.Error()
}

// A Server serves visits.
type Server struct {
	Config
	ctx   context.Context
	known runner.Expectations

	mu     sync.Mutex
	visits []*visit // oldest first
}

// Keep stores the report of a complete visit, and returns its name.
type Keep func(*report.Report) (name string, err error)

// A Config says what a server offers to visitors.
type Config struct {
	Keep  Keep
	Cases []catalogue.Case // nil: those of the catalogue
	Debug *Debug           // nil: the browser is somebody else's
}

// Debug is for a server whose only visitor is a browser on this machine, which the
// program has started, with somebody in front of it.
type Debug struct {
	Implementation string                // a name or a path, which is read for each visit
	Driver         func() browser.Driver // of the browser; nil: it has none
	Trusted        bool                  // the browser trusts the key of package refserver
	Done           func(*report.Report)  // called when a case has run
}

// patience is how long a browser may stop at breakpoints.
const patience = 24 * time.Hour

// NewServer returns a server whose visits end when ctx is canceled.
func NewServer(ctx context.Context, c Config) (*Server, error) {
	if c.Cases == nil {
		all, err := catalogue.Load()
		if err != nil {
			return nil, err
		}
		c.Cases = all
	}
	known, err := runner.LoadExpectations(c.Cases)
	return &Server{Config: c, ctx: ctx, known: known}, err
}

// absence returns the time without a request after which a visitor counts as gone.
func (s *Server) absence() time.Duration {
	if s.Debug != nil {
		return patience
	}
	return absence
}

// A visit is a run of the catalogue, or of a single case, in the browser of a visitor.
type visit struct {
	server        *Server
	single        bool // of one case, whose report is shown and not kept
	id            string
	name, version string // of the browser
	plan          runner.Plan
	left          chan struct{} // closed when the visitor has left
	leave         func()
	watch         *time.Timer // fires when the visitor counts as gone

	mu      sync.Mutex
	frame   string // URL that the visitor's page shows in its frame; "" for none
	done    int    // cases
	failed  int
	stopped bool           // by the visitor
	report  *report.Report // when the visit has ended
	result  string         // name of the stored report
	err     error          // why the visit ended early
}

// begin starts a visit.
func (s *Server) begin(r *http.Request, plan runner.Plan, single bool) (*visit, error) {
	v := &visit{server: s, single: single, id: rand.Text(), plan: plan, left: make(chan struct{})}
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
	v.watch = time.AfterFunc(s.absence(), v.leave)
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
func (s *Server) plan(r *http.Request, patterns []string) (plan runner.Plan, err error) {
	plan.Expectations = s.known
	plan.Jobs = jobs
	plan.Retries = 1
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok && at.IP.String() != "127.0.0.1" {
		plan.Host = at.IP.String()
	}
	if plan.Cases, err = catalogue.Select(s.Cases, patterns); err != nil {
		return plan, respond.Problem{English: err.Error(), Chinese: "没有匹配 " + strings.Join(patterns, ", ") + " 的用例"}
	}
	names := r.PostForm["implementation"]
	if len(names) == 0 || len(names) > 2 {
		return plan, respond.NewProblem("implementation: want native, polyfill or both", "implementation：应为 native、polyfill 或两者")
	}
	for _, name := range slices.Compact(names) {
		if !s.offers(name) {
			return plan, respond.NewProblem("unknown implementation %q: want one of %s", "未知的实现 %q：应为 %s 之一", name, strings.Join(built, ", "))
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
		one, err := catalogue.ParseContext(where)
		if err != nil {
			return plan, err
		}
		plan.Contexts = []catalogue.Context{one}
	}
	if s.Debug != nil {
		plan.Patience = patience
	}
	return plan, nil
}

// built are the implementations that are part of this program.
var built = []string{"native", "polyfill", "polyfill-js", "polyfill-xhr"}

// offers reports whether visitors may choose an implementation: no file, except the one
// that is debugged.
func (s *Server) offers(name string) bool {
	return slices.Contains(built, name) || s.Debug != nil && name == s.Debug.Implementation
}

// run runs a visit until all cases have run, or the visitor has left.
func (s *Server) run(v *visit) {
	ctx, cancel := context.WithTimeoutCause(s.ctx, timeLimit, respond.NewProblem("the visit timed out after %s", "运行超过 %s，已终止", timeLimit))
	defer cancel()
	r, err := runner.Run(ctx, v.plan)
	v.watch.Stop()
	if v.gone() {
		err = errLeft
		if r != nil {
			r = ran(r)
		}
	}
	result := ""
	switch {
	case v.single && s.Debug != nil && r != nil:
		s.Debug.Done(r)
	case v.single:
	case err == nil:
		result, err = s.Keep(r)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.report, v.result, v.err = r, result, err
}

// ran returns a report without the cases that had no result when the visitor left.
func ran(r *report.Report) *report.Report {
	short := *r
	short.Results = slices.DeleteFunc(slices.Clone(r.Results), func(result report.Result) bool {
		return result.Verdict == catalogue.Error && result.Milliseconds == 0
	})
	return &short
}

// touch notes that the visitor has made a request.
func (v *visit) touch() {
	if !v.over() {
		v.watch.Reset(v.server.absence())
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

// progress counts a result. It does not count the runner's errors for cases that had no
// result when the visitor left.
func (v *visit) progress(r report.Result) {
	if v.gone() && r.Verdict == catalogue.Error {
		return
	}
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
	if d := v.server.Debug; d != nil && d.Driver != nil {
		if driver := d.Driver(); driver != nil {
			return drivenWindow{window{v}, driver}, nil
		}
	}
	return window{v}, nil
}

// Trust implements [browser.Truster].
func (v *visit) Trust(string, []string) bool { return v.server.Debug != nil && v.server.Debug.Trusted }

// A drivenWindow is a window of a browser that is driven.
type drivenWindow struct {
	window
	browser.Driver
}

// A window is the frame of the visitor's page.
type window struct{ *visit }

// Version implements [browser.Window].
func (w window) Version() string { return w.version }

// Done implements [browser.Window].
func (w window) Done() <-chan struct{} { return w.left }

// Close implements [browser.Window].
func (w window) Close() { w.show("") }
