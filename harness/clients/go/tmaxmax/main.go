// Command tmaxmax judges github.com/tmaxmax/go-sse: its client or, with the argument
// parser, its function Read.
package main

import (
	"cmp"
	"context"
	"log"
	"net/http"
	"os"

	"github.com/tmaxmax/go-sse"

	"clients/version"
	"eventsource-wasm/harness/conformance/client"
)

func main() {
	can := []string{"reconnect", "close"}
	if len(os.Args) > 1 && os.Args[1] == "parser" {
		can = []string{"feed"}
	}
	if err := client.Serve(tmaxmax{can}, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

type tmaxmax struct{ can []string }

func (t tmaxmax) Features() client.Features {
	return client.Features{Name: version.Of("github.com/tmaxmax/go-sse"), Reports: []string{"lastEventId"}, Can: t.can}
}

func (tmaxmax) Open(ctx context.Context, s client.Stream, report func(client.Event)) {
	event := func(e sse.Event) {
		if ctx.Err() == nil {
			report(client.Event{Type: cmp.Or(e.Type, "message"), Data: []byte(e.Data), LastEventID: e.LastEventID})
		}
	}
	if s.Body != nil {
		for e, err := range sse.Read(s.Body, nil) {
			if err != nil {
				log.Print(err)
				return
			}
			event(e)
		}
		return
	}
	request, err := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
	if err != nil {
		log.Print(err)
		return
	}
	connection := sse.NewConnection(request)
	connection.SubscribeToAll(event)
	log.Print(connection.Connect())
}
