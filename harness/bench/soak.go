package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/internal/respond"
	"eventsource-wasm/harness/internal/sleep"
	"eventsource-wasm/harness/internal/sse"
	"eventsource-wasm/polyfill"
)

// What a soak sends, and how it is judged.
const (
	soakRate    = 100                    // events a second
	soakPayload = 4000                   // characters of an event
	soakRetry   = 100 * time.Millisecond // reconnection time
	soakLook    = 5 * time.Second
	soakWarmUp  = 5 * time.Minute // of a long soak; a shorter one warms up for three quarters
	soakGrace   = 30 * time.Second

	// How much larger than in the warm-up memory may be.
	soakShare = 0.1
	soakSlack = 8.0 // MB
)

// soakRule is how memory is judged, in words.
const soakRule = "after the first 5 minutes (of a shorter soak: three quarters) memory, looked at every 5 s behind a collection, never exceeds its largest size of that time by more than a tenth and 8 MB"

// A Soak says what is to be soaked: implementations, at the same time, each in a
// browser of its own, each with a stream of numbered events that it must get once
// and in order, and whose memory must not grow. Nothing drives the browsers.
type Soak struct {
	Browser         Browser
	Implementations []Implementation
	Duration        time.Duration

	// Progress is called now and then.
	Progress func(passed time.Duration)
}

// Run soaks. When ctx ends before, the document holds what was seen until then,
// and the error is the cause.
func (s Soak) Run(ctx context.Context) (*Document, error) {
	version, err := s.Browser.Version(ctx)
	if err != nil {
		return nil, err
	}
	server := &soakServer{Soak: s, rows: map[string]*soaked{}}
	for _, i := range s.Implementations {
		server.rows[i.Name] = &soaked{Implementation: i, done: make(chan struct{})}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	web := &http.Server{Handler: server.handler()}
	go web.Serve(listener)
	defer web.Close()

	started := time.Now()
	document := newDocument(started, version)
	for _, i := range s.Implementations {
		url := "http://" + listener.Addr().String() + "/" + i.Name + "/"
		process, err := s.Browser.Start(ctx, url, "--js-flags=--expose-gc")
		if err != nil {
			return nil, err
		}
		defer process.Close()
		server.rows[i.Name].process = process
		server.rows[i.Name].group.Store(int64(process.Group()))
	}
	err = server.watch(ctx, started)
	table := server.table()
	table.summarise()
	document.Tables = []*Table{table}
	document.Milliseconds = time.Since(started).Milliseconds()
	return document, err
}

// count is how many events a stream has.
func (s Soak) count() int { return int(s.Duration/time.Second) * soakRate }

// A soakServer serves the pages and streams of a soak.
type soakServer struct {
	Soak
	rows map[string]*soaked // by implementation
}

// soaked is what was seen of one implementation.
type soaked struct {
	Implementation
	process *browser.Process
	group   atomic.Int64  // of its processes
	done    chan struct{} // closed when the page has seen the last event

	mu      sync.Mutex
	started time.Time // of the stream; zero: it was not asked for
	heap    []float64 // in MB, every soakLook
	space   []float64 // in MB, what the renderer has of its own; as long as heap, or empty
	told    soakTold
}

// soakTold is what a page tells: at each look, and at the end.
type soakTold struct {
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
	of := func(serve func(http.ResponseWriter, *http.Request, *soaked)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			if row := s.rows[r.PathValue("name")]; row != nil {
				serve(w, r, row)
				return
			}
			http.NotFound(w, r)
		}
	}
	mux.HandleFunc("GET /{name}/{$}", of(s.showPage))
	mux.HandleFunc("GET /{name}/stream", of(s.giveStream))
	mux.HandleFunc("GET /{name}/soak.js", of(func(w http.ResponseWriter, r *http.Request, _ *soaked) {
		http.ServeFileFS(w, r, pageFiles, "page/soak.js")
	}))
	mux.HandleFunc("GET /{name}/implementation.js", of(func(w http.ResponseWriter, _ *http.Request, row *soaked) {
		respond.JavaScript(w, row.Script)
	}))
	mux.HandleFunc("GET /{name}/eventsource-legacy.js", of(func(w http.ResponseWriter, r *http.Request, _ *soaked) {
		http.ServeFileFS(w, r, polyfill.Dist, "eventsource-legacy.js")
	}))
	mux.HandleFunc("POST /{name}/told", of(s.takeTold))
	return mux
}

func (s *soakServer) showPage(w http.ResponseWriter, _ *http.Request, row *soaked) {
	templates.ExecuteTemplate(w, "soak.html", map[string]any{
		"Title":    row.Name,
		"Replaced": row.Script != nil,
		"Without":  row.Without,
		"Count":    s.count(),
		"Payload":  soakText,
	})
}

// soakText is what stands in an event behind its number: mostly ASCII, with a
// character of each length in UTF-8.
var soakText = strings.Repeat("0123456789abcdef", soakPayload/16-1) + "0123456789ßあ😀"

// giveStream sends event n at the time start + n / rate, or at once what is due
// when the client comes back for it.
func (s *soakServer) giveStream(w http.ResponseWriter, r *http.Request, row *soaked) {
	row.mu.Lock()
	if row.started.IsZero() {
		row.started = time.Now()
	}
	started := row.started
	row.mu.Unlock()

	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	b := sse.AppendRetry(nil, soakRetry)
	last, _ := strconv.Atoi(r.Header.Get("Last-Event-ID"))
	for n := last + 1; n <= s.count(); n++ {
		if moment := started.Add(time.Duration(n) * time.Second / soakRate); time.Until(moment) > 0 {
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

func (s *soakServer) takeTold(w http.ResponseWriter, r *http.Request, row *soaked) {
	var told soakTold
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReport)).Decode(&told); err != nil {
		told.Error = "report of the page: " + err.Error()
	}
	row.mu.Lock()
	defer row.mu.Unlock()
	ended := row.told.Last >= s.count()
	row.told = told
	if told.Heap > 0 {
		row.heap = append(row.heap, told.Heap/1e6)
		if space, err := rendererMemory(int(row.group.Load())); err == nil {
			row.space = append(row.space, float64(space)/1e6)
		}
	}
	if told.Last >= s.count() && !ended {
		close(row.done)
	}
	w.WriteHeader(http.StatusNoContent)
}

// watch waits until all streams have ended, or should have.
func (s *soakServer) watch(ctx context.Context, started time.Time) error {
	ticker := time.NewTicker(soakLook)
	defer ticker.Stop()
	late := time.After(s.Duration + soakGrace)
	for _, i := range s.Implementations {
		row := s.rows[i.Name]
		for ended := false; !ended; {
			select {
			case <-ticker.C:
				s.Progress(time.Since(started))
			case <-row.done:
				ended = true
			case <-row.process.Done():
				return fmt.Errorf("%s of %s ended by itself, %w", s.Browser.Name(), i.Name, row.process.Err())
			case <-late:
				return nil // the rows tell what they lack
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
	return nil
}

// table is what came of the soak.
func (s *soakServer) table() *Table {
	t := &Table{
		Kind:   "soak",
		Stream: "numbered",
		Title: fmt.Sprintf("%d events/s of %s characters for %s, all at the same time. Memory is what the renderer has of its own, or elsewhere than on Linux the heap. It must be flat: %s",
			soakRate, thousands(soakPayload), s.Duration, soakRule),
		Rounds: 1,
		Columns: []Column{
			{Name: "growth", Unit: "MB more"},
			{Name: "peak", Unit: "MB peak"},
			{Name: "heap", Unit: "MB peak of the heap"},
			{Name: "events", Unit: "events", More: true},
			{Name: "lost", Unit: "lost"},
			{Name: "doubled", Unit: "doubled"},
			{Name: "connections", Unit: "connections"},
		},
	}
	for _, i := range s.Implementations {
		t.Rows = append(t.Rows, &Row{Implementation: i.Name, Samples: []Sample{s.rows[i.Name].sample(s.Soak)}})
	}
	return t
}

// sample judges what was seen.
func (r *soaked) sample(s Soak) Sample {
	r.mu.Lock()
	defer r.mu.Unlock()
	space := r.space
	if len(space) != len(r.heap) {
		space = r.heap
	}
	sample := Sample{Round: 1, Curve: space}
	if len(r.heap) < 4 {
		sample.Error = "its memory was seen less than four times"
		return sample
	}
	warm, later := peaks(space)
	sample.Figures = map[string]float64{
		"growth":      later - warm,
		"peak":        max(warm, later),
		"heap":        slices.Max(r.heap),
		"events":      float64(r.told.Received),
		"lost":        float64(r.told.Lost),
		"doubled":     float64(r.told.Doubled),
		"connections": float64(r.told.Opened),
	}
	switch {
	case r.told.Error != "":
		sample.Error = r.told.Error
	case r.told.Lost+r.told.Doubled+r.told.Damaged > 0:
		sample.Error = fmt.Sprintf("%d events were lost, %d doubled, %d damaged", r.told.Lost, r.told.Doubled, r.told.Damaged)
	case r.told.Last < s.count():
		sample.Error = fmt.Sprintf("the last event was %d of %d", r.told.Last, s.count())
	case later > warm*(1+soakShare)+soakSlack:
		sample.Error = fmt.Sprintf("memory grew from %.1f to %.1f MB", warm, later)
	}
	return sample
}

// peaks are the largest values of the warm-up and of what comes after it.
func peaks(curve []float64) (warm, later float64) {
	n := min(int(soakWarmUp/soakLook), len(curve)*3/4)
	return slices.Max(curve[:n]), slices.Max(curve[n:])
}
