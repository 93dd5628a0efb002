package polyfill_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLastEventIDOfOtherOrigin checks that a source of another origin keeps its last
// event ID over network errors, and continues without it if the preflight is refused.
func TestLastEventIDOfOtherOrigin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		refuses bool   // whether the server refuses the preflight
		ids     bool   // whether it resets requests with an ID, or others
		resets  int    // how many of them
		down    int    // which HEAD request it resets; 0: none
		want    string // the IDs of the requests that it answered; "-" for none
		asked   int    // how many preflights and HEAD requests it had
	}{
		{"the server allows the ID", false, true, 0, 0, "- 1 2 3", 3},
		{"one connection is reset", false, true, 1, 0, "- 1 2 3", 3},
		// A second failure, then the HEAD request, a third failure and another HEAD request.
		// After that the refusal is remembered.
		{"the server refuses the ID", true, true, 0, 0, "- - - -", 5},
		// The probe finds a server that has just started.
		{"two requests with an ID fail, then the server starts", false, true, 4, 0, "- 1 2 3", 6},
		{"two requests fail, then the server starts", false, false, 2, 0, "- 1 2 3", 4},
		// It starts before the first HEAD request and stops before the second.
		{"the server stops and starts again and again", false, true, 6, 2, "- 1 2 3", 8},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			other := newResumable(tt.refuses, tt.ids, tt.resets, tt.down)
			defer other.Close()
			files := site{"index.html": `<script src="eventsource.js"></script><script>
				var count = 0
				var source = new EventSource('` + other.URL + `/')
				source.onmessage = function (event) {
					if (++count < 4) return
					source.close()
					console.log('done')
				}
			</script>`}
			copied(t, p, files)
			require.Equal(t, "done", serve(t, files, "").logged(t, window))
			other.mu.Lock()
			defer other.mu.Unlock()
			require.Equal(t, tt.want, strings.Join(other.got, " "))
			require.Equal(t, tt.asked, other.asked)
		})
	}
}

// Nothing follows close(): the request that asks whether a server is there is
// aborted, and none is sent after it.
func TestCloseWhileAsking(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	asked, aborted := make(chan struct{}), make(chan struct{})
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if r.Method == http.MethodHead {
			close(asked)
			<-r.Context().Done()
			close(aborted)
			return
		}
		connection, _, _ := http.NewResponseController(w).Hijack()
		connection.Close()
	}))
	defer other.Close()
	files := site{"index.html": `<script src="eventsource.js"></script><script>
		var source = new EventSource('` + other.URL + `/')
		var errors = 0
		source.onerror = function () { errors++ }
	</script>`}
	copied(t, newProject(t), files)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tab, err := openBrowser(t).OpenTab(ctx, serve(t, files, "").URL)
	require.NoError(t, err)
	defer tab.Close()

	wait(t, ctx, asked, "no HEAD request came")
	before := requests.Load()
	require.NoError(t, tab.Until("source.close(), source.readyState == 2 && errors == 1"))
	wait(t, ctx, aborted, "the HEAD request was not aborted")
	require.NoError(t, tab.Until("window.due = window.due || Date.now() + 6000, Date.now() > due && errors == 1"))
	require.Equal(t, before, requests.Load())
}

func wait(t *testing.T, ctx context.Context, signal <-chan struct{}, otherwise string) {
	select {
	case <-signal:
	case <-ctx.Done():
		require.Fail(t, otherwise)
	}
}

// A source fails at once if the page's policy has already reported that it blocked the
// request. A report that comes a little later has the same effect.
func TestViolationReport(t *testing.T) {
	t.Parallel()
	for when, want := range map[string]string{"before": "2 at once\n", "late": "2 after a timer\n", "never": "0 after a timer\n"} {
		output, err := node(t, "testdata/violation.js", when).CombinedOutput()
		require.NoError(t, err, "%s", output)
		require.Equal(t, want, string(output), when)
	}
}

// A service worker has no XMLHttpRequest: where its fetch has no streams, a source
// fails with an error event.
func TestServiceWorkerWithoutStreams(t *testing.T) {
	t.Parallel()
	files := site{
		"index.html": `<script>
			navigator.serviceWorker.onmessage = function (event) { console.log(event.data) }
			navigator.serviceWorker.register('service-worker.js').then(function (registration) {
				registration.installing.postMessage('go')
			}).catch(console.log)
		</script>`,
		"service-worker.js": `
			delete Response.prototype.body
			importScripts('eventsource.js', 'eventsource-legacy.js')
			console.error = function () {}
			self.onmessage = function (go) {
				try {
					var source = new EventSource('/events')
					source.onerror = function (event) { go.source.postMessage(event.type + ' ' + source.readyState) }
					source.onmessage = function () { go.source.postMessage('a message') }
				} catch (error) {
					go.source.postMessage(String(error))
				}
			}
			self.onactivate = function (event) { event.waitUntil(clients.claim()) }`,
	}
	copied(t, newProject(t), files)
	require.Equal(t, "error 2", serve(t, files, "").logged(t, openBrowser(t)))
}

// A page in the back/forward cache does not run. A source whose connection is cut
// meanwhile reconnects when the page is shown again, with its last event ID, so no
// event is lost.
func TestBackForwardCache(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var ids []string
	streams := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "Last-Event-ID")
		if r.Method != http.MethodGet {
			return
		}
		mu.Lock()
		ids = append(ids, r.Header.Get("Last-Event-ID"))
		next := 1
		if len(ids) > 1 {
			next, _ = strconv.Atoi(ids[len(ids)-1])
			next++
		}
		mu.Unlock()
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "retry: 10\nid: %d\ndata: %[1]d\n\n", next)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer streams.Close()
	files := site{
		"index.html": `<script src="eventsource.js"></script><script>
			var got = []
			var source = new EventSource('` + streams.URL + `/')
			source.onmessage = function (event) { got.push(event.data) }
			onpageshow = function (event) { window.restored = event.persisted }
		</script>`,
		"other.html": `<p>another page`,
	}
	copied(t, newProject(t), files)
	s := serve(t, files, "")
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tab, err := openBrowser(t).OpenTab(ctx, s.URL)
	require.NoError(t, err)
	defer tab.Close()

	require.NoError(t, tab.Until("got == '1'"))
	require.NoError(t, tab.Navigate(s.URL+"/other.html"))
	require.NoError(t, tab.Until("document.body.textContent.trim() == 'another page'"))
	streams.CloseClientConnections()
	require.NoError(t, tab.Back())
	require.NoError(t, tab.Until("got == '1,2' || window.restored === false"))
	require.NoError(t, tab.Until("restored"), "the page was not in the cache")
	mu.Lock()
	defer mu.Unlock()
	require.Equal(t, []string{"", "1"}, ids)
}

// A resumable is a server whose streams end after each event.
type resumable struct {
	*httptest.Server
	refuses bool
	ids     bool // requests with an ID are reset, or others
	down    int  // which HEAD request is reset; 0: none

	mu     sync.Mutex
	resets int
	got    []string // IDs of the requests that were answered
	asked  int      // preflights and HEAD requests
	heads  int      // HEAD requests
}

func newResumable(refuses, ids bool, resets, down int) *resumable {
	s := &resumable{refuses: refuses, ids: ids, resets: resets, down: down}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

func (s *resumable) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := r.Header.Get("Last-Event-ID")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	switch {
	case r.Method == http.MethodOptions:
		s.asked++
		if !s.refuses {
			w.Header().Set("Access-Control-Allow-Headers", "Last-Event-ID")
			w.Header().Set("Access-Control-Max-Age", "60")
		}
		return
	case r.Method == http.MethodHead:
		s.asked++
		if s.heads++; s.heads == s.down {
			reset(w)
		}
		return
	case (id != "") == s.ids && s.resets > 0:
		s.resets--
		reset(w)
		return
	}
	if id == "" {
		id = "-"
	}
	s.got = append(s.got, id)
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprintf(w, "retry: 10\n\nid: %d\ndata: x\n\n", len(s.got))
}

func reset(w http.ResponseWriter) {
	connection, _, _ := http.NewResponseController(w).Hijack()
	_ = connection.(*net.TCPConn).SetLinger(0)
	connection.Close()
}
