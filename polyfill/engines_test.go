package polyfill_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
)

// loggedIn opens a page in a browser, and returns what it logs first. It skips the test
// if the browser is not installed.
func (s *server) loggedIn(t *testing.T, name string) string {
	found, err := browser.Find(name)
	if err != nil {
		t.Skip(err)
	}
	window, err := found.Open(t.Context(), s.URL)
	require.NoError(t, err)
	defer window.Close()
	select {
	case text := <-s.log:
		return text
	case <-time.After(limit):
		require.Fail(t, "the page logged nothing")
		return ""
	}
}

// TestNoReports checks that XMLHttpRequest causes no report of a policy that allows
// nothing but the page's own origin.
func TestNoReports(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	for _, name := range engines("chromium", "phantomjs@2", "chromium@64", "chromium@75", "firefox", "firefox@115", "webkit", "wpe", "qtwebkit") {
		t.Run(name, func(t *testing.T) {
			files := withHidden(t, p, []string{"fetch"}, `<script>
				new EventSource('/events').onmessage = function (event) { console.log(event.data) }
			</script>`)
			s := serve(t, files, "default-src 'self' 'unsafe-inline'; report-uri /log")
			require.Equal(t, "hello", s.loggedIn(t, name))
		})
	}
}

// TestFlood checks that a page without scheduler still gets turns of its own while more
// events arrive at once than it can handle in a second. With -v it prints the longest
// time between two of them.
func TestFlood(t *testing.T) {
	t.Parallel()
	const page = `<script>
		var turns = 0, longest = 0, last
		var source = new EventSource('/burst?100000')
		source.onmessage = function (event) {
			if (event.data == 1) turn()
			if (event.data != 100000) return
			source.close()
			if (turns < 20) console.log('the page got ' + turns + ' turns')
			else console.log('many turns, at most', Math.ceil(longest), 'ms apart')
		}
		function turn() {
			var time = Date.now()
			if (last) longest = Math.max(longest, time - last)
			last = time
			turns++
			setTimeout(turn)
		}
	</script>`
	p := newProject(t)
	for _, name := range engines("chromium", "wpe", "chromium@75", "firefox@115", "webkit") {
		for tier, hidden := range map[string][]string{"fetch": {"scheduler"}, "XMLHttpRequest": {"scheduler", "fetch"}} {
			t.Run(name+"/"+tier, func(t *testing.T) {
				s := serve(t, withHidden(t, p, hidden, page), "")
				text := s.loggedIn(t, name)
				t.Log(text)
				if name == "firefox@115" && tier == "XMLHttpRequest" {
					// Firefox runs the messages of a port before timers. It has fetch since version
					// 65; here it is hidden.
					require.Contains(t, text, "turns")
					return
				}
				require.Contains(t, text, "many turns")
			})
		}
	}
}
