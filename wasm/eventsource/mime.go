package eventsource

// An essence is compared by its hash: its bytes in lower case, as the digits of a
// number in this base, modulo 2^64.
const (
	base            = 1021
	text            = (('t'*base+'e')*base+'x')*base + 't'
	event           = (((('e'*base+'v')*base+'e')*base+'n')*base + 't')
	stream          = ((((('s'*base+'t')*base+'r')*base+'e')*base+'a')*base + 'm')
	textEventStream = (((text*base+'/')*base*base*base*base*base+event)*base+'-')*base*base*base*base*base*base + stream
	anyType         = ('*'*base+'/')*base + '*'
)

// A place is a position in an element of the header.
type place int

const (
	outside   place = iota // in a parameter or an invalid element: skip to the comma
	before                 // before the type
	inType                 // after the first byte of the type
	slash                  // after the slash
	inSubtype              // after the first byte of the subtype
	after                  // after whitespace that follows the subtype
)

// isEventStream reports whether a Content-Type header has the essence
// text/event-stream. Several headers are joined by commas; the last valid one
// decides.
//
// https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
func isEventStream(header []byte) (found bool) {
	at := before
	quoted := false
	essence := uint64(0)
	for i := 0; i <= len(header); i++ {
		c := byte(',') // ends the last element
		if i < len(header) {
			c = header[i]
		}
		if quoted {
			quoted = c != '"'
			if c == '\\' {
				i++
			}
			continue
		}
		quoted = c == '"'
		switch {
		case c == ',' || c == ';':
			if at >= inSubtype && essence != anyType {
				found = essence == textEventStream&(1<<64-1)
			}
			at = outside
			if c == ',' {
				at, essence = before, 0
			}
		case at == outside:
		case isSpace(c):
			if at == inSubtype {
				at = after
			} else if at == inType || at == slash {
				at = outside
			}
		case at < after && isTokenByte(c) || at == inType && c == '/':
			if at == before || at == slash || c == '/' {
				at++
			}
			essence = essence*base + uint64(c|0x20) // in lower case
		default:
			at = outside
		}
	}
	return found
}

// isSpace reports whether c is HTTP whitespace.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isTokenByte reports whether c is an HTTP token code point.
func isTokenByte(c byte) bool {
	// One bit for each code point: !#$%&'*+-.0123456789, then ^_`|~ and letters.
	const low, high = 0x03FF6CFA00000000, 0x57FFFFFFC7FFFFFE
	set := uint64(low)
	if c >= 64 {
		set = high
	}
	return c < 128 && set>>(c&63)&1 != 0
}
