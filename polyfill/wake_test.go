package polyfill_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWake checks, with a stand-in for a page:
//
//   - A source that pauses while the page is hidden sends no request before the page is
//     shown, and none early afterwards.
//   - Headers without a body give one line on the console.
//   - Only a late timer, as after sleep, ends the waits of sources and the open streams.
func TestWake(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("testdata/wake.mjs")
	require.NoError(t, err)
	p := newProject(t)
	p.write(t, "main.mjs", string(script))
	require.Equal(t, `hidden: hidden requests 0
shown: hidden,open requests 1
waits: 2 requests
silent: EventSource /silent failed: headers came, but no byte within idleTimeout. Does a proxy buffer the stream?; buffering; buffering
not late: 20 undefined
late: 30 wake
`, p.output(t, "node", "main.mjs"))
}
