package eventstream_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

// An event is what a stream's listeners see.
type event struct {
	Type, Data, LastEventID string
}

// A transcript is what a stream led to.
type transcript struct {
	Events      []event
	LastEventID string
	Retry       int32 // reconnection time in milliseconds; -1 if the stream set none
}

// A player carries out the tokens of one stream, as whoever embeds the parser
// does.
type player struct {
	transcript
	t      testing.TB
	parser eventstream.Parser

	value         []byte // the registers of eventstream.Kind; this one not yet decoded
	data, typ, id string

	tokens []eventstream.Token // those of the last chunk
}

func newPlayer(t testing.TB) *player {
	p := &player{t: t}
	p.parser.Reset()
	return p
}

// play plays a stream that arrives in these chunks.
func play(t testing.TB, chunks [][]byte) *player {
	p := newPlayer(t)
	for _, chunk := range chunks {
		p.feed(chunk)
	}
	return p
}

func (p *player) feed(chunk []byte) {
	// The parser gets no more room than it asks for, full of what others left.
	out := slices.Repeat([]eventstream.Token{{Kind: eventstream.Data, Start: 7, End: 1}}, eventstream.MaxTokens(len(chunk)))

	count := p.parser.Feed(chunk, out)
	p.Retry = int32(p.parser.Retry)
	p.tokens = append([]eventstream.Token(nil), out[:count]...)
	for _, token := range p.tokens {
		p.carryOut(token, chunk)
	}
}

func (p *player) carryOut(token eventstream.Token, chunk []byte) {
	// Every kind may name text; those that name none do not look at it.
	text := func() string {
		whole := append(p.value, chunk[token.Start:token.End]...)
		p.value = nil
		return string(decode(whole))
	}

	switch token.Kind {
	case eventstream.Append:
		p.value = append(p.value, chunk[token.Start:token.End]...)
	case eventstream.Discard:
		p.value = nil
	case eventstream.Data:
		p.data = text()
	case eventstream.Line:
		p.data += "\n" + text()
	case eventstream.Type:
		p.typ = text()
	case eventstream.ID:
		p.id = text()
	case eventstream.Commit:
		p.commit()
	case eventstream.Dispatch:
		p.dispatch()
	case eventstream.Event:
		p.data = text()
		p.dispatch()
	default:
		require.Fail(p.t, "unknown kind", "%d", token.Kind)
	}
}

func (p *player) dispatch() {
	typ := p.typ
	if typ == "" {
		typ = "message"
	}
	p.commit()
	p.Events = append(p.Events, event{typ, p.data, p.LastEventID})
}

func (p *player) commit() {
	p.LastEventID = p.id
	p.typ = ""
}
