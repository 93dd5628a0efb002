package polyfill_test

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/polyfill"
)

// TestOtherCode checks that the script works beside other code: patched globals,
// polyfills and libraries.
func TestOtherCode(t *testing.T) {
	t.Parallel()
	const (
		load   = `<script src="eventsource.js"></script>`
		listen = `<script>new EventSource('/events').onmessage = function (event) { console.log(event.data) }</script>`
		noWasm = "script-src 'self' 'unsafe-inline'"
		cut    = `<script>new EventSource('/cut').onmessage = function (event) { console.log(event.data === '\u00e9' ? 'whole' : 'cut') }</script>`
		closes = `<script>
			var source = new EventSource('/closed')
			source.onmessage = function () { source.close() }
		</script>`
		throws = `<script>new EventSource('/events').onmessage = function () { throw new Error('thrown') }</script>`
		// A hidden page runs such a timer once a second.
		slow = `<script>
			var timers = 0, native = self.setTimeout
			self.setTimeout = function (callback, delay) { timers++; return native(callback, delay) }
			delete self.Promise
		</script><script src="npm/promise-polyfill/dist/polyfill.js"></script>`
		burst = `<script>new EventSource('/burst?2000').onmessage = function (event) {
			if (event.data == '2000') console.log(event.data + ' with ' + (timers < 20 ? 'few' : timers) + ' timers')
		}</script>`
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
			NAMES.forEach(function (name) { if (name in self) self[name] = 'garbage' })
		</script>` + listen, "", "hello"},
		{"globals with the names that the script uses, without WebAssembly", `<script>delete self.WebAssembly</script><script src="eventsource-legacy.js"></script>` + load + `<script>
			NAMES.forEach(function (name) { if (name in self) self[name] = 'garbage' })
		</script>` + listen, "", "hello"},
		{"globals with the names that the script uses, without fetch", `<script>delete self.fetch</script><script src="eventsource-legacy.js"></script>` + load + `<script>
			NAMES.forEach(function (name) { if (name in self && name != 'XMLHttpRequest') self[name] = 'garbage' })
		</script>` + listen, "", "hello"},
		{"a global reportError that is no function", `<script>self.reportError = 'garbage'</script>` + load + throws, "", "Uncaught Error: thrown"},
		{"a global reportError that is no function, later", load + `<script>self.reportError = 'garbage'</script>` + throws, "", "Uncaught Error: thrown"},
		{"a global reportError that throws", `<script>self.reportError = function () { throw new Error('garbage') }</script>` + load + throws, "", "Uncaught Error: thrown"},
		{"a function of the page's own named reportError", load + `<script>self.reportError = function () { console.log('called') }</script>` + throws, "", "Uncaught Error: thrown"},
		{"an element with the id EventSource", `<form id="EventSource"></form>` + load + listen, "", "hello"},
		{"frozen timers", load + `<script>
			console.error = function () {} // says why
			self.setTimeout = self.setInterval = function () { return 1 }
			new EventSource('/missing').onerror = function () { console.log('error ' + this.readyState) }
		</script>`, "", "error 2"},
		{"the page's own class Event, before", `<script>self.Event = function (event) { return { event: event } }</script>` + load + `<script>
			var source = new EventSource('/events')
			source.addEventListener('other', function (event) { console.log(event.type) })
			var event = document.createEvent('Event')
			event.initEvent('other', false, false)
			source.dispatchEvent(event)
		</script>`, "", "other"},
		{"a decoder that ignores stream", `<script>
			var Native = TextDecoder
			self.TextDecoder = function () { this.decode = function (bytes) { return new Native().decode(bytes) } }
		</script>` + load + cut, "", "whole"},
		{"an AbortController that stops nothing", `<script>
			self.AbortController = function () { this.signal = undefined; this.abort = function () {} }
		</script>` + load + closes, "", "closed"},
		{"fast-text-encoding", `<script>delete self.TextDecoder</script><script src="npm/fast-text-encoding/text.min.js"></script>` + load + cut, "", "whole"},
		{"fastestsmallesttextencoderdecoder", `<script>delete self.TextDecoder</script><script src="npm/fastestsmallesttextencoderdecoder/EncoderDecoderTogether.min.js"></script>` + load + cut, "", "whole"},
		{"abortcontroller-polyfill", `<script>delete self.AbortController</script><script src="npm/abortcontroller-polyfill/dist/umd-polyfill.js"></script>` + load + closes, "", "closed"},
		{"whatwg-fetch before", `<script>delete self.fetch</script><script src="npm/whatwg-fetch/dist/fetch.umd.js"></script>` + load + listen, "", "hello"},
		{"whatwg-fetch after", `<script>delete self.fetch</script>` + load + `<script src="npm/whatwg-fetch/dist/fetch.umd.js"></script>` + listen, "", "hello"},
		{"web-streams-polyfill before", `<script>delete self.ReadableStream</script><script src="npm/web-streams-polyfill/dist/polyfill.es5.js"></script>` + load + closes, "", "closed"},
		{"web-streams-polyfill after", load + `<script>delete self.ReadableStream</script><script src="npm/web-streams-polyfill/dist/polyfill.es5.js"></script>` + closes, "", "closed"},
		{"promise-polyfill, whose promises wait for timers", slow + load + burst, "", "2000 with few timers"},
		{"promise-polyfill, without WebAssembly", `<script>delete self.WebAssembly</script>` + slow + load + burst, "", "2000 with few timers"},
		{"promise-polyfill, without fetch", `<script>delete self.fetch</script>` + slow + load + burst, "", "2000 with few timers"},
		{"fetch is replaced later", load + `<script>self.fetch = function () { return new Promise(function () {}) }</script>` + listen, "", "hello"},
		{"another script that defines EventSourcePolyfill", `<script>self.EventSourcePolyfill = function Other() {}; delete self.EventSource</script>` + load + listen, "", "hello"},
		{"event-source-polyfill before ours, which replaces it", `<script src="npm/event-source-polyfill/src/eventsource.js"></script><script src="eventsource.js" data-install="always"></script>
			<script>console.log(EventSource === EventSourcePolyfill && 'version' in EventSourcePolyfill)</script>`, "", "true"},
		{"the script twice", load + `<script>var first = EventSource</script>` + load + `<script>console.log(first === EventSource, first === EventSourcePolyfill, typeof NativeEventSource)</script>`, "", "true true undefined"},
		{"a refused stream whose URL has tokens", load + `<script>
			console.error = function (line, reason) { console.log(line.replace(location.host, 'HOST') + ' ' + reason) }
			new EventSource('//user:secret@' + location.host + '/missing?token=secret#secret')
		</script>`, "", "EventSource http://HOST/missing failed: 404 text/plain; charset=utf-8"},
		{"options that this build ignores", load + `<script>
			console.warn = console.log
			new EventSource('/events', { headers: { a: 'b' } })
			new EventSource('/events', { headers: { a: 'b' } })
		</script>`, "", "EventSource: headers, method and body are ignored here; eventsource-plus takes them"},
	}
	names := globals(t)
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := site{"index.html": strings.ReplaceAll(tt.page, "NAMES", names)}
			copied(t, p, files)
			addDependencies(t, files)
			s := serve(t, files, tt.policy)
			require.Equal(t, tt.want, s.logged(t, window))
		})
	}
}

// TestZones checks that a listener runs in the zone of zone.js in which it was added,
// that all microtasks that it queues run before the next listener, and that an open
// stream does not count as unfinished work of that zone.
func TestZones(t *testing.T) {
	t.Parallel()
	const story = `<script>
		var zones = [], work = 0, order = ''
		function add() {
			Zone.root.fork({
				name: 'app',
				onHasTask: function (parent, current, target, state) {
					if (state.change === 'macroTask') work = state.macroTask
				}
			}).run(function () {
				var source = new EventSource('/burst?5')
				source.onopen = source.onmessage = heard
				source.addEventListener('message', heard)
			})
		}
		function heard(event) {
			var chain = Promise.resolve()
			zones.push(Zone.current.name)
			order += event.data || event.type
			for (var i = 0; i < 20; i++) chain = chain.then(function () {})
			chain.then(function () {
				order += '.'
				if (zones.length === 11) console.log(zones.join(' ') + ' ' + order + ' work left: ' + !!work)
			})
		}
		add()
	</script>`
	want := strings.Repeat("app ", 11) + "open.1.1.2.2.3.3.4.4.5.5. work left: false"
	p := newProject(t)
	const first, second = `<script src="npm/zone.js/bundles/zone.umd.js"></script>`, `<script src="eventsource.js"></script>`
	tests := []struct {
		name, page string
	}{
		{"zone.js before", first + second},
		{"zone.js after", second + first},
		{"without WebAssembly", `<script>delete self.WebAssembly</script>` + first + second},
		{"without fetch", `<script>delete self.fetch</script>` + first + second},
	}
	for _, name := range engines("chromium", "wpe", "firefox") {
		t.Run(name, func(t *testing.T) {
			window := open(t, name)
			for _, tt := range tests {
				t.Run(tt.name, func(t *testing.T) {
					files := site{"index.html": tt.page + story}
					copied(t, p, files)
					addDependencies(t, files)
					s := serve(t, files, "")
					require.Equal(t, want, s.logged(t, window))
				})
			}
		})
	}
}

// globals returns a JavaScript array of the names in the scripts, except those that a
// page needs itself: names of ECMAScript, console, and ours.
func globals(t *testing.T) string {
	found := map[string]bool{}
	for _, name := range []string{"eventsource.dev.js", "eventsource-legacy.dev.js"} {
		content, err := fs.ReadFile(polyfill.Dist, name)
		require.NoError(t, err)
		for _, match := range regexp.MustCompile(`[A-Za-z_$][\w$]*`).FindAllString(string(content), -1) {
			found[match] = true
		}
	}
	for _, name := range strings.Fields(`Object Array String Number Date Math Error TypeError RegExp Uint8Array Uint16Array Int32Array Int8Array Float32Array Function
		Symbol undefined NaN Infinity __proto__ constructor parseInt isNaN unescape encodeURIComponent eval
		self document location console EventSource EventSourcePolyfill NativeEventSource EventSourceLegacy XMLHttpRequest`) {
		delete(found, name)
	}
	require.Subset(t, slices.Collect(maps.Keys(found)), []string{"fetch", "Event", "setTimeout", "performance", "name"})
	names, err := json.Marshal(slices.Sorted(maps.Keys(found)))
	require.NoError(t, err)
	return string(names)
}

// cut sends a character in two parts.
func (s *server) cut(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, part := range []string{"data: \xc3", "\xa9\n\n"} {
		io.WriteString(w, part)
		w.(http.Flusher).Flush()
	}
	<-r.Context().Done()
}

// closed logs when the page disconnects.
func (s *server) closed(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	io.WriteString(w, "data: x\n\n")
	w.(http.Flusher).Flush()
	<-r.Context().Done()
	s.log <- "closed"
}

// burst sends as many messages as the query says, numbered from 1.
func (s *server) burst(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	count, _ := strconv.Atoi(r.URL.RawQuery)
	for i := range count {
		fmt.Fprintf(w, "data: %d\n\n", i+1)
	}
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// addDependencies adds the files of packages that the page loads, as npm/PATH.
func addDependencies(t *testing.T, files site) {
	for _, match := range regexp.MustCompile(`src="npm/([^"]+)"`).FindAllStringSubmatch(files["index.html"], -1) {
		files["npm/"+match[1]] = dependency(t, match[1])
	}
}

// dependency returns a file of a package that scripts/install-package-tools.sh
// installs.
func dependency(t *testing.T, name string) string {
	content, err := os.ReadFile(installed(t, name))
	require.NoError(t, err)
	return string(content)
}

// TestHiddenTab checks that events arrive at full speed in a hidden tab. Browsers run
// the timers of such a tab once a second: 2,000 turns by timers would take half an hour.
func TestHiddenTab(t *testing.T) {
	t.Parallel()
	const page = `<script>
		var received = 0
		function listen() {
			var source = new EventSource('/burst?2000')
			source.onmessage = function () { received++ }
			source.addEventListener('message', function (event) { received++; if (event.data == 2000) done() })
		}
		function done() { setTimeout(function () { console.log(document.visibilityState, received) }) }
		document.onvisibilitychange = listen
	</script>`
	p := newProject(t)
	window := open(t, "chromium")
	for tier, hidden := range map[string][]string{"fetch": nil, "JavaScript": {"WebAssembly"}, "XMLHttpRequest": {"fetch"}, "no scheduler": {"scheduler"}} {
		t.Run(tier, func(t *testing.T) {
			s := serve(t, withHidden(t, p, hidden, page), "")
			tab, err := window.OpenTab(t.Context(), s.URL)
			require.NoError(t, err)
			defer tab.Close()
			require.NoError(t, tab.Until("document.onvisibilitychange"))
			require.NoError(t, tab.SetHidden(true))
			select {
			case text := <-s.log:
				require.Equal(t, "hidden 4000", text)
			case <-time.After(limit):
				t.Fatal("the events did not arrive")
			}
		})
	}
}
