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

	"eventsource-wasm/harness/internal/respond"
	"eventsource-wasm/harness/internal/sse"
)

//go:embed page
var pageFiles embed.FS

var templates = template.Must(template.ParseFS(pageFiles, "page/*.html"))

const (
	chunkSize = 64 << 10 // bytes of a stream that are written at once
	maxReport = 1 << 20  // bytes
)

// A session is one measurement, as its page meets it.
type session struct {
	kind           kind
	stream         stream
	implementation Implementation
	body           *body
	origin, path   string // the page is at origin + path
	mux            *http.ServeMux

	group   atomic.Int64  // of the browser's processes
	last    atomic.Value  // a string: the request that came last
	reports chan report   // has room for one
	mu      sync.Mutex    // guards released
	release chan struct{} // closed at the word go; those that come later wait for the next
}

// A body is a whole stream.
type body struct {
	bytes    []byte
	checksum checksum
}

// A task is what a page is told.
type task struct {
	Limit    int64    `json:"limit"`    // ms until it gives up
	First    int      `json:"first"`    // number of the first event
	Count    int      `json:"count"`    // of events
	Offset   int      `json:"offset"`   // of the number in their data
	Types    []string `json:"types"`    // of events, and that of the one that comes first
	Rate     int      `json:"rate"`     // of events a second; 0: as fast as they go
	Size     int      `json:"size"`     // of the stream, in bytes
	Checksum checksum `json:"checksum"` // of all data
}

// A report is what a page tells.
type report struct {
	Figures map[string]float64 `json:"figures"`
	Curve   []float64          `json:"curve"`
	Error   string             `json:"error"`
}

func (r report) sample() (Sample, error) {
	if r.Error != "" {
		return Sample{}, errors.New(r.Error)
	}
	return Sample{Figures: r.Figures, Curve: r.Curve}, nil
}

func newSession(j job, implementation Implementation, body *body) *session {
	s := &session{
		kind:           j.kind,
		stream:         j.stream,
		implementation: implementation,
		body:           body,
		mux:            http.NewServeMux(),
		reports:        make(chan report, 1),
		release:        make(chan struct{}),
	}
	s.mux.HandleFunc("GET /{$}", s.showWarm)
	s.mux.HandleFunc("GET /page", s.showPage)
	s.mux.HandleFunc("GET /implementation.js", s.giveImplementation)
	s.mux.HandleFunc("GET /{script}", s.giveScript)
	s.mux.HandleFunc("GET /stream", s.giveStream)
	s.mux.HandleFunc("GET /bytes", s.giveBytes)
	s.mux.HandleFunc("GET /clock", s.giveClock)
	s.mux.HandleFunc("POST /go", s.takeGo)
	s.mux.HandleFunc("POST /cpu", s.giveCPU)
	s.mux.HandleFunc("POST /report", s.takeReport)
	return s
}

// url is where the browser is to be opened.
func (s *session) url() string { return s.origin + s.path }

// progress tells how far the browser came.
func (s *session) progress() string {
	last, asked := s.last.Load().(string)
	if !asked {
		return "it never asked for the page"
	}
	return "the last that it asked for was " + last
}

// ServeHTTP serves what is below the session's path.
func (s *session) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.last.Store(r.Method + " " + r.URL.RequestURI())
	w.Header().Set("Cache-Control", "no-store")
	// A page that is isolated has a clock of 5 us, others one of 100.
	w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
	w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
	http.StripPrefix(strings.TrimSuffix(s.path, "/"), s.mux).ServeHTTP(w, r)
}

func (s *session) showWarm(w http.ResponseWriter, _ *http.Request) {
	templates.ExecuteTemplate(w, "warm.html", nil)
}

func (s *session) showPage(w http.ResponseWriter, _ *http.Request) {
	told, err := json.Marshal(task{
		Limit:    s.kind.limit.Milliseconds(),
		First:    firstNumber,
		Count:    s.stream.count,
		Offset:   s.stream.offset,
		Types:    append([]string{"message"}, s.stream.types...),
		Rate:     s.stream.rate,
		Size:     len(s.body.bytes),
		Checksum: s.body.checksum,
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	templates.ExecuteTemplate(w, "page.html", map[string]any{
		"Task":     string(told),
		"Title":    s.kind.name + " " + s.stream.name + " of " + s.implementation.Name,
		"Kind":     s.kind.name,
		"Replaced": s.implementation.Script != nil,
	})
}

func (s *session) giveImplementation(w http.ResponseWriter, _ *http.Request) {
	respond.JavaScript(w, s.implementation.Script)
}

func (s *session) giveScript(w http.ResponseWriter, r *http.Request) {
	script, err := pageFiles.ReadFile("page/" + r.PathValue("script"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	respond.JavaScript(w, script)
}

// giveStream sends an event without a number, and after the word go the others:
// at the pace of the stream, or as rate says, the first after a part of the pace
// that phase says.
func (s *session) giveStream(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	release := s.release
	s.mu.Unlock()

	rate := s.stream.rate
	if asked, err := strconv.Atoi(r.FormValue("rate")); err == nil {
		rate = asked
	}
	phase, _ := strconv.ParseFloat(r.FormValue("phase"), 64)

	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	w.Write(sse.Event{Data: "ready"}.Append(nil))
	out.Flush()
	select {
	case <-release:
	case <-r.Context().Done():
		return
	}
	if rate == 0 {
		blast(w, s.body.bytes)
	} else {
		s.stream.pace(r.Context(), w, rate, phase)
	}
	out.Flush()
	<-r.Context().Done()
}

// blast writes as fast as it goes.
func blast(w http.ResponseWriter, all []byte) {
	for len(all) > 0 {
		n := min(chunkSize, len(all))
		if _, err := w.Write(all[:n]); err != nil {
			return
		}
		all = all[n:]
	}
}

// pace writes rate events a second.
func (s stream) pace(ctx context.Context, w http.ResponseWriter, rate int, phase float64) {
	out := http.NewResponseController(w)
	period := time.Second / time.Duration(rate)
	start := time.Now().Add(time.Duration(phase * float64(period)))
	timer := time.NewTimer(0)
	defer timer.Stop()
	var b []byte
	for i := range s.count {
		timer.Reset(time.Until(start.Add(time.Duration(i) * period)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		b = s.append(b[:0], firstNumber+i)
		if _, err := w.Write(b); err != nil || out.Flush() != nil {
			return
		}
	}
}

func (s *session) giveBytes(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(s.body.bytes)
}

// giveClock tells the time, in milliseconds.
func (s *session) giveClock(w http.ResponseWriter, _ *http.Request) {
	giveJSON(w, float64(time.Now().UnixMicro())/1000)
}

// takeGo lets all streams write that wait for it.
func (s *session) takeGo(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.release)
	s.release = make(chan struct{})
	w.WriteHeader(http.StatusNoContent)
}

// giveCPU tells the CPU time of all renderers in milliseconds, null if the
// system does not tell.
func (s *session) giveCPU(w http.ResponseWriter, _ *http.Request) {
	spent, err := rendererTime(int(s.group.Load()))
	if err != nil {
		giveJSON(w, nil)
		return
	}
	giveJSON(w, float64(spent)/float64(time.Millisecond))
}

func giveJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

func (s *session) takeReport(w http.ResponseWriter, r *http.Request) {
	var told report
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReport)).Decode(&told); err != nil {
		told = report{Error: "report of the page: " + err.Error()}
	}
	select {
	case s.reports <- told:
	default: // the page reports once
	}
	w.WriteHeader(http.StatusNoContent)
}
