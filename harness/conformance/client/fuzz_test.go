package client

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// The messages of both sides, one of each kind.
var messages = []string{
	`{"ready":{"protocol":1,"name":"httpx-sse 0.4.3","reports":["open","error","lastEventId"],"can":["reconnect","close"]}}`,
	`{"in":"1","event":{"type":"open","readyState":1}}`,
	`{"in":"1","event":{"type":"message","data":"…","lastEventId":"…","origin":"…","readyState":1}}`,
	`{"in":"1","event":{"type":"message","bytes":"ZGF0YQ=="}}`,
	`{"in":"1","closed":"reason"}`,
	`{"in":"1","closed":"twice"}`,
	`{"open":"1","url":"http://127.0.0.1:4001/","types":["open","message"],"close":{"on":"message","nth":1}}`,
	`{"open":"1","url":"","close":{"on":"construct","nth":-1e300}}`,
	`{"close":"1"}`,
	`{"close":1}`,
	`{"feed":"2","bytes":"ZGF0YTogYQoK"}`,
	`{"feed":"2","end":true}`,
	`{"feed":"1","bytes":"ZGF0YQ=="}`,
}

// FuzzFromClient gives the harness any line of a client: it is an error that shows the
// line, or it is acted upon, and streams get only events.
func FuzzFromClient(f *testing.F) {
	for _, m := range messages {
		f.Add([]byte(m))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		stream := &processStream{closed: make(chan struct{}), report: func(e Event) {
			require.True(t, json.Valid(line))
		}}
		p := &Process{streams: map[string]*processStream{"1": stream}}
		first := make(chan *ready, 1)
		for range 2 { // the second time, it is ready or closed
			if err := p.handle(line, first); err != nil {
				require.NotEmpty(t, err.Error())
				require.Less(t, len(err.Error()), 4096)
			}
		}
		if len(first) > 0 {
			require.NoError(t, (<-first).check())
		}
	})
}

// FuzzFromHarness gives a client any lines: it ends when its input does, and what it
// writes is messages, of which none follows that a stream is closed.
func FuzzFromHarness(f *testing.F) {
	f.Add([]byte(strings.Join(messages, "\n")))
	f.Add([]byte(strings.Join(messages[6:], "\n")))
	f.Add([]byte(`{"feed":"2","end":true}` + "\n" + `{"feed":"2","end":true}` + "\n" + `{"open":"2"}` + "\n" + `{"open":"2"}`))
	f.Fuzz(func(t *testing.T, input []byte) {
		synctest.Test(t, func(t *testing.T) {
			var output bytes.Buffer
			err := Serve(echo{}, bytes.NewReader(input), &output)
			if err == nil {
				for line := range bytes.Lines(input) {
					require.True(t, json.Valid(line), "%q", line)
				}
			}
			for line := range bytes.Lines(output.Bytes()) {
				var m message
				require.NoError(t, json.Unmarshal(line, &m))
			}
		})
	})
}

// An echo is a client that reports its URL, or each piece of a body.
type echo struct{}

func (echo) Features() Features { return Features{Name: "echo 1", Can: Abilities, Reports: Reports} }

func (echo) Open(ctx context.Context, s Stream, report func(Event)) {
	if s.Body == nil {
		for _, kind := range s.Types {
			report(Event{Type: kind, Data: []byte(s.URL)})
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
		return
	}
	b := make([]byte, 16)
	for {
		n, err := s.Body.Read(b)
		if n > 0 {
			report(Event{Type: "message", Data: bytes.Clone(b[:n])})
		}
		if err == io.EOF || err != nil {
			return
		}
	}
}
