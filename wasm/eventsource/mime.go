package eventsource

// An essence is compared as a number of 128 bits, hi and lo, which has 7 bits for
// each byte in lower case. The bytes are not zero, so essences of up to 18 bytes
// have different numbers, and those of longer ones are larger than streamHigh.
// (Strings to compare with are initialized data, which the core cannot have.)
const (
	streamHigh = 't'<<48 | 'e'<<41 | 'x'<<34 | 't'<<27 | '/'<<20 | 'e'<<13 | 'v'<<6 | 'e'>>1
	streamLow  = 'e'&1<<63 | 'n'<<56 | 't'<<49 | '-'<<42 | 's'<<35 | 't'<<28 | 'r'<<21 | 'e'<<14 | 'a'<<7 | 'm'
	anyLow     = '*'<<14 | '/'<<7 | '*' // a longer essence has higher bits in lo
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
	hi, lo := uint64(0), uint64(0) // the essence
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
			if at >= inSubtype && lo != anyLow {
				found = hi == streamHigh && lo == streamLow
			}
			at = outside
			if c == ',' {
				at, hi, lo = before, 0, 0
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
			hi = hi<<7 | lo>>57
			lo = lo<<7 | uint64(c|0x20)
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
