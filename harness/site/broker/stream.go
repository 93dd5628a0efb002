package broker

import (
	"fmt"
	"net/http"
	"time"

	"eventsource-wasm/harness/internal/sse"
)

const (
	// Silence after which a comment is sent, so that nobody on the way takes the
	// connection for dead, and we notice a client that is.
	heartbeat = 15 * time.Second

	// A client that takes no byte for this long is cut off.
	writeLimit = 10 * time.Second

	// Reconnection time that clients are told.
	retry = time.Second
)

// ServeHTTP sends the topic as an event stream until the client leaves, loses its
// place, or the topic is closed. A stream that ends so is complete: the client
// takes it for a reason to reconnect, and resumes.
func (t *Topic) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed: use GET", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
	if r.Method == http.MethodHead {
		return
	}

	p, lost := t.find(r.Header.Get("Last-Event-ID"))
	s := sender{w, http.NewResponseController(w)}
	head := sse.AppendRetry(sse.AppendComment(nil, "hello"), retry)
	if lost > 0 {
		head = sse.Event{Type: "lost", Data: fmt.Sprint(lost)}.Append(head)
	}
	if s.send(head) != nil {
		return
	}
	t.stream(r, s, p)
}

// stream sends what is at a place, and what comes after it.
func (t *Topic) stream(r *http.Request, s sender, p place) {
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
			continue // there may be more by now
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

// A sender writes to a client and does not wait for ever.
type sender struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s sender) send(texts ...[]byte) error {
	// Not every writer has deadlines; over a connection all do.
	_ = s.control.SetWriteDeadline(time.Now().Add(writeLimit))
	for _, text := range texts {
		if _, err := s.w.Write(text); err != nil {
			return err
		}
	}
	return s.control.Flush()
}
