// Package websocket is the server side of the comparison of EventSource with
// WebSocket. It sends the same messages at the same times in both ways; the page
// www/pages/compare.html measures them.
//
// GET /compare/stream is an event stream, or a WebSocket if the request asks for an
// upgrade. See [stream] for its parameters.
//
// GET /compare/clock is a WebSocket that answers each message with the time.
//
// GET /compare/setup returns the [Setup] to the page, and POST /compare/result
// receives what the page has measured.
package websocket

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// A Setup describes the servers to measure, and what to do with the result.
type Setup struct {
	Other   int      `json:"other"`             // the port of another origin with the same streams
	Proxies *Proxies `json:"proxies,omitempty"` // nil: measure without proxies
	Rounds  int      `json:"rounds"`            // how often each figure is measured; 0: [Rounds]
	Run     string   `json:"run,omitempty"`     // a page with ?run=RUN starts by itself and posts its result

	// Report is called with the result of that page.
	Report func(*Comparison, error) `json:"-"`
}

// Rounds is how often a page measures each figure, if nothing else is asked for.
const Rounds = 5

// Handler serves the streams. Bytes are counted on connections from [Listen] if the
// server has [ConnContext].
func Handler(setup Setup) http.Handler {
	setup.Rounds = cmp.Or(setup.Rounds, Rounds)
	mux := http.NewServeMux()
	cuts := &cuts{began: map[string]time.Time{}}
	mux.HandleFunc("GET /compare/stream", func(w http.ResponseWriter, r *http.Request) {
		s, err := parse(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.began = cuts.start(s.cut)
		if r.Header.Get("Upgrade") != "" {
			s.sendMessages(w, r)
		} else {
			s.sendEvents(w, r)
		}
	})
	mux.HandleFunc("GET /compare/clock", clock)
	mux.HandleFunc("GET /compare/setup", func(w http.ResponseWriter, r *http.Request) {
		setup := setup
		if r.URL.Query().Get("run") != setup.Run {
			setup.Run = ""
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(setup)
	})
	mux.HandleFunc("POST /compare/result", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		if setup.Run == "" || r.PostFormValue("run") != setup.Run {
			http.Error(w, "no comparison is waiting for results", http.StatusForbidden)
			return
		}
		setup.Report(newComparison(r.PostFormValue("browser"), []byte(r.PostFormValue("figures"))))
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

// clock answers each message with the time, in milliseconds since 1970.
func clock(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has sent the response
	}
	defer ws.CloseNow()
	for {
		if _, _, err := ws.Read(r.Context()); err != nil {
			return
		}
		if ws.Write(r.Context(), websocket.MessageText, []byte(now())) != nil {
			return
		}
	}
}

// now returns the time in milliseconds since 1970, with three decimals.
func now() string { return fmt.Sprintf("%.3f", float64(time.Now().UnixMicro())/1000) }
