// Package eventstream parses the event stream format of the HTML Standard.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
//
// A stream is a sequence of blocks; a block is a sequence of lines ended by a
// blank line; a line is a field or a comment. A [Parser] is fed bytes in chunks
// of any size and writes a [Token] for each thing they complete. A token holds
// no text: it says which bytes of the chunk are meant, and what to do with them.
// See [Kind] for the few registers that a caller keeps.
//
// All that the format gives a meaning to is ASCII, so the parser leaves UTF-8 to
// its caller, who decodes each value by itself: a line never ends inside a
// character, only inside a damaged one. See [Decode] for callers without a
// decoder.
//
// The package performs no I/O, keeps no time, allocates nothing and knows
// nothing of connections: see package eventsource.
package eventstream

import "math/bits"

// A Kind says what a token does to the registers that the caller keeps for a
// stream: value (the field value being read), data, type and id, all strings
// that start out empty, and the last event ID string, which outlasts the stream.
//
// Deviation: the standard has id start out empty too, so that a stream without
// an id would forget the last event ID string. No engine does that: id starts
// out as that string.
//
// "text" is the bytes that the token names, decoded. Those of Append may end
// inside a character, which the text of the next token completes.
type Kind int32

const (
	ID       Kind = 4 + iota // id = value + text, value = ""
	Type                     // type = value + text, value = ""
	Data                     // data = value + text, value = "": the first data line of a block
	Line                     // data += "\n" + value + text, value = "": a later one
	Append                   // value += text: a value goes on in the next chunk
	Discard                  // value = "": the value turned out to be void
	Commit                   // last event ID string = id, type = "": a block without data
	Dispatch                 // Commit, and before type is emptied, dispatch the event (type or "message", data)
	Event                    // Data and Dispatch in one: the usual one-line event
)

// A Token is one instruction. Start and End are offsets into the chunk; they mean
// nothing for kinds that name no text.
type Token struct {
	Kind       Kind
	Start, End int32
}

const (
	// MaxEvent is the most text that one event may hold, in bytes, with PieceCost
	// for each piece of it: a line, or what of one came in a chunk. Choice: the
	// standard sets no limit. As many characters are half of the longest string
	// of 32-bit engines and a quarter of V8's.
	MaxEvent = 1 << 27

	// PieceCost is about what an engine needs, in bytes, to join a piece to the
	// ones before: it keeps the pieces of a string until somebody reads it.
	PieceCost = 32

	// MaxRetry is the largest reconnection time in milliseconds, to which
	// larger ones saturate: the longest delay that setTimeout takes.
	MaxRetry = 1<<31 - 1
)

// MaxTokens is the most tokens that a chunk of n bytes can give. A token needs
// two bytes, but for those of a line and a block that began before the chunk.
func MaxTokens(n int) int { return n/2 + 1 }

// A Parser reads one event stream. Reset makes it ready for use.
type Parser struct {
	// Retry is the reconnection time in milliseconds that the stream has asked
	// for; -1 until it does.
	Retry int

	// TooLong reports that an event grew beyond [MaxEvent]. The parser then
	// stands still.
	TooLong bool

	begun   bool // the first line has ended, so a byte order mark is none now
	afterCR bool // a CR ended the last line: an LF that comes next belongs to it

	field      field // what the line is
	name       int   // its name so far, a 1 before its bytes
	afterColon bool  // a space that comes next is no part of the value
	some       bool  // parts of the value came in earlier chunks
	number     int   // value of a retry field so far, in milliseconds

	block field // the highest field of the block so far
	size  int   // what was told for the block so far costs: see MaxEvent
}

// field is what a line is. Those with text as their value have the number of
// the token that tells it; those that matter more to their block, the higher one.
type field int

const (
	unnamed field = iota // not known yet
	blank
	other // a comment or an unknown field
	retry
	id    = field(ID)
	event = field(Type)
	data  = field(Data)
)

// Field names as name holds them: a leading 1, then the bytes, so that a name
// that begins with U+0000 is a different one.
const (
	noName        = 1
	nameData      = 1<<32 | 'd'<<24 | 'a'<<16 | 't'<<8 | 'a'
	nameEvent     = 1<<40 | 'e'<<32 | 'v'<<24 | 'e'<<16 | 'n'<<8 | 't'
	nameID        = 1<<16 | 'i'<<8 | 'd'
	nameRetry     = 1<<40 | 'r'<<32 | 'e'<<24 | 't'<<16 | 'r'<<8 | 'y'
	nameLimit     = 1 << 48 // one as long is unknown
	dataColon     = 'd'<<24 | 'a'<<32 | 't'<<40 | 'a'<<48 | ':'<<56
	byteOrderMark = 1<<24 | 0xEF<<16 | 0xBB<<8 | 0xBF
)

// Reset makes the parser stand before the first byte of a new stream.
func (p *Parser) Reset() {
	*p = Parser{}
	p.Retry = -1
	p.name = noName
}

// Feed parses the next chunk of the stream. The first count elements of out are
// the tokens; out must have room for [MaxTokens] of the chunk.
func (p *Parser) Feed(b []byte, out []Token) (count int) {
	for i := 0; i < len(b) && !p.TooLong; {
		if p.afterCR {
			p.afterCR = false
			if b[i] == '\n' {
				i++
				continue
			}
		}
		if p.field == unnamed {
			// The usual event: a blank line behind the only data line.
			if count > 0 && out[count-1].Kind == Data && p.name == noName && endsLine(b[i]) {
				out[count-1].Kind = Event
				p.block = unnamed
				p.size = 0
				p.afterCR = b[i] == '\r'
				i++
				continue
			}
			i = p.readName(b, i)
			continue
		}
		if p.afterColon {
			p.afterColon = false
			if b[i] == ' ' {
				i++
				continue
			}
		}
		start := i
		i = lineEnd(b, i)
		ended := i < len(b)

		if kind := p.tell(b[start:i], ended); kind != 0 {
			out[count] = Token{kind, int32(start), int32(i)}
			count++
		}
		if ended {
			p.endLine(b[i])
			i++
		}
	}
	return count
}

// readName reads the field's name on from b[i] and returns where it stopped:
// behind the colon, at the end of the line or of b, or where it is certain that
// the name is unknown.
func (p *Parser) readName(b []byte, i int) int {
	name := p.name
	if name == noName && i+8 <= len(b) && word(b[i:i+8])<<24 == dataColon { // the usual one, at once
		p.field = data
		p.afterColon = true
		return i + 5
	}
	for i < len(b) {
		c := b[i]
		if endsLine(c) {
			p.field = fieldNamed(name)
			break
		}
		i++
		if c == ':' && name != noName { // at the beginning of a line, it begins a comment
			p.field = fieldNamed(name)
			p.afterColon = true
			break
		}
		name = name<<8 | int(c)
		if name >= nameLimit {
			p.field = other
			break
		}

		// Spec: one leading U+FEFF BYTE ORDER MARK is ignored.
		if name == byteOrderMark && !p.begun {
			p.begun = true
			name = noName
		}
	}
	p.name = name
	return i
}

func fieldNamed(name int) field {
	switch name {
	case noName:
		return blank
	case nameData:
		return data
	case nameEvent:
		return event
	case nameID:
		return id
	case nameRetry:
		return retry
	}
	return other
}

// lineEnd returns where in b, from i on, the next CR or LF is; len(b) if there is
// none.
func lineEnd(b []byte, i int) int {
	for i < len(b) && !endsLine(b[i]) {
		i++
		// Counted from zero, a word needs no other check of its bounds.
		rest := b[i:]
		for at := 0; at <= len(rest)-8; at += 8 {
			if c := controls(word(rest[at : at+8])); c != 0 {
				i += bits.TrailingZeros64(c) / 8
				break
			}
			i += 8
		}
	}
	return i
}

// controls has bits set if there are control characters up to U+000D among the
// eight bytes of w: only these need a closer look. The lowest bit is in the first
// of them.
func controls(w uint64) uint64 {
	const (
		high = 0x8080808080808080
		ones = 0x0101010101010101
	)
	// A borrow may have set bits above the first.
	return (w - ('\r'+1)*ones) & ^w & high
}

// word returns the eight bytes of b, the first one lowest.
func word(b []byte) uint64 {
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// tell returns the kind of token that tells the next part of a value, the last
// one if the line has ended; 0 if there is nothing to tell.
func (p *Parser) tell(value []byte, ended bool) (kind Kind) {
	switch p.field {
	case blank:
		return p.endBlock()
	case retry:
		// Spec: if the field value consists of only ASCII digits, then
		// interpret the field value as an integer in base ten.
		for _, c := range value {
			if c < '0' || c > '9' {
				p.field = other
			}
			p.number = min(p.number*10+int(c-'0'), MaxRetry)
		}
	case id:
		// Spec: if the field value does not contain U+0000 NULL, then set the
		// last event ID buffer to the field value. Otherwise, ignore the field.
		for _, c := range value {
			if c == 0 {
				p.field = other
				if p.some {
					return Discard
				}
			}
		}
	}
	p.some = p.some || len(value) > 0
	if p.field < id {
		return 0
	}
	p.size += len(value) + PieceCost
	p.TooLong = p.size > MaxEvent
	if !ended {
		return Append
	}
	if p.field == data && p.block == data {
		return Line
	}
	return Kind(p.field)
}

// endLine goes to the beginning of the next line, behind the CR or LF c.
func (p *Parser) endLine(c byte) {
	// A CR that ends the chunk has ended its line; only the LF that may open the
	// next chunk is in doubt.
	p.afterCR = c == '\r'

	// Choice: a value without a digit is no integer and is ignored.
	if p.field == retry && p.some {
		p.Retry = p.number
	}
	p.block = max(p.block, p.field)
	p.begun = true
	p.field = unnamed
	p.name = noName
	p.some = false
	p.number = 0
}

// endBlock returns the kind of token that a blank line gives.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage
func (p *Parser) endBlock() (kind Kind) {
	if p.block == data {
		kind = Dispatch
	} else if p.block >= id {
		// 1. Set the last event ID string. 2. A block without data is no
		// event; the event type buffer is emptied all the same.
		kind = Commit
	}
	p.block = unnamed
	p.size = 0
	return kind
}

func endsLine(c byte) bool { return c == '\n' || c == '\r' }
