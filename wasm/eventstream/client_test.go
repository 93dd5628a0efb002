package eventstream_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

// An event is what a listener receives.
type event struct {
	Type, Data, LastEventID string
}

// A transcript is the observable effect of a stream.
type transcript struct {
	Events      []event
	LastEventID string
	Retry       int32 // reconnection time in milliseconds; -1 if the stream set none
}

// A client uses the parser as [eventstream.Kind] describes.
type client struct {
	transcript
	t      testing.TB
	parser eventstream.Parser

	// The strings of eventstream.Kind. The value is not decoded yet.
	value         []byte
	data, typ, id string

	tokens []eventstream.Token // the tokens of the last chunk
}

func newClient(t testing.TB) *client {
	c := &client{t: t}
	c.parser.Reset()
	c.parser.Retry = -1
	return c
}

// parse parses a stream that arrives in these chunks.
func parse(t testing.TB, chunks [][]byte) *client {
	c := newClient(t)
	for _, chunk := range chunks {
		c.feed(chunk)
	}
	return c
}

func (c *client) feed(chunk []byte) {
	// The parser gets no more room than it asks for, filled with old tokens.
	out := slices.Repeat([]eventstream.Token{{Kind: eventstream.Data, Start: 7, End: 1}}, eventstream.MaxTokens(len(chunk)))

	count := c.parser.Feed(chunk, out)
	c.Retry = int32(c.parser.Retry)
	c.tokens = append([]eventstream.Token(nil), out[:count]...)
	for _, token := range c.tokens {
		c.apply(token, chunk)
	}
}

// apply carries out a token.
func (c *client) apply(token eventstream.Token, chunk []byte) {
	// take returns value + text and empties the value.
	take := func() string {
		whole := append(c.value, chunk[token.Start:token.End]...)
		c.value = nil
		return string(decode(whole))
	}

	switch token.Kind {
	case eventstream.Append:
		c.value = append(c.value, chunk[token.Start:token.End]...)
	case eventstream.Discard:
		c.value = nil
	case eventstream.Data:
		c.data = take()
	case eventstream.Line:
		c.data += "\n" + take()
	case eventstream.Type:
		c.typ = take()
	case eventstream.ID:
		c.id = take()
	case eventstream.Commit:
		c.commit()
	case eventstream.Dispatch:
		c.dispatch()
	case eventstream.Event:
		c.data = take()
		c.dispatch()
	default:
		require.Fail(c.t, "unknown kind", "%d", token.Kind)
	}
}

func (c *client) dispatch() {
	typ := c.typ
	if typ == "" {
		typ = "message"
	}
	c.commit()
	c.Events = append(c.Events, event{typ, c.data, c.LastEventID})
}

func (c *client) commit() {
	c.LastEventID = c.id
	c.typ = ""
}
