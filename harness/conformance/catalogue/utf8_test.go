package catalogue

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The expected texts are those of browsers.
func TestDecodeUTF8(t *testing.T) {
	tests := []struct{ bytes, want string }{
		{"a\u00e9\U0001f600", "a\u00e9\U0001f600"},
		{"\xff\xfe", "\ufffd\ufffd"},
		{"\xe2\x82x", "\ufffdx"},               // two bytes of three
		{"\xf0\x9f\x98", "\ufffd"},             // three of four
		{"\xe0\x80\x80", "\ufffd\ufffd\ufffd"}, // overlong
		{"\xed\xa0\x80", "\ufffd\ufffd\ufffd"}, // a surrogate
		{"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
		{"\xc2", "\ufffd"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, DecodeUTF8(tt.bytes), "%q", tt.bytes)
	}
}
