// A server made with tmaxmax/go-sse, with a replayer of the last hundred events.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/tmaxmax/go-sse"
)

func main() {
	replayer, err := sse.NewFiniteReplayer(100, true)
	if err != nil {
		log.Fatal(err)
	}
	server := &sse.Server{Provider: &sse.Joe{Replayer: replayer}}
	go func() {
		for n := 1; ; n++ {
			m := &sse.Message{}
			m.AppendData(fmt.Sprintf("event %d", n))
			_ = server.Publish(m)
			time.Sleep(time.Second)
		}
	}()
	http.Handle("/events", server)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
