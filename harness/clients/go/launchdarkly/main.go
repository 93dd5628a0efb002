// Command launchdarkly judges github.com/launchdarkly/eventsource: its client or, with
// the argument parser, its Decoder.
package main

import (
	"cmp"
	"context"
	"log"
	"os"

	"github.com/launchdarkly/eventsource"

	"clients/version"
	"eventsource-wasm/harness/conformance/client"
)

func main() {
	can := []string{"reconnect", "close"}
	if len(os.Args) > 1 && os.Args[1] == "parser" {
		can = []string{"feed"}
	}
	if err := client.Serve(launchdarkly{can}, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

type launchdarkly struct{ can []string }

func (l launchdarkly) Features() client.Features {
	return client.Features{Name: version.Of("github.com/launchdarkly/eventsource"), Reports: []string{"lastEventId"}, Can: l.can}
}

func (launchdarkly) Open(ctx context.Context, s client.Stream, report func(client.Event)) {
	event := func(e eventsource.Event) {
		id := e.(eventsource.EventWithLastID).LastEventID()
		report(client.Event{Type: cmp.Or(e.Event(), "message"), Data: []byte(e.Data()), LastEventID: id})
	}
	if s.Body != nil {
		decoder := eventsource.NewDecoder(s.Body)
		for {
			e, err := decoder.Decode()
			if err != nil {
				return
			}
			event(e)
		}
	}
	stream, err := eventsource.SubscribeWithURL(s.URL)
	if err != nil {
		log.Print(err)
		return
	}
	defer stream.Close()
	for ctx.Err() == nil {
		select {
		case e := <-stream.Events:
			event(e)
		case err := <-stream.Errors:
			log.Print(err)
		case <-ctx.Done():
		}
	}
}
