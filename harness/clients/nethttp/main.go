// Command nethttp is the reference client in Go: net/http and the parser of this
// repository; with the argument parser, the parser alone. It is judged with
//
//	go build -o build/nethttp ./harness/clients/nethttp
//	go run ./harness run --client build/nethttp --client 'build/nethttp parser'
package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log"
	"mime"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/client"
	"eventsource-wasm/wasm/eventstream"
)

func main() {
	var c client.Client = nethttp{}
	if len(os.Args) > 1 && os.Args[1] == "parser" {
		c = parser{}
	}
	if err := client.Serve(c, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// nethttp is the client. It has no state beside its streams.
type nethttp struct{}

func (nethttp) Features() client.Features {
	return client.Features{
		Name:    "net/http of " + runtime.Version(),
		Reports: []string{"open", "error", "lastEventId", "readyState"},
		Can:     []string{"reconnect", "close"},
	}
}

// A stream is what outlives a connection.
type stream struct {
	client.Stream
	report      func(client.Event)
	lastEventID string
	retry       time.Duration
}

// The states of a stream.
const connecting, open, closed = 0, 1, 2

func (nethttp) Open(ctx context.Context, s client.Stream, report func(client.Event)) {
	st := &stream{Stream: s, report: report, retry: 3 * time.Second}
	for ctx.Err() == nil {
		reconnect := st.connect(ctx)
		if ctx.Err() != nil {
			return
		}
		if !reconnect {
			st.report(client.Event{Type: "error", ReadyState: closed})
			return
		}
		st.report(client.Event{Type: "error", ReadyState: connecting})
		select {
		case <-time.After(st.retry):
		case <-ctx.Done():
		}
	}
}

// maxRedirects is the limit of the Fetch Standard.
const maxRedirects = 20

// connect opens one connection and reads it to its end. It reports whether the client
// shall reconnect.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model
func (s *stream) connect(ctx context.Context) (reconnect bool) {
	request, err := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
	if err != nil {
		return false
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Cache-Control", "no-cache")
	request.Header.Set("Pragma", "no-cache")
	if s.lastEventID != "" {
		request.Header.Set("Last-Event-ID", s.lastEventID)
	}
	permanent := true
	requests := http.Client{CheckRedirect: func(next *http.Request, via []*http.Request) error {
		status := next.Response.StatusCode
		permanent = permanent && (status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect)
		if permanent {
			s.URL = next.URL.String()
		}
		if len(via) > maxRedirects {
			return errors.New("too many redirects")
		}
		return nil
	}}
	response, err := requests.Do(request)
	if err != nil {
		return true
	}
	defer response.Body.Close()
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if response.StatusCode != http.StatusOK || kind != "text/event-stream" {
		return false
	}
	s.report(client.Event{Type: "open", ReadyState: open})
	s.read(ctx, response.Body)
	return true
}

// read parses a stream.
func (s *stream) read(ctx context.Context, body io.Reader) {
	parser := eventstream.Parser{Retry: -1} // until there is a retry field
	parser.Reset()
	buffer := make([]byte, 32<<10)
	tokens := make([]eventstream.Token, eventstream.MaxTokens(len(buffer)))
	var value []byte
	var data, eventType string
	id := s.lastEventID
	for {
		n, err := body.Read(buffer)
		count := parser.Feed(buffer[:n], tokens)
		for _, token := range tokens[:count] {
			take := func() string {
				text := string(append(value, buffer[token.Start:token.End]...))
				value = nil
				return text
			}
			dispatch := func() {
				s.lastEventID = id
				s.report(client.Event{Type: cmp.Or(eventType, "message"), Data: []byte(data), LastEventID: id, ReadyState: open})
				eventType = ""
			}
			if ctx.Err() != nil {
				return
			}
			switch token.Kind {
			case eventstream.ID:
				id = strings.ToValidUTF8(take(), "\uFFFD")
			case eventstream.Type:
				eventType = take()
			case eventstream.Data:
				data = take()
			case eventstream.Line:
				data += "\n" + take()
			case eventstream.Append:
				value = append(value, buffer[token.Start:token.End]...)
			case eventstream.Discard:
				value = nil
			case eventstream.Commit:
				s.lastEventID, eventType = id, ""
			case eventstream.Dispatch:
				dispatch()
			case eventstream.Event:
				data = take()
				dispatch()
			}
		}
		if parser.Retry >= 0 {
			s.retry = time.Duration(parser.Retry) * time.Millisecond
		}
		if err != nil {
			return
		}
	}
}

// parser is the parser alone.
type parser struct{}

func (parser) Features() client.Features {
	return client.Features{Name: "wasm/eventstream of this repository", Reports: []string{"lastEventId"}, Can: []string{"feed"}}
}

func (parser) Open(ctx context.Context, s client.Stream, report func(client.Event)) {
	(&stream{Stream: s, report: report}).read(ctx, s.Body)
}
