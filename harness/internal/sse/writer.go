package sse

import (
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	// Reconnection time of clients, to which each connection adds a random part of
	// spread, so that they do not all reconnect at the same moment.
	reconnectionTime = time.Second
	spread           = time.Second / 2
)

// WriteLimit is how long a client may read nothing before it is disconnected.
const WriteLimit = 10 * time.Second

// A Writer sends an event stream to a client, with a time limit.
type Writer struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// NewWriter sets the headers of an event stream.
func NewWriter(w http.ResponseWriter) *Writer {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store, no-transform")
	w.Header().Set("X-Accel-Buffering", "no") // else nginx buffers the stream
	return &Writer{w, http.NewResponseController(w)}
}

// Send sends blocks at once.
func (s *Writer) Send(blocks ...[]byte) error {
	// Connections have deadlines; the writers of some tests do not.
	_ = s.control.SetWriteDeadline(time.Now().Add(WriteLimit))
	for _, block := range blocks {
		if _, err := s.w.Write(block); err != nil {
			return err
		}
	}
	return s.control.Flush()
}

// AppendHead appends what a stream should begin with: a comment, because some browsers
// announce the connection at the first byte of the body, and a reconnection time, which
// it returns too.
func AppendHead(b []byte) ([]byte, time.Duration) {
	retry := reconnectionTime + rand.N(spread).Truncate(time.Millisecond)
	return AppendRetry(AppendComment(b, "hello"), retry), retry
}
