package polyfill_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// A replacedCase is what a page does with a package and with our replacement of it. The
// page's code calls log, and done once at the end.
type replacedCase struct {
	name     string
	code     string
	server   func(w http.ResponseWriter, r *http.Request, request int) // request counts from 1
	want     string                                                    // what the page logs
	original string                                                    // what it logs with the original, outcomes separated by " or "; "": the same
}

// TestEventSourcePolyfill checks that our class behaves as event-source-polyfill's, and
// the differences that MIGRATION.md lists.
func TestEventSourcePolyfill(t *testing.T) {
	t.Parallel()
	const create = `var source = new EventSourcePolyfill('/stream'); `
	replaced(t, "compat/event-source-polyfill", "event-source-polyfill/src/eventsource.js", []replacedCase{
		{"headers, and new ones for the next request", `
			var source = new EventSourcePolyfill('/stream', { headers: { 'X-Token': 'a' } })
			var count = 0
			source.onmessage = function (event) { log(event.data); if (++count == 2) done() }
			source.onerror = function () { source.headers = { 'X-Token': 'b' } }`,
			echo("X-Token", "Accept"), "a text/event-stream, b text/event-stream", ""},
		{"the last event ID in the query", create + `
			var count = 0
			source.onmessage = function (event) { log(event.data); if (++count == 2) done() }`,
			echoQuery, "/stream, /stream?lastEventId=1", ""},
		{"the last event ID in a parameter that the URL has", `
			var source = new EventSourcePolyfill('/stream?last.id=7&room=1', { lastEventIdQueryParameterName: 'last.id' })
			var count = 0
			source.onmessage = function (event) { log(event.data); if (++count == 2) done() }`,
			echoQuery, "/stream?last.id=7&room=1, /stream?last.id=1&room=1", ""},
		{"details of a refused response", create + `
			source.onerror = function (event) {
				log(event.type, event.status, event.statusText, event.headers.get('X-Trace'), source.readyState)
				done()
			}`,
			status(http.StatusUnauthorized), "error 401 Unauthorized t1 2", ""},
		{"details of an open response", create + `
			source.onopen = function (event) { log(event.status, event.headers.get('X-Trace'), source.readyState); done() }`,
			stream(""), "200 t1 1", ""},
		{"a timeout", `
			var source = new EventSourcePolyfill('/stream', { heartbeatTimeout: 1000 })
			source.onerror = function (event) { log(/^No activity within 1000 milliseconds/.test(event.error.message), source.readyState); done() }`,
			stream(":\n"), "true 0", ""},
		{"a lost connection", create + `
			source.onopen = function () { log('open') }
			source.onerror = function (event) { log(event.error instanceof TypeError, source.readyState); done() }`,
			hangingUp, "open, true 0", ""},
		{"the end of a stream", create + `
			source.onerror = function (event) { log(event.error, source.readyState); source.close(); log(source.readyState); done() }`,
			ending("data: x\n\n"), "undefined 0, 2", ""},
		{"types of events, objects as listeners, removed listeners", create + `
			var removed = function () { log('removed') }
			source.addEventListener('a', { handleEvent: function (event) { log(event.type, event.data, event.lastEventId) } })
			source.addEventListener('a', removed)
			source.removeEventListener('a', removed)
			source.onmessage = function (event) { log(event.data); done() }`,
			stream("id: 1\nevent: a\ndata: b\n\ndata: c\n\n"), "a b 1, c", ""},
		{"close in a listener", create + `
			source.onmessage = function (event) { log(event.data); source.close(); setTimeout(done, 100) }`,
			stream("data: a\n\ndata: b\n\n"), "a", ""},
		{"the exports of a browser without EventSource",
			`log(NativeEventSource, EventSource === EventSourcePolyfill, EventSourcePolyfill.OPEN, EventSourcePolyfill.prototype.CLOSED); done()`,
			stream(""), "undefined true 1 2", ""},

		{"a transport", `
			try {
				new EventSourcePolyfill('/stream', { Transport: function () { this.open = function () { return { abort: function () {} } } } })
				log('accepted')
			} catch (error) { log(error) }
			done()`,
			stream(""), "TypeError: EventSourcePolyfill: the option Transport is not supported; use the option fetch", "accepted"},
		{"no URL", `try { new EventSourcePolyfill(); log('accepted') } catch (error) { log(error.name) } done()`,
			stream(""), "TypeError", "accepted"},
		{"a reconnection time of less than a second", create + `
			var began
			source.onerror = function () { if (!began) began = Date.now() }
			source.onopen = function () { if (began) { log(Date.now() - began < 900 ? 'obeyed' : 'at least a second'); done() } }`,
			ending("retry: 10\n"), "obeyed", "at least a second"},
		{"members of events", create + `
			source.onmessage = function (event) { log(event instanceof MessageEvent, event.origin == location.origin, event.timeStamp > 0); done() }`,
			stream("data: a\n\n"), "true true true", "false false false"},
		{"the option once", create + `
			source.addEventListener('message', function (event) { log(event.data) }, { once: true })
			source.addEventListener('end', done)`,
			stream("data: a\n\ndata: b\n\nevent: end\ndata\n\n"), "a", "a, b"},
		{"an ID that contains NUL", create + `source.onmessage = function (event) { log(escape(event.lastEventId)); done() }`,
			stream("id: 1\nid: 2\x00\ndata: a\n\n"), "1", "2%00"},
		{"event handlers that are not set, or set to a number", create + `log(source.onopen); source.onopen = 5; log(source.onopen); done()`,
			stream(""), "null, null", "undefined, 5"},
		{"the URL", create + `log(source.url == location.origin + '/stream'); done()`, stream(""), "true", "false"},
		{"headers assigned to a source made without them", create + `
			source.headers = { 'X-Token': 'a' }
			var count = 0
			source.onmessage = function (event) { log('<' + event.data + '>'); if (++count == 2) done() }`,
			echo("X-Token"), "<>, <>", "<>, <a>"},
		{"a field that sets the timeout", create + `
			source.onerror = function (event) { log('timeout'); done() }
			source.onmessage = function () { setTimeout(function () { log('open'); done() }, 3000) }`,
			stream("heartbeatTimeout: 1000\ndata: a\n\n"), "open", "timeout"},
		{"a redirect of a request that has headers", `
			var source = new EventSourcePolyfill('/stream', { headers: { 'X-Token': 'a' } })
			source.onmessage = function (event) { log('passed on:', event.data); done() }
			source.onerror = function (event) { log(event.reason); done() }`,
			redirecting, "redirect", "passed on: a"},
		{"a redirect that is allowed", `
			var source = new EventSourcePolyfill('/stream', { headers: { 'X-Token': 'a' }, redirect: 'follow' })
			source.onmessage = function (event) { log('passed on:', event.data); done() }`,
			redirecting, "passed on: a", ""},
	})
}

// TestFetchEventSource checks that our function behaves as that of
// @microsoft/fetch-event-source, and the differences that MIGRATION.md lists.
func TestFetchEventSource(t *testing.T) {
	t.Parallel()
	// A page that is hidden and shown.
	const visibility = `
		var hidden = false
		Object.defineProperty(document, 'hidden', { get: function () { return hidden } })
		function show(visible) { hidden = !visible; document.dispatchEvent(new Event('visibilitychange')) }
		`
	const settled = `.then(function () { log('resolved'); done() }, function (error) { log('rejected', error); done() })`
	replaced(t, "compat/fetch-event-source", "@microsoft/fetch-event-source/lib/esm/index.js", []replacedCase{
		{"method, headers and body", `
			fetchEventSource('/stream', {
				method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"a":1}',
				onmessage: function (event) { log(event.data) }
			})` + settled,
			echoBody, `POST application/json {"a":1}, resolved`, ""},
		{"each event", `
			fetchEventSource('/stream', { onmessage: function (event) { log(event.id, event.event, event.data, event.retry) } })` + settled,
			ending("id: 1\nevent: a\ndata: b\n\ndata: c\ndata: d\nid: 2\n\n"), "1 a b undefined, 2  c\nd undefined, resolved", ""},
		{"onopen sees the response", `
			fetchEventSource('/stream', {
				onopen: async function (response) { log(response.status, response.headers.get('content-type') == EventStreamContentType) },
				onmessage: function (event) { log(event.data) }
			})` + settled,
			ending("data: a\n\n"), "200 true, a, resolved", ""},
		{"onopen accepts another status and type", `
			fetchEventSource('/stream', { onopen: async function () {}, onmessage: function (event) { log(event.data) } })` + settled,
			func(w http.ResponseWriter, _ *http.Request, _ int) {
				w.Header().Set("Content-Type", "text/plain")
				w.WriteHeader(http.StatusAccepted)
				io.WriteString(w, "data: a\n\n")
			}, "a, resolved", ""},
		{"onopen throws, and onerror passes it on", `
			fetchEventSource('/stream', {
				onopen: async function (response) { throw new Error('fatal ' + response.status) },
				onerror: function (error) { throw error }
			})` + settled,
			status(http.StatusUnauthorized), "rejected Error: fatal 401", ""},
		{"onopen throws, and onerror tries again", `
			fetchEventSource('/stream', {
				onopen: async function (response) { if (response.status != 200) throw response.status },
				onmessage: function (event) { log(event.data) },
				onerror: function (error) { log('error', error); return 10 }
			})` + settled,
			func(w http.ResponseWriter, r *http.Request, request int) {
				if request == 1 {
					w.WriteHeader(http.StatusServiceUnavailable)
				} else {
					ending("data: a\n\n")(w, r, request)
				}
			}, "error 503, a, resolved", ""},
		{"onmessage throws", `
			fetchEventSource('/stream', {
				onmessage: function (event) { log(event.data); throw 'fatal' },
				onerror: function (error) { throw error }
			})` + settled,
			stream("data: a\n\ndata: b\n\n"), "a, rejected fatal", ""},
		{"another type without onopen", `fetchEventSource('/stream', { onerror: function (error) { throw error } })` + settled,
			func(w http.ResponseWriter, _ *http.Request, _ int) { w.Header().Set("Content-Type", "text/html") },
			"rejected Error: Expected content-type to be text/event-stream, Actual: text/html", ""},
		{"onclose throws, and the next request continues", `
			var count = 0
			fetchEventSource('/stream', {
				onmessage: function (event) { log(event.data) },
				onclose: function () { if (++count < 2) throw 'closed' },
				onerror: function (error) { log(error); return 1 }
			})` + settled,
			func(w http.ResponseWriter, r *http.Request, request int) {
				ending(fmt.Sprintf("id: %d\ndata: after %s.\n\n", request, r.Header.Get("Last-Event-ID")))(w, r, request)
			}, "after ., closed, after 1., resolved", ""},
		{"the stream sets the delay", `
			var began
			fetchEventSource('/stream', {
				onopen: async function () { if (began) { log(Date.now() - began < 900 ? 'obeyed' : 'late'); throw 'enough' } },
				onclose: function () { began = Date.now(); throw 'closed' },
				onerror: function (error) { if (error == 'enough') throw error }
			})` + settled,
			ending("retry: 10\n\n"), "obeyed, rejected enough", ""},
		{"a lost connection", `
			fetchEventSource('/stream', {
				onopen: async function () { log('open') },
				onerror: function (error) { log(error instanceof TypeError); throw 'lost' }
			})` + settled,
			hangingUp, "open, true, rejected lost", ""},
		{"a signal", `
			var controller = new AbortController()
			fetchEventSource('/stream', {
				signal: controller.signal,
				onmessage: function (event) { log(event.data); controller.abort() }
			})` + settled,
			stream("data: a\n\n"), "a, resolved", ""},
		{"a function for fetch", `
			fetchEventSource('/stream', {
				fetch: function (url, init) { log(url, init.headers.accept || init.headers.Accept); return fetch(url, init) },
				onmessage: function (event) { log(event.data) }
			})` + settled,
			ending("data: a\n\n"), "/stream text/event-stream, a, resolved", ""},
		{"the last event ID of the first request", `
			fetchEventSource('/stream', { headers: { 'last-event-id': '7' }, onmessage: function (event) { log(event.data) } })` + settled,
			func(w http.ResponseWriter, r *http.Request, request int) {
				ending("data: "+r.Header.Get("Last-Event-ID")+"\n\n")(w, r, request)
			}, "7, resolved", ""},
		{"the page is hidden and shown", visibility + `
			var count = 0
			fetchEventSource('/stream', { onmessage: function (event) {
				log(event.data)
				if (++count == 2) return done()
				setTimeout(show, 10, false)
				setTimeout(show, 100, true)
			} })`,
			numberedRequest, "1 , 2 1", ""},
		{"the page is hidden, and the stream stays open", visibility + `
			var count = 0
			fetchEventSource('/stream', { openWhenHidden: true, onmessage: function (event) {
				log(event.data)
				setTimeout(show, 10, false)
				setTimeout(show, 100, true)
				setTimeout(done, 500)
			} })`,
			numberedRequest, "1 ", ""},

		{"the page is hidden during the delay", visibility + `
			var count = 0
			fetchEventSource('/stream', {
				onopen: async function (response) { log('request', hidden ? 'hidden' : 'shown'); if (++count == 2) done(); else throw 'refused' },
				onerror: function () { setTimeout(show, 10, false); setTimeout(show, 400, true); return 100 }
			})`,
			stream(""), "request shown, request shown", "request shown, request hidden"},
		{"a signal that is aborted before", `
			var controller = new AbortController()
			controller.abort()
			fetchEventSource('/stream', { signal: controller.signal, onopen: async function () { log('connected'); done() } })` + settled,
			stream(""), "resolved", "connected"},
		{"blank lines", `fetchEventSource('/stream', { onmessage: function (event) { log('event ' + event.data) } })` + settled,
			ending("\n\n:\n\ndata: a\n\n"), "event a, resolved", "event , event , event , event a, resolved"},
		{"empty lines of data", `fetchEventSource('/stream', { onmessage: function (event) { log(JSON.stringify(event.data)) } })` + settled,
			ending("data:\ndata: a\n\n"), `"\na", resolved`, `"a", resolved`},
		{"the ID of an event without one", `fetchEventSource('/stream', { onmessage: function (event) { log(event.data, event.id) } })` + settled,
			ending("id: 1\ndata: a\n\ndata: b\n\n"), "a 1, b 1, resolved", "a 1, b , resolved"},
		{"a type that begins with text/event-stream", `
			fetchEventSource('/stream', { onmessage: function (event) { log(event.data) }, onerror: function (error) { throw 'refused' } })` + settled,
			func(w http.ResponseWriter, _ *http.Request, _ int) {
				w.Header().Set("Content-Type", "text/event-streamx")
				io.WriteString(w, "data: a\n\n")
			}, "rejected refused", "a, resolved"},
		{"an ID with characters beyond Latin-1", `
			var count = 0
			fetchEventSource('/stream', {
				onmessage: function (event) { log(event.data) },
				onclose: function () { if (++count < 2) throw 'closed' },
				onerror: function (error) { if (error != 'closed') throw 'cannot reconnect'; return 1 }
			})` + settled,
			func(w http.ResponseWriter, r *http.Request, request int) {
				ending("id: 漢\ndata: after "+r.Header.Get("Last-Event-ID")+".\n\n")(w, r, request)
			}, "after ., after 漢., resolved", "after ., rejected cannot reconnect"},
		{"the page is hidden from the start", visibility + `
			hidden = true
			setTimeout(show, 300, true)
			setTimeout(done, 900) // before the original reconnects, one second after a stream has ended
			fetchEventSource('/stream', { onmessage: function (event) { log(event.data) } })`,
			numberedRequest, "1 ", "1 , 2 1 or 1 , 3 1"}, // it may send a request more and abort it
		{"another status without onopen", `fetchEventSource('/stream', { onmessage: function (event) { log(event.data) }, onerror: function (error) { throw error.message } })` + settled,
			func(w http.ResponseWriter, _ *http.Request, _ int) {
				w.WriteHeader(http.StatusInternalServerError)
				io.WriteString(w, "data: a\n\n")
			}, "rejected Expected status 200, Actual: 500", "a, resolved"},
		{"Headers", `fetchEventSource('/stream', { headers: new Headers({ 'X-Token': 'a' }), onmessage: function (event) { log('<' + event.data + '>') } })` + settled,
			echo("X-Token"), "<a>, resolved", "<>, resolved"},
		{"a worker", `
			var code = "importScripts('" + location.origin + "/bundle.js');" +
				"fetchEventSource('" + location.origin + "/stream', { onmessage: function (event) { postMessage(event.data) }, onerror: function (error) { throw error } })" +
				".then(null, function (error) { postMessage(error.name) })"
			var worker = new Worker(URL.createObjectURL(new Blob([code])))
			worker.onmessage = function (event) { log(event.data); done() }`,
			stream("data: a\n\n"), "a", "ReferenceError"},
		{"a Request", `
			fetchEventSource(new Request('/stream', { method: 'POST', headers: { 'Content-Type': 'a/b' }, body: 'c' }), {
				onmessage: function (event) { log(event.data) }
			})` + settled,
			echoBody, "POST a/b c, resolved", "POST  c, resolved"},
		{"a redirect of a request that has headers", `
			fetchEventSource('/stream', { headers: { 'X-Token': 'a' }, onmessage: function (event) { log('passed on:', event.data); done() } })
				.then(null, function (error) { log(error.message.slice(0, 45)); done() })`,
			redirecting, "fetchEventSource: the response is a redirect,", "passed on: a"},
	})
}

// replaced runs the cases with a package that scripts/install-peers.sh installs, and with
// ours.
func replaced(t *testing.T, ours, theirs string, tests []replacedCase) {
	original, err := filepath.Abs("../build/peers/node_modules/" + theirs)
	require.NoError(t, err)
	if _, err := os.Stat(original); err != nil {
		missing(t, theirs+" is not installed: run sh scripts/install-peers.sh")
	}
	p := newProject(t)
	bundles := map[string]string{}
	for name, module := range map[string]string{"ours": "eventsource-wasm/" + ours, "original": original} {
		p.write(t, "main.js", fmt.Sprintf("import * as all from %q\nfor (var name in all) self[name] = all[name]\n", module))
		bundles[name] = string(p.esbuild(t, "main.js"))
	}
	window := openBrowser(t)
	for _, tt := range tests {
		for _, name := range []string{"ours", "original"} {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := serve(t, site{
					"bundle.js": bundles[name],
					"index.html": `<script>
						var report = console.log
						console.error = function () {}
						var lines = []
						function log() { if (lines) lines.push([].map.call(arguments, String).join(' ')) }
						function done() { if (lines) report(lines.join(', ')); lines = null }
					</script><script src="bundle.js"></script><script>` + tt.code + `</script>`,
				}, "")
				pages := s.Config.Handler
				var requests atomic.Int32
				s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path != "/stream" {
						pages.ServeHTTP(w, r)
						return
					}
					w.Header().Set("Content-Type", "text/event-stream")
					w.Header().Set("X-Trace", "t1")
					tt.server(w, r, int(requests.Add(1)))
				})
				want := tt.want
				if name == "original" && tt.original != "" {
					want = tt.original
				}
				require.Contains(t, strings.Split(want, " or "), s.logged(t, window))
			})
		}
	}
}

// stream sends a text and keeps the stream open.
func stream(text string) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, r *http.Request, _ int) {
		io.WriteString(w, text)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
}

// ending sends a text and ends the stream.
func ending(text string) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, _ *http.Request, _ int) { io.WriteString(w, text) }
}

func status(code int) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(code) }
}

// echo sends an event with the values of headers, and ends the stream.
func echo(names ...string) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, r *http.Request, _ int) {
		var values []string
		for _, name := range names {
			values = append(values, r.Header.Get(name))
		}
		fmt.Fprintf(w, "id: 1\ndata: %s\n\n", strings.Join(values, " "))
	}
}

// echoQuery sends an event with the URL, whose parameters are sorted, and ends the stream.
func echoQuery(w http.ResponseWriter, r *http.Request, _ int) {
	url := *r.URL
	url.RawQuery = url.Query().Encode()
	fmt.Fprintf(w, "id: 1\ndata: %s\n\n", &url)
}

// echoBody sends an event with the method, the type and the body, and ends the stream.
func echoBody(w http.ResponseWriter, r *http.Request, _ int) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "data: %s %s %s\n\n", r.Method, r.Header.Get("Content-Type"), body)
}

// numberedRequest sends an event with the number of the request, which is also its ID, and the
// last event ID, and keeps the stream open.
func numberedRequest(w http.ResponseWriter, r *http.Request, request int) {
	stream(fmt.Sprintf("id: %d\ndata: %[1]d %s\n\n", request, r.Header.Get("Last-Event-ID")))(w, r, request)
}

// hangingUp begins a response, waits for its event to arrive, and drops the connection.
func hangingUp(w http.ResponseWriter, _ *http.Request, _ int) {
	out := http.NewResponseController(w)
	io.WriteString(w, ":\n")
	out.Flush()
	hangUp(out, "")
}

// redirecting redirects to another origin, which sends an event with a header.
func redirecting(w http.ResponseWriter, r *http.Request, _ int) {
	const other = "localhost"
	host, port, _ := net.SplitHostPort(r.Host)
	if host != other {
		http.Redirect(w, r, "http://"+net.JoinHostPort(other, port)+r.URL.Path, http.StatusTemporaryRedirect)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "X-Token")
	if r.Method == http.MethodGet {
		fmt.Fprintf(w, "data: %s\n\n", r.Header.Get("X-Token"))
	}
}

// TestReplacementsInNode checks that both modules work in Node.js.
func TestReplacementsInNode(t *testing.T) {
	t.Parallel()
	streams := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: %s\n\n", r.Header.Get("X-Token"))
	}))
	defer streams.Close()
	p := newProject(t)
	const polyfill = `
		var source = new EventSourcePolyfill('URL', { headers: { 'X-Token': 'a' } })
		source.onmessage = function (event) { source.close(); process.exitCode = event.data == 'a' ? 0 : 1 }`
	const fetching = `
		process.exitCode = 1
		fetchEventSource('URL', { headers: { 'X-Token': 'a' }, onmessage: function (event) { process.exitCode = event.data == 'a' ? 0 : 1 } })`
	for file, code := range map[string]string{
		"polyfill.mjs": `import { EventSourcePolyfill } from 'eventsource-wasm/compat/event-source-polyfill'` + polyfill,
		"polyfill.cjs": `var EventSourcePolyfill = require('eventsource-wasm/compat/event-source-polyfill').EventSourcePolyfill` + polyfill,
		"fetch.mjs":    `import { fetchEventSource } from 'eventsource-wasm/compat/fetch-event-source'` + fetching,
		"fetch.cjs":    `var fetchEventSource = require('eventsource-wasm/compat/fetch-event-source').fetchEventSource` + fetching,
	} {
		t.Run(file, func(t *testing.T) {
			p.write(t, file, strings.ReplaceAll(code, "URL", streams.URL))
			p.run(t, "node", file)
		})
	}
}
