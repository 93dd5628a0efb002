package broker

import (
	"fmt"
	"net/http"
	"time"

	"eventsource-wasm/harness/internal/sse"
)

const (
	// Silence after which a comment is sent. It keeps proxies from closing the
	// connection as idle, and reveals clients that are gone.
	heartbeat = 15 * time.Second
)

// ServeHTTP is [Topic.Serve] with the head that streams should have.
func (t *Topic) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head, _ := sse.AppendHead(nil)
	t.Serve(w, r, head)
}

// Serve sends the topic as an event stream, after a head, until the client disconnects
// or falls behind the history, or the topic is closed. The response then ends normally,
// so the client reconnects and resumes.
func (t *Topic) Serve(w http.ResponseWriter, r *http.Request, head []byte) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed: use GET", http.StatusMethodNotAllowed)
		return
	}
	s := sse.NewWriter(w)
	if r.Method == http.MethodHead {
		return
	}

	p, lost := t.find(r.Header.Get("Last-Event-ID"))
	if lost > 0 {
		head = sse.Event{Type: "lost", Data: fmt.Sprint(lost)}.Append(head)
	}
	if s.Send(head) != nil {
		return
	}
	t.stream(r, s, p)
}

// stream sends the events at a position and those that follow.
func (t *Topic) stream(r *http.Request, s *sse.Writer, p position) {
	beat := time.NewTimer(heartbeat)
	defer beat.Stop()
	for r.Context().Err() == nil {
		n := t.after(&p)
		if n.late {
			return
		}
		if len(n.texts) > 0 {
			if s.Send(n.texts...) != nil {
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
			if s.Send(sse.AppendComment(nil, "")) != nil {
				return
			}
			beat.Reset(heartbeat)
		}
	}
}
