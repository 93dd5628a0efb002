package eventstream

// Decoding as the Encoding Standard's UTF-8 decoder does it: each longest
// beginning of a character that is not continued becomes one U+FFFD, and so
// does each byte that begins none.
//
// https://encoding.spec.whatwg.org/#utf-8-decoder
//
// The parser does not need it: this is for callers whose engine has no decoder.

// Decode decodes b, writes UTF-16 code units to text and returns how many. There
// are no more of them than bytes.
func Decode(b []byte, text []uint16) int {
	n := 0
	for i := 0; i < len(b); n++ {
		size, units := character(b, i)
		c := rune(b[i])
		if c >= 0x80 {
			c = assemble(b[i : i+size])
		}
		if units == 2 {
			c -= 0x10000
			text[n] = uint16(0xD800 + c>>10)
			c = 0xDC00 + c&0x3FF
			n++
		}
		text[n] = uint16(c)
		i += size
	}
	return n
}

// assemble returns the code point that b, one character or damage, stands for.
func assemble(b []byte) rune {
	need, _, _ := lead(b[0])
	if need == 1 || len(b) < need {
		return 0xFFFD
	}
	c := rune(b[0]) & (0x7F >> need)
	for _, next := range b[1:] {
		c = c<<6 | rune(next)&0x3F
	}
	return c
}

// character measures the character or damage that begins at b[i]: bytes in b,
// UTF-16 code units in the text.
func character(b []byte, i int) (size, units int) {
	need, low, high := lead(b[i])
	size = 1
	for size < need && i+size < len(b) {
		if c := b[i+size]; c < low || c > high {
			return size, 1
		}
		low, high = 0x80, 0xBF
		size++
	}
	if size == 4 {
		return 4, 2
	}
	return size, 1
}

// lead returns how many bytes the character takes that c begins, and the range
// of its second byte; one byte if c begins none.
func lead(c byte) (need int, low, high byte) {
	switch {
	case c < 0xC2 || c > 0xF4:
		return 1, 0, 0
	case c < 0xE0:
		return 2, 0x80, 0xBF
	case c == 0xE0:
		return 3, 0xA0, 0xBF
	case c == 0xED:
		return 3, 0x80, 0x9F
	case c < 0xF0:
		return 3, 0x80, 0xBF
	case c == 0xF0:
		return 4, 0x90, 0xBF
	case c == 0xF4:
		return 4, 0x80, 0x8F
	}
	return 4, 0x80, 0xBF
}

// Whole returns where the last whole characters of b end: len(b), or before an
// unfinished character that the next bytes may continue.
func Whole(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-3; i-- {
		if c := b[i]; c < 0x80 || c >= 0xC0 {
			need, _, _ := lead(c)
			size, _ := character(b, i)
			if size < need && i+size == len(b) {
				return i
			}
			break
		}
	}
	return len(b)
}
