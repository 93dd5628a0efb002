// Package eventsource decides what an EventSource object does next.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
//
// A [Connection] is a state machine. Its owner reports what happened by calling a
// method, and carries out the [Action] that the method returns. The package does
// no I/O and reads no clock: the owner sends requests, sets timers and fires
// events.
//
//	            Respond         Feed     End              Elapse      Close
//	requesting  Announce, Fail  -        Reestablish      -           closed
//	open        -               tokens   Reestablish      -           closed
//	waiting     -               -        -                Request     closed
//	closed      -               -        -                -           -
//
// Announce leads to open, Reestablish to waiting, Request to requesting and Fail
// to closed; "-" changes nothing and returns [Nothing]. Feed returns Fail if an
// event is too long. [Connection.Held] leads from open to requesting if a response is
// too long.
package eventsource

import "eventsource-wasm/wasm/eventstream"

// An Action is what the owner of a connection does next.
type Action int

const (
	Nothing     Action = iota
	Request            // fetch the stream
	Announce           // announce the connection: readyState OPEN, fire open
	Reestablish        // reestablish the connection: readyState CONNECTING, fire error, wait for Delay, call Elapse
	Fail               // fail the connection: readyState CLOSED, fire error, ignore the rest of the response
)

// defaultDelay is the initial reconnection time in milliseconds. Choice: the
// standard suggests a few seconds; Chromium and WebKit use 3.
const defaultDelay = 3000

type state int

const (
	closed state = iota
	requesting
	open
	waiting
)

// A Connection is the state of one EventSource object. The zero value is closed.
type Connection struct {
	state  state
	stream eventstream.Parser

	// State of Held.
	resumable bool // the current block has a nonempty id so far
	hasValue  bool // part of the current value came in earlier chunks
}

// Open resets the connection and starts it. It returns Request.
func (c *Connection) Open() Action {
	*c = Connection{}
	c.state = requesting
	c.stream.Retry = defaultDelay
	return Request
}

// Respond reports the status and the Content-Type header of the response, after
// redirects. A status of 0 reports that there is no response and never will be; it
// fails the connection.
//
// Spec: if res's status is not 200, or if res's `Content-Type` is not
// `text/event-stream`, then fail the connection. Otherwise, announce it.
func (c *Connection) Respond(status int, contentType []byte) Action {
	if c.state != requesting {
		return Nothing
	}
	if status != 200 || !isEventStream(contentType) {
		c.state = closed
		return Fail
	}
	c.state = open
	c.resumable, c.hasValue = false, false
	c.stream.Reset()
	return Announce
}

// Feed parses the next chunk of the response body: see
// [eventstream.Parser.Feed]. Carry out the tokens before the action.
func (c *Connection) Feed(b []byte, out []eventstream.Token) (count int, action Action) {
	if c.state != open {
		return 0, Nothing
	}
	count = c.stream.Feed(b, out)
	if c.stream.TooLong() {
		c.state = closed
		return count, Fail
	}
	return count, Nothing
}

// End reports that the response ended, cleanly or not, or that the request
// failed. An unfinished event is discarded.
func (c *Connection) End() Action {
	if c.state != requesting && c.state != open {
		return Nothing
	}
	c.state = waiting
	return Reestablish
}

// Delay returns the reconnection time in milliseconds.
func (c *Connection) Delay() int { return c.stream.Retry }

// Elapse reports that the reconnection time has passed.
func (c *Connection) Elapse() Action {
	if c.state != waiting {
		return Nothing
	}
	c.state = requesting
	return Request
}

// Close closes the connection.
func (c *Connection) Close() { c.state = closed }
