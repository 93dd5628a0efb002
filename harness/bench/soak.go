package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/internal/sleep"
	"eventsource-wasm/harness/internal/sse"
)

// MinSoak is the shortest soak from which memory can be judged. XMLHttpRequest keeps
// the text of a response, so the polyfill restarts its connection in the first pause
// after 16 Mi characters. The warm-up must contain several such cycles.
const MinSoak = 30 * time.Second

// What a soak sends.
const (
	soakRate    = 100                    // events a second
	soakPayload = 20000                  // characters of an event
	soakRetry   = 100 * time.Millisecond // reconnection time

	// The stream pauses at the beginning of each period.
	soakPeriod = 2 * time.Second
	soakPause  = 500 * time.Millisecond
)

// How a soak is judged.
const (
	soakInterval = 5 * time.Second // from one report of the page to the next
	soakWarmUp   = 5 * time.Minute // a shorter soak warms up for three quarters of its time
	soakGrace    = 30 * time.Second

	// By how much memory may exceed its peak during the warm-up.
	soakShare = 0.1
	soakSlack = 8.0 // MB
)

// soakRule says how memory is judged.
const soakRule = "after the first 5 minutes (three quarters of a shorter soak), memory, sampled every 5 s after a garbage collection, never exceeds its peak during that time by more than a tenth plus 8 MB"

var soakColumns = []Column{
	{Name: "growth", Unit: "MB more"},
	{Name: "peak", Unit: "MB peak"},
	{Name: "heap", Unit: "MB peak of the heap"},
	{Name: "events", Unit: "events", More: true},
	{Name: "lost", Unit: "lost"},
	{Name: "doubled", Unit: "duplicated"},
	{Name: "connections", Unit: "connections"},
}

// A Soak runs implementations at the same time, each in a browser of its own.
// Each must receive a stream of numbered events, every one once and in order, and
// its memory must not grow. No driver is attached to the browsers.
type Soak struct {
	Browser         Browser
	Implementations []implementation.Implementation
	Duration        time.Duration

	// Progress is called from time to time.
	Progress func(elapsed time.Duration)
}

// Run carries out the soak. When ctx is done early, the results hold what was
// seen so far, and the error is the cause.
func (s Soak) Run(ctx context.Context) (*Results, error) {
	version, err := s.Browser.Version(ctx)
	if err != nil {
		return nil, err
	}
	server := &soakServer{Soak: s, pages: map[string]*soakPage{}}
	for _, i := range s.Implementations {
		server.pages[i.Name] = &soakPage{Implementation: i, done: make(chan struct{})}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	web := &http.Server{Handler: server.handler()}
	go web.Serve(listener)
	defer web.Close()

	started := time.Now()
	results := newResults(started, version, s.Implementations)
	for _, i := range s.Implementations {
		url := "http://" + listener.Addr().String() + "/" + i.Name + "/"
		process, err := s.Browser.Start(ctx, url, "--js-flags=--expose-gc")
		if err != nil {
			return nil, err
		}
		defer process.Close()
		server.pages[i.Name].process = process
		server.pages[i.Name].group.Store(int64(process.Group()))
	}
	err = server.watch(ctx, started)
	results.Tables = []*Table{server.table()}
	results.finish(started)
	return results, err
}

// count returns the number of events of a stream.
func (s Soak) count() int { return int(s.Duration/time.Second) * soakRate }

// A soakServer serves the pages and streams of a soak.
type soakServer struct {
	Soak
	pages map[string]*soakPage // by implementation
}

// A soakPage is the page of one implementation, and what was seen of it.
type soakPage struct {
	implementation.Implementation
	process *browser.Process
	group   atomic.Int64  // the process group of its browser
	done    chan struct{} // closed when the page has received the last event

	mu      sync.Mutex
	started time.Time  // of the stream; zero: not requested yet
	heap    []float64  // MB, one for each report
	own     []float64  // MB of the renderer's own memory; as long as heap, or empty
	report  soakReport // the last one
}

// A soakReport is what a page posts at each interval and at the end.
type soakReport struct {
	Heap     float64 `json:"heap"`     // bytes
	Received int     `json:"received"` // events
	Lost     int     `json:"lost"`
	Doubled  int     `json:"doubled"`
	Damaged  int     `json:"damaged"`
	Opened   int     `json:"opened"` // open events
	Last     int     `json:"last"`   // number of the last event
	Error    string  `json:"error"`
}

func (s *soakServer) handler() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, serve func(http.ResponseWriter, *http.Request, *soakPage)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			if page := s.pages[r.PathValue("name")]; page != nil {
				serve(w, r, page)
				return
			}
			http.NotFound(w, r)
		})
	}
	scripts := func(w http.ResponseWriter, r *http.Request, page *soakPage) { page.Implementation.ServeHTTP(w, r) }
	handle("GET /{name}/{$}", s.servePage)
	handle("GET /{name}/stream", s.serveStream)
	handle("GET /{name}/implementation.js", scripts)
	handle("GET /{name}/eventsource-legacy.js", scripts)
	handle("GET /{name}/soak.js", func(w http.ResponseWriter, r *http.Request, _ *soakPage) {
		http.ServeFileFS(w, r, pageFiles, "page/soak.js")
	})
	handle("POST /{name}/report", s.receiveReport)
	return mux
}

func (s *soakServer) servePage(w http.ResponseWriter, _ *http.Request, page *soakPage) {
	templates.ExecuteTemplate(w, "soak.html", map[string]any{
		"Title":     page.Name,
		"Hide":      template.JS(page.HideScript()),
		"HasScript": page.Script != nil,
		"Count":     s.count(),
		"Payload":   soakText,
	})
}

// soakText follows the number in an event: ASCII except for one character of each
// other length in UTF-8.
var soakText = strings.Repeat("0123456789abcdef", soakPayload/16-1) + "0123456789ßあ😀"

// soakDue returns when event n is sent, after the start of the stream. Events that are
// due in a pause are sent after it.
func soakDue(n int) time.Duration {
	due := time.Duration(n) * time.Second / soakRate
	return max(due, due.Truncate(soakPeriod)+soakPause)
}

// serveStream sends each event when it is due. A client that reconnects receives at
// once what it missed.
func (s *soakServer) serveStream(w http.ResponseWriter, r *http.Request, page *soakPage) {
	page.mu.Lock()
	if page.started.IsZero() {
		page.started = time.Now()
	}
	started := page.started
	page.mu.Unlock()

	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	b := sse.AppendRetry(nil, soakRetry)
	last, _ := strconv.Atoi(r.Header.Get("Last-Event-ID"))
	for n := last + 1; n <= s.count(); n++ {
		if moment := started.Add(soakDue(n)); time.Until(moment) > 0 {
			if out.Flush() != nil || !sleep.Until(r.Context(), moment) {
				return
			}
		}
		number := strconv.Itoa(n)
		b = sse.Event{ID: number, Data: number + " " + soakText}.Append(b)
		if _, err := w.Write(b); err != nil {
			return
		}
		b = b[:0]
	}
	out.Flush()
	<-r.Context().Done()
}

func (s *soakServer) receiveReport(w http.ResponseWriter, r *http.Request, page *soakPage) {
	var received soakReport
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReport)).Decode(&received)
	page.mu.Lock()
	defer page.mu.Unlock()
	ended := page.report.Last >= s.count()
	switch {
	case err != nil:
		page.report.Error = "cannot read the page's report: " + err.Error()
	case received.Received >= page.report.Received: // reports may overtake each other
		page.report = received
	}
	if received.Heap > 0 {
		page.heap = append(page.heap, received.Heap/1e6)
		if own, err := rendererMemory(int(page.group.Load())); err == nil {
			page.own = append(page.own, float64(own)/1e6)
		}
	}
	if received.Last >= s.count() && !ended {
		close(page.done)
	}
	w.WriteHeader(http.StatusNoContent)
}

// watch waits until all streams have ended, or are late.
func (s *soakServer) watch(ctx context.Context, started time.Time) error {
	ticker := time.NewTicker(soakInterval)
	defer ticker.Stop()
	late := time.After(s.Duration + soakGrace)
	for _, i := range s.Implementations {
		page := s.pages[i.Name]
		for ended := false; !ended; {
			select {
			case <-ticker.C:
				s.Progress(time.Since(started))
			case <-page.done:
				ended = true
			case <-page.process.Done():
				return fmt.Errorf("%s of %s exited, %w", s.Browser.Name(), i.Name, page.process.Err())
			case <-late:
				return nil // the samples say what is missing
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
	return nil
}

// table returns the table of the soak.
func (s *soakServer) table() *Table {
	t := &Table{
		Kind:   "soak",
		Stream: "numbered",
		Title: fmt.Sprintf("%d events/s of %s characters for %s, with a pause of %s every %s, all implementations at the same time. Memory is the renderer's own, or the heap on systems other than Linux. It must not grow: %s",
			soakRate, thousands(soakPayload), s.Duration, soakPause, soakPeriod, soakRule),
		Rounds:  1,
		Columns: soakColumns,
		Axes:    &Axes{X: "seconds", Step: soakInterval.Seconds(), Y: "MB"},
	}
	for _, i := range s.Implementations {
		t.Rows = append(t.Rows, &Row{Implementation: i.Name, Samples: []Sample{s.pages[i.Name].sample(s.Soak)}})
	}
	return t
}

// sample judges what was seen of a page.
func (p *soakPage) sample(s Soak) Sample {
	p.mu.Lock()
	defer p.mu.Unlock()
	memory := p.own
	if len(memory) != len(p.heap) {
		memory = p.heap
	}
	sample := Sample{Round: 1, Curve: memory}
	if len(p.heap) < 4 {
		sample.Error = fmt.Sprintf("the page reported its memory %d times: want 4 or more", len(p.heap))
		return sample
	}
	warm, later := peaks(memory)
	sample.Figures = map[string]float64{
		"growth":      later - warm,
		"peak":        max(warm, later),
		"heap":        slices.Max(p.heap),
		"events":      float64(p.report.Received),
		"lost":        float64(p.report.Lost),
		"doubled":     float64(p.report.Doubled),
		"connections": float64(p.report.Opened),
	}
	switch {
	case p.report.Error != "":
		sample.Error = p.report.Error
	case p.report.Lost+p.report.Doubled+p.report.Damaged > 0:
		sample.Error = fmt.Sprintf("events: %d lost, %d duplicated, %d damaged", p.report.Lost, p.report.Doubled, p.report.Damaged)
	case p.report.Last < s.count():
		sample.Error = fmt.Sprintf("the last event was %d of %d", p.report.Last, s.count())
	case later > warm*(1+soakShare)+soakSlack:
		sample.Error = fmt.Sprintf("memory grew from %.1f to %.1f MB", warm, later)
	}
	return sample
}

// peaks returns the largest values during the warm-up and after it.
func peaks(curve []float64) (warm, later float64) {
	n := min(int(soakWarmUp/soakInterval), len(curve)*3/4)
	return slices.Max(curve[:n]), slices.Max(curve[n:])
}
