package bench

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/internal/respond"
	"eventsource-wasm/harness/internal/sleep"
	"eventsource-wasm/harness/internal/sse"
)

//go:embed page
var pageFiles embed.FS

var templates = template.Must(template.ParseFS(pageFiles, "page/*.html"))

const (
	chunkSize = 64 << 10 // bytes of a stream that are written at once
	maxReport = 1 << 20  // bytes
)

// A measurement is the server's side of one measurement: it serves the page with
// all that the page requests.
type measurement struct {
	kind           kind
	stream         stream
	implementation implementation.Implementation
	body           *body
	origin, path   string // the page is at origin + path
	mux            *http.ServeMux

	group   atomic.Int64    // the browser's process group
	last    atomic.Value    // a string: the last request
	reports chan pageReport // has room for one

	mu     sync.Mutex    // guards signal
	signal chan struct{} // closed by the start signal; later streams wait for the next one
}

// A body is a whole stream.
type body struct {
	bytes    []byte
	checksum checksum
}

// A task is what the page is asked to do. It is the page's attribute data-task.
type task struct {
	Limit    int64    `json:"limit"`    // ms until the page reports a timeout
	First    int      `json:"first"`    // number of the first event
	Count    int      `json:"count"`    // of events
	Offset   int      `json:"offset"`   // of the number in an event's data
	Types    []string `json:"types"`    // of the events; the first event has the first of them
	Rate     int      `json:"rate"`     // events a second; 0: as fast as possible
	Size     int      `json:"size"`     // of the stream, in bytes
	Checksum checksum `json:"checksum"` // of all data
}

// A pageReport is what the page posts at the end.
type pageReport struct {
	Figures map[string]float64 `json:"figures"`
	Curve   []float64          `json:"curve"`
	Error   string             `json:"error"`
}

func (r pageReport) sample() (Sample, error) {
	if r.Error != "" {
		return Sample{}, errors.New(r.Error)
	}
	return Sample{Figures: r.Figures, Curve: r.Curve}, nil
}

func newMeasurement(j job, i implementation.Implementation, body *body) *measurement {
	m := &measurement{
		kind:           j.kind,
		stream:         j.stream,
		implementation: i,
		body:           body,
		mux:            http.NewServeMux(),
		reports:        make(chan pageReport, 1),
		signal:         make(chan struct{}),
	}
	m.mux.HandleFunc("GET /{$}", m.serveWarm)
	m.mux.HandleFunc("GET /page", m.servePage)
	m.mux.Handle("GET /implementation.js", i)
	m.mux.Handle("GET /eventsource-legacy.js", i)
	m.mux.HandleFunc("GET /{script}", m.serveScript)
	m.mux.HandleFunc("GET /stream", m.serveStream)
	m.mux.HandleFunc("GET /bytes", m.serveBytes)
	m.mux.HandleFunc("GET /clock", m.serveClock)
	m.mux.HandleFunc("POST /start-signal", m.receiveStartSignal)
	m.mux.HandleFunc("POST /cpu", m.serveCPU)
	m.mux.HandleFunc("POST /report", m.receiveReport)
	return m
}

// url returns the URL to open in the browser.
func (m *measurement) url() string { return m.origin + m.path }

// progress returns how far the browser came, in words.
func (m *measurement) progress() string {
	last, ok := m.last.Load().(string)
	if !ok {
		return "the browser never requested the page"
	}
	return "its last request was " + last
}

// ServeHTTP serves what is below the measurement's path.
func (m *measurement) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.last.Store(r.Method + " " + r.URL.RequestURI())
	w.Header().Set("Cache-Control", "no-store")
	// The clock of an isolated page has a resolution of 5 us, that of others 100 us.
	w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
	w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
	http.StripPrefix(strings.TrimSuffix(m.path, "/"), m.mux).ServeHTTP(w, r)
}

func (m *measurement) serveWarm(w http.ResponseWriter, _ *http.Request) {
	templates.ExecuteTemplate(w, "warm.html", nil)
}

func (m *measurement) servePage(w http.ResponseWriter, _ *http.Request) {
	t, err := json.Marshal(task{
		Limit:    m.kind.limit.Milliseconds(),
		First:    firstNumber,
		Count:    m.stream.count,
		Offset:   m.stream.offset,
		Types:    append([]string{"message"}, m.stream.types...),
		Rate:     m.stream.rate,
		Size:     len(m.body.bytes),
		Checksum: m.body.checksum,
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	templates.ExecuteTemplate(w, "page.html", map[string]any{
		"Task":      string(t),
		"Title":     m.kind.name + " " + m.stream.name + " of " + m.implementation.Name,
		"Kind":      m.kind.name,
		"Hide":      template.JS(m.implementation.HideScript()), // inline: no request that only some make
		"HasScript": m.implementation.Script != nil,
	})
}

func (m *measurement) serveScript(w http.ResponseWriter, r *http.Request) {
	script, err := pageFiles.ReadFile("page/" + r.PathValue("script"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	respond.JavaScript(w, script)
}

// serveStream sends an event without a number and, after the start signal, the
// numbered ones. The parameter rate replaces the stream's rate. The parameter phase
// delays the first numbered event by that part of the time between two events.
func (m *measurement) serveStream(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	signal := m.signal
	m.mu.Unlock()

	rate := m.stream.rate
	if other, err := strconv.Atoi(r.FormValue("rate")); err == nil {
		rate = other
	}
	phase, _ := strconv.ParseFloat(r.FormValue("phase"), 64)

	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	w.Write(sse.Event{Data: "ready"}.Append(nil))
	out.Flush()
	select {
	case <-signal:
	case <-r.Context().Done():
		return
	}
	if rate == 0 {
		writeAll(w, m.body.bytes)
	} else {
		m.stream.pace(r.Context(), w, rate, phase)
	}
	out.Flush()
	<-r.Context().Done()
}

// writeAll writes a stream as fast as possible.
func writeAll(w http.ResponseWriter, all []byte) {
	for len(all) > 0 {
		n := min(chunkSize, len(all))
		if _, err := w.Write(all[:n]); err != nil {
			return
		}
		all = all[n:]
	}
}

// pace writes the stream at a rate of events a second.
func (s stream) pace(ctx context.Context, w http.ResponseWriter, rate int, phase float64) {
	out := http.NewResponseController(w)
	period := time.Second / time.Duration(rate)
	start := time.Now().Add(time.Duration(phase * float64(period)))
	var b []byte
	for i := range s.count {
		if !sleep.Until(ctx, start.Add(time.Duration(i)*period)) {
			return
		}
		b = s.append(b[:0], firstNumber+i)
		if _, err := w.Write(b); err != nil || out.Flush() != nil {
			return
		}
	}
}

func (m *measurement) serveBytes(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(m.body.bytes)
}

// serveClock sends the time in milliseconds since 1970.
func (m *measurement) serveClock(w http.ResponseWriter, _ *http.Request) {
	sendJSON(w, float64(time.Now().UnixMicro())/1000)
}

// receiveStartSignal starts all streams that wait for it.
func (m *measurement) receiveStartSignal(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.signal)
	m.signal = make(chan struct{})
	w.WriteHeader(http.StatusNoContent)
}

// serveCPU sends the CPU time of all renderers in milliseconds, or null where the
// system does not have it.
func (m *measurement) serveCPU(w http.ResponseWriter, _ *http.Request) {
	spent, err := rendererTime(int(m.group.Load()))
	if err != nil {
		sendJSON(w, nil)
		return
	}
	sendJSON(w, float64(spent)/float64(time.Millisecond))
}

func sendJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

func (m *measurement) receiveReport(w http.ResponseWriter, r *http.Request) {
	var received pageReport
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReport)).Decode(&received); err != nil {
		received = pageReport{Error: "cannot read the page's report: " + err.Error()}
	}
	select {
	case m.reports <- received:
	default: // only the first report counts
	}
	w.WriteHeader(http.StatusNoContent)
}
