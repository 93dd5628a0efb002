package report

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// TestServerScript checks the bytes and times of what a server does. The gaps are those
// of package refserver: one before each write but the first.
func TestServerScript(t *testing.T) {
	head := catalogue.Step{Verb: catalogue.Respond, Head: catalogue.Head{Status: 200, Reason: "OK", Headers: [][2]string{{"Content-Type", "a/b"}}}}
	send := func(text string) catalogue.Step {
		return catalogue.Step{Verb: catalogue.Send, Bytes: []byte(text), Repeat: 1, Gap: 50 * time.Millisecond}
	}
	repeated, cut := send("{n}\n"), send("abc")
	repeated.Repeat = 3
	cut.Chunk = 1
	length := head
	length.Head.Framing, length.Head.Length = catalogue.Length, 3
	tests := []struct {
		name string
		of   []catalogue.Step
		want string
	}{
		{"a gap between writes", []catalogue.Step{head, send("a\r"), send("\xff"), {Verb: catalogue.Hold}}, `
    0 ms  head 200 OK
          Content-Type: a/b
    0 ms  send "a\r"
   50 ms  send "\xff"
   50 ms  keep the connection open`},
		{"the head waits for the first write", []catalogue.Step{head, {Verb: catalogue.Pause, Pause: time.Second}, {Verb: catalogue.End}}, `
 1000 ms  head 200 OK
          Content-Type: a/b
 1000 ms  end the body and close the connection`},
		{"no answer", []catalogue.Step{head, {Verb: catalogue.Hold}}, `
    0 ms  keep the connection open without an answer`},
		{"no answer, and closed", []catalogue.Step{head, {Verb: catalogue.Refuse, Pause: time.Second}, {Verb: catalogue.Reset, Gap: time.Second}}, `
    0 ms  refuse other connections to this port for 1000 ms
    0 ms  reset the connection`},
		{"the head alone", []catalogue.Step{length, {Verb: catalogue.Headers}, {Verb: catalogue.Cut, Gap: 500 * time.Millisecond}}, `
    0 ms  head 200 OK
          Content-Type: a/b
          Content-Length: 3
  500 ms  close the connection without ending the body`},
		{"raw", []catalogue.Step{{Verb: catalogue.Raw, Bytes: []byte("HTTP/1.0 200\r\n"), Repeat: 1}, {Verb: catalogue.End}}, `
    0 ms  raw "HTTP/1.0 200\r\n"
    0 ms  end the body and close the connection`},
		{"repeated and cut", []catalogue.Step{head, repeated, cut, {Verb: catalogue.End}}, `
    0 ms  head 200 OK
          Content-Type: a/b
    0 ms  send "{n}\n", 3 times in one write
   50 ms  send "abc", in writes of 1 byte, one every 50 ms
  150 ms  end the body and close the connection`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := serverScript(catalogue.Case{Server: []catalogue.Connection{tt.of}})
			require.Equal(t, "each connection"+tt.want, strings.Join(got, "\n"))
		})
	}

	hold := catalogue.Connection{{Verb: catalogue.Hold}}
	require.Equal(t, []string{
		"connection 1", "    0 ms  keep the connection open without an answer",
		"connection 2 and all later ones", "    0 ms  keep the connection open without an answer",
		"route b, each connection", "    0 ms  keep the connection open without an answer",
	}, serverScript(catalogue.Case{
		Server: []catalogue.Connection{hold, hold},
		Routes: map[string][]catalogue.Connection{"b": {hold}},
	}))
}

func TestClientScript(t *testing.T) {
	plain := catalogue.Client{URL: "{url}", Init: []byte(`{"withCredentials":true}`), Listen: []string{"x"}}
	closing := func(when catalogue.CloseWhen) catalogue.Case {
		return catalogue.Case{Client: catalogue.Client{URL: "{url}", Close: &when}}
	}
	tests := []struct {
		name string
		of   catalogue.Case
		want string
	}{
		{"plain", catalogue.Case{Client: plain}, `source = new EventSource("{url}", {"withCredentials":true})
source.addEventListener("x", record)`},
		{"closed at once", closing(catalogue.CloseWhen{On: "construct"}), `source = new EventSource("{url}")
source.close()`},
		{"closed in an event", closing(catalogue.CloseWhen{On: "message", Nth: 2}), `source = new EventSource("{url}")
source.close() in message event 2`},
		{"closed later", closing(catalogue.CloseWhen{After: 300}), `source = new EventSource("{url}")
source.close() after 300 ms`},
		{"script, pages, driver", catalogue.Case{
			Client: catalogue.Client{Script: []string{"t.done()"}},
			Pages:  map[string]catalogue.Page{"a": {Script: []string{"b()"}}, "c": {Worker: true}},
			Drive:  []catalogue.Action{{Name: catalogue.Until, Text: "x"}, {Name: catalogue.Wait, Wait: time.Second}, {Name: catalogue.Offline, On: true}, {Name: catalogue.GC}},
		}, `t.done()

page a
  b()

worker c

driver
  until x
  wait 1000 ms
  offline true
  gc`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, strings.Join(clientScript(tt.of), "\n"))
		})
	}
}

// Every case of the catalogue can be shown.
func TestShow(t *testing.T) {
	cases, err := catalogue.Load()
	require.NoError(t, err)
	for _, c := range cases {
		var b strings.Builder
		NewTerminal(&b, false).Show(c)
		if c.Choice != nil {
			require.Contains(t, b.String(), "left open: "+c.Choice.Permits+" ("+c.Choice.SpecURL())
		}
		for _, part := range []string{c.ID, string(c.Level), c.Title, c.Requirement, c.SpecURL(), "what the server does", "what the client does"} {
			require.Contains(t, b.String(), part)
		}
	}
}
