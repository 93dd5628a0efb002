package demo

import (
	"context"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/internal/respond"
	"eventsource-wasm/harness/site/broker"
)

const (
	// The most characters of a message, and of a name.
	messageLimit = 500
	nameLimit    = 24

	// The most messages that a room keeps.
	roomHistory = 200

	// The most rooms. An empty room is removed to make space for another.
	maxRooms = 100

	// The most names in a room.
	maxNames = 100
)

// A Message is what somebody wrote in a room.
type Message struct {
	Name string `json:"name"`
	Text string `json:"text"`
	Time int64  `json:"time"` // milliseconds since 1970
}

// A room is a topic whose state is the list of names present.
type room struct {
	*broker.Topic
	present map[string]int // number of streams by name
}

// A chat serves rooms.
type chat struct {
	rate *limiter

	mu    sync.Mutex
	rooms map[string]*room
}

// newChat returns a chat whose streams end when ctx is canceled.
func newChat(ctx context.Context) http.Handler {
	c := &chat{rate: newLimiter(5, time.Second), rooms: map[string]*room{}}
	context.AfterFunc(ctx, c.close)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo/chat/events", c.listen)
	mux.HandleFunc("POST /demo/chat", c.post)
	return mux
}

// listen sends the messages of a room. While the stream lasts, its name is present.
func (c *chat) listen(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	roomName, ok := checkedName(w, r, "room", query.Get("room"))
	if !ok {
		return
	}
	name, ok := checkedName(w, r, "name", query.Get("name"))
	if !ok {
		return
	}
	room := c.enter(w, r, roomName, name)
	if room == nil {
		return
	}
	defer c.leave(room, name)
	room.Serve(w, r, opening(r))
}

// checkedName is [checked] for a name, which is one line with single spaces.
func checkedName(w http.ResponseWriter, r *http.Request, field, name string) (string, bool) {
	return checked(w, r, field, strings.Join(strings.Fields(name), " "), nameLimit)
}

// post publishes a message in a room.
func (c *chat) post(w http.ResponseWriter, r *http.Request) {
	text, ok := field(w, r, "text", messageLimit)
	if !ok {
		return
	}
	roomName, ok := checkedName(w, r, "room", r.PostForm.Get("room"))
	if !ok {
		return
	}
	name, ok := checkedName(w, r, "name", r.PostForm.Get("name"))
	if !ok || !c.rate.allow(w, r, hostOf(r)) {
		return
	}
	if c.publish(w, r, roomName, Message{name, text, time.Now().UnixMilli()}) {
		w.WriteHeader(http.StatusNoContent)
	}
}

// publish publishes a message. If there is no space for its room, it answers the
// request and returns false.
func (c *chat) publish(w http.ResponseWriter, r *http.Request, roomName string, m Message) bool {
	c.mu.Lock()
	defer c.mu.Unlock() // until the message is in the room, which could be removed otherwise
	room := c.room(w, r, roomName)
	if room == nil {
		return false
	}
	room.Publish("", asJSON(m))
	return true
}

// hostOf returns the host that a request comes from. Unlike a name, a client cannot
// choose it.
func hostOf(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return host
}

// room returns a room, which it makes if necessary. If there is no space, it answers the
// request and returns nil. The caller holds c.mu.
func (c *chat) room(w http.ResponseWriter, r *http.Request, roomName string) *room {
	if c.rooms[roomName] == nil && !c.makeSpace() {
		respond.Fail(w, r, http.StatusServiceUnavailable, respond.NewProblem("too many rooms: join another, or wait until one is empty", "房间太多：请加入其他房间，或等某个房间空出来"))
		return nil
	}
	if c.rooms[roomName] == nil {
		c.rooms[roomName] = &room{broker.New(roomHistory), map[string]int{}}
	}
	return c.rooms[roomName]
}

// enter returns a room and adds a name to those present. If there is no space, it
// answers the request and returns nil.
func (c *chat) enter(w http.ResponseWriter, r *http.Request, roomName, name string) *room {
	c.mu.Lock()
	defer c.mu.Unlock()
	room := c.room(w, r, roomName)
	if room == nil {
		return nil
	}
	if room.present[name] == 0 && len(room.present) >= maxNames {
		respond.Fail(w, r, http.StatusServiceUnavailable, respond.NewProblem("the room is full: join another", "房间已满：请加入其他房间"))
		return nil
	}
	if room.present[name]++; room.present[name] == 1 {
		room.sendPresent()
	}
	return room
}

// makeSpace removes an empty room if there are too many. It reports whether there is
// space for another.
func (c *chat) makeSpace() bool {
	if len(c.rooms) < maxRooms {
		return true
	}
	for name, room := range c.rooms {
		if len(room.present) == 0 {
			delete(c.rooms, name)
			return true
		}
	}
	return false
}

// leave removes a name from those present, once all of its streams have ended.
func (c *chat) leave(room *room, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if room.present[name]--; room.present[name] == 0 {
		delete(room.present, name)
		room.sendPresent()
	}
}

// close ends the streams of all rooms.
func (c *chat) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, room := range c.rooms {
		room.Close()
	}
}

// sendPresent sends the names of those present to all streams of the room.
func (r *room) sendPresent() {
	r.Set("present", asJSON(slices.Sorted(maps.Keys(r.present))))
}
