package demo

import (
	"context"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"eventsource-wasm/harness/site/broker"
)

const (
	// The most characters of what is said, and of names.
	saidLimit = 500
	nameLimit = 24

	// The most that is kept of a room.
	roomHistory = 200

	// The most rooms. One that nobody is in makes place for another.
	mostRooms = 100

	// The most names in a room.
	mostNames = 100
)

// Said is a line of a chat.
type Said struct {
	Name string `json:"name"`
	Text string `json:"text"`
	Time int64  `json:"time"` // milliseconds since 1970
}

// A room is a topic, whose state is who is there.
type room struct {
	*broker.Topic
	present map[string]int // how many streams there are of a name
}

// A house has the rooms.
type house struct {
	rate *limiter

	mu    sync.Mutex
	rooms map[string]*room
}

// chat serves the rooms of a chat, until ctx is over.
func chat(ctx context.Context) http.Handler {
	h := &house{rate: newLimiter(5, time.Second), rooms: map[string]*room{}}
	context.AfterFunc(ctx, h.close)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo/chat/events", h.listen)
	mux.HandleFunc("POST /demo/chat", h.say)
	return mux
}

// listen sends what is said in a room, and counts the listener as present.
func (h *house) listen(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	where, ok := checked(w, "room", query.Get("room"), nameLimit)
	if !ok {
		return
	}
	who, ok := checked(w, "name", query.Get("name"), nameLimit)
	if !ok {
		return
	}
	room := h.enter(w, where, who)
	if room == nil {
		return
	}
	defer h.leave(room, who)
	room.ServeHTTP(w, r)
}

// say publishes a line in a room.
func (h *house) say(w http.ResponseWriter, r *http.Request) {
	text, ok := field(w, r, "text", saidLimit)
	if !ok {
		return
	}
	where, ok := field(w, r, "room", nameLimit)
	if !ok {
		return
	}
	who, ok := field(w, r, "name", nameLimit)
	if !ok || !h.rate.allow(w, hostOf(r)) {
		return
	}
	room := h.enter(w, where, "")
	if room == nil {
		return
	}
	room.Publish("", asJSON(Said{who, text, time.Now().UnixMilli()}))
	w.WriteHeader(http.StatusNoContent)
}

// hostOf is where a request comes from. Names are free to choose, hosts are not.
func hostOf(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return host
}

// enter is the room of a name, with one more who is there if who is not empty.
// It answers the request itself, and returns nil, if there is no place.
func (h *house) enter(w http.ResponseWriter, where, who string) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rooms[where] == nil && !h.makePlace() {
		http.Error(w, "there are too many rooms (join another, or wait until one is empty)", http.StatusServiceUnavailable)
		return nil
	}
	if h.rooms[where] == nil {
		h.rooms[where] = &room{broker.New(roomHistory), map[string]int{}}
	}
	room := h.rooms[where]
	if who != "" && room.present[who] == 0 && len(room.present) >= mostNames {
		http.Error(w, "the room is full (join another)", http.StatusServiceUnavailable)
		return nil
	}
	if who != "" {
		room.present[who]++
		room.tell()
	}
	return room
}

// makePlace sees to it that there may be another room.
func (h *house) makePlace() bool {
	if len(h.rooms) < mostRooms {
		return true
	}
	for name, room := range h.rooms {
		if len(room.present) == 0 {
			delete(h.rooms, name)
			return true
		}
	}
	return false
}

func (h *house) leave(room *room, who string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if room.present[who]--; room.present[who] == 0 {
		delete(room.present, who)
	}
	room.tell()
}

// close ends the streams of all rooms.
func (h *house) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, room := range h.rooms {
		room.Close()
	}
}

// tell tells all who is there.
func (r *room) tell() {
	r.Set("present", asJSON(slices.Sorted(maps.Keys(r.present))))
}
