package polyfill_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
)

// How a page shares connections: what it runs before the script.
var sharedModes = map[string]string{
	"shared worker": `if (!self.SharedWorker) throw 'no SharedWorker'`,
	"leader":        `delete self.SharedWorker; if (!navigator.locks) throw 'no locks'`,
}

// TestShared checks that ten tabs have one connection over HTTP/1.1, that each receives
// every event once, also when the first tab is closed or crashes, that a late tab is open
// at once, and that the connection ends with the last source.
func TestShared(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	for _, name := range []string{"chromium", "firefox"} {
		for mode := range sharedModes {
			for _, end := range []string{"closed", "crashed"} {
				t.Run(name+"/"+mode+"/"+end, func(t *testing.T) { testShared(t, p, name, mode, end) })
			}
		}
	}
}

func testShared(t *testing.T, p project, name, mode, end string) {
	const tabs = 10
	if name != "chromium" && end == "crashed" {
		t.Skip("its driver cannot crash a tab")
	}
	files := site{"index.html": sharedPage(sharedModes[mode], "shared: true")}
	copied(t, p, files)
	s := serve(t, files, "")
	stream := newNumbered()
	s.handle("GET /numbered", stream.serve)
	ctx, cancel := context.WithTimeout(t.Context(), 4*limit)
	defer cancel()
	window := open(t, name)
	var opened []browser.Tab
	until := func(tab browser.Tab, condition string) {
		t.Helper()
		waitIn(t, s, tab, condition, "log + ' ' + got")
	}
	openTabs := func(count int) {
		before := len(opened)
		for range count {
			tab, err := window.OpenTab(ctx, s.URL)
			require.NoError(t, err)
			t.Cleanup(tab.Close)
			opened = append(opened, tab)
		}
		for _, tab := range opened[before:] {
			until(tab, "log == 'open'")
		}
	}
	all := func(tabs []browser.Tab, first, last int) {
		for _, tab := range tabs {
			until(tab, fmt.Sprintf("got == '%s'", numbers(first, last)))
		}
	}

	openTabs(1)
	openTabs(tabs - 1)
	stream.publish(20)
	all(opened, 1, 20)
	require.Equal(t, []string{""}, stream.requests())
	// A new leader, or a new shared worker, sends one request, at any time after the end.
	few := func() {
		t.Helper()
		if mode == "shared worker" && end == "closed" {
			require.Len(t, stream.requests(), 1)
		}
		require.LessOrEqual(t, len(stream.requests()), 2)
	}

	first, others := opened[0], opened[1:]
	stream.publish(5)
	if end == "crashed" {
		// A busy tab learns of the crash when the others have a connection again.
		until(opened[tabs-1], "setTimeout(function () { for (var end = Date.now() + 1500; Date.now() < end;); }), true")
		_ = first.Navigate("chrome://crash")
	} else {
		first.Close()
	}
	for range 10 {
		stream.publish(1)
		time.Sleep(20 * time.Millisecond)
	}
	all(others, 1, 35)
	few()

	openTabs(1)
	late := opened[tabs:]
	stream.publish(5)
	all(late, 36, 40)
	all(others, 1, 40)
	few()

	for _, tab := range slices.Backward(opened[1:]) { // the leader last
		until(tab, "source.close(), true")
	}
	require.Eventually(t, func() bool { return stream.open() == 0 }, limit, 10*time.Millisecond)
	few()
}

// waitIn waits until a condition is true in a tab. After 30 s the test fails and shows the
// value of an expression.
func waitIn(t *testing.T, s *server, tab browser.Tab, condition, shown string) {
	t.Helper()
	err := tab.Until("window.due = window.due || Date.now() + 30000, (" + condition + ") ? (due = 0, true) : " +
		"Date.now() > due && (due = Infinity, console.log(" + shown + "), false)")
	if err != nil {
		close(s.log)
		require.NoError(t, err, "%s: the page has %s", condition, <-s.log)
	}
}

// TestSharedAlone checks in one tab what becomes of bodies, of events that wait for their
// listeners while the leader changes, and of a browser that refuses a channel.
func TestSharedAlone(t *testing.T) {
	t.Parallel()
	const body = `source.onerror = function (event) {
		event.body().then(function (text) { log.push('body ' + text) }, function (error) { log.push(error.message) })
	}`
	tests := []struct {
		name   string
		path   string
		script string
		want   string // log
	}{
		{"the body of a page", "/login", body, "body please log in"},
		{"a body that is cut", "/cut-body", body, "body: the connection was lost"},
		{"a body that comes too late", "/slow-body", body, "body: the connection was lost"},
		{"a leader that closes during a burst", "/bursts", `
			var left = 30
			source.onmessage = function () {
				if (--left) return
				setTimeout(function () { // the other source has received the rest too, but not dispatched it
					log.push('closed')
					source.close()
				}, 200)
			}
			var got = 0
			source.onopen = function () { // it is the leader
				var other = new EventSourcePlus('/bursts', { shared: true })
				source.onopen = null
				other.onopen = function () { fetch('/burst-now') }
				other.onmessage = function () {
					if (++got < 30) for (var end = Date.now() + 40; Date.now() < end;);
					if (got == 60) log.push('60 events')
				}
			}`, "closed,60 events"},
	}
	p, window := newProject(t), open(t, "chromium")
	for mode, script := range sharedModes {
		for _, tt := range tests {
			t.Run(mode+"/"+tt.name, func(t *testing.T) {
				if mode == "shared worker" && tt.path == "/bursts" {
					t.Skip("the worker's connection stays open")
				}
				testSharedAlone(t, window, p, script, tt.path, tt.script, tt.want)
			})
		}
	}
	t.Run("no channel", func(t *testing.T) {
		testSharedAlone(t, window, p, sharedModes["leader"]+`; BroadcastChannel = function () { throw Error('denied') }`, "/bursts",
			`source.onopen = function () { log.push('open') }`, "open")
	})
}

func testSharedAlone(t *testing.T, window browser.Driver, p project, before, path, script, want string) {
	files := site{"index.html": `<script>` + before + `</script><script src="eventsource-plus.js"></script><script>
		var log = []
		var last
		var alone = new EventSourcePlus('/numbered')
		alone.onmessage = function (event) { last = event.data }
		var source = new EventSourcePlus('` + path + `', { shared: true })
		` + script + `
	</script>`}
	copied(t, p, files)
	s := serve(t, files, "")
	s.handle("GET /login", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "please log in")
	})
	s.handle("GET /cut-body", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "no")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	s.handle("GET /slow-body", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "no")
		w.(http.Flusher).Flush()
		time.Sleep(2 * time.Second) // longer than tabs wait for a body
	})
	// Each request gets 30 events without IDs in one piece, the first one when the page asks.
	due := make(chan struct{})
	release := sync.OnceFunc(func() { close(due) })
	s.handle("GET /burst-now", func(http.ResponseWriter, *http.Request) { release() })
	s.handle("GET /bursts", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "retry: 10\n\n")
		w.(http.Flusher).Flush()
		select {
		case <-due:
		case <-r.Context().Done():
		}
		fmt.Fprint(w, strings.Repeat("data: x\n\n", 30))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	stream := newNumbered()
	s.handle("GET /numbered", stream.serve)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tab, err := window.OpenTab(ctx, s.URL)
	require.NoError(t, err)
	t.Cleanup(tab.Close)
	waitIn(t, s, tab, "log.join() == '"+want+"'", "log.join() + ' ' + window.got")

	// Other sources of the tab still receive events, also after a late body.
	waitIn(t, s, tab, "window.later = window.later || Date.now() + 2500, Date.now() > later", "later")
	stream.publish(1)
	waitIn(t, s, tab, "last == '1'", "last")
}

// sharedPage returns a page that runs a script, opens a source of /numbered with options,
// and records what it receives.
func sharedPage(script, options string) string {
	return `<script>` + script + `</script><script src="eventsource-plus.js"></script><script>
		var got = []
		var log = []
		var source = new EventSourcePlus('/numbered', { ` + options + ` })
		source.onopen = function () { log.push('open') }
		source.onerror = function (event) { log.push(event.reason) }
		source.onmessage = function (event) { got.push(event.data) }
	</script>`
}

// numbers returns the numbers from first to last, with commas.
func numbers(first, last int) string {
	var texts []string
	for n := first; n <= last; n++ {
		texts = append(texts, strconv.Itoa(n))
	}
	return strings.Join(texts, ",")
}

// A numbered is a stream of numbered events that starts after the last event ID, or with
// the next event.
type numbered struct {
	mu      sync.Mutex
	changed *sync.Cond
	last    int // event
	ids     []string
	current int // streams that are open
}

func newNumbered() *numbered {
	n := &numbered{}
	n.changed = sync.NewCond(&n.mu)
	return n
}

func (n *numbered) serve(w http.ResponseWriter, r *http.Request) {
	stop := context.AfterFunc(r.Context(), func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.changed.Broadcast()
	})
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	n.mu.Lock()
	defer n.mu.Unlock()
	id := r.Header.Get("Last-Event-ID")
	n.ids = append(n.ids, id)
	next := n.last + 1
	if id != "" {
		next, _ = strconv.Atoi(id)
		next++
	}
	n.current++
	defer func() { n.current-- }()
	fmt.Fprint(w, "retry: 10\n\n")
	for r.Context().Err() == nil {
		for ; next <= n.last; next++ {
			fmt.Fprintf(w, "id: %d\ndata: %[1]d\n\n", next)
		}
		w.(http.Flusher).Flush()
		n.changed.Wait()
	}
}

// publish sends the next count events to all streams.
func (n *numbered) publish(count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.last += count
	n.changed.Broadcast()
}

// requests returns the last event IDs of the requests.
func (n *numbered) requests() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string{}, n.ids...)
}

func (n *numbered) open() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.current
}
