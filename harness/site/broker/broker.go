// Package broker hands out the events of a topic to any number of event streams.
//
// A [Topic] numbers what is published to it and keeps the newest events, once for
// all. A stream is a place in that history and nothing more, so that publishing
// waits for nobody and a thousand streams cost little more than their connections.
//
// A client that comes back with Last-Event-ID goes on after that event; one that
// comes without gets all that is kept. A client that takes its events too slowly
// loses its place when the history has moved past it: its stream ends, and it may
// come back, like any other whose stream was cut. Whoever has missed events that
// are no longer kept is told how many, by an event of the type "lost".
//
// Besides, a topic has a state, such as who is there: each stream gets it at the
// start and when it has changed. It is not numbered, and what it was is forgotten.
package broker

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/internal/sse"
)

// A Topic is a numbered sequence of events, of which it keeps the newest. Its
// methods may be called at any time by anyone.
type Topic struct {
	// Sets the numbers of this topic apart from those of the same topic in a
	// process of the past, which a client may come back with.
	epoch string

	mu      sync.Mutex
	kept    [][]byte // event n is kept[n % len(kept)], as it is sent
	next    int64    // number of the next event; the first is 1
	state   []byte   // as it is sent; nil for none
	states  int64    // how often the state was set
	changed chan struct{}
	closed  bool
}

// New makes a topic that keeps the newest events, as many as history says.
func New(history int) *Topic {
	return &Topic{
		epoch:   strconv.FormatInt(time.Now().UnixMilli(), 36),
		kept:    make([][]byte, history),
		next:    1,
		changed: make(chan struct{}),
	}
}

// Publish appends an event and returns its number. An empty kind is that of a
// message.
func (t *Topic) Publish(kind, data string) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.next
	t.next++
	t.kept[n%t.length()] = sse.Event{ID: fmt.Sprintf("%s-%d", t.epoch, n), Type: kind, Data: data}.Append(nil)
	t.tell()
	return n
}

// Set replaces the state of the topic.
func (t *Topic) Set(kind, data string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state = sse.Event{Type: kind, Data: data}.Append(nil)
	t.states++
	t.tell()
}

// Close ends all streams, once they have sent what was published before.
func (t *Topic) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.tell()
}

// tell wakes the streams.
func (t *Topic) tell() {
	close(t.changed)
	t.changed = make(chan struct{})
}

func (t *Topic) length() int64 { return int64(len(t.kept)) }

// oldest is the number of the oldest event that is kept.
func (t *Topic) oldest() int64 { return max(1, t.next-t.length()) }

// A place says what a stream has sent.
type place struct {
	next   int64 // number of the next event to send
	states int64 // which state was sent
}

// find is the place of a client whose last event has that ID, and how many
// events it has lost for good.
func (t *Topic) find(lastEventID string) (p place, lost int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	epoch, number, _ := strings.Cut(lastEventID, "-")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || epoch != t.epoch || n < 0 || n >= t.next {
		// It has seen nothing, or nothing of this process.
		return place{next: t.oldest()}, 0
	}
	next := max(n+1, t.oldest())
	return place{next: next}, next - (n + 1)
}

// News is what there is to send from a place on.
type news struct {
	texts   [][]byte
	late    bool            // the history has moved past the place
	over    bool            // nothing will come any more
	changed <-chan struct{} // closed when there is more
}

// batch bounds how many events are taken at a time.
const batch = 128

// after takes what is to be sent at a place, and moves the place on.
func (t *Topic) after(p *place) news {
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
