// Command openai judges the decoder of github.com/openai/openai-go.
package main

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/openai/openai-go/v3/packages/ssestream"

	"clients/version"
	"eventsource-wasm/harness/conformance/client"
)

func main() {
	if err := client.Serve(openai{}, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

type openai struct{}

func (openai) Features() client.Features {
	return client.Features{Name: version.Of("github.com/openai/openai-go/v3"), Can: []string{"feed"}}
}

func (openai) Open(_ context.Context, s client.Stream, report func(client.Event)) {
	decoder := ssestream.NewDecoder(&http.Response{Body: io.NopCloser(s.Body), Header: http.Header{}})
	for decoder.Next() {
		e := decoder.Event()
		data := bytes.TrimSuffix(e.Data, []byte("\n")) // the decoder ends each line, also the last
		report(client.Event{Type: cmp.Or(e.Type, "message"), Data: append([]byte{}, data...)})
	}
}
