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
	cutAfter     = 20 // messages of the first connection of a stream to cut
	mostMessages = 100_000
	mostBytes    = 1 << 20          // of a message
	mostEvery    = 10_000           // milliseconds
	writeLimit   = 10 * time.Second // for one message
)

// A stream is a sequence of numbered messages, "N TIME", padded with x to the
// requested size. TIME is when the message was sent, in milliseconds since 1970.
// After the last message comes "bytes B": the number of bytes that were written to
// the socket for all messages, or -1 if they are not counted.
type stream struct {
	count int           // count=N: the number of messages
	size  int           // size=N: the least bytes of a message
	every time.Duration // every=N: milliseconds from one message to the next
	ids   bool          // ids: events have ids
	retry int           // retry=N: the reconnection time in milliseconds; 0: none is sent
	cors  bool          // cors: pages of other origins may read events
	check bool          // check: pages of other origins may not open a WebSocket
	plain bool          // plain: no header asks proxies not to buffer

	// cut=NAME: the first connection of that name is cut after 20 messages. Later ones
	// continue its schedule, so a client that reconnects late has missed messages.
	cut   string
	began time.Time
	after int // after=N or Last-Event-ID: the last message that the client has
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

// cuts holds the start times of the streams to cut.
type cuts struct {
	mu    sync.Mutex
	began map[string]time.Time
}

// start returns when the first connection of a name began, or the zero time if this
// is the first.
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

// send writes the messages. It reports whether all were sent; it stops early when
// the stream is to be cut.
func (s stream) send(ctx context.Context, write func(n int, message string) error) bool {
	first := s.began.IsZero()
	began, next := s.began, s.after+1
	if first {
		began = time.Now()
	} else if s.after == 0 {
		next = int(time.Since(began)/max(s.every, 1)) + 1 // what was due before is lost
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
		panic(http.ErrAbortHandler) // closes the connection without ending the response
	}
	b = sse.Event{Data: fmt.Sprintf("bytes %d", bytesSince(before, r))}.Append(b)
	_ = flush()
}

// sendMessages sends the messages over a WebSocket.
func (s stream) sendMessages(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: !s.check})
	if err != nil {
		return // Accept has sent the response
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
