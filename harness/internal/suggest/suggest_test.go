package suggest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDidYouMean(t *testing.T) {
	known := []string{"run", "report", "list", "browsers", "chromium@64", "chromium@69", "parse/lf", "parse/"}
	tests := []struct{ unknown, want string }{
		{"reprot", ": did you mean report?"},
		{"brosers", ": did you mean browsers?"},
		{"browserss", ": did you mean browsers?"},
		{"Report", ": did you mean report?"},
		{"rum", ": did you mean run?"},
		{"chromium64", ": did you mean chromium@64?"},
		{"chromium@6", ": did you mean chromium@64?"}, // the first of two
		{"parse", ": did you mean parse/?"},
		{"parse/fl", ": did you mean parse/lf?"},
		{"bogus", ""},
		{"x", ""},
		{"", ""},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, DidYouMean(tt.unknown, known), tt.unknown)
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "abd", 1},
		{"abc", "ac", 1}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"abcdef", "abdcef", 1},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, distance(tt.a, tt.b), "%s %s", tt.a, tt.b)
	}
}
