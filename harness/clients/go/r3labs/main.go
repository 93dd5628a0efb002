// Command r3labs judges github.com/r3labs/sse.
package main

import (
	"cmp"
	"context"
	"log"
	"os"

	"github.com/r3labs/sse/v2"

	"clients/version"
	"eventsource-wasm/harness/conformance/client"
)

func main() {
	if err := client.Serve(r3labs{}, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

type r3labs struct{}

func (r3labs) Features() client.Features {
	return client.Features{Name: version.Of("github.com/r3labs/sse/v2"), Can: []string{"reconnect", "close"}}
}

func (r3labs) Open(ctx context.Context, s client.Stream, report func(client.Event)) {
	err := sse.NewClient(s.URL).SubscribeRawWithContext(ctx, func(e *sse.Event) {
		if ctx.Err() == nil {
			report(client.Event{Type: cmp.Or(string(e.Event), "message"), Data: append([]byte{}, e.Data...)})
		}
	})
	log.Print(err)
}
