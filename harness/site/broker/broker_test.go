package broker

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/internal/sse"
)

// What a client gets at once from a topic that keeps three events.
func TestResume(t *testing.T) {
	tests := []struct {
		name        string
		published   int
		lastEventID string // {} is the epoch of the topic
		want        string
	}{
		{"nothing was published", 0, "", head},
		{"a new client gets all events", 2, "", head + events(1, 2)},
		{"all that are kept", 5, "", head + events(3, 5)},
		{"a client that reconnects gets what it missed", 3, "{}-1", head + events(2, 3)},
		{"nothing was missed", 3, "{}-3", head},
		{"the oldest that is kept", 5, "{}-2", head + events(3, 5)},
		{"one is lost", 5, "{}-1", head + lost(1) + events(3, 5)},
		{"many are lost", 1003, "{}-0", head + lost(1000) + events(1001, 1003)},
		{"an id that has not been sent yet counts as none", 3, "{}-4", head + events(1, 3)},
		{"so does an id of another process", 3, "x-3", head + events(1, 3)},
		{"and a bare number", 3, "3", head + events(1, 3)},
		{"and a negative one", 3, "{}--3", head + events(1, 3)},
		{"and a number out of range", 3, "{}-99999999999999999999", head + events(1, 3)},
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
		act  func(topic *Topic)
		want string
		ends bool
	}{
		{"events are sent as they are published", func(topic *Topic) { publish(topic, 1, 2); synctest.Wait(); publish(topic, 3, 3) },
			head + events(1, 3), false},
		{"a long batch", func(topic *Topic) { publish(topic, 1, 3*batch/2) }, head + events(1, 3*batch/2), false},
		{"a state is sent when it changes", func(topic *Topic) { topic.Set("who", "a"); synctest.Wait(); topic.Set("who", "b") },
			head + "event: who\ndata: a\n\nevent: who\ndata: b\n\n", false},
		{"only the newest state is sent", func(topic *Topic) { topic.Set("who", "a"); topic.Set("who", "b") },
			head + "event: who\ndata: b\n\n", false},
		{"comments are sent during silence", func(*Topic) { time.Sleep(2*heartbeat + 1) }, head + ": \n: \n", false},
		{"but not between events", func(topic *Topic) {
			for n := range 4 {
				time.Sleep(heartbeat / 2)
				publish(topic, n+1, n+1)
				synctest.Wait()
			}
		}, head + events(1, 4), false},
		{"closing ends the stream", (*Topic).Close, head, true},
		{"after all events", func(topic *Topic) { publish(topic, 1, 3*batch/2); topic.Close() }, head + events(1, 3*batch/2), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // with a fake clock
				topic := New(1000)
				c := connect(t, topic, "")
				synctest.Wait()
				tt.act(topic)
				require.Equal(t, tt.want, c.text(topic))
				require.Equal(t, tt.ends, c.ended())
				c.leave()
			})
		})
	}
}

// A client that is too slow delays no other client. Its stream ends, and it resumes.
func TestSlowClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		topic := New(3)
		slow, fast := connect(t, topic, ""), connect(t, topic, "")
		slow.stall()
		for n := 1; n <= 10; n++ {
			publish(topic, n, n)
			synctest.Wait()
		}
		require.Equal(t, head+events(1, 10), fast.text(topic))
		require.False(t, fast.ended())

		slow.resume()
		require.Equal(t, head+events(1, 1), slow.text(topic))
		require.True(t, slow.ended())

		again := connect(t, topic, topic.epoch+"-1")
		require.Equal(t, head+lost(6)+events(8, 10), again.text(topic))
		again.leave()
		fast.leave()
	})
}

// Writes have a deadline, so a client that reads nothing is disconnected.
func TestWriteLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, New(1), "")
		synctest.Wait()
		require.Equal(t, time.Now().Add(sse.WriteLimit), c.deadline)
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
		{"HEAD", 200, "Cache-Control", "no-store, no-transform"},
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

// A client is a connection to a topic that records what it receives.
type client struct {
	*httptest.ResponseRecorder
	leave    func()
	done     chan struct{}
	gate     chan struct{} // if not nil, writes block until it is closed
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

func (c *client) stall()  { c.gate = make(chan struct{}) }
func (c *client) resume() { close(c.gate) }

// text returns what was sent, once nothing moves any more, with {} for the epoch.
func (c *client) text(topic *Topic) string {
	synctest.Wait()
	sent := reconnectionTime.ReplaceAllString(c.Body.String(), "retry: 1000\n")
	return strings.ReplaceAll(sent, "id: "+topic.epoch, "id: {}")
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

// reconnectionTime matches a reconnection time with its random part.
var reconnectionTime = regexp.MustCompile(`retry: 1[0-4]\d\d\n`)

const head = ": hello\nretry: 1000\n\n"

// events returns the encoding of the events from and to and all between.
func events(from, to int) string {
	var s strings.Builder
	for n := from; n <= to; n++ {
		fmt.Fprintf(&s, "id: {}-%d\ndata: event %d\n\n", n, n)
	}
	return s.String()
}

func lost(n int) string { return fmt.Sprintf("event: lost\ndata: %d\n\n", n) }

var _ http.Handler = (*Topic)(nil)
