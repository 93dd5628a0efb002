package broker

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// What a client gets at once, of a topic that keeps three events.
func TestResume(t *testing.T) {
	tests := []struct {
		name        string
		published   int
		lastEventID string // {} is the epoch of the topic
		want        string
	}{
		{"nothing was published", 0, "", head},
		{"a new client gets all", 2, "", head + events(1, 2)},
		{"all that is kept", 5, "", head + events(3, 5)},
		{"one that returns, what it missed", 3, "{}-1", head + events(2, 3)},
		{"one that missed nothing, nothing", 3, "{}-3", head},
		{"the oldest that is kept", 5, "{}-2", head + events(3, 5)},
		{"one is lost", 5, "{}-1", head + lost(1) + events(3, 5)},
		{"many are lost", 1003, "{}-0", head + lost(1000) + events(1001, 1003)},
		{"a number of the future counts as none", 3, "{}-4", head + events(1, 3)},
		{"so does one of another process", 3, "x-3", head + events(1, 3)},
		{"and a bare number", 3, "3", head + events(1, 3)},
		{"and a negative one", 3, "{}--3", head + events(1, 3)},
		{"and one beyond all numbers", 3, "{}-99999999999999999999", head + events(1, 3)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				topic := New(3)
				publish(topic, 1, tt.published)
				c := connect(t, topic, strings.ReplaceAll(tt.lastEventID, "{}", topic.epoch))
				require.Equal(t, tt.want, c.text(topic))
				c.leave()
			})
		})
	}
}

func TestStreams(t *testing.T) {
	tests := []struct {
		name string
		play func(topic *Topic)
		want string
		ends bool
	}{
		{"events come as they are published", func(topic *Topic) { publish(topic, 1, 2); synctest.Wait(); publish(topic, 3, 3) },
			head + events(1, 3), false},
		{"a long batch", func(topic *Topic) { publish(topic, 1, 3*batch/2) }, head + events(1, 3*batch/2), false},
		{"the state comes when it changes", func(topic *Topic) { topic.Set("who", "a"); synctest.Wait(); topic.Set("who", "b") },
			head + "event: who\ndata: a\n\nevent: who\ndata: b\n\n", false},
		{"only the newest state counts", func(topic *Topic) { topic.Set("who", "a"); topic.Set("who", "b") },
			head + "event: who\ndata: b\n\n", false},
		{"silence is broken by a comment", func(*Topic) { time.Sleep(2*heartbeat + 1) }, head + ": \n: \n", false},
		{"not while there are events", func(topic *Topic) {
			for n := range 4 {
				time.Sleep(heartbeat / 2)
				publish(topic, n+1, n+1)
				synctest.Wait()
			}
		}, head + events(1, 4), false},
		{"closing ends the stream", (*Topic).Close, head, true},
		{"and loses nothing", func(topic *Topic) { publish(topic, 1, 3*batch/2); topic.Close() }, head + events(1, 3*batch/2), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // on a clock of its own
				topic := New(1000)
				c := connect(t, topic, "")
				synctest.Wait()
				tt.play(topic)
				require.Equal(t, tt.want, c.text(topic))
				require.Equal(t, tt.ends, c.ended())
				c.leave()
			})
		})
	}
}

// A client that is too slow holds up nobody, loses its place and resumes.
func TestSlowClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		topic := New(3)
		slow, quick := connect(t, topic, ""), connect(t, topic, "")
		slow.stall()
		for n := 1; n <= 10; n++ {
			publish(topic, n, n)
			synctest.Wait()
		}
		require.Equal(t, head+events(1, 10), quick.text(topic))
		require.False(t, quick.ended())

		slow.takeAll()
		require.Equal(t, head+events(1, 1), slow.text(topic))
		require.True(t, slow.ended())

		again := connect(t, topic, topic.epoch+"-1")
		require.Equal(t, head+lost(6)+events(8, 10), again.text(topic))
		again.leave()
		quick.leave()
	})
}

// A client that takes nothing at all is cut off by its connection's deadline.
func TestWriteLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, New(1), "")
		synctest.Wait()
		require.Equal(t, time.Now().Add(writeLimit), c.deadline)
		c.leave()
	})
}

func TestMethods(t *testing.T) {
	tests := []struct {
		method string
		status int
		header string
		want   string
	}{
		{"HEAD", 200, "Content-Type", "text/event-stream"},
		{"HEAD", 200, "Cache-Control", "no-store"},
		{"HEAD", 200, "X-Accel-Buffering", "no"},
		{"POST", 405, "Allow", "GET, HEAD"},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.header, func(t *testing.T) {
			w := httptest.NewRecorder()
			New(1).ServeHTTP(w, httptest.NewRequest(tt.method, "/", nil))
			require.Equal(t, tt.status, w.Code)
			require.Equal(t, tt.want, w.Header().Get(tt.header))
		})
	}
}

// A client is a connection to a topic, of which all can be seen.
type client struct {
	*httptest.ResponseRecorder
	leave    func()
	done     chan struct{}
	gate     chan struct{} // nil, or closed when the client takes again
	deadline time.Time
}

func connect(t *testing.T, topic *Topic, lastEventID string) *client {
	ctx, leave := context.WithCancel(t.Context())
	c := &client{ResponseRecorder: httptest.NewRecorder(), leave: leave, done: make(chan struct{})}
	r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
	r.Header.Set("Last-Event-ID", lastEventID)
	go func() {
		defer close(c.done)
		topic.ServeHTTP(c, r)
	}()
	synctest.Wait()
	return c
}

func (c *client) SetWriteDeadline(t time.Time) error { c.deadline = t; return nil }

func (c *client) Write(p []byte) (int, error) {
	if c.gate != nil {
		<-c.gate
	}
	return c.ResponseRecorder.Write(p)
}

func (c *client) stall()   { c.gate = make(chan struct{}) }
func (c *client) takeAll() { close(c.gate) }

// text is what was sent once all is still, with the epoch as {}.
func (c *client) text(topic *Topic) string {
	synctest.Wait()
	return strings.ReplaceAll(c.Body.String(), "id: "+topic.epoch, "id: {}")
}

func (c *client) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

func publish(topic *Topic, from, to int) {
	for n := from; n <= to; n++ {
		topic.Publish("", fmt.Sprint("event ", n))
	}
}

const head = ": hello\nretry: 1000\n\n"

// events is what is sent for the events from and to and all between.
func events(from, to int) string {
	var s strings.Builder
	for n := from; n <= to; n++ {
		fmt.Fprintf(&s, "id: {}-%d\ndata: event %d\n\n", n, n)
	}
	return s.String()
}

func lost(n int) string { return fmt.Sprintf("event: lost\ndata: %d\n\n", n) }

var _ http.Handler = (*Topic)(nil)
