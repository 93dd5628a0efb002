package eventstream

// This file is for callers whose engine has no UTF-8 decoder. The parser does not
// use it.
//
// In the comments below, a sequence is a character or a decoding error, as the
// Encoding Standard delimits them: an error is the longest valid beginning of a
// character, or else one byte.
//
// https://encoding.spec.whatwg.org/#utf-8-decoder

// Decode decodes b from UTF-8 to UTF-16. Each error becomes U+FFFD. It writes code
// units to text, which must have room for len(b) of them, and returns how many.
func Decode(b []byte, text []uint16) int {
	n := 0
	for i := 0; i < len(b); n++ {
		size, units := sequence(b, i)
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

// assemble returns the code point of the sequence b.
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

// sequence returns the length of the sequence that begins at b[i], in bytes and in
// UTF-16 code units.
func sequence(b []byte, i int) (size, units int) {
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

// lead returns the length in bytes of a character that begins with c, and the
// range of its second byte. The length is 1 if no longer character begins with c.
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

// Whole returns the length of b without a last character that is incomplete but
// may be completed by the bytes that follow.
func Whole(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-3; i-- {
		if c := b[i]; c < 0x80 || c >= 0xC0 {
			need, _, _ := lead(c)
			size, _ := sequence(b, i)
			if size < need && i+size == len(b) {
				return i
			}
			break
		}
	}
	return len(b)
}
