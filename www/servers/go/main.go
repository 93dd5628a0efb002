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

var start = time.Now()

func events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // for nginx
	control := http.NewResponseController(w)

	// What a client that returns has seen. Event n is due n seconds after the start.
	n, err := strconv.Atoi(r.Header.Get("Last-Event-ID"))
	if err != nil {
		n = int(time.Since(start).Seconds())
	}
	fmt.Fprint(w, "retry: 1000\n\n")
	for {
		if control.Flush() != nil {
			return
		}
		n++
		select {
		case <-time.After(time.Until(start.Add(time.Duration(n) * time.Second))):
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
