// Package eventsource decides what an EventSource object does next.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
//
// A [Connection] is told what happened and answers with the [Action] to carry
// out. It performs no I/O and keeps no time: whoever owns it fetches, sets the
// timers and fires the events.
//
//	            Respond         Feed     End              Elapse      Close
//	requesting  Announce, Fail  -        Reestablish      -           closed
//	open        -               tokens   Reestablish      -           closed
//	waiting     -               -        -                Request     closed
//	closed      -               -        -                -           -
//
// Announce leads to open, Reestablish to waiting, Request to requesting, Fail
// to closed; "-" changes nothing and asks for nothing. An event that grows too
// long while open is answered with Fail, a response that does so with Reestablish:
// see [Connection.Held].
package eventsource

import "eventsource-wasm/wasm/eventstream"

// An Action is what the owner of a connection is to do.
type Action int

const (
	Nothing     Action = iota
	Request            // fetch the stream
	Announce           // announce the connection: readyState OPEN, fire open
	Reestablish        // reestablish the connection: readyState CONNECTING, fire error, wait for Delay
	Fail               // fail the connection: readyState CLOSED, fire error, drop what remains of the response
)

// defaultDelay is the reconnection time in milliseconds until the stream sets
// one. Choice: the standard asks for a few seconds; Chromium and WebKit take 3.
const defaultDelay = 3000

type state int

const (
	closed state = iota // so that the zero value does nothing
	requesting
	open
	waiting
)

// A Connection is the life of one EventSource object. The zero value is closed.
type Connection struct {
	state  state
	delay  int // reconnection time in milliseconds
	stream eventstream.Parser

	resumable bool // so far the block has an id: see Held
}

// Open starts a closed connection afresh. Its first action is a request.
func (c *Connection) Open() Action {
	*c = Connection{}
	c.state = requesting
	c.delay = defaultDelay
	return Request
}

// Respond takes the status and the Content-Type header of the final response
// to a request, or 0 and nothing for a response that can never be had.
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
	c.stream.Reset()
	return Announce
}

// Feed takes the next bytes of the body: see [eventstream.Parser.Feed]. The
// tokens are to be carried out before the action.
func (c *Connection) Feed(b []byte, out []eventstream.Token) (count int, action Action) {
	if c.state != open {
		return 0, Nothing
	}
	count = c.stream.Feed(b, out)
	if c.stream.Retry >= 0 {
		c.delay = c.stream.Retry
	}
	if c.stream.TooLong {
		c.state = closed
		return count, Fail
	}
	return count, Nothing
}

// End takes the end of the response, clean or not, or that none came. What the
// stream left unfinished is discarded with it.
func (c *Connection) End() Action {
	if c.state != requesting && c.state != open {
		return Nothing
	}
	c.state = waiting
	return Reestablish
}

// Delay is the reconnection time: how long to wait, in milliseconds, before
// Elapse.
func (c *Connection) Delay() int { return c.delay }

// Elapse takes that the reconnection time has passed.
func (c *Connection) Elapse() Action {
	if c.state != waiting {
		return Nothing
	}
	c.state = requesting
	return Request
}

// Close takes that the owner wants no more of it.
func (c *Connection) Close() { c.state = closed }
