package polyfill_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestInspect checks what the inspector records and shows, under a policy that allows no
// inline styles, and that markup from the network remains text.
func TestInspect(t *testing.T) {
	const markup = "<img src=x onerror=console.log(1)>"
	script, err := os.ReadFile("testdata/inspect.js")
	require.NoError(t, err)
	p := newProject(t)
	files := site{
		"index.html": `<div id="drawer"></div><script src="eventsource.js"></script><script src="eventsource-plus.js"></script>` +
			`<script src="eventsource-inspect.js"></script><script src="main.js"></script>`,
		"main.js": string(script),
	}
	copied(t, p, files)
	want := map[string]any{
		"first":     "waiting 0 1 1 1 84 1 200 end",
		"retry":     true,
		"recent":    "request ,open ,event " + markup + ",error ",
		"heard":     "request open event error",
		"second":    "open 1 1 hello",
		"panels":    1.0,
		"position":  "fixed rgb(27,31,36)",
		"markup":    "0 true",
		"expanded":  "true",
		"countdown": true,
		"renewed":   "true closed",
		"drawer":    "drawer static",
		"hidden":    0.0,
	}
	for _, name := range []string{"chromium", "firefox", "webkit", "phantomjs@2"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, files, "default-src 'none'; script-src 'self'; connect-src 'self'")
			s.handle("GET /inspected", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				io.WriteString(w, "retry: 60000\nid: 1\nevent: note\n"+"data: "+markup+"\n\n:"+strings.Repeat("-", 9)+"\n")
			})
			var got map[string]any
			text := s.loggedIn(t, name)
			require.NoError(t, json.Unmarshal([]byte(text), &got), text)
			require.Equal(t, want, got)
		})
	}
}

// TestInspectInNode checks that the inspector records the streams of a Node.js program.
func TestInspectInNode(t *testing.T) {
	p := newProject(t)
	p.write(t, "main.mjs", strings.ReplaceAll(`
		import { EventSource } from 'eventsource-wasm/plus'
		import { show, snapshot } from 'eventsource-wasm/inspect'
		const source = new EventSource('{url}')
		for await (const event of source) {
			const [stream] = snapshot()
			console.log(stream.state, stream.requests, stream.events, stream.recent.at(-1).data)
			try { show() } catch (error) { console.log(error.message) }
			break
		}
		console.log(snapshot()[0].state)`, "{url}", storyServer(t)))
	require.Equal(t, "open 1 1 hello\nshow: there is no document; use snapshot()\nclosed\n", p.output(t, "node", "main.mjs"))
}
