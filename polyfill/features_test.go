package polyfill_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever an engine lacks, two sources live through the same story: each gets a
// message whose text comes in pieces, loses its connection, finds no server, comes
// back with the id, and is closed, which the server sees.
func TestFeatures(t *testing.T) {
	tests := []struct {
		name   string
		hidden []string
		legacy bool // whether the legacy file is loaded
	}{
		{"a browser of today", nil, false},

		{"no WebAssembly", []string{"WebAssembly"}, true},
		{"no fetch", []string{"fetch"}, true},
		{"fetch without streams", []string{"fetch-streams"}, true},
		{"fetch without Response, of another polyfill", []string{"Response"}, true},
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
		{"XMLHttpRequest without overrideMimeType", []string{"fetch", "overrideMimeType"}, true},
		{"no wasm in EdgeHTML 16", []string{"AbortController", "EventTarget-constructor", "TextDecoder", "TextEncoder", "WebAssembly", "globalThis", "queueMicrotask"}, true},
		{"hardly anything", []string{
			"AbortController", "DOMException-constructor", "Event-constructor", "EventTarget", "MessageEvent-constructor", "Promise", "Symbol", "TextDecoder", "TextEncoder", "URL",
			"WeakMap", "WebAssembly", "bind", "currentScript", "fetch", "globalThis", "overrideMimeType", "performance-now", "queueMicrotask", "reportError", "responseURL", "setPrototypeOf",
		}, true},
	}
	hide, err := os.ReadFile("../harness/conformance/implementation/hide.js")
	require.NoError(t, err)
	story, err := os.ReadFile("testdata/story.js")
	require.NoError(t, err)
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			names, err := json.Marshal(append([]string{}, tt.hidden...))
			require.NoError(t, err)
			files := site{
				"index.html": `<script src="hide.js"></script><script src="eventsource.js"></script><script src="story.js"></script>`,
				"hide.js":    fmt.Sprintf("%s(%s)", hide, names),
				"story.js":   string(story),
			}
			copied(t, p, files)
			s := serve(t, files, "")
			require.Equal(t, told+"; "+told, s.logged(t, window))
			require.Equal(t, tt.legacy, s.served("/eventsource-legacy.js"))
		})
	}
}

// A document need not be one of HTML; here the legacy file is loaded, too.
func TestSVG(t *testing.T) {
	story, err := os.ReadFile("testdata/story.js")
	require.NoError(t, err)
	p := newProject(t)
	window := openBrowser(t)
	files := site{
		"index.html": `<meta http-equiv="refresh" content="0; url=image.svg">`,
		"image.svg": `<svg xmlns="http://www.w3.org/2000/svg"><script href="prelude.js"/>` +
			`<script href="eventsource.js"/><script href="story.js"/></svg>`,
		"story.js": string(story),
	}
	copied(t, p, files)
	s := serve(t, files, "script-src 'self'")
	require.Equal(t, told+"; "+told, s.logged(t, window))
	require.True(t, s.served("/eventsource-legacy.js"))
}

// told is the story as it should go.
const told = "open, message ß😀 1, error 0, error 0, open, last again 1, closed"

// A tale is what the server knows of a story.
type tale struct {
	tries atomic.Int32
	heard chan struct{} // gets something when the page has its message
}

func (s *server) tale(r *http.Request) *tale {
	known, _ := s.tales.LoadOrStore(r.URL.RawQuery, &tale{heard: make(chan struct{}, 1)})
	return known.(*tale)
}

// heard takes that the page has its message: a connection that breaks off takes
// with it what nobody has read yet.
func (s *server) heard(_ http.ResponseWriter, r *http.Request) { s.tale(r).heard <- struct{}{} }

// story is a stream that breaks off in the first request, answers the second with
// what is no HTTP, and stays in the third.
func (s *server) story(w http.ResponseWriter, r *http.Request) {
	tale := s.tale(r)
	try := tale.tries.Add(1)
	if try > 1 && r.Header.Get("Last-Event-ID") != "1" {
		http.Error(w, "where are we?", http.StatusBadRequest)
		return
	}
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	switch try {
	case 1:
		for _, part := range []string{"retry: 1\nid: 1\nda", "ta: \xC3", "\x9F\xF0\x9F", "\x98\x80\n", "\n"} {
			io.WriteString(w, part)
			out.Flush()
		}
		select {
		case <-tale.heard:
		case <-r.Context().Done():
		}
		hangUp(out, "")
	case 2:
		hangUp(out, "this is no HTTP\n")
	default:
		s.stories.Add(1)
		defer s.stories.Done()
		io.WriteString(w, "event: last\ndata: again\n\n")
		out.Flush()
		<-r.Context().Done()
	}
}

// hangUp ends a connection in the middle of a response, after some last words.
func hangUp(out *http.ResponseController, words string) {
	conn, _, err := out.Hijack()
	if err != nil {
		return
	}
	io.WriteString(conn, words)
	conn.Close()
}

// left answers when the clients of all stories have left.
func (s *server) left(w http.ResponseWriter, _ *http.Request) {
	s.stories.Wait()
	w.WriteHeader(http.StatusNoContent)
}
