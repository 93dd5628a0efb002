package fuzz

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A stream is what a server sends to one source: a few connections, each with a body cut
// into writes.
type stream []connection

// A connection is one response. The last one of a stream holds; those before it end, so
// that the client reconnects.
type connection struct {
	body []byte
	cuts []int // where a write ends, in order, from 1 to len(body)-1
	cut  bool  // it ends without the last chunk of the chunked coding
}

// lastType is the type of the last event of every stream.
const lastType = "fuzz-last"

// ending follows the body of the last connection: it ends whatever block is open, and
// dispatches the last event.
const ending = "\n\n\nevent: " + lastType + "\ndata\n\n"

// types are the types that pages listen to, beside open, error and message.
var types = []string{"a", "é", "__proto__", "constructor", "toString", "a b", "MESSAGE", ":", "\ufffd", "open", "error"}

// pieces are what bodies are made of.
var pieces = func() (all []string) {
	for _, name := range []string{"data", "event", "id", "retry", "Data", "data ", " data", "dat", "x", ""} {
		all = append(all, name, name+":", name+": ", name+"\n", name+":\n", name+": \n")
	}
	for _, t := range types {
		all = append(all, "event: "+t+"\n", "event:"+t+"\r\n")
	}
	for _, text := range []string{"a", "b c", " ", "  ", "\t", "é", "😀", "\x00", "\ufeff", "\u2028", "\u0085", "\v", "\\", "\"", "12", "-1", "1e1"} {
		all = append(all, text, "data:"+text+"\n", "data: "+text+"\r", "id: "+text+"\n", "id:"+text+"\r\n", ":"+text+"\n")
	}
	all = append(all, "retry: 1\n", "retry: 20\r\n", "retry: 3x\n", "retry:\n", "retry: 007\n", "retry: -1\n")
	for range 6 { // what is frequent in streams
		all = append(all, "\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n", ":", "data: x\n\n", "id: 7\n", "data")
	}
	for _, bad := range []string{"\xff", "\xc0\x80", "\xe2\x82", "\xf0\x9f\x98", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xc3"} {
		all = append(all, bad, "data: "+bad+"\n\n")
	}
	return all
}()

// random returns a random stream.
func random(r *rand.Rand) stream {
	if r.IntN(10) > 0 {
		return stream{randomConnection(r)}
	}
	first := randomConnection(r)
	first.body = append([]byte("retry: 10\n\n"), first.body...) // the default takes seconds
	first.cut = r.IntN(2) == 0
	return stream{first, randomConnection(r)}
}

func randomConnection(r *rand.Rand) (c connection) {
	for r.IntN(6) == 0 {
		c.body = append(c.body, "\ufeff"...)
	}
	for range r.IntN(40) {
		piece := []byte(pieces[r.IntN(len(pieces))])
		if r.IntN(30) == 0 {
			piece = bytes.Repeat(piece, 1<<r.IntN(8))
		}
		if len(piece) > 0 && r.IntN(25) == 0 {
			if b := byte(r.IntN(256)); b != '{' { // which begins a placeholder in a case
				piece[r.IntN(len(piece))] = b
			}
		}
		c.body = append(c.body, piece...)
	}
	if r.IntN(100) == 0 { // longer than the memory that the polyfill's core shares with JavaScript
		c.body = append(append(c.body, "data: "...), bytes.Repeat([]byte("long é"), 20000)...)
	}
	if len(c.body) < 2 {
		return c
	}
	switch r.IntN(4) {
	case 0: // one write
	case 1: // byte by byte, from some place on
		from := r.IntN(len(c.body))
		for at := max(from, 1); at < min(len(c.body), from+64); at++ {
			c.cuts = append(c.cuts, at)
		}
	default:
		for range 1 + r.IntN(6) {
			c.cuts = append(c.cuts, 1+r.IntN(len(c.body)-1))
		}
		slices.Sort(c.cuts)
		c.cuts = slices.Compact(c.cuts)
	}
	return c
}

// writes returns the pieces in which the body is sent.
func (c connection) writes() (pieces [][]byte) {
	from := 0
	for _, at := range append(slices.Clone(c.cuts), len(c.body)) {
		if at > from {
			pieces = append(pieces, c.body[from:at])
		}
		from = at
	}
	return pieces
}

// without returns the connection without the bytes from one place to another.
func (c connection) without(from, to int) connection {
	short := connection{cut: c.cut, body: slices.Concat(c.body[:from], c.body[to:])}
	for _, at := range c.cuts {
		if at > from {
			at = max(from, at-(to-from))
		}
		if at > 0 && at < len(short.body) {
			short.cuts = append(short.cuts, at)
		}
	}
	short.cuts = slices.Compact(short.cuts)
	return short
}

// gap is the wait between two writes: long enough for most clients on the same machine to
// read them separately.
const gap = time.Millisecond

// caseOf returns the case of a stream: what the server sends, and what a client must see.
func (s stream) caseOf() *catalogue.Case {
	c := &catalogue.Case{
		ID:          "fuzz/stream",
		Title:       "Sends a random stream",
		Requirement: "The events are those of the standard.",
		Level:       catalogue.Must,
		Spec:        "html#event-stream-interpretation",
		Contexts:    []catalogue.Context{catalogue.Window},
		Client:      catalogue.Client{URL: "{url}", Listen: append(slices.Clone(types[:len(types)-2]), lastType), Limit: int(limit.Milliseconds()), Settle: 50},
		Expect:      s.expected(),
	}
	for i, connection := range s {
		script := catalogue.Connection{{Verb: catalogue.Respond, Head: head()}}
		writes := connection.writes()
		if i == len(s)-1 {
			writes = append(writes, []byte(ending))
		}
		for _, b := range writes {
			script = append(script, catalogue.Step{Verb: catalogue.Send, Bytes: b, Repeat: 1, Gap: gap})
		}
		if len(writes) == 0 { // a cut connection would not even send the head
			script = append(script, catalogue.Step{Verb: catalogue.Headers, Repeat: 1, Gap: catalogue.DefaultGap})
		}
		last := catalogue.Step{Verb: catalogue.Hold}
		switch {
		case i == len(s)-1:
		case connection.cut:
			last = catalogue.Step{Verb: catalogue.Cut, Repeat: 1, Gap: catalogue.LossGap}
		default:
			last = catalogue.Step{Verb: catalogue.End, Repeat: 1, Gap: catalogue.DefaultGap}
		}
		c.Server = append(c.Server, append(script, last))
	}
	return c
}

func head() catalogue.Head {
	return catalogue.Head{Status: 200, Reason: "OK", Headers: [][2]string{{"Content-Type", "text/event-stream"}}, Framing: catalogue.Chunked}
}
