package polyfill_test

import (
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFeatures checks that two sources work in engines without certain features.
// Each receives a message whose text arrives in pieces, loses its connection, fails to
// reconnect once, reconnects with the last event ID, and is closed. The server sees it
// disconnect.
func TestFeatures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		hidden []string
		legacy bool // whether the engine loads the legacy file
	}{
		{"current browser", nil, false},

		{"no WebAssembly", []string{"WebAssembly"}, true},
		{"no fetch", []string{"fetch"}, true},
		{"fetch without streams", []string{"fetch-streams"}, true},
		{"fetch of another polyfill, without Response", []string{"Response"}, true},
		{"no TextDecoder", []string{"TextDecoder"}, true},

		{"no AbortController", []string{"AbortController"}, false},
		{"no Event constructor", []string{"Event-constructor"}, false},
		{"no MessageEvent constructor", []string{"MessageEvent-constructor"}, false},
		{"no EventTarget", []string{"EventTarget"}, false},
		{"no EventTarget constructor", []string{"EventTarget-constructor"}, false},
		{"no DOMException constructor", []string{"DOMException-constructor"}, false},
		{"no Promise", []string{"Promise"}, false},
		{"no Symbol", []string{"Symbol"}, false},
		{"no URL", []string{"URL"}, false},
		{"no WeakMap", []string{"WeakMap"}, false},
		{"no origin", []string{"origin"}, false},
		{"no globalThis", []string{"globalThis"}, false},
		{"no Function.prototype.bind", []string{"bind"}, false},
		{"no Object.setPrototypeOf", []string{"setPrototypeOf"}, false},
		{"no document.currentScript", []string{"currentScript"}, false},
		{"no queueMicrotask", []string{"queueMicrotask"}, false},
		{"no reportError", []string{"reportError"}, false},
		{"no performance.now", []string{"WebAssembly", "performance-now"}, true},

		{"XMLHttpRequest without responseURL", []string{"fetch", "responseURL"}, true},
		{"anchors without the parts of a relative URL", []string{"anchor-parts"}, false},
		{"XMLHttpRequest that is answered from the cache", []string{"fetch", "responseURL", "uncached-XMLHttpRequest"}, true},
		{"errors without a stack before they are thrown", []string{"WebAssembly", "unthrown-stack", "currentScript"}, true},
		{"XMLHttpRequest without overrideMimeType", []string{"fetch", "overrideMimeType"}, true},
		{"EdgeHTML 16 without WebAssembly", []string{"AbortController", "EventTarget-constructor", "TextDecoder", "TextEncoder", "WebAssembly", "globalThis", "queueMicrotask"}, true},
		{"almost everything missing", []string{
			"AbortController", "DOMException-constructor", "Event-constructor", "EventTarget", "MessageEvent-constructor", "Promise", "Symbol", "TextDecoder", "TextEncoder", "URL",
			"WeakMap", "WebAssembly", "bind", "currentScript", "fetch", "globalThis", "overrideMimeType", "performance-now", "queueMicrotask", "reportError", "responseURL", "setPrototypeOf",
		}, true},
	}
	script, err := os.ReadFile("testdata/story.js")
	require.NoError(t, err)
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := site{
				"index.html": `<script src="hide.js"></script><script src="eventsource.js"></script><script src="story.js"></script>`,
				"hide.js":    hiding(t, tt.hidden),
				"story.js":   string(script),
			}
			copied(t, p, files)
			s := serve(t, files, "")
			require.Equal(t, story+"; "+story, s.logged(t, window))
			require.Equal(t, tt.legacy, s.served("/eventsource-legacy.js"))
		})
	}
}

// TestSVG checks that the script works in an SVG document, where it also loads the
// legacy file.
func TestSVG(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("testdata/story.js")
	require.NoError(t, err)
	p := newProject(t)
	window := openBrowser(t)
	files := site{
		"index.html": `<meta http-equiv="refresh" content="0; url=image.svg">`,
		"image.svg": `<svg xmlns="http://www.w3.org/2000/svg"><script href="prelude.js"/>` +
			`<script href="eventsource.js"/><script href="story.js"/></svg>`,
		"story.js": string(script),
	}
	copied(t, p, files)
	s := serve(t, files, "script-src 'self'")
	require.Equal(t, story+"; "+story, s.logged(t, window))
	require.True(t, s.served("/eventsource-legacy.js"))
}

// story is what testdata/story.js logs for each source.
const story = "open, message ß😀 1, error 0, error 0, open, last again 1, closed"

// A storyState is the server's state of the story of one source.
type storyState struct {
	requests atomic.Int32
	received chan struct{} // gets a value when the page has received the message
}

func (s *server) storyOf(r *http.Request) *storyState {
	state, _ := s.stories.LoadOrStore(r.URL.RawQuery, &storyState{received: make(chan struct{}, 1)})
	return state.(*storyState)
}

// received records that the page has received the message. The server must not close
// the connection earlier, because unread bytes would be lost with it.
func (s *server) received(_ http.ResponseWriter, r *http.Request) {
	s.storyOf(r).received <- struct{}{}
}

// story serves a stream that breaks off in the first request, is not HTTP in the
// second, and stays open in the third.
func (s *server) story(w http.ResponseWriter, r *http.Request) {
	state := s.storyOf(r)
	request := state.requests.Add(1)
	if request > 1 && r.Header.Get("Last-Event-ID") != "1" {
		http.Error(w, "want Last-Event-ID: 1", http.StatusBadRequest)
		return
	}
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	switch request {
	case 1:
		for _, part := range []string{"retry: 1\nid: 1\nda", "ta: \xC3", "\x9F\xF0\x9F", "\x98\x80\n", "\n"} {
			io.WriteString(w, part)
			out.Flush()
		}
		select {
		case <-state.received:
		case <-r.Context().Done():
		}
		hangUp(out, "")
	case 2:
		hangUp(out, "garbage\n")
	default:
		s.open.Add(1)
		defer s.open.Done()
		io.WriteString(w, "event: last\ndata: again\n\n")
		out.Flush()
		<-r.Context().Done()
	}
}

// hangUp writes raw bytes and closes the connection in the middle of the response.
func hangUp(out *http.ResponseController, raw string) {
	conn, _, err := out.Hijack()
	if err != nil {
		return
	}
	io.WriteString(conn, raw)
	conn.Close()
}

// disconnected answers when the clients of all stories have disconnected.
func (s *server) disconnected(w http.ResponseWriter, _ *http.Request) {
	s.open.Wait()
	w.WriteHeader(http.StatusNoContent)
}
