package eventsource

// An essence is a 1 and then 7 bits for each byte, letters in lower case. The low
// 128 bits of it are kept: no longer one ends in what these two are.
const (
	textEventStream = 1<<119 | 't'<<112 | 'e'<<105 | 'x'<<98 | 't'<<91 | '/'<<84 |
		'e'<<77 | 'v'<<70 | 'e'<<63 | 'n'<<56 | 't'<<49 | '-'<<42 |
		's'<<35 | 't'<<28 | 'r'<<21 | 'e'<<14 | 'a'<<7 | 'm'
	anyType = 1<<21 | '*'<<14 | '/'<<7 | '*'
)

// place is where in an element of the header its reader stands.
type place int

const (
	outside   place = iota // where nothing matters but the next comma
	before                 // before the type
	inType                 // behind its first byte
	slash                  // behind the slash
	inSubtype              // behind the first byte after the slash
	after                  // behind a space after the subtype
)

// isEventStream reports whether the essence of the MIME type in header is
// text/event-stream. Of several header lines, which arrive here joined by
// commas, the last with a valid type decides.
//
// https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
func isEventStream(header []byte) (found bool) {
	at := before
	quoted := false
	high, low := uint64(0), uint64(1) // of the essence
	for i := 0; i <= len(header); i++ {
		c := byte(',') // behind the last element, too
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
			if at >= inSubtype && (low != anyType || high != 0) {
				found = low == textEventStream&(1<<64-1) && high == textEventStream>>64
			}
			at = outside
			if c == ',' {
				at, high, low = before, 0, 1
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
			high = high<<7 | low>>57
			low = low<<7 | uint64(c)
			if c >= 'A' {
				low |= 0x20
			}
		default:
			at = outside
		}
	}
	return found
}

// isSpace reports HTTP whitespace.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isTokenByte reports an HTTP token code point.
func isTokenByte(c byte) bool {
	// A bit for each: !#$%&'*+-.0123456789, and ^_`|~ and letters.
	const low, high = 0x03FF6CFA00000000, 0x57FFFFFFC7FFFFFE
	set := uint64(low)
	if c >= 64 {
		set = high
	}
	return c < 128 && set>>(c&63)&1 != 0
}
