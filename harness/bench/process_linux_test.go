package bench

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Command lines as Chromium 156, Firefox 153 and WebKitGTK 2.50 show them; | stands for NUL.
func TestIsRenderer(t *testing.T) {
	tests := []struct {
		name, line string
		want       bool
	}{
		{"Chromium", "/usr/lib/chromium/chromium|--type=renderer|--no-sandbox|", true},
		{"Chromium, from the zygote", "/usr/lib/chromium/chromium --type=renderer --no-sandbox|||", true},
		{"Chromium's network", "/usr/lib/chromium/chromium|--type=utility|--utility-sub-type=network.mojom.NetworkService|", false},
		{"Firefox", "/usr/lib/firefox-esr/firefox-esr|-contentproc|-isForBrowser|-appDir|/usr/lib/firefox-esr/browser|3|tab|", true},
		{"Firefox, from the fork server", "/usr/lib/firefox-esr/firefox-esr -contentproc -isForBrowser -appDir /usr/lib/firefox-esr/browser 3 tab|", true},
		{"Firefox's network", "/usr/lib/firefox-esr/firefox-esr|-contentproc|-appDir|/usr/lib/firefox-esr/browser|1|socket|", false},
		{"Firefox's fork server", "/usr/lib/firefox-esr/firefox-esr|-contentproc|-appDir|/usr/lib/firefox-esr/browser|2|forkserver|", false},
		{"WebKit", "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/WebKitWebProcess|4|18|20|", true},
		{"WebKit's network", "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/WebKitNetworkProcess|1|11|13|", false},
		{"a program that is given such words", "grep|tab|", false},
		{"a thread of the kernel", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, isRenderer([]byte(strings.ReplaceAll(tt.line, "|", "\x00"))))
		})
	}
}
