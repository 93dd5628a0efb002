package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net"
	"net/http"
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
const soakRetry = 100 * time.Millisecond // reconnection time

// A soakLoad is what a page receives during a soak.
type soakLoad struct {
	streams int           // open at the same time
	rate    int           // events a second of each
	payload int           // characters of an event
	period  time.Duration // the streams pause at the beginning of each period
	pause   time.Duration
	faults  time.Duration // from one fault to the next; 0: none
}

var (
	soakSteady = soakLoad{streams: 1, rate: 100, payload: 20000, period: 2 * time.Second, pause: 500 * time.Millisecond}
	soakFaulty = soakLoad{streams: 50, rate: 1, payload: 1000, period: time.Second, faults: 2 * time.Second}
)

// How a soak is judged.
const (
	soakWarmUp = 5 * time.Minute // a shorter soak warms up for three quarters of its time
	soakGrace  = 30 * time.Second

	// By how much memory may exceed its peak during the warm-up.
	soakShare = 0.1
	soakSlack = 8.0 // MB

	// The least and the most samples of a soak, and the least time between them.
	soakFewest, soakMost = 6, 200
	soakInterval         = 5 * time.Second
)

// A Soak runs implementations at the same time, each in a browser of its own.
// Each must receive streams of numbered events, every one once and in order, and
// its memory must not grow. No driver is attached to the browsers.
type Soak struct {
	Browser         Browser
	Implementations []implementation.Implementation
	Duration        time.Duration

	// Faults makes each page open 50 streams with few events, and injects a fault into
	// one of them every two seconds. Without it, a page opens one stream with many events.
	Faults bool

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
	server := newSoakServer(s)
	if err := server.listen(); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer server.close()
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
		process, err := s.Browser.Start(ctx, url, s.arguments()...)
		if err != nil {
			return nil, err
		}
		defer process.Close()
		server.pages[i.Name].process = process
		server.pages[i.Name].group.Store(int64(process.Group()))
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if s.Faults {
		go func() {
			if err := server.inject(ctx); err != nil {
				stop(err)
			}
		}()
	}
	err = server.watch(ctx, started)
	results.Tables = server.tables()
	results.finish(started)
	return results, err
}

// arguments returns the arguments of the browser: pages of Chromium collect garbage
// before they report their memory.
func (s Soak) arguments() []string {
	if strings.HasPrefix(s.Browser.Name(), "chromium") {
		return []string{"--js-flags=--expose-gc"}
	}
	return nil
}

func (s Soak) load() soakLoad {
	if s.Faults {
		return soakFaulty
	}
	return soakSteady
}

// interval returns the time from one report of a page to the next.
func (s Soak) interval() time.Duration {
	return max(min(soakInterval, s.Duration/soakFewest), s.Duration/soakMost).Round(time.Second / 10)
}

// count returns the number of events of a stream.
func (s Soak) count() int { return int(s.Duration.Seconds() * float64(s.load().rate)) }

// A soakServer serves the pages and streams of a soak.
type soakServer struct {
	Soak
	pages map[string]*soakPage // by implementation
	ports []*soakPort          // of the streams, if there are faults
}

// A soakPage is the page of one implementation, and what was seen of it.
type soakPage struct {
	implementation.Implementation
	process *browser.Process
	group   atomic.Int64  // the process group of its browser
	done    chan struct{} // closed when the page has received the last events
	faults  []chan fault  // by stream: the next fault

	mu       sync.Mutex
	started  time.Time    // of the streams; zero: none requested yet
	samples  []soakSample // one for each report but the last
	report   soakReport   // the last one
	injected int          // faults
	open     int          // connections of streams
}

// A soakSample is what was measured at one report.
type soakSample struct {
	at       time.Time
	heap     float64 // MB; 0: the browser does not say
	own      float64 // MB of the renderer's own memory; 0: not available
	busy     time.Duration
	reopened int // reconnections so far
}

// A soakReport is what a page posts at each interval and at the end: the sums over its
// streams.
type soakReport struct {
	Heap     float64 `json:"heap"`     // bytes
	Sampled  bool    `json:"sampled"`  // the page has collected garbage, if it can
	Received int     `json:"received"` // events
	Lost     int     `json:"lost"`
	Doubled  int     `json:"doubled"`
	Damaged  int     `json:"damaged"`
	Opened   int     `json:"opened"`  // open events
	Ended    int     `json:"ended"`   // streams whose last event has come
	Silence  float64 `json:"silence"` // ms, the longest time without an event of a stream
	Error    string  `json:"error"`
}

func newSoakServer(s Soak) *soakServer {
	server := &soakServer{Soak: s, pages: map[string]*soakPage{}}
	for _, i := range s.Implementations {
		page := &soakPage{Implementation: i, done: make(chan struct{})}
		for range s.load().streams {
			page.faults = append(page.faults, make(chan fault, 1))
		}
		server.pages[i.Name] = page
	}
	return server
}

// handle registers a function that serves a path below an implementation's name.
func (s *soakServer) handle(mux *http.ServeMux, pattern string, serve func(http.ResponseWriter, *http.Request, *soakPage)) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if page := s.pages[r.PathValue("name")]; page != nil {
			serve(w, r, page)
			return
		}
		http.NotFound(w, r)
	})
}

func (s *soakServer) handler() http.Handler {
	mux := http.NewServeMux()
	scripts := func(w http.ResponseWriter, r *http.Request, page *soakPage) { page.Implementation.ServeHTTP(w, r) }
	s.handle(mux, "GET /{name}/{$}", s.servePage)
	s.handle(mux, "GET /{name}/stream/{number}", s.serveStream)
	s.handle(mux, "GET /{name}/implementation.js", scripts)
	s.handle(mux, "GET /{name}/eventsource-legacy.js", scripts)
	s.handle(mux, "GET /{name}/soak.js", func(w http.ResponseWriter, r *http.Request, _ *soakPage) {
		http.ServeFileFS(w, r, pageFiles, "page/soak.js")
	})
	s.handle(mux, "POST /{name}/report", s.receiveReport)
	return mux
}

func (s *soakServer) servePage(w http.ResponseWriter, _ *http.Request, page *soakPage) {
	var urls []string
	for n := range s.load().streams {
		urls = append(urls, s.origin(n)+"/"+page.Name+"/stream/"+strconv.Itoa(n))
	}
	templates.ExecuteTemplate(w, "soak.html", map[string]any{
		"Title":     page.Name,
		"Hide":      template.JS(page.HideScript()),
		"HasScript": page.Script != nil,
		"Count":     s.count(),
		"Interval":  s.interval().Milliseconds(),
		"Streams":   strings.Join(urls, " "),
		"Payload":   s.load().text(),
	})
}

// text returns what follows the number in an event: ASCII except for one character of
// each other length in UTF-8.
func (l soakLoad) text() string {
	return strings.Repeat("0123456789abcdef", l.payload/16-1) + "0123456789ßあ😀"
}

// due returns when event n of a stream is sent, after the start of the streams. Events
// that are due in a pause are sent after it, and the streams do not send all at once.
func (l soakLoad) due(n, stream int) time.Duration {
	due := time.Duration(n)*time.Second/time.Duration(l.rate) + l.period*time.Duration(stream)/time.Duration(l.streams)
	return max(due, due.Truncate(l.period)+l.pause)
}

// serveStream sends each event when it is due. A client that reconnects receives at
// once what it missed. The handler of a stream with a fault does not return normally.
func (s *soakServer) serveStream(w http.ResponseWriter, r *http.Request, page *soakPage) {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || number < 0 || number >= len(page.faults) {
		http.NotFound(w, r)
		return
	}
	started := page.opened()
	defer page.closed()

	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	out := http.NewResponseController(w)
	text := s.load().text()
	b := sse.AppendRetry(nil, soakRetry)
	last, _ := strconv.Atoi(r.Header.Get("Last-Event-ID"))
	for n := last + 1; n <= s.count(); n++ {
		if moment := started.Add(s.load().due(n, number)); time.Until(moment) > 0 {
			if out.Flush() != nil || !sleep.Until(r.Context(), moment) {
				return
			}
		}
		id := strconv.Itoa(n)
		event := sse.Event{ID: id, Data: id + " " + text}.Append(nil)
		select {
		case f := <-page.faults[number]:
			page.note(f)
			if !f.act(w, r, append(b, event...)) {
				return
			}
		default:
		}
		if _, err := w.Write(append(b, event...)); err != nil {
			return
		}
		b = b[:0]
	}
	out.Flush()
	<-r.Context().Done()
}

// opened counts a connection of a stream, and returns when the streams began.
func (p *soakPage) opened() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started.IsZero() {
		p.started = time.Now()
	}
	p.open++
	return p.started
}

func (p *soakPage) closed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
}

// note counts a fault.
func (p *soakPage) note(fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.injected++
}

func (s *soakServer) receiveReport(w http.ResponseWriter, r *http.Request, page *soakPage) {
	var received soakReport
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReport)).Decode(&received)
	page.mu.Lock()
	defer page.mu.Unlock()
	streams := s.load().streams
	ended := page.report.Ended >= streams
	switch {
	case err != nil:
		page.report.Error = "cannot read the page's report: " + err.Error()
	case received.Received >= page.report.Received: // reports may overtake each other
		page.report = received
	}
	if received.Sampled {
		sample := soakSample{at: time.Now(), heap: received.Heap / 1e6, reopened: max(0, received.Opened-streams)}
		if own, err := rendererMemory(int(page.group.Load())); err == nil {
			sample.own = float64(own) / 1e6
		}
		if busy, err := rendererTime(int(page.group.Load())); err == nil {
			sample.busy = busy
		}
		page.samples = append(page.samples, sample)
	}
	if received.Ended >= streams && !ended {
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
