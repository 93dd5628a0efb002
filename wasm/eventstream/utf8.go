package eventstream

import "math/bits"

// Decoding as the Encoding Standard's UTF-8 decoder does it: each longest
// beginning of a character that is not continued becomes one U+FFFD, and so
// does each byte that begins none.
//
// https://encoding.spec.whatwg.org/#utf-8-decoder
//
// The parser only measures: its caller decodes the whole chunk, with what the
// engine has for it, or with Decode.

// Decode decodes b, whole characters as [Parser.Feed] gives them, writes UTF-16
// code units to text and returns how many. There are no more of them than bytes.
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

// skipLine goes from b[i] to the CR or LF that ends the line, or to the end of
// b, and returns where it came to and the lag there.
func skipLine(b []byte, i, lag int) (int, int) {
	for i < len(b) {
		if i+8 <= len(b) {
			n := plain(b[i : i+8])
			i += n
			if n == 8 {
				continue
			}
		}
		if endsLine(b[i]) {
			break
		}
		if b[i] < 0x80 {
			i++
		}
		for i < len(b) && b[i] >= 0x80 {
			size, units := 3, 1
			if !isCommon3(b, i) {
				size, units = character(b, i)
			}
			i += size
			lag += size - units
		}
	}
	return i, lag
}

// isCommon3 reports whether b[i] begins a character of three bytes, but for the
// few whose second byte needs a closer look.
func isCommon3(b []byte, i int) bool {
	return 0xE1 <= b[i] && b[i] <= 0xEC && i+2 < len(b) && b[i+1]&0xC0 == 0x80 && b[i+2]&0xC0 == 0x80
}

// plain counts the bytes of b[:8] before the first that is not ASCII or is a
// control character up to U+000D: only these need a closer look.
func plain(b []byte) int {
	const (
		high = 0x8080808080808080
		ones = 0x0101010101010101
	)
	w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
	// The lowest byte with its high bit set is certain; a borrow may have set
	// those above it.
	return bits.TrailingZeros64((w|w-('\r'+1)*ones)&high) / 8
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

// lastWhole returns where in b, from on, the last whole characters end: len(b),
// or before an unfinished character that the next bytes may continue.
func lastWhole(b []byte, from int) int {
	for i := len(b) - 1; i >= from && i >= len(b)-Margin; i-- {
		if c := b[i]; c < 0x80 || c >= 0xC0 {
			need, _, _ := lead(c)
			size, _ := character(b, i)
			if size < need {
				return i
			}
			break
		}
	}
	return len(b)
}
