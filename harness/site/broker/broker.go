// Package broker sends the events of a topic to any number of event streams.
//
// A [Topic] numbers the events that are published to it and keeps the newest ones,
// in one copy for all streams. A stream is only a position in that history.
// Publishing therefore never blocks, and a thousand streams cost little more than
// their connections.
//
// A client that sends Last-Event-ID gets the events after that one; a client that
// does not gets all events that are kept. A client that reads too slowly falls
// behind the history: its stream ends, and it can reconnect like any other client.
// A client that missed events that are no longer kept gets an event of type "lost",
// whose data is their number.
//
// A topic also has a state, such as the list of users present. Each stream gets it
// at the start and after each change. States have no id and no history.
package broker

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/internal/sse"
)

// A Topic is a numbered sequence of events, of which it keeps the newest. Its methods
// may be called from several goroutines.
type Topic struct {
	// Distinguishes the ids of this topic from those that an earlier process gave:
	// a client may send one of those.
	epoch string

	mu      sync.Mutex
	kept    [][]byte      // event n is kept[n % len(kept)], encoded
	next    int64         // number of the next event; the first is 1
	state   []byte        // encoded; nil for none
	states  int64         // number of states so far
	changed chan struct{} // closed at the next change
	closed  bool
}

// New returns a topic that keeps the newest events, as many as history says.
func New(history int) *Topic {
	return &Topic{
		epoch:   strconv.FormatInt(time.Now().UnixMilli(), 36),
		kept:    make([][]byte, history),
		next:    1,
		changed: make(chan struct{}),
	}
}

// Publish appends an event and returns its number. An empty eventType means
// "message".
func (t *Topic) Publish(eventType, data string) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.next
	t.next++
	t.kept[n%t.length()] = sse.Event{ID: fmt.Sprintf("%s-%d", t.epoch, n), Type: eventType, Data: data}.Append(nil)
	t.wake()
	return n
}

// Set replaces the state of the topic.
func (t *Topic) Set(eventType, data string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state = sse.Event{Type: eventType, Data: data}.Append(nil)
	t.states++
	t.wake()
}

// States returns how many states the topic has had.
func (t *Topic) States() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.states
}

// Close ends all streams after they have sent the events published so far.
func (t *Topic) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.wake()
}

// wake wakes the streams.
func (t *Topic) wake() {
	close(t.changed)
	t.changed = make(chan struct{})
}

func (t *Topic) length() int64 { return int64(len(t.kept)) }

// oldest returns the number of the oldest event that is kept.
func (t *Topic) oldest() int64 { return max(1, t.next-t.length()) }

// A position says how far a stream has come.
type position struct {
	next   int64 // number of the next event to send
	states int64 // number of the state that was sent last
}

// find returns the position after the event with that id, and how many events between
// them are no longer kept.
func (t *Topic) find(lastEventID string) (p position, lost int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	epoch, number, _ := strings.Cut(lastEventID, "-")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || epoch != t.epoch || n < 0 || n >= t.next {
		// The client has seen no event of this process.
		return position{next: t.oldest()}, 0
	}
	next := max(n+1, t.oldest())
	return position{next: next}, next - (n + 1)
}

// news is what a stream has to send next.
type news struct {
	texts   [][]byte
	late    bool            // the events at the position are no longer kept
	over    bool            // the topic is closed, and everything has been sent
	changed <-chan struct{} // closed when there is more
}

// batch is the most events that a stream takes at a time.
const batch = 128

// after returns what to send at a position, and advances the position.
func (t *Topic) after(p *position) news {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := news{changed: t.changed}
	if p.next < t.oldest() {
		n.late = true
		return n
	}
	for p.next < t.next && len(n.texts) < batch {
		n.texts = append(n.texts, t.kept[p.next%t.length()])
		p.next++
	}
	if p.states != t.states {
		n.texts = append(n.texts, t.state)
		p.states = t.states
	}
	n.over = t.closed && p.next == t.next
	return n
}
