package websocket

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"eventsource-wasm/harness/internal/sleep"
	"eventsource-wasm/harness/internal/sse"
)

const (
	cutAfter     = 20 // messages, of a stream that is cut
	mostMessages = 100_000
	mostBytes    = 1 << 20          // of a message
	mostEvery    = 10_000           // milliseconds
	writeLimit   = 10 * time.Second // for one message
)

// A stream is a sequence of numbered messages: "N TIME" and as many x as make it
// long enough. TIME is when it was sent, in milliseconds since 1970. After the
// last comes "bytes B", what B bytes were written to the socket for all the
// messages (-1: not counted).
type stream struct {
	count int           // count=N: how many messages
	size  int           // size=N: bytes of each, at least
	every time.Duration // every=N: milliseconds from one to the next
	ids   bool          // ids: events have an id
	retry int           // retry=N: reconnection time; 0: none is told
	cors  bool          // cors: pages of other origins may read events
	check bool          // check: other origins may not open a WebSocket
	plain bool          // plain: nothing tells a proxy not to buffer

	// cut=NAME: the first connection of that name is cut after 20 messages. The times
	// of messages count from the start of that connection, so that a client that
	// comes back late has missed some.
	cut   string
	began time.Time
	after int // after=N or Last-Event-ID: the last message that was seen
}

func parse(r *http.Request) (stream, error) {
	query := r.URL.Query()
	s := stream{ids: query.Has("ids"), cors: query.Has("cors"), check: query.Has("check"), plain: query.Has("plain"), cut: query.Get("cut")}
	every := 0
	for _, number := range []struct {
		name        string
		value       *int
		given, most int
	}{
		{"count", &s.count, 1, mostMessages}, {"size", &s.size, 0, mostBytes}, {"every", &every, 0, mostEvery},
		{"retry", &s.retry, 0, mostEvery}, {"after", &s.after, 0, mostMessages},
	} {
		var err error
		if *number.value, err = numberOf(query, number.name, number.given, number.most); err != nil {
			return s, err
		}
	}
	s.every = time.Duration(every) * time.Millisecond
	if id, err := strconv.Atoi(r.Header.Get("Last-Event-ID")); err == nil && id >= 0 {
		s.after = id
	}
	return s, nil
}

func numberOf(query url.Values, name string, otherwise, most int) (int, error) {
	if !query.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(query.Get(name))
	if err != nil || n < 0 || n > most {
		return 0, fmt.Errorf("%s=%s is out of range (0 to %d)", name, query.Get(name), most)
	}
	return n, nil
}

// cuts knows when the streams that are to be cut began.
type cuts struct {
	mu    sync.Mutex
	began map[string]time.Time
}

// start is the time of the first connection of that name; zero for this one.
func (c *cuts) start(name string) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	began := c.began[name]
	if name != "" && began.IsZero() {
		if len(c.began) > 1000 {
			clear(c.began)
		}
		c.began[name] = time.Now()
	}
	return began
}

// send writes the messages. It reports whether all were sent: a stream that is to
// be cut is left in the middle.
func (s stream) send(ctx context.Context, write func(n int, message string) error) bool {
	first := s.began.IsZero()
	began, next := s.began, s.after+1
	if first {
		began = time.Now()
	} else if s.after == 0 {
		next = int(time.Since(began)/max(s.every, 1)) + 1 // what was before is over
	}
	for n := next; n <= s.count; n++ {
		if !sleep.Until(ctx, began.Add(time.Duration(n-1)*s.every)) || write(n, s.message(n)) != nil {
			return false
		}
		if s.cut != "" && first && n == cutAfter {
			return false
		}
	}
	return true
}

func (s stream) message(n int) string {
	text := strconv.Itoa(n) + " " + now()
	return text + strings.Repeat("x", max(0, s.size-len(text)))
}

// sendEvents sends the messages as an event stream.
func (s stream) sendEvents(w http.ResponseWriter, r *http.Request) {
	if s.cors {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "Last-Event-ID")
	}
	if !s.plain {
		w.Header().Set("X-Accel-Buffering", "no")
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	control := http.NewResponseController(w)
	var b []byte
	flush := func() error { // sends b
		_ = control.SetWriteDeadline(time.Now().Add(writeLimit))
		_, err := w.Write(b)
		b = b[:0]
		if err != nil {
			return err
		}
		return control.Flush()
	}
	if s.retry > 0 {
		b = sse.AppendRetry(b, time.Duration(s.retry)*time.Millisecond)
	} else {
		b = sse.AppendComment(b, "") // some browsers announce the connection at the first byte
	}
	if flush() != nil {
		return
	}
	before := written(r)
	all := s.send(r.Context(), func(n int, message string) error {
		e := sse.Event{Data: message}
		if s.ids {
			e.ID = strconv.Itoa(n)
		}
		b = e.Append(b)
		return flush()
	})
	if !all {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	b = sse.Event{Data: fmt.Sprintf("bytes %d", bytesSince(before, r))}.Append(b)
	_ = flush()
}

// sendMessages sends them over a WebSocket.
func (s stream) sendMessages(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: !s.check})
	if err != nil {
		return // Accept has answered
	}
	defer ws.CloseNow()
	gone := ws.CloseRead(r.Context())
	write := func(message string) error {
		ctx, cancel := context.WithTimeout(gone, writeLimit)
		defer cancel()
		return ws.Write(ctx, websocket.MessageText, []byte(message))
	}
	before := written(r)
	if !s.send(gone, func(_ int, message string) error { return write(message) }) {
		return
	}
	if write(fmt.Sprintf("bytes %d", bytesSince(before, r))) == nil {
		_ = ws.Close(websocket.StatusNormalClosure, "")
	}
}

func bytesSince(before int64, r *http.Request) int64 {
	if before < 0 {
		return -1
	}
	return written(r) - before
}
