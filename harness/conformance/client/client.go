// Package client judges clients of event streams that are not pages: libraries in any
// language, SDKs, and parsers alone.
//
// A [Client] opens streams and reports events; it never judges, and never sees what is
// expected. It is Go code, or a [Process] that speaks a protocol on its standard input
// and output (process.go). The cases are those of browsers. [NeedsOf] derives what a
// case needs of a client; what a client does not report is not judged ([reduce]).
//
// [Test] runs the cases as subtests of a Go test, [Run] makes a report of them.
package client

import (
	"context"
	"io"
)

// A Client opens event streams. Its methods may be called by several goroutines.
type Client interface {
	// Features returns what the client can do. It is always the same.
	Features() Features

	// Open reads a stream and calls report for each event, one after the other. It
	// returns when the client will not reconnect, or when ctx is done, which closes the
	// stream. If the client can close a stream in a listener, and ctx is canceled during
	// a call of report, it reports nothing more.
	Open(ctx context.Context, s Stream, report func(Event))
}

// Features are what a client can do.
type Features struct {
	Name    string   `json:"name"`    // with version: "eventsource 5.1.5"
	Reports []string `json:"reports"` // of Reports
	Can     []string `json:"can"`     // of Abilities
}

// Reports are the parts of an event that a client may report, beside the types and the
// data of messages: events of the types open and error, and the fields of any event.
var Reports = []string{"open", "error", "lastEventId", "origin", "readyState"}

// Abilities are what a client may be able to do, beside reading a stream.
var Abilities = []string{reconnect, closing, cookies, cors, feed}

// The abilities.
const (
	reconnect = "reconnect" // opens the stream again, with Last-Event-ID
	closing   = "close"     // closes a stream in a listener, and directly after it was opened
	cookies   = "cookies"   // stores and sends them
	cors      = "cors"      // has an origin, and applies the Fetch Standard's rules for others
	feed      = "feed"      // is a parser alone, which gets bytes in place of a URL
)

// A Stream is what a client opens.
type Stream struct {
	URL   string
	Types []string // of the events to listen to, open, message and error among them

	// Body is the stream itself, for a client that is a parser: each Read returns the
	// bytes of one write. It fails with io.EOF when the server has ended the stream.
	Body io.Reader

	close *Close // when the client closes the stream; nil: never
}

// Close is the moment at which a client closes a stream: in the listener of the Nth
// event of type On; or, if On is "construct", directly after the stream was opened.
type Close struct {
	On  string `json:"on"`
	Nth int    `json:"nth,omitempty"` // counts from 1
}

// in returns a report function for a stream of a client in this process. It calls
// closeStream when the client closes the stream.
func (c *Close) in(closeStream func(), report func(Event)) func(Event) {
	if c == nil {
		return report
	}
	if c.On == "construct" {
		closeStream()
	}
	seen := 0
	return func(e Event) {
		report(e)
		if e.Type == c.On {
			if seen++; seen == c.Nth {
				closeStream()
			}
		}
	}
}

// An Event is an event that a client has dispatched. Its texts are UTF-8, or bytes as
// they were received.
type Event struct {
	Type        string
	Data        []byte // nil: the event has no data, as those of the client's own types open and error
	LastEventID string
	Origin      string
	ReadyState  int // of the stream at that moment
}
