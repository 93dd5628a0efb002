package respond

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChinese(t *testing.T) {
	tests := []struct {
		query, accept string
		want          bool
	}{
		{"", "", false},
		{"", "en-GB,en;q=0.9,zh;q=0.8", false},
		{"", "zh-CN,zh;q=0.9,en;q=0.8", true},
		{"", "ZH-TW", true},
		{"", "en;q=0.5, zh;q=0.7", true},
		{"", "de, zh;q=0.9", false},
		{"", "zh;q=0", false},
		{"?lang=zh", "en", true},
		{"?lang=zh-CN", "en", true},
		{"?lang=en", "zh-CN", false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/"+tt.query, nil)
		r.Header.Set("Accept-Language", tt.accept)
		require.Equal(t, tt.want, Chinese(r), "%s with %q", tt.query, tt.accept)
	}
}
