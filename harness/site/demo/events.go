package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"eventsource-wasm/harness/internal/sleep"
	"eventsource-wasm/harness/internal/sse"
)

const (
	// Time from one event to the next.
	interval = time.Second

	// The most events sent again after Last-Event-ID; what is older is lost.
	history = 1000

	// The reconnection time that clients are given.
	reconnectionTime = time.Second

	// A client that takes no byte for this long is cut off.
	writeLimit = 10 * time.Second
)

// A sender writes the events of one stream until the stream is over or write
// says that the client is gone.
type sender func(r *http.Request, write func(block []byte) error)

// stream answers a request with the events of send, and a preflight with what a
// page of another origin may ask.
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

		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
		if r.Method == http.MethodHead {
			return
		}
		control := http.NewResponseController(w)
		send(r, func(block []byte) error {
			// Not every writer has deadlines; over a connection all do.
			_ = control.SetWriteDeadline(time.Now().Add(writeLimit))
			if _, err := w.Write(block); err != nil {
				return err
			}
			return control.Flush()
		})
	}
}

// allow opens a response to pages of origin, with and without credentials: there
// is nothing secret in it. A script that reconnects needs leave for Last-Event-ID.
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
	// Some browsers announce the connection at the first byte of the body, so
	// a comment goes out with the headers.
	head := sse.AppendRetry(sse.AppendComment(nil, "an event a second"), reconnectionTime)
	if write(appendTold(head, r)) != nil {
		return
	}
	for n := first(r.Header.Get("Last-Event-ID"), e.newest()); ; n++ {
		if !sleep.Until(r.Context(), e.due(n)) || write(numberedEvent(n).Append(nil)) != nil {
			return
		}
	}
}

// appendTold appends an event that tells a client what its request was like, as
// JSON, if the request asks for it. It has no id, so that it does not count.
func appendTold(b []byte, r *http.Request) []byte {
	if !r.URL.Query().Has("tell") {
		return b
	}
	_, err := r.Cookie(visitor)
	request, _ := json.Marshal(map[string]any{"lastEventId": r.Header.Get("Last-Event-ID"), "cookie": err == nil})
	return sse.Event{Type: "request", Data: string(request)}.Append(b)
}

// visitor is the cookie that a page sets, to see whether it is sent.
const visitor = "visitor"

// due is the time of event n.
func (e events) due(n int64) time.Time { return e.start.Add(time.Duration(n) * interval) }

// newest is the number of the last event that is due; 0 before there is one.
func (e events) newest() int64 { return int64(time.Since(e.start) / interval) }

// numberedEvent returns event n.
func numberedEvent(n int64) sse.Event {
	return sse.Event{ID: strconv.FormatInt(n, 10), Data: fmt.Sprintf("server up for %v", time.Duration(n)*interval)}
}

// first is the number of the event that a stream begins with: the one after the
// last that the client saw, and the newest for a client that saw none.
func first(lastEventID string, newest int64) int64 {
	n, err := strconv.ParseInt(lastEventID, 10, 64)
	if err != nil || n < 0 || n > newest {
		// Nothing was seen, or it was of another process.
		return max(newest, 1)
	}
	return max(n, newest-history) + 1
}

// digits is the stream that ends.
func digits(r *http.Request, write func([]byte) error) {
	start := time.Now()
	for n := range 10 {
		if !sleep.Until(r.Context(), start.Add(time.Duration(n)*interval)) || write(sse.Event{Data: strconv.Itoa(n)}.Append(nil)) != nil {
			return
		}
	}
}
