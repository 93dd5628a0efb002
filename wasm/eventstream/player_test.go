package eventstream_test

import (
	"slices"
	"testing"
	"unicode/utf16"

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

	value, data, typ, id string // the registers of eventstream.Kind

	text   []rune              // the text of all chunks
	tokens []eventstream.Token // those of the last one
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
	buf := append([]byte("\n\xF0\x9F"), chunk...)
	out := slices.Repeat([]eventstream.Token{{Kind: eventstream.Data, Start: 7, End: 1}}, eventstream.MaxTokens(len(chunk)))

	from, to, count := p.parser.Feed(buf, out)
	p.Retry = p.parser.Retry
	p.tokens = append([]eventstream.Token(nil), out[:count]...)

	runes := decode(buf[from:to])
	p.text = append(p.text, runes...)
	text := utf16.Encode(runes)
	units := make([]uint16, to-from)
	require.Equal(p.t, text, units[:eventstream.Decode(buf[from:to], units)])
	for _, token := range p.tokens {
		p.carryOut(token, text)
	}
}

func (p *player) carryOut(token eventstream.Token, text []uint16) {
	// Every kind may name text; those that name none do not look at it.
	part := func() string { return string(utf16.Decode(text[token.Start:token.End])) }

	switch token.Kind {
	case eventstream.Append:
		p.value += part()
	case eventstream.Discard:
		p.value = ""
	case eventstream.Data:
		p.data, p.value = p.value+part(), ""
	case eventstream.Line:
		p.data, p.value = p.data+"\n"+p.value+part(), ""
	case eventstream.Type:
		p.typ, p.value = p.value+part(), ""
	case eventstream.ID:
		p.id, p.value = p.value+part(), ""
	case eventstream.Commit:
		p.commit()
	case eventstream.Dispatch:
		p.dispatch()
	case eventstream.Event:
		p.data, p.value = p.value+part(), ""
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
