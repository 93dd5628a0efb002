package eventsource

// An essence is known by a hash: the sum of its bytes, letters in lower case, each
// times base to the power of how many follow it, modulo 2^64.
const (
	base            = 1021
	text            = (('t'*base+'e')*base+'x')*base + 't'
	event           = (((('e'*base+'v')*base+'e')*base+'n')*base + 't')
	stream          = ((((('s'*base+'t')*base+'r')*base+'e')*base+'a')*base + 'm')
	textEventStream = (((text*base+'/')*base*base*base*base*base+event)*base+'-')*base*base*base*base*base*base + stream
	anyType         = ('*'*base+'/')*base + '*'
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
	essence := uint64(0)
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
