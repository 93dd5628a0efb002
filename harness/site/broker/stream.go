package broker

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"eventsource-wasm/harness/internal/sse"
)

const (
	// Silence after which a comment is sent. It keeps proxies from closing the
	// connection as idle, and reveals clients that are gone.
	heartbeat = 15 * time.Second

	// A client that reads nothing for this long is disconnected.
	writeLimit = 10 * time.Second

	// Reconnection time of clients, to which each connection adds a random part of
	// spread, so that they do not all return in the same moment.
	retry  = time.Second
	spread = time.Second / 2
)

// ServeHTTP sends the topic as an event stream until the client disconnects or falls
// behind the history, or the topic is closed. The response then ends normally, so
// the client reconnects and resumes.
func (t *Topic) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed: use GET", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store, no-transform")
	w.Header().Set("X-Accel-Buffering", "no") // else nginx buffers the stream
	if r.Method == http.MethodHead {
		return
	}

	p, lost := t.find(r.Header.Get("Last-Event-ID"))
	s := sender{w, http.NewResponseController(w)}
	head := sse.AppendRetry(sse.AppendComment(nil, "hello"), retry+rand.N(spread))
	if lost > 0 {
		head = sse.Event{Type: "lost", Data: fmt.Sprint(lost)}.Append(head)
	}
	if s.send(head) != nil {
		return
	}
	t.stream(r, s, p)
}

// stream sends the events at a position and those that follow.
func (t *Topic) stream(r *http.Request, s sender, p position) {
	beat := time.NewTimer(heartbeat)
	defer beat.Stop()
	for r.Context().Err() == nil {
		n := t.after(&p)
		if n.late {
			return
		}
		if len(n.texts) > 0 {
			if s.send(n.texts...) != nil {
				return
			}
			beat.Reset(heartbeat)
			continue // there may be more
		}
		if n.over {
			return
		}
		select {
		case <-n.changed:
		case <-r.Context().Done():
		case <-beat.C:
			if s.send(sse.AppendComment(nil, "")) != nil {
				return
			}
			beat.Reset(heartbeat)
		}
	}
}

// A sender writes to a client, with a time limit.
type sender struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s sender) send(texts ...[]byte) error {
	// Connections have deadlines; the writers of some tests do not.
	_ = s.control.SetWriteDeadline(time.Now().Add(writeLimit))
	for _, text := range texts {
		if _, err := s.w.Write(text); err != nil {
			return err
		}
	}
	return s.control.Flush()
}
