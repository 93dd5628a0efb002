// A good event stream from Go, with nothing but the standard library.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"
)

// after returns the event that a client has seen. Event n is due when the clock
// says n, in seconds since 1970: so ids stay true when the server has restarted.
func after(lastEventID string) int64 {
	now := time.Now().Unix()
	n, err := strconv.ParseInt(lastEventID, 10, 64)
	if err != nil {
		return now
	}
	return min(max(n, now-1000), now)
}

func events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // for nginx
	control := http.NewResponseController(w)

	n := after(r.Header.Get("Last-Event-ID"))
	fmt.Fprint(w, "retry: 1000\n\n")
	for {
		// A client that takes nothing for so long is let go.
		_ = control.SetWriteDeadline(time.Now().Add(10 * time.Second))
		if control.Flush() != nil {
			return
		}
		n++
		select {
		case <-time.After(time.Until(time.Unix(n, 0))):
			fmt.Fprintf(w, "id: %d\ndata: event %d\n\n", n, n)
		case <-r.Context().Done(): // the client has left
			return
		}
	}
}

func main() {
	http.HandleFunc("/events", events)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
