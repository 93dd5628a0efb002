// Package eventstream parses the event stream format of the HTML Standard.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
//
// A stream is a sequence of blocks; a block is a sequence of lines ended by a
// blank line; a line is a field or a comment. A [Parser] is fed bytes in chunks
// of any size and writes a [Token] for each thing they complete. A token holds
// no text: it says which part of the chunk's decoded text is meant, in UTF-16
// code units, and what to do with it. See [Kind] for the few registers that a
// caller keeps.
//
// The package performs no I/O, keeps no time, allocates nothing and knows
// nothing of connections: see package eventsource.
package eventstream

// A Kind says what a token does to the registers that the caller keeps for a
// stream: value (the field value being read), data, type and id, all strings
// that start out empty, and the last event ID string, which outlasts the stream.
//
// Deviation: the standard has id start out empty too, so that a stream without
// an id would forget the last event ID string. No engine does that: id starts
// out as that string.
//
// "text" is the part of the chunk's text that the token names.
type Kind int32

const (
	Append   Kind = 1 + iota // value += text: a value goes on in the next chunk
	Discard                  // value = "": the value turned out to be void
	Data                     // data = value + text, value = "": the first data line of a block
	Line                     // data += "\n" + value + text, value = "": a later one
	Type                     // type = value + text, value = ""
	ID                       // id = value + text, value = ""
	Commit                   // last event ID string = id, type = "": a block without data
	Dispatch                 // Commit, and before type is emptied, dispatch the event (type or "message", data)
	Event                    // Data and Dispatch in one: the usual one-line event
)

// A Token is one instruction. Start and End are offsets in UTF-16 code units
// into the text of the chunk; they mean nothing for kinds that name no text.
type Token struct {
	Kind       Kind
	Start, End int32
}

const (
	// Margin is the room in bytes that a caller leaves before each chunk: the
	// longest unfinished UTF-8 sequence is three bytes.
	Margin = 3

	// MaxEvent is the most text that one event may hold, in UTF-16 code units.
	// Choice: the standard sets no limit. 2^27 is half of the longest string
	// of 32-bit engines and a quarter of V8's.
	MaxEvent = 1 << 27

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
	Retry int32

	// TooLong reports that an event grew beyond [MaxEvent]. The parser then
	// stands still.
	TooLong bool

	unfinished [Margin]byte // the beginning of a UTF-8 sequence that a chunk ended in
	carried    int          // bytes of it

	begun   bool // a first character was seen, so a byte order mark is none now
	afterCR bool // a CR ended the chunk: an LF that opens the next one belongs to it

	part     part  // where in its line the stream stands
	field    field // what the line is, once the name is read
	name     int64 // the name so far, a byte order mark of 1 before its bytes
	appended bool  // earlier parts of the value were told by Append
	void     bool  // the value was found to be invalid
	number   int64 // value of a retry field so far, in milliseconds; -1 without digits

	hasData bool  // the block has a data line
	hasMore bool  // the block has an event or id line
	size    int32 // text told for the block so far, in UTF-16 code units
}

// part is where in a line the stream stands.
type part int8

const (
	inName part = iota
	afterColon
	inValue
)

// field is what a line is. Comments and unknown fields are other.
type field int8

const (
	other field = iota
	data
	event
	id
	retry
)

// Field names as name holds them: a leading 1, then the bytes, so that a name
// that begins with U+0000 is a different one.
const (
	noName    = 1
	nameData  = 1<<32 | 'd'<<24 | 'a'<<16 | 't'<<8 | 'a'
	nameEvent = 1<<40 | 'e'<<32 | 'v'<<24 | 'e'<<16 | 'n'<<8 | 't'
	nameID    = 1<<16 | 'i'<<8 | 'd'
	nameRetry = 1<<40 | 'r'<<32 | 'e'<<24 | 't'<<16 | 'r'<<8 | 'y'
	nameLimit = 1 << 40 // a longer name is unknown
)

// Reset makes the parser stand before the first byte of a new stream.
func (p *Parser) Reset() {
	*p = Parser{}
	p.Retry = -1
	p.name = noName
	p.number = -1
}

// Feed parses the next chunk of the stream.
//
// buf is [Margin] bytes of room, which Feed overwrites, and then the chunk. The
// text of the chunk is buf[from:to], which is to be decoded at once, as UTF-8
// with a byte order mark kept: it never ends inside a character that the next
// chunk may complete. The first count elements of out are the tokens; out must
// have room for [MaxTokens] of the chunk.
func (p *Parser) Feed(buf []byte, out []Token) (from, to, count int) {
	from = Margin
	for p.carried > 0 {
		p.carried--
		from--
		buf[from] = p.unfinished[p.carried]
	}
	to = lastWhole(buf, from)
	p.carried = copy(p.unfinished[:], buf[to:])
	if from == to || p.TooLong {
		return from, to, 0
	}

	b := buf[:to]
	i := from   // the next byte
	lag := from // a byte's offset in b, less its character's offset in the text

	// Spec: one leading U+FEFF BYTE ORDER MARK is ignored.
	if !p.begun {
		p.begun = true
		if to-i >= 3 && b[i] == 0xEF && b[i+1] == 0xBB && b[i+2] == 0xBF {
			i += 3
			lag += 2
		}
	}
	if p.afterCR {
		p.afterCR = false
		if b[i] == '\n' {
			i++
		}
	}

	for i < to {
		switch p.part {
		case inName:
			if p.name == noName && endsLine(b[i]) {
				i = p.endLine(b, i)
				count = p.endBlock(out, count)
				continue
			}
			i = p.readName(b, i)

		case afterColon:
			if b[i] == ' ' {
				i++
			}
			p.part = inValue

		case inValue:
			first, start := i, i-lag
			i, lag = skipLine(b, i, lag)
			end, ended := i-lag, i < to

			p.check(b[first:i])
			if kind := p.valueKind(ended); kind != 0 {
				out[count] = Token{kind, int32(start), int32(end)}
				count++
				p.size += int32(end - start)
				if p.size > MaxEvent {
					p.TooLong = true
					return from, to, count
				}
			}
			if ended {
				p.endField()
				i = p.endLine(b, i)
			}
		}
	}
	return from, to, count
}

// readName reads the field's name on from b[i] and returns where it stopped:
// behind the colon, at the end of the line or of b, or where it is certain that
// the name is unknown.
func (p *Parser) readName(b []byte, i int) int {
	name := p.name
	for ; i < len(b); i++ {
		c := b[i]
		if c == ':' {
			p.field = fieldNamed(name)
			p.part = afterColon
			return i + 1
		}
		if endsLine(c) {
			p.field = fieldNamed(name)
			p.part = inValue
			return i
		}
		if c >= 0x80 || name >= nameLimit {
			p.field = other
			p.part = inValue
			return i
		}
		name = name<<8 | int64(c)
	}
	p.name = name
	return i
}

func fieldNamed(name int64) field {
	switch name {
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

// check looks at the next bytes of a value for what makes the field void.
func (p *Parser) check(value []byte) {
	switch p.field {
	case id:
		// Spec: if the field value does not contain U+0000 NULL, then set the
		// last event ID buffer to the field value. Otherwise, ignore the field.
		for _, c := range value {
			if c == 0 {
				p.void = true
			}
		}
	case retry:
		// Spec: if the field value consists of only ASCII digits, then
		// interpret the field value as an integer in base ten.
		for _, c := range value {
			if c < '0' || c > '9' {
				p.void = true
				return
			}
			p.number = min(max(p.number, 0)*10+int64(c-'0'), MaxRetry)
		}
	}
}

// valueKind returns the kind of token that tells the part of a value that was
// just read, or 0 if there is nothing to tell.
func (p *Parser) valueKind(ended bool) Kind {
	switch {
	case p.field == other || p.field == retry:
		return 0
	case p.void:
		if p.appended && ended {
			return Discard
		}
		return 0
	case !ended:
		p.appended = true
		return Append
	case p.field == event:
		return Type
	case p.field == id:
		return ID
	case p.hasData:
		return Line
	}
	return Data
}

// endField notes what the line that has ended means for its block.
func (p *Parser) endField() {
	switch p.field {
	case data:
		p.hasData = true
		p.size++ // the LF that joins it to the next
	case event, id:
		p.hasMore = true
	case retry:
		// Choice: a value without a digit is no integer and is ignored.
		if !p.void && p.number >= 0 {
			p.Retry = int32(p.number)
		}
	}
}

// endLine goes to the beginning of the next line and returns where that is.
// b[i] ends the line: a CR, an LF, or the CR of a pair.
func (p *Parser) endLine(b []byte, i int) int {
	p.part = inName
	p.name = noName
	p.appended = false
	p.void = false
	p.number = -1

	if b[i] == '\r' {
		// A CR that ends the chunk has ended its line; only the LF that may
		// open the next chunk is in doubt.
		if i++; i == len(b) {
			p.afterCR = true
			return i
		}
		if b[i] != '\n' {
			return i
		}
	}
	return i + 1
}

// endBlock adds to out what a blank line completes and returns the new count.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage
func (p *Parser) endBlock(out []Token, count int) int {
	switch {
	case p.hasData && count > 0 && out[count-1].Kind == Data:
		out[count-1].Kind = Event
	case p.hasData:
		out[count] = Token{Kind: Dispatch}
		count++
	case p.hasMore:
		// 1. Set the last event ID string. 2. A block without data is no
		// event; the event type buffer is emptied all the same.
		out[count] = Token{Kind: Commit}
		count++
	}
	p.hasData = false
	p.hasMore = false
	p.size = 0
	return count
}

func endsLine(c byte) bool { return c == '\n' || c == '\r' }
