package check

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// FuzzEndpoint checks an endpoint that answers every request with the same bytes, in
// pieces of the given size with pauses between them, and then closes the connection or
// holds it. The check ends in time, whatever the bytes are, and each form of its report
// is valid and without control characters.
func FuzzEndpoint(f *testing.F) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	f.Add([]byte(head+"\r\nretry: 10\n\nid: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\nid: 4\ndata: d\n\n"), uint16(20), true)
	f.Add([]byte(head+"Transfer-Encoding: chunked\r\n\r\n5\r\ndata:\r\nffffffffff\r\nx"), uint16(7), false)
	f.Add([]byte(head+"Content-Length: 1000000\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00"), uint16(9), false)
	f.Add([]byte(head+"Content-Encoding: br\r\n\r\n\x1b\xff\xff"), uint16(1), true)
	f.Add([]byte(head+"Content-Encoding: deflate\r\nServer: \x1b[31mnginx\r\n\r\n\xff"), uint16(50), true)
	f.Add([]byte("HTTP/1.1 307 \r\nLocation: //[::1/\r\nContent-Length: 0\r\n\r\n"), uint16(400), true)
	f.Add([]byte("HTTP/1.1 302 Found\r\nLocation: /\u202e\r\n\r\n"), uint16(400), true)
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\n\r\nHTTP/1.0 500 \xff\r\n\r\n<html>"), uint16(400), true)
	for _, step := range catalogueResponses(f) {
		f.Add(step, uint16(64), false)
	}
	f.Fuzz(func(t *testing.T, answer []byte, size uint16, closes bool) {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			report, err := Run(t.Context(), Options{
				URL: "http://host.example/events", Origin: "https://app.example", For: 3 * time.Second,
				Dial: answerWith(answer, max(int(size), 1, len(answer)/100), closes),
			})
			require.NoError(t, err)
			require.LessOrEqual(t, time.Since(start), 20*time.Second)
			requireForms(t, report)
			time.Sleep(time.Minute) // until the server has noticed that its connections are closed
		})
	})
}

// catalogueResponses returns what the reference server sends raw in cases, which is
// HTTP that a client must refuse or just accept.
func catalogueResponses(f *testing.F) (responses [][]byte) {
	cases, err := catalogue.Load()
	require.NoError(f, err)
	for _, c := range cases {
		for _, script := range c.Server {
			for _, step := range script {
				if step.Verb == catalogue.Raw && len(step.Bytes) < 4096 {
					responses = append(responses, step.Bytes)
				}
			}
		}
	}
	require.NotEmpty(f, responses)
	return responses
}

// answerWith returns a function that opens connections to a server, which answers each
// request with pieces of a text.
func answerWith(answer []byte, size int, closes bool) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			request := make([]byte, 64<<10)
			if _, err := server.Read(request); err != nil {
				return
			}
			for piece := range slices.Chunk(answer, size) {
				if _, err := server.Write(piece); err != nil {
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
			if !closes {
				_, _ = server.Read(request) // until the client leaves
			}
		}()
		return client, nil
	}
}

// requireForms checks each form of a report.
func requireForms(t *testing.T, report *Report) {
	var text bytes.Buffer
	require.NoError(t, report.Terminal(&text))
	hidden := strings.IndexFunc(text.String(), func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
	require.Equal(t, -1, hidden, "%q", text.String())

	text.Reset()
	require.NoError(t, report.JSON(&text))
	var read Report
	require.NoError(t, json.Unmarshal(text.Bytes(), &read))
	require.Len(t, read.Findings, len(report.Findings))

	text.Reset()
	require.NoError(t, report.JUnit(&text))
	var suite junitSuite
	require.NoError(t, xml.Unmarshal(text.Bytes(), &suite))
}
