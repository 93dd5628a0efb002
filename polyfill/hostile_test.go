package polyfill_test

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Other code on the page: patched globals, polyfills, libraries. Each page logs what
// its last script says.
func TestOtherCode(t *testing.T) {
	const (
		load   = `<script src="eventsource.js"></script>`
		listen = `<script>new EventSource('/events').onmessage = function (event) { console.log(event.data) }</script>`
		noWasm = "script-src 'self' 'unsafe-inline'"
	)
	tests := []struct {
		name, page string
		policy     string
		want       string
	}{
		{"members on the prototypes of objects and arrays, before", `<script>Object.prototype.extra = function () {}; Array.prototype.extra = 1</script>` + load + listen, "", "hello"},
		{"members on the prototypes of objects and arrays, after", load + `<script>Object.prototype.extra = function () {}; Array.prototype.extra = 1</script>` + listen, "", "hello"},
		{"members on the prototypes, without WebAssembly", `<script>Object.prototype.extra = function () {}</script>` + load + listen, noWasm, "hello"},
		{"members on the prototypes, without fetch", `<script>delete self.fetch; Object.prototype.extra = function () {}</script>` + load + listen, "", "hello"},
		{"globals with the names that the script uses", load + `<script>
			var names = ['fetch', 'setTimeout', 'clearTimeout', 'Promise', 'TextDecoder', 'AbortController', 'MessageChannel', 'Event', 'MessageEvent',
				'EventTarget', 'Response', 'URL', 'WebAssembly', 'performance', 'scheduler', 'name', 'status', 'reportError', 'queueMicrotask', 'Zone']
			names.forEach(function (name) { self[name] = 'garbage' })
		</script>` + listen, "", "hello"},
		{"an element with the id EventSource", `<form id="EventSource"></form>` + load + listen, "", "hello"},
		{"timers that stand still", load + `<script>
			self.setTimeout = self.setInterval = function () { return 1 }
			new EventSource('/missing').onerror = function () { console.log('error ' + this.readyState) }
		</script>`, "", "error 2"},
		{"a class Event of the page's own, before", `<script>self.Event = function (event) { return { event: event } }</script>` + load + `<script>
			var source = new EventSource('/events')
			source.addEventListener('other', function (event) { console.log(event.type) })
			var event = document.createEvent('Event')
			event.initEvent('other', false, false)
			source.dispatchEvent(event)
		</script>`, "", "other"},
		{"a decoder that ignores stream", `<script>
			var Native = TextDecoder
			self.TextDecoder = function () { this.decode = function (bytes) { return new Native().decode(bytes) } }
		</script>` + load + `<script>new EventSource('/cut').onmessage = function (event) { console.log(event.data === '\u00e9' ? 'whole' : 'cut') }</script>`, "", "whole"},
		{"an AbortController that stops nothing", `<script>
			self.AbortController = function () { this.signal = undefined; this.abort = function () {} }
		</script>` + load + `<script>
			var source = new EventSource('/closed')
			source.onmessage = function () { source.close() }
		</script>`, "", "closed"},
		{"fetch is replaced later", load + `<script>self.fetch = function () { return new Promise(function () {}) }</script>` + listen, "", "hello"},
		{"another script that defines EventSourcePolyfill", `<script>self.EventSourcePolyfill = function Other() {}; delete self.EventSource</script>` + load + listen, "", "hello"},
		{"event-source-polyfill before ours, which replaces it", `<script src="peer.js"></script><script src="eventsource.js" data-install="always"></script>
			<script>console.log(EventSource === EventSourcePolyfill && 'version' in EventSourcePolyfill)</script>`, "", "true"},
		{"the script twice", load + `<script>var first = EventSource</script>` + load + `<script>console.log(first === EventSource, typeof NativeEventSource)</script>`, "", "true undefined"},
		{"options that this build ignores", load + `<script>
			console.warn = console.log
			new EventSource('/events', { headers: { a: 'b' } })
			new EventSource('/events', { headers: { a: 'b' } })
		</script>`, "", "EventSource: headers, method and body are ignored here; eventsource-plus takes them"},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := site{"index.html": tt.page}
			copied(t, p, files)
			if strings.Contains(tt.page, "peer.js") {
				files["peer.js"] = dependency(t, "event-source-polyfill/src/eventsource.js")
			}
			s := serve(t, files, tt.policy)
			mux := http.NewServeMux()
			mux.Handle("/", s.Config.Handler)
			mux.HandleFunc("GET /cut", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				for _, part := range []string{"data: \xc3", "\xa9\n\n"} {
					io.WriteString(w, part)
					w.(http.Flusher).Flush()
				}
				<-r.Context().Done()
			})
			mux.HandleFunc("GET /closed", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				io.WriteString(w, "data: x\n\n")
				w.(http.Flusher).Flush()
				<-r.Context().Done()
				s.log <- "closed"
			})
			s.Config.Handler = mux
			require.Equal(t, tt.want, s.logged(t, window))
		})
	}
}

// A listener runs in the zone of zone.js in which it was added, and an open stream
// is no unfinished work of that zone.
func TestZones(t *testing.T) {
	const story = `<script>
		var zones = [], work = 0
		function add() {
			Zone.root.fork({
				name: 'app',
				onHasTask: function (parent, current, target, state) {
					if (state.change === 'macroTask') work = state.macroTask
				}
			}).run(function () {
				var source = new EventSource('/burst')
				source.onopen = source.onmessage = heard
				source.addEventListener('message', heard)
			})
		}
		function heard(event) {
			zones.push(Zone.current.name)
			if (event.data === '5') Promise.resolve().then(function () {
				if (zones.length === 11) console.log(zones.join(' ') + ', work left: ' + !!work)
			})
		}
		add()
	</script>`
	want := strings.TrimSpace(strings.Repeat("app ", 11)) + ", work left: false"
	p := newProject(t)
	window := openBrowser(t)
	zone := dependency(t, "zone.js/bundles/zone.umd.js")
	const first, second = `<script src="zone.js"></script>`, `<script src="eventsource.js"></script>`
	tests := []struct {
		name, page string
	}{
		{"zone.js before", first + second},
		{"zone.js after", second + first},
		{"without WebAssembly", `<script>delete self.WebAssembly</script>` + first + second},
		{"without fetch", `<script>delete self.fetch</script>` + first + second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := site{"index.html": tt.page + story, "zone.js": zone}
			copied(t, p, files)
			s := serve(t, files, "")
			mux := http.NewServeMux()
			mux.Handle("/", s.Config.Handler)
			mux.HandleFunc("GET /burst", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				io.WriteString(w, "data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\ndata: 5\n\n")
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			})
			s.Config.Handler = mux
			require.Equal(t, want, s.logged(t, window))
		})
	}
}

// dependency returns a file of a package that scripts/install-package-tools.sh
// installs.
func dependency(t *testing.T, name string) string {
	content, err := os.ReadFile(installed(t, name))
	require.NoError(t, err)
	return string(content)
}
