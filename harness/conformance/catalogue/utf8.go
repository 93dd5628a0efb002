package catalogue

import (
	"strings"
	"unicode/utf8"
)

// DecodeUTF8 decodes UTF-8 with replacement, as a browser does.
//
// https://encoding.spec.whatwg.org/#utf-8-decoder
func DecodeUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n <= 1 {
			n = begun(s)
		}
		b.WriteRune(r)
		s = s[n:]
	}
	return b.String()
}

// begun returns the length of the beginning of a character, at least 1: a lead byte and
// the bytes that may follow it. The decoder replaces them by one U+FFFD.
func begun(s string) int {
	need, low, high := 0, byte(0x80), byte(0xBF)
	switch lead := s[0]; {
	case lead >= 0xC2 && lead <= 0xDF:
		need = 1
	case lead >= 0xE0 && lead <= 0xEF:
		need = 2
	case lead >= 0xF0 && lead <= 0xF4:
		need = 3
	}
	switch s[0] {
	case 0xE0:
		low = 0xA0
	case 0xED:
		high = 0x9F
	case 0xF0:
		low = 0x90
	case 0xF4:
		high = 0x8F
	}
	n := 1
	for n <= need && n < len(s) && s[n] >= low && s[n] <= high {
		n++
		low, high = 0x80, 0xBF
	}
	return n
}
