// Package eventstream parses the event stream format of the HTML Standard.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
//
// A stream is a sequence of blocks; a block is a sequence of lines ended by a
// blank line; a line is a field or a comment. A [Parser] is fed bytes in chunks
// of any size and writes a [Token] for each part of the stream that a chunk
// completes. A token holds no text. It gives a range of bytes in the chunk and
// says what to do with them: see [Kind].
//
// The parser does not decode UTF-8, because all the syntax is ASCII. The caller
// decodes each value on its own. This is safe: a line end never falls inside a
// valid character. Callers without a UTF-8 decoder can use [Decode].
//
// The package does no I/O, reads no clock and allocates nothing. Connections and
// reconnecting are the subject of package eventsource.
package eventstream

import "math/bits"

// A Kind says what the caller does with a token.
//
// For each stream, the caller keeps four strings: value, data, type and id. Value
// is the part of the current field value that came in earlier chunks. All but id
// start empty. The caller also keeps the last event ID string, which outlives the
// stream.
//
// Deviation: the standard has id start empty too, so that a stream without an id
// field would reset the last event ID string. No engine does that. Here id starts
// as the last event ID string.
//
// In the comments below, text is the range of bytes of the token, decoded. The
// text of an Append token may end inside a character, which the text of the next
// token completes.
type Kind int32

const (
	CommentLine Kind = 4 + iota // comment = value + text, value = "": only in the build with the tag plus
	ID                          // id = value + text, value = ""
	Type                        // type = value + text, value = ""
	Data                        // data = value + text, value = "": the first data line of a block
	Line                        // data += "\n" + value + text, value = "": a later data line
	Append                      // value += text: the value continues in the next chunk
	Discard                     // value = "": the value, or the rest of it, is invalid
	Commit                      // last event ID string = id, type = "": the end of a block without data
	Dispatch                    // last event ID string = id, dispatch an event of type (or "message") with data, type = ""
	Event                       // Data, then Dispatch: the last data line of a block that has only one
)

// A Token is one instruction to the caller.
type Token struct {
	Kind Kind

	// Start and End are the range of the text in the chunk, in bytes. They are
	// valid offsets but have no meaning for kinds without text.
	Start, End int32
}

const (
	// MaxEvent is the largest size of an event, in bytes of text plus PieceCost
	// for each piece. A piece is a line, or the part of a line in one chunk.
	//
	// Choice: the standard sets no limit. A string of this many characters is
	// half as long as the longest one in 32-bit engines, and a quarter of V8's.
	MaxEvent = 1 << 27

	// PieceCost is the approximate memory that an engine needs to append a piece
	// to a string, in bytes: it keeps the pieces apart until the string is read.
	PieceCost = 32

	// MaxRetry is the largest reconnection time, in milliseconds. Larger values
	// saturate. It is the longest delay that setTimeout supports.
	MaxRetry = 1<<31 - 1
)

// MaxTokens returns the largest number of tokens in a chunk of n bytes. A token
// needs at least two bytes, unless its line or block began in an earlier chunk.
func MaxTokens(n int) int { return n/2 + 1 }

// A Parser parses one event stream. Call [Parser.Reset] before use.
type Parser struct {
	// Retry is the reconnection time in milliseconds. A retry field sets it; Reset
	// keeps it.
	Retry int

	begun   bool // a byte order mark is no longer removed
	skipped byte // if the next byte is this one, it is skipped: an LF after a CR, a space after a colon; 0: none

	// The current line.
	field  field
	name   int // the field name so far: a 1, followed by its bytes
	number int // the value of a retry field so far, in milliseconds; -1: no digit

	// The current block.
	block field // the highest field so far
	size  int   // the size of its tokens so far: see MaxEvent

	extension
}

// A field is the kind of a line. If its value is text, it has the number of the
// token for the value. Of the fields in a block, the highest one decides how the
// block ends.
type field int

const (
	unnamed field = iota // the name is incomplete
	blank
	other // a comment or an unknown field
	retry
	comment = field(CommentLine) // if comments become tokens; otherwise a comment is other
	id      = field(ID)
	event   = field(Type)
	data    = field(Data)
)

// Field names as numbers: a 1, followed by the bytes. The leading 1 keeps names
// that begin with U+0000 distinct.
const (
	noName        = 1
	nameData      = 1<<32 | 'd'<<24 | 'a'<<16 | 't'<<8 | 'a'
	nameEvent     = 1<<40 | 'e'<<32 | 'v'<<24 | 'e'<<16 | 'n'<<8 | 't'
	nameID        = 1<<16 | 'i'<<8 | 'd'
	nameRetry     = 1<<40 | 'r'<<32 | 'e'<<24 | 't'<<16 | 'r'<<8 | 'y'
	nameLimit     = 1 << 48 // no known name is as long
	dataColon     = 'd'<<24 | 'a'<<32 | 't'<<40 | 'a'<<48 | ':'<<56
	byteOrderMark = 1<<24 | 0xEF<<16 | 0xBB<<8 | 0xBF
)

// Reset prepares the parser for a new stream.
func (p *Parser) Reset() {
	*p = Parser{Retry: p.Retry}
	p.name = noName
	p.number = -1
}

// TooLong reports whether an event has exceeded [MaxEvent]. If so, the parser
// ignores the rest of the stream.
func (p *Parser) TooLong() bool { return p.size > p.maxEvent() }

// Feed parses the next chunk of the stream. It writes tokens to out, which must
// have room for [MaxTokens] of them, and returns how many.
func (p *Parser) Feed(b []byte, out []Token) (count int) {
	for i := 0; i < len(b) && !p.TooLong(); {
		if skipped := p.skipped; skipped != 0 {
			p.skipped = 0
			if b[i] == skipped {
				i++
				continue
			}
		}
		if p.field == unnamed {
			// The usual event: one data line, then a blank line.
			if count > 0 && out[count-1].Kind == Data && endsLine(b[i]) {
				out[count-1].Kind = Event
				p.block = unnamed
				p.size = 0
				if b[i] == '\r' {
					p.skipped = '\n'
				}
				i++
				continue
			}
			i = p.readName(b, i)
			continue
		}
		start := i
		i = lineEnd(b, i)
		ended := i < len(b)

		if kind := p.value(b[start:i], ended); kind != 0 {
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

// readName reads the rest of the field name, which starts at b[i]. It returns the
// index after the colon, of the line end, after the byte that makes the name an
// unknown one, or len(b).
func (p *Parser) readName(b []byte, i int) int {
	name := p.name
	if name == noName && i+8 <= len(b) && word(b[i:i+8])<<24 == dataColon { // a fast path for the usual field
		p.field = data
		p.skipped = ' '
		return i + 5
	}
	for i < len(b) {
		c := b[i]
		if endsLine(c) || c == ':' && (name != noName || p.readsComments()) { // a colon at the start of a line begins a comment
			p.field = fieldNamed(name)
			if p.readsComments() && name == noName && c == ':' {
				p.field = comment
			}
			if c == ':' {
				p.skipped = ' '
				i++
			}
			break
		}
		i++
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

// lineEnd returns the index of the first CR or LF in b[i:], or len(b) if there is
// none.
func lineEnd(b []byte, i int) int {
	for i < len(b) && !endsLine(b[i]) {
		i++
		// Counting from zero lets the compiler drop the bounds check.
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

// controls returns a nonzero mask if any of the eight bytes of w is at most
// U+000D, which includes CR and LF. The lowest bit set is in the first such byte.
func controls(w uint64) uint64 {
	const (
		high = 0x8080808080808080
		ones = 0x0101010101010101
	)
	// A borrow can set bits above the first one, but not below it.
	return (w - ('\r'+1)*ones) & ^w & high
}

// word returns the first eight bytes of b as a little-endian number.
func word(b []byte) uint64 {
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// value returns the kind of token for the next part of a field value, or 0 if it
// needs none. It is the last part if the line has ended.
func (p *Parser) value(value []byte, ended bool) (kind Kind) {
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
			p.number = min(max(p.number, 0)*10+int(c-'0'), MaxRetry)
		}
	case id:
		// Spec: if the field value does not contain U+0000 NULL, then set the
		// last event ID buffer to the field value. Otherwise, ignore the field.
		for _, c := range value {
			if c == 0 {
				p.field = other
				return Discard
			}
		}
	}
	if p.field < comment {
		return 0
	}
	p.size += len(value) + PieceCost
	if !ended {
		return Append
	}
	if p.readsComments() && p.field == comment && p.block < id {
		p.size = 0 // comments outside of blocks are not part of an event
	}
	if p.field == data && p.block == data {
		return Line
	}
	return Kind(p.field)
}

// endLine ends the current line, which the byte c, a CR or LF, terminates.
func (p *Parser) endLine(c byte) {
	// A CR ends the line at once. An LF after it, even in the next chunk, is
	// skipped. A space is not: the line has ended before it.
	p.skipped = 0
	if c == '\r' {
		p.skipped = '\n'
	}

	// Choice: an empty value is not an integer and is ignored.
	if p.field == retry && p.number >= 0 {
		p.Retry = p.number
	}
	p.block = max(p.block, p.field)
	p.begun = true
	p.field = unnamed
	p.name = noName
	p.number = -1
}

// endBlock ends the current block. It returns the kind of token for the blank
// line, or 0 if it needs none.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage
func (p *Parser) endBlock() (kind Kind) {
	if p.block == data {
		kind = Dispatch
	} else if p.block >= id {
		// 1. Set the last event ID string. 2. A block without data dispatches
		// no event, but still resets the event type buffer.
		kind = Commit
	}
	p.block = unnamed
	p.size = 0
	return kind
}

func endsLine(c byte) bool { return c == '\n' || c == '\r' }
