package polyfill_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Streams for TestLimits.
const (
	fields    = 1 << 20   // without a blank line
	aboveMost = 129 << 20 // bytes of an event that is too large
)

// everyCharacter is each character of the basic plane that an id may have, once.
func everyCharacter() string {
	var b strings.Builder
	for r := rune(1); r <= 0xFFFD; r++ {
		if r != '\n' && r != '\r' && r != '\uFEFF' && (r < 0xD800 || r > 0xDFFF) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// TestLimits checks what a page sees when a stream, or the page itself, goes to a limit or
// beyond. Cases of the groups security and long-stream check endless lines, blocks and
// comments.
func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, page, want string }{
		{"the 1,025th source fails, and works once another is closed", `
			var sources = [], failures = []
			console.error = function (line, reason) { failures.push(reason) }
			for (var i = 0; i < 1024; i++) sources.push(new EventSource('/events?' + i))
			new EventSource('/events?more').onerror = function () {
				if (this.readyState != 2) return
				sources.forEach(function (source) { source.close() })
				new EventSource('/events').onmessage = function (event) { console.log(failures + ', ' + event.data) }
			}`, "too many connections, hello"},
		{"ten thousand sources are made and closed", `
			var batches = 20
			new EventSource('/events').onmessage = function () {
				this.close()
				batch()
			}
			function batch() {
				var sources = []
				for (var i = 0; i < 500; i++) sources.push(new EventSource('/events'))
				sources.forEach(function (source) { source.close() })
				if (--batches) return setTimeout(batch)
				new EventSource('/events').onmessage = function (event) { console.log(event.data) }
			}`, "hello"},
		{"a million fields without a blank line are followed by an event", `
			new EventSource('/fields').onmessage = function (event) { console.log(event.data.length) }`, "1048575"},
		{"an id of 1 MiB has every character", `
			new EventSource('/id').onmessage = function (event) {
				var id = event.lastEventId, part = id.slice(0, id.length / 32), wrong = 0, last = 0
				for (var i = 0; i < part.length; i++) {
					if (part.charCodeAt(i) <= last) wrong++
					last = part.charCodeAt(i)
				}
				console.log(id.length, part.length, wrong, id == new Array(33).join(part))
			}`, fmt.Sprint(32*len([]rune(everyCharacter())), len([]rune(everyCharacter())), 0, true)},
		{"a head without end is a lost connection", `
			new EventSource('/head').onerror = function () {
				console.log('error', this.readyState)
				this.close()
			}`, "error 0"},
		{"a surrogate in the type becomes replacement characters", `
			var source = new EventSource('/surrogate'), types = ''
			;['\ud800', '\udfff', '\ufffd\ufffd\ufffd'].forEach(function (type, i) {
				source.addEventListener(type, function () { types += i })
			})
			source.onmessage = function () { console.log(types) }`, "2"},
		{"a listener that adds one at each call is called twice as often at each event", `
			var source = new EventSource('/burst?13'), calls = 0
			add()
			source.onmessage = function (event) { if (event.data == 13) console.log(calls - 1) }
			function add() {
				source.addEventListener('message', function () {
					calls++
					add()
				})
			}`, "4095"},
		{"every callback throws, and every error is reported", `
			var source = new EventSource('/ends'), messages = 0, reported = []
			self.onerror = function (message) { reported.push(/open|message|error|object/.exec(message)[0]); return true }
			source.onopen = function () { throw 'open' }
			source.onerror = function () { throw 'error' }
			source.addEventListener('message', { get handleEvent() { throw 'object' } })
			source.onmessage = function () {
				if (++messages == 2) {
					source.close()
					setTimeout(function () { console.log(reported) })
				}
				throw 'message'
			}`, "open,object,message,error,open,object,message"},
		{"an event of more than 128 MiB fails the source", `
			new EventSource('/large').onerror = function () { console.log('error', this.readyState) }`, "error 2"},
	}
	p := newProject(t)
	window := openBrowser(t)
	for tier, hidden := range map[string][]string{"fetch": nil, "JavaScript": {"WebAssembly"}, "XMLHttpRequest": {"fetch"}} {
		for _, tt := range tests {
			t.Run(tier+"/"+tt.name, func(t *testing.T) {
				if strings.Contains(tt.page, "/large") && tier != "fetch" {
					t.Skip("the core is the same, and takes seconds")
				}
				s := serve(t, withHidden(t, p, hidden, "<script>"+tt.page+"</script>"), "")
				s.handle("/fields", sent("data: a\n", fields/2, "a: b\nid\n", fields/4, "\n"))
				s.handle("/id", sent("id: ", 1, everyCharacter(), 32, "\ndata: a\n\n"))
				s.handle("/surrogate", sent("event: \xed\xa0\x80\ndata\n\ndata: a\n\n"))
				s.handle("/large", sent("data: ", 1, strings.Repeat("x", 1<<20), aboveMost>>20, "\n\n"))
				s.handle("/ends", func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/event-stream")
					io.WriteString(w, "retry: 1\ndata: a\n\n")
				})
				s.handle("/head", endlessHead)
				require.Equal(t, tt.want, s.logged(t, window))
			})
		}
	}
}

// sent returns a handler that sends a stream and keeps it open: texts, each of which may be
// followed by how often it is sent.
func sent(parts ...any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i, part := range parts {
			text, isText := part.(string)
			if !isText {
				continue
			}
			times := 1
			if i+1 < len(parts) {
				if n, ok := parts[i+1].(int); ok {
					times = n
				}
			}
			many := max(1, min(times, (1<<16)/len(text)))
			block := bytes.Repeat([]byte(text), many)
			for left := times; left > 0; left -= many {
				if _, err := w.Write(block[:min(left, many)*len(text)]); err != nil {
					return
				}
			}
		}
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
}

// endlessHead sends a head that never ends.
func endlessHead(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	_, err = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
	for line := []byte("X: " + strings.Repeat("x", 1000) + "\r\n"); err == nil; {
		_, err = conn.Write(line)
	}
}
