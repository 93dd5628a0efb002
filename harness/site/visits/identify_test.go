package visits

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIdentify(t *testing.T) {
	tests := []struct{ userAgent, name, version string }{
		{"Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "firefox", "Firefox/153.0"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 14_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/29.0 Mobile/15E148 Safari/605.1.15", "firefox", "FxiOS/29.0"},
		{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36", "chromium", "HeadlessChrome/156.0.0.0"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/51.0.2704.79 Safari/537.36 Edge/16.16299", "edge", "Edge/16.16299"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0", "edge", "Edg/120.0.0.0"},
		{"Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36", "samsung", "SamsungBrowser/23.0"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/11.1.2 Safari/605.1.15", "safari", "Safari/11.1.2"},
		{"Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "ie", "IE/11.0"},
		{"Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)", "ie", "IE/10.0"},
		{"Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1", "phantomjs", "PhantomJS/2.1.1"},
		{"Opera/9.80 (Windows NT 6.0) Presto/2.12.388 Version/12.14", "opera", "Opera/9.80"},
		{"", "unknown", ""},
		{"../../etc/passwd", "unknown", ""},
		{"Firefox/../../x", "firefox", "Firefox/.."},
		{"Firefox/" + strings.Repeat("1", 1000), "firefox", "Firefox/" + strings.Repeat("1", 20)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name, version := identify(tt.userAgent)
			require.Equal(t, tt.name, name)
			require.Equal(t, tt.version, version)
		})
	}
}
