// An event stream from Go, with the standard library only.
package main

import (
	"fmt"
	"log"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"time"
)

// lastSeen returns the number of the last event that a client has received. Event n
// is due n seconds after 1970, so ids stay valid when the server restarts. A new
// client starts with the next event; a client that reconnects gets what it missed,
// at most 1,000 events.
func lastSeen(lastEventID string) int64 {
	now := time.Now().Unix()
	n, err := strconv.ParseInt(lastEventID, 10, 64)
	if err != nil {
		return now
	}
	return min(max(n, now-1000), now)
}

func events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store, no-transform")
	w.Header().Set("X-Accel-Buffering", "no") // nginx must not buffer events
	control := http.NewResponseController(w)

	n := lastSeen(r.Header.Get("Last-Event-ID"))
	fmt.Fprintf(w, "retry: %d\n\n", 1000+rand.IntN(1000)) // so that clients do not return all at once
	for {
		// A client that accepts no data for 10 seconds is disconnected.
		_ = control.SetWriteDeadline(time.Now().Add(10 * time.Second))
		if control.Flush() != nil {
			return
		}
		n++
		select {
		case <-time.After(time.Until(time.Unix(n, 0))):
			fmt.Fprintf(w, "id: %d\ndata: event %d\n\n", n, n)
		case <-r.Context().Done(): // the client has disconnected
			return
		}
	}
}

func main() {
	http.HandleFunc("/events", events)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
