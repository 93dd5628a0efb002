package catalogue

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxText is the length, in UTF-16 code units, of the longest text that a
// recorder reports in full. Of a longer text, it reports length and hash.
const MaxText = 4096

// A Text is a string that a page saw, or its summary if the string is long. In
// JSON it is a string, or {"length": N, "fnv1a": "xxxxxxxx"}.
type Text struct {
	Value string // if it is not long

	// Length, in UTF-16 code units, and Hash are set if the text is long. The hash
	// is the 32-bit FNV-1a of the code units, as 8 hex digits.
	Length int
	Hash   string
}

// Summarise returns the Text that a page reports of s.
func Summarise(s string) Text {
	if len(s) <= MaxText {
		return Text{Value: s}
	}
	length := 0
	hash := uint32(2166136261)
	add := func(unit rune) {
		length++
		hash = (hash ^ uint32(unit)) * 16777619
	}
	for _, r := range s {
		if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
			add(high)
			add(low)
		} else {
			add(r)
		}
	}
	if length <= MaxText {
		return Text{Value: s}
	}
	return Text{Length: length, Hash: fmt.Sprintf("%08x", hash)}
}

// String returns the text quoted, or its summary; nil is undefined.
func (t *Text) String() string {
	if t == nil {
		return "undefined"
	}
	if t.Hash != "" {
		return fmt.Sprintf("%d UTF-16 units with hash %s", t.Length, t.Hash)
	}
	const most = 120
	if runes := []rune(t.Value); len(runes) > most {
		return fmt.Sprintf("%s and %d characters more", quote(string(runes[:most])), len(runes)-most)
	}
	return quote(t.Value)
}

// summary is the JSON form of a long text.
type summary struct {
	Length int    `json:"length"`
	FNV1a  string `json:"fnv1a"`
}

// MarshalJSON encodes a string or a summary.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.Hash != "" {
		return json.Marshal(summary{t.Length, t.Hash})
	}
	return json.Marshal(t.Value)
}

// UnmarshalJSON decodes what MarshalJSON encodes.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = Text{}
	if len(b) > 0 && b[0] == '{' {
		var s summary
		if err := json.Unmarshal(b, &s); err != nil {
			return fmt.Errorf("summary of a text: %w", err)
		}
		t.Length, t.Hash = s.Length, s.FNV1a
		return nil
	}
	return json.Unmarshal(b, &t.Value)
}

// Unescape returns the bytes of s, in which \xHH stands for a byte and \\ for a
// backslash.
func Unescape(s string) ([]byte, error) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\':
			out = append(out, s[i])
		case strings.HasPrefix(s[i:], `\\`):
			out = append(out, '\\')
			i++
		default:
			if !strings.HasPrefix(s[i:], `\x`) || len(s) < i+4 {
				return nil, badEscape(s[i:])
			}
			b, err := strconv.ParseUint(s[i+2:i+4], 16, 8)
			if err != nil {
				return nil, badEscape(s[i:])
			}
			out = append(out, byte(b))
			i += 3
		}
	}
	return out, nil
}

func badEscape(rest string) error {
	return fmt.Errorf(`bad escape %q; expected \xHH with two hex digits, or \\`, rest[:min(len(rest), 4)])
}

// Escape is the inverse of [Unescape]. It writes control characters, and bytes
// that are not UTF-8, as \xHH, and a backslash as two.
func Escape(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == '\\':
			out.WriteString(`\\`)
		case r == utf8.RuneError && size == 1, r < ' ', r == 0x7F:
			fmt.Fprintf(&out, `\x%02X`, b[0])
		default:
			out.Write(b[:size])
		}
		b = b[size:]
	}
	return out.String()
}

// quote returns a string in quotes, its invisible characters escaped.
func quote(s string) string { return strconv.Quote(s) }
