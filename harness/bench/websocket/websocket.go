// Package websocket is the server side of a comparison of EventSource and
// WebSocket. The page www/compare.html measures; here are the streams that it
// measures with, sent in both ways with the same content at the same times.
//
// GET /compare/stream: an event stream, or a WebSocket if the request asks to
// become one. See [stream] for its parameters.
//
// GET /compare/clock: a WebSocket that answers each message with the time.
//
// GET /compare/setup, POST /compare/result: what the page has to know, and where
// it reports what it measured.
package websocket

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// A Setup says what there is to measure with.
type Setup struct {
	Other   int      `json:"other"`             // port of another origin with the same streams
	Proxies *Proxies `json:"proxies,omitempty"` // nil: there are none
	Run     string   `json:"run,omitempty"`     // a page with ?run=this begins by itself, and reports

	// Report takes what such a page has measured.
	Report func(*Document, error) `json:"-"`
}

// Handler serves the streams. Bytes are counted for connections that came over a
// [Listen]er by way of [ConnContext].
func Handler(setup Setup) http.Handler {
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
		told := setup
		if r.URL.Query().Get("run") != setup.Run {
			told.Run = ""
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(told)
	})
	mux.HandleFunc("POST /compare/result", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		if setup.Run == "" || r.PostFormValue("run") != setup.Run {
			http.Error(w, "nobody waits for a result here", http.StatusForbidden)
			return
		}
		setup.Report(newDocument(r.PostFormValue("browser"), []byte(r.PostFormValue("figures"))))
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

// clock answers each message with the time, in milliseconds since 1970.
func clock(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
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

// now is the time in milliseconds since 1970, to a microsecond.
func now() string { return fmt.Sprintf("%.3f", float64(time.Now().UnixMicro())/1000) }
