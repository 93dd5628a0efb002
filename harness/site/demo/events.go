package demo

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"eventsource-wasm/harness/internal/sleep"
	"eventsource-wasm/harness/internal/sse"
	"eventsource-wasm/harness/site/broker"
)

const (
	// Time from one event to the next.
	interval = time.Second

	// The most missed events that a client gets after Last-Event-ID.
	history = 1000
)

// A sender writes the events of one stream, until the stream is over or write fails
// because the client has disconnected.
type sender func(r *http.Request, write func(block []byte) error)

// stream answers a request with the events of a sender, and a preflight request with
// what pages of other origins may request.
func stream(send sender) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("closed") {
			allow(w.Header(), r.Header.Get("Origin"))
		}
		switch r.Method {
		case http.MethodOptions:
			w.WriteHeader(http.StatusNoContent)
			return
		case http.MethodGet, http.MethodHead:
		default:
			w.Header().Set("Allow", "GET, HEAD, OPTIONS")
			http.Error(w, "method not allowed: use GET", http.StatusMethodNotAllowed)
			return
		}

		s := sse.NewWriter(w)
		if r.Method != http.MethodHead {
			send(r, func(block []byte) error { return s.Send(block) })
		}
	}
}

// allow lets pages of an origin read a response, with and without credentials: it
// contains nothing secret. Scripts need permission to send Last-Event-ID when they
// reconnect.
func allow(h http.Header, origin string) {
	h.Add("Vary", "Origin")
	if origin == "" {
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Allow-Methods", "GET")
	h.Set("Access-Control-Allow-Headers", "Last-Event-ID")
	h.Set("Access-Control-Max-Age", "600") // seconds
}

// events is the stream of numbered events.
type events struct{ start time.Time }

func (e events) send(r *http.Request, write func([]byte) error) {
	if write(opening(r)) != nil {
		return
	}
	for n := e.first(r.Header.Get("Last-Event-ID")); ; n++ {
		if !sleep.Until(r.Context(), e.due(n)) || write(e.event(n).Append(nil)) != nil {
			return
		}
	}
}

// A description says what the server got, to a page that shows it.
type description struct {
	LastEventID string              `json:"lastEventId"`
	Cookie      bool                `json:"cookie"`          // whether the page's cookie was sent
	Retry       int64               `json:"retry,omitempty"` // the reconnection time of this connection, in milliseconds
	Headers     map[string][]string `json:"headers"`
}

// appendRequest appends an event that describes the request, as JSON, if the URL has
// the parameter "request". The event has no id, so it does not change the last event
// ID of the client.
func appendRequest(b []byte, r *http.Request, retry time.Duration) []byte {
	if !r.URL.Query().Has("request") {
		return b
	}
	_, err := r.Cookie(visitor)
	return sse.Event{Type: "request", Data: asJSON(description{r.Header.Get("Last-Event-ID"), err == nil, retry.Milliseconds(), r.Header})}.Append(b)
}

// opening returns the beginning of a stream.
func opening(r *http.Request) []byte {
	b, retry := sse.AppendHead(nil)
	return appendRequest(b, r, retry)
}

// served returns a handler that sends a topic.
func served(topic *broker.Topic) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { topic.Serve(w, r, opening(r)) }
}

// visitor is the name of a cookie that a page sets, to see whether it is sent.
const visitor = "visitor"

// due returns the time at which event n is due.
func (e events) due(n int64) time.Time { return e.start.Add(time.Duration(n) * interval) }

// newest returns the number of the last event that is due, or 0 if none is.
func (e events) newest() int64 { return int64(time.Since(e.start) / interval) }

// epoch distinguishes the ids of this process from those that an earlier one gave.
func (e events) epoch() string { return strconv.FormatInt(e.start.UnixMilli(), 36) }

// event returns event n.
func (e events) event(n int64) sse.Event {
	return sse.Event{ID: fmt.Sprintf("%s-%d", e.epoch(), n), Data: fmt.Sprintf("server up for %v", time.Duration(n)*interval)}
}

// first returns the number of the event that a stream starts with: the one after the
// last event ID, or the newest one if there is no valid last event ID.
func (e events) first(lastEventID string) int64 {
	newest := e.newest()
	epoch, number, _ := strings.Cut(lastEventID, "-")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || epoch != e.epoch() || n < 0 || n > newest {
		// The client has seen no event of this process.
		return max(newest, 1)
	}
	return max(n, newest-history) + 1
}

// digits sends the stream that ends after ten events.
func digits(r *http.Request, write func([]byte) error) {
	if request := appendRequest(nil, r, 0); request != nil && write(request) != nil {
		return
	}
	start := time.Now()
	for n := range 10 {
		if !sleep.Until(r.Context(), start.Add(time.Duration(n)*interval)) || write(sse.Event{Data: strconv.Itoa(n)}.Append(nil)) != nil {
			return
		}
	}
}
