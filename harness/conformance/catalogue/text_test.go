package catalogue

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEscapes(t *testing.T) {
	tests := []struct{ name, escaped, bytes string }{
		{"plain", `data: x`, "data: x"},
		{"byte", `\xFF\x00`, "\xFF\x00"},
		{"backslash", `\\x41`, `\x41`},
		{"UTF-8 is kept", `é😀`, "é😀"},
		{"control characters", `a\x09\x0A\x7F`, "a\t\n\x7F"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Unescape(tt.escaped)
			require.NoError(t, err)
			require.Equal(t, tt.bytes, string(got))
			require.Equal(t, tt.escaped, Escape([]byte(tt.bytes)))
		})
	}
}

func TestUnescapeRefuses(t *testing.T) {
	for escaped, want := range map[string]string{
		`a\n`:  `bad escape "\\n"`,
		`\`:    `bad escape "\\"`,
		`\x4`:  `bad escape "\\x4"`,
		`\xZZ`: `bad escape "\\xZZ"`,
		`\x+1`: `bad escape "\\x+1"`,
	} {
		_, err := Unescape(escaped)
		require.ErrorContains(t, err, want)
	}
}

// FuzzEscape checks that Unescape is the inverse of Escape for any bytes.
func FuzzEscape(f *testing.F) {
	f.Add([]byte("\xF0\x9F\x98x\\\x00é"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Unescape(Escape(b))
		require.NoError(t, err)
		require.Equal(t, string(b), string(got))
	})
}

func TestSummarise(t *testing.T) {
	tests := []struct {
		name, in string
		want     Text
	}{
		{"short", "a", Text{Value: "a"}},
		{"of the greatest length in full", strings.Repeat("a", 4096), Text{Value: strings.Repeat("a", 4096)}},
		{"long", strings.Repeat("a", 4097), Text{Length: 4097, Hash: "6176192c"}},
		{"long in UTF-16 code units", strings.Repeat("😀", 2049), Text{Length: 4098, Hash: "b825e4b8"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, Summarise(tt.in)) })
	}
}

func TestTextJSON(t *testing.T) {
	for written, want := range map[string]Text{
		`"a\u0000"`:                          {Value: "a\x00"},
		`{"length":5000,"fnv1a":"0123abcd"}`: {Length: 5000, Hash: "0123abcd"},
	} {
		var got Text
		require.NoError(t, json.Unmarshal([]byte(written), &got))
		require.Equal(t, want, got)
		again, err := json.Marshal(got)
		require.NoError(t, err)
		require.JSONEq(t, written, string(again))
	}
}

func TestHeaderJSON(t *testing.T) {
	h := Header{"Last-Event-ID", "\xE2\x80\xA6\xFF\\"}
	written, err := json.Marshal(h)
	require.NoError(t, err)
	require.Equal(t, `["Last-Event-ID","…\\xFF\\\\"]`, string(written))
	var again Header
	require.NoError(t, json.Unmarshal(written, &again))
	require.Equal(t, h, again)
}
