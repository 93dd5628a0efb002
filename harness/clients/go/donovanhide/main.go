// Command donovanhide judges github.com/donovanhide/eventsource.
package main

import (
	"cmp"
	"context"
	"log"
	"os"

	"github.com/donovanhide/eventsource"

	"clients/version"
	"eventsource-wasm/harness/conformance/client"
)

func main() {
	if err := client.Serve(donovanhide{}, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

type donovanhide struct{}

func (donovanhide) Features() client.Features {
	return client.Features{Name: version.Of("github.com/donovanhide/eventsource"), Can: []string{"reconnect", "close"}}
}

func (donovanhide) Open(ctx context.Context, s client.Stream, report func(client.Event)) {
	stream, err := eventsource.Subscribe(s.URL, "")
	if err != nil {
		log.Print(err)
		return
	}
	defer stream.Close()
	for ctx.Err() == nil {
		select {
		case e := <-stream.Events:
			report(client.Event{Type: cmp.Or(e.Event(), "message"), Data: []byte(e.Data())})
		case err := <-stream.Errors:
			log.Print(err)
		case <-ctx.Done():
		}
	}
}
