package eventsource

// isEventStream reports whether the essence of the MIME type in header is
// text/event-stream. Of several header lines, which arrive here joined by
// commas, the last with a valid type decides.
//
// https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
func isEventStream(header []byte) bool {
	found := false
	for i := 0; i < len(header); i++ {
		for i < len(header) && isSpace(header[i]) {
			i++
		}
		start, slash := i, 0
		for i < len(header) && (isTokenByte(header[i]) || header[i] == '/' && slash == 0 && i > start) {
			if header[i] == '/' {
				slash = i
			}
			i++
		}
		essence := header[start:i]
		for i < len(header) && isSpace(header[i]) {
			i++
		}
		valid := slash > 0 && slash < start+len(essence)-1 &&
			(i == len(header) || header[i] == ';' || header[i] == ',') &&
			!(len(essence) == 3 && essence[0] == '*' && essence[2] == '*')
		if valid {
			found = matches(essence)
		}

		// On to the next comma that no quotes enclose.
		for quoted := false; i < len(header) && (quoted || header[i] != ','); i++ {
			switch {
			case header[i] == '"':
				quoted = !quoted
			case header[i] == '\\' && quoted:
				i++
			}
		}
	}
	return found
}

// matches compares an essence with text/event-stream, ignoring ASCII case.
func matches(essence []byte) bool {
	// As words, for the core has no data to compare with. Setting bit 0x20 of
	// each byte lowers letters, and makes no other token byte '/' or '-'.
	const (
		first  = 't' | 'e'<<8 | 'x'<<16 | 't'<<24 | '/'<<32 | 'e'<<40 | 'v'<<48 | 'e'<<56
		second = 'n' | 't'<<8 | '-'<<16 | 's'<<24 | 't'<<32 | 'r'<<40 | 'e'<<48 | 'a'<<56
		lower  = 0x2020202020202020
	)
	return len(essence) == 17 && word(essence[0:8])|lower == first &&
		word(essence[8:16])|lower == second && essence[16]|0x20 == 'm'
}

func word(b []byte) uint64 {
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// isSpace reports HTTP whitespace.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isTokenByte reports an HTTP token code point.
func isTokenByte(c byte) bool {
	switch c {
	case '!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~':
		return true
	}
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
