// A server made with r3labs/sse, as its README shows it.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/r3labs/sse/v2"
)

func main() {
	server := sse.New()
	server.AutoStream = false
	server.CreateStream("events")
	go func() {
		for n := 1; ; n++ {
			server.Publish("events", &sse.Event{Data: fmt.Appendf(nil, "event %d", n)})
			time.Sleep(time.Second)
		}
	}()
	http.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		r.URL.RawQuery = "stream=events"
		server.ServeHTTP(w, r)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
