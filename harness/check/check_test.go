package check

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/refserver"
)

// A server is the scripts of the reference server, by connection. As [run.accompany]
// opens them: the stream, the one that accepts compression, the one with an unknown
// id, and the resumed one.
type server []catalogue.Connection

const (
	asStream = iota
	asCompressed
	asUnknown
	asResumed
)

// goodHeaders are the headers of a server without faults.
func goodHeaders() [][2]string {
	return [][2]string{
		{"Content-Type", "text/event-stream"},
		{"Cache-Control", "no-store, no-transform"},
		{"X-Accel-Buffering", "no"},
	}
}

func respond(status int, headers [][2]string) catalogue.Step {
	return catalogue.Step{Verb: catalogue.Respond, Head: catalogue.Head{Status: status, Reason: http.StatusText(status), Headers: headers, Framing: catalogue.Chunked}}
}

func send(gap time.Duration, text string) catalogue.Step {
	return catalogue.Step{Verb: catalogue.Send, Bytes: []byte(text), Repeat: 1, Gap: gap}
}

var hold = catalogue.Step{Verb: catalogue.Hold}

// numbered returns an event with an id.
func numbered(n int) string { return fmt.Sprintf("id: %d\ndata: event %d\n\n", n, n) }

// lasting is how many events a stream has, one a second.
const lasting = 110

// good returns a server without faults.
func good() server {
	connection := func(retry, from int, backlog string) catalogue.Connection {
		c := catalogue.Connection{respond(200, goodHeaders()), send(0, fmt.Sprintf("retry: %d\n\n%s", retry, backlog))}
		for n := from; n <= lasting; n++ {
			c = append(c, send(time.Second, numbered(n)))
		}
		return append(c, hold)
	}
	return server{
		asStream:     connection(1000, 1, ""),
		asCompressed: connection(1100, 1, ""),
		asUnknown:    connection(1200, 1, ""),
		asResumed:    connection(1300, 4, numbered(2)+numbered(3)), // after id 1, when event 3 has been sent
	}
}

// header changes a header of all connections; with an empty value it removes it.
func (s server) header(name, value string) server {
	for _, c := range s {
		headers := slices.DeleteFunc(slices.Clone(c[0].Head.Headers), func(h [2]string) bool { return h[0] == name })
		if value != "" {
			headers = append(headers, [2]string{name, value})
		}
		c[0].Head.Headers = headers
	}
	return s
}

// sends replaces what a connection sends after its head.
func (s server) sends(connection int, steps ...catalogue.Step) server {
	s[connection] = append(catalogue.Connection{s[connection][0]}, steps...)
	return s
}

// instead replaces a text of a connection.
func (s server) instead(connection int, old, text string) server {
	for i := range s[connection] {
		step := &s[connection][i]
		step.Bytes = bytes.Replace(step.Bytes, []byte(old), []byte(text), 1)
	}
	return s
}

// answers makes a connection answer with a status and a body.
func (s server) answers(connection, status int, headers [][2]string, body string) server {
	s[connection] = catalogue.Connection{respond(status, headers), send(0, body), {Verb: catalogue.End}}
	return s
}

// insert adds a connection.
func (s server) insert(at int, c catalogue.Connection) server { return slices.Insert(s, at, c) }

// until cuts a connection's script after a number of steps, and adds others.
func (s server) until(connection, steps int, last ...catalogue.Step) server {
	s[connection] = append(s[connection][:steps:steps], last...)
	return s
}

// origin is that of the pages in tests of CORS.
const origin = "https://app.example"

// preflightAnswer allows what the preflight asks for.
func preflightAnswer(headers ...[2]string) catalogue.Connection {
	return catalogue.Connection{respond(204, append([][2]string{{"Access-Control-Allow-Origin", origin}}, headers...)), {Verb: catalogue.End}}
}

// shared is a server that a page of the origin may read.
func shared() server {
	return good().header("Access-Control-Allow-Origin", origin).header("Vary", "Origin").
		insert(1, preflightAnswer([2]string{"Access-Control-Allow-Headers", "Last-Event-ID"}))
}

// A trial is a server and how it is checked.
type trial struct {
	name    string
	server  server
	options Options
	host    string   // of the URL: catalogue.HTTP2Host or LocalHost; "": plain HTTP
	want    []string // ids, without check/
	seen    string   // a part of what the first finding says
}

func trials() []trial {
	event := func(text string) server { return good().instead(asStream, "data: event 2\n", text) }
	end, headers := catalogue.Step{Verb: catalogue.End}, catalogue.Step{Verb: catalogue.Headers}
	slow := catalogue.Step{Verb: catalogue.Pause, Pause: 1500 * time.Millisecond}
	return []trial{
		{name: "no fault", server: good()},
		{name: "no fault, for longer", server: good(), options: Options{For: 105 * time.Second}},
		{name: "no fault, for a page of another origin", server: shared(), options: Options{Origin: origin}},
		{name: "no fault, over HTTP/2", server: good().insert(3, good()[asCompressed]), host: catalogue.HTTP2Host},
		{name: "no fault, with comments in place of events", server: good().sends(asStream, send(0, "retry: 1000\n\n"), send(20*time.Second, ":\n"), send(20*time.Second, ":\n"), hold), options: Options{For: 50 * time.Second}},
		{name: "no fault, compressed and flushed", server: good().header("Content-Encoding", "").compressed(true)},

		{name: "not HTTP", server: server{{{Verb: catalogue.Raw, Bytes: []byte("SSH-2.0-x\r\n"), Repeat: 1}, end}}, want: []string{"invalid-http"}, seen: "malformed HTTP"},
		{name: "a chunk without a size", server: good().sends(asStream, send(0, "retry: 1000\n\n"), send(time.Second, numbered(1)), end).raw(asStream, "zz\r\n"), want: []string{"invalid-http"}, seen: "after "},
		{name: "status", server: good().answers(asStream, 404, [][2]string{{"Content-Type", "text/plain"}}, "no such stream"), want: []string{"status"}, seen: "status 404"},
		{name: "no content", server: server{{respond(204, nil), end}}, want: []string{"status"}, seen: "204"},
		{name: "type", server: good().header("Content-Type", "text/plain"), want: []string{"type"}, seen: `"text/plain"`},
		{name: "no type", server: good().header("Content-Type", ""), want: []string{"type"}},
		{name: "login page", server: good().answers(asStream, 200, [][2]string{{"Content-Type", "text/html; charset=utf-8"}}, "<!DOCTYPE html><form>\x1b]0;"), want: []string{"html"}, seen: `<form>\x1b]0;`},
		{name: "charset", server: good().header("Content-Type", "text/event-stream; charset=iso-8859-1"), want: []string{"charset"}},
		{name: "cacheable", server: good().header("Cache-Control", "public, max-age=60, no-transform"), want: []string{"cacheable"}},
		{name: "expires", server: good().header("Cache-Control", "no-transform").header("Expires", "Tue, 01 Jan 2030 00:00:00 GMT"), want: []string{"cacheable"}},
		{name: "last modified", server: good().header("Cache-Control", "no-transform").header("Last-Modified", "Tue, 01 Jan 1980 00:00:00 GMT"), want: []string{"cacheable"}},
		{name: "no-cache alone", server: good().header("Cache-Control", "no-cache, no-transform"), want: []string{"no-store"}},
		{name: "no-store alone", server: good().header("Cache-Control", "no-store"), want: []string{"no-transform"}},
		{name: "length", server: good().length(asStream, 100000), want: []string{"content-length"}},
		{name: "no X-Accel-Buffering", server: good().header("X-Accel-Buffering", ""), want: []string{"accel-buffering"}},
		{name: "behind nginx, which removes X-Accel-Buffering", server: good().header("X-Accel-Buffering", "").header("Server", "nginx/1.22.1")},
		{name: "redirect", server: good().insert(0, catalogue.Connection{respond(307, [][2]string{{"Location", "?moved"}}), end}), want: []string{"redirect"}, seen: "?moved"},

		{name: "slow head", server: good().insertStep(asStream, 1, slow).insertStep(asCompressed, 1, slow), want: []string{"slow-head"}, seen: "1500 ms"},
		{name: "slow head of the first connection only", server: good().insertStep(asStream, 1, slow)},
		{name: "no head", server: server{{respond(200, goodHeaders()), hold}}, want: []string{"slow-head"}, seen: "no head in 20.0 s"},
		{name: "first byte", server: good().insertStep(asStream, 1, headers, slow).insertStep(asCompressed, 1, headers, slow), want: []string{"first-byte"}, seen: "1500 ms after the head"},
		{name: "no byte", server: good().sends(asStream, catalogue.Step{Verb: catalogue.Headers}, hold), want: []string{"buffered", "no-retry"}, seen: "not one byte"},
		{name: "head with many events", server: good().sends(asStream, slow, send(0, "retry: 1000\n\n"+numbered(1)+numbered(2)), hold).insertStep(asCompressed, 1, slow), want: []string{"buffered"}, seen: "with 2 events at once"},
		{name: "buffered", server: good().buffered(asStream, 100).resumesAfter2(), want: []string{"buffered"}, seen: "in the middle of a line"},
		{name: "late on the other connection", server: good().delayed(asCompressed, 3*time.Second), want: []string{"buffered"}, seen: "later than without"},
		{name: "compressed and not flushed", server: good().compressed(false), want: []string{"compressed-buffered"}, seen: `"gzip"`},
		{name: "compressed, and no head", server: good().sends(asCompressed, catalogue.Step{Verb: catalogue.Pause, Pause: time.Hour}).delayed(asStream, time.Second/2).resumesAfter2(), want: []string{"compressed-buffered"}, seen: "not even a head"},
		{name: "late blank line", server: good().instead(asStream, "data: event 2\n\n", "data: event 2\n").instead(asStream, "id: 3\n", "\nid: 3\n"), want: []string{"unfinished-block"}, seen: "1000 ms"},
		{name: "line ends", server: event("data: event 2\r\n"), want: []string{"line-ends"}, seen: "LF and CRLF"},
		{name: "UTF-8", server: event("data: event \xe9\n"), want: []string{"utf8"}, seen: `"\xe9`},
		{name: "unknown field", server: event("data: event 2\nDATA: x\n"), want: []string{"unknown-field"}, seen: `"DATA: x" at byte`},
		{name: "event name", server: event("event: error\ndata: event 2\n"), want: []string{"event-name"}},
		{name: "retry that is not a number", server: event("data: event 2\nretry: 2s\n"), want: []string{"retry-value"}},
		{name: "NUL in an id", server: event("id: \x00\ndata: event 2\n"), want: []string{"id-nul"}},

		{name: "no ids", server: good().withoutIDs(), want: []string{"no-ids"}},
		{name: "gap", server: good().instead(asResumed, numbered(2), ""), want: []string{"resume-gap"}, seen: `the next has the id "3"`},
		{name: "nothing that was missed", server: good().instead(asResumed, numbered(2)+numbered(3), ""), want: []string{"resume-gap"}},
		{name: "no event after resuming", server: good().sends(asResumed, send(0, "retry: 1300\n\n"), hold), want: []string{"resume-gap"}, seen: "no event came"},
		{name: "ids of the connection", server: good().instead(asResumed, numbered(2), "id: z\ndata: x\n\n"), want: []string{"resume-gap"}},
		{name: "repeat", server: good().instead(asResumed, numbered(2), numbered(1)+numbered(2)), want: []string{"resume-repeat"}},
		{name: "unknown id refused", server: good().answers(asUnknown, 400, [][2]string{{"Content-Type", "text/plain"}}, "bad id"), want: []string{"unknown-id"}, seen: "status 400"},
		{name: "unknown id not answered", server: good().sends(asUnknown, catalogue.Step{Verb: catalogue.Pause, Pause: time.Hour}).delayed(asStream, time.Second/2).resumesAfter2(), want: []string{"unknown-id"}, seen: "no response"},
		{name: "no retry", server: good().instead(asStream, "retry: 1000\n\n", ": hello\n\n"), want: []string{"no-retry"}},
		{name: "short retry", server: good().instead(asStream, "retry: 1000", "retry: 10"), want: []string{"retry-range"}},
		{name: "long retry", server: good().instead(asResumed, "retry: 1300", "retry: 99999999999999999999"), want: []string{"retry-range"}},
		{name: "constant retry", server: good().instead(asCompressed, "1100", "1000").instead(asUnknown, "1200", "1000").instead(asResumed, "1300", "1000"), want: []string{"retry-constant"}},

		{name: "silent", server: good().until(asStream, 10, hold), options: Options{For: 40 * time.Second}, want: []string{"silent"}, seen: "no byte for 32.0 s"},
		{name: "time limit", server: good().until(asStream, 32, catalogue.Step{Verb: catalogue.Cut}), options: Options{For: 40 * time.Second}, want: []string{"timed-out"}, seen: "broken 30.0 s"},
		{name: "time limit, with an end", server: good().until(asStream, 62, end), options: Options{For: 70 * time.Second}, want: []string{"timed-out"}, seen: "ended 60.0 s"},
		{name: "cut", server: good().until(asStream, 17, catalogue.Step{Verb: catalogue.Cut}), want: []string{"cut"}},
		{name: "end", server: good().until(asStream, 17, end), want: []string{"short-lived"}},
		{name: "end within an event", server: good().until(asStream, 17, send(time.Second, "data: x\n"), end), want: []string{"unfinished-block", "short-lived"}},

		{name: "unavailable", server: good().answers(asCompressed, 503, [][2]string{{"Content-Type", "text/plain"}}, "busy"), want: []string{"retry-after"}},
		{name: "too many", server: good().answers(asUnknown, 429, [][2]string{{"Content-Type", "text/plain"}, {"Retry-After", "5"}}, "busy")},
		{name: "an error that claims to be a stream", server: good().answers(asCompressed, 403, [][2]string{{"Content-Type", "text/event-stream"}}, "forbidden"), want: []string{"error-type"}},
		{name: "JSON that claims to be a page", server: good().answers(asCompressed, 401, [][2]string{{"Content-Type", "text/html"}}, `{"error": 1}`), want: []string{"error-type"}, seen: "a body of JSON"},

		{name: "no permission", server: shared().header("Access-Control-Allow-Origin", "").restorePreflight(), options: Options{Origin: origin}, want: []string{"cors"}},
		{name: "a wildcard, with cookies", server: shared().header("Access-Control-Allow-Origin", "*").restorePreflight("Access-Control-Allow-Credentials", "true"), options: Options{Origin: origin, Header: http.Header{"Cookie": {"a=b"}}}, want: []string{"cors"}},
		{name: "no Vary", server: shared().header("Vary", "Accept"), options: Options{Origin: origin}, want: []string{"vary"}},
		{name: "preflight refused", server: good().header("Access-Control-Allow-Origin", "*").insert(1, catalogue.Connection{respond(405, nil), end}), options: Options{Origin: origin}, want: []string{"preflight"}, seen: "status 405"},
		{name: "preflight without the header", server: good().header("Access-Control-Allow-Origin", "*").insert(1, preflightAnswer()), options: Options{Origin: origin}, want: []string{"preflight"}, seen: "last-event-id is not in"},

		{name: "no HTTP/2", server: good().insert(3, good()[asCompressed]), host: catalogue.LocalHost, want: []string{"http2"}},
		{name: "HTTP/2 differs", server: good().insert(3, catalogue.Connection{respond(404, nil), end}), host: catalogue.HTTP2Host, want: []string{"http2-differs"}},
		{name: "HTTP/2 is buffered", server: good().insert(3, good().delayed(asCompressed, 3*time.Second)[asCompressed]), host: catalogue.HTTP2Host, want: []string{"buffered"}},
	}
}

// restorePreflight gives the second connection the answer that it should have.
func (s server) restorePreflight(header ...string) server {
	s[1] = preflightAnswer([2]string{"Access-Control-Allow-Headers", "Last-Event-ID"})
	if header != nil {
		s[1][0].Head.Headers = append(s[1][0].Head.Headers, [2]string{header[0], header[1]})
	}
	return s
}

// raw makes the last send of a connection bytes that are not a chunk.
func (s server) raw(connection int, text string) server {
	var all strings.Builder
	fmt.Fprintf(&all, "HTTP/1.1 200 OK\r\n")
	for _, h := range goodHeaders() {
		fmt.Fprintf(&all, "%s: %s\r\n", h[0], h[1])
	}
	all.WriteString("Transfer-Encoding: chunked\r\n\r\n")
	for _, text := range []string{"retry: 1000\n\n", numbered(1)} {
		fmt.Fprintf(&all, "%x\r\n%s\r\n", len(text), text)
	}
	s[connection] = catalogue.Connection{{Verb: catalogue.Raw, Bytes: []byte(all.String() + text), Repeat: 1}, hold}
	return s
}

func (s server) length(connection, n int) server {
	s[connection][0].Head.Framing, s[connection][0].Head.Length = catalogue.Length, n
	return s
}

func (s server) insertStep(connection, at int, steps ...catalogue.Step) server {
	s[connection] = slices.Insert(slices.Clone(s[connection]), at, steps...)
	return s
}

// buffered makes a connection send as much at a time as fits into a buffer.
func (s server) buffered(connection, size int) server {
	buffered := s[connection][:1:1]
	var full []byte
	gap := time.Duration(0)
	for _, step := range s[connection][1:] {
		full, gap = append(full, step.Bytes...), gap+step.Gap
		for len(full) >= size {
			buffered, full, gap = append(buffered, send(gap, string(full[:size]))), full[size:], 0
		}
	}
	s[connection] = append(slices.Insert(buffered, 1, catalogue.Step{Verb: catalogue.Headers}, send(0, ":\n")), hold)
	return s
}

// delayed makes a connection send everything later.
func (s server) delayed(connection int, by time.Duration) server {
	return s.insertStep(connection, 2, catalogue.Step{Verb: catalogue.Pause, Pause: by})
}

// compressed makes the connection that accepts compression send gzip, flushed after
// each event or not.
func (s server) compressed(flushed bool) server {
	c := s[asCompressed]
	c[0].Head.Headers = append(slices.Clone(c[0].Head.Headers), [2]string{"Content-Encoding", "gzip"})
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for i := range c[1 : len(c)-1] {
		step := &c[i+1]
		w.Write(step.Bytes)
		if flushed {
			w.Flush()
		}
		step.Bytes = bytes.Clone(b.Bytes())
		b.Reset()
	}
	return s
}

// resumesAfter2 makes the resumed connection right for a client that saw event 2 last.
func (s server) resumesAfter2() server { return s.instead(asResumed, numbered(2), "") }

func (s server) withoutIDs() server {
	for _, c := range s {
		for i := range c {
			var kept []byte
			for line := range bytes.Lines(c[i].Bytes) {
				if !bytes.HasPrefix(line, []byte("id")) {
					kept = append(kept, line...)
				}
			}
			c[i].Bytes = kept
		}
	}
	return s
}

// A server that commits one fault is found to commit exactly that one.
func TestFaults(t *testing.T) {
	found := map[string]bool{}
	for _, tt := range trials() {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				report := tt.check(t)
				var ids []string
				for _, f := range report.Findings {
					ids = append(ids, strings.TrimPrefix(f.ID, "check/"))
					found[f.ID] = true
				}
				var text bytes.Buffer
				require.NoError(t, report.Terminal(&text))
				require.Equal(t, tt.want, ids, "%s", &text)
				require.NotContains(t, text.String(), "\x1b")
				if ids != nil {
					require.Contains(t, report.Findings[0].Seen, tt.seen)
				}
			})
		})
	}
	for _, rule := range Rules {
		require.True(t, found[rule.ID], "no server commits %s", rule.ID)
	}
}

// check runs the trial against a reference server in memory.
func (tt trial) check(t *testing.T) *Report {
	s, err := refserver.StartPipes(1, http.NotFoundHandler())
	require.NoError(t, err)
	defer s.Close()
	instance, err := s.Open(0, &catalogue.Case{Server: tt.server})
	require.NoError(t, err)
	defer instance.Finish()

	o := tt.options
	o.Dial, o.Insecure = s.Dial, true
	o.URL = instance.Env.Origin + "/case/" + instance.Env.Token + "/stream"
	switch tt.host {
	case catalogue.HTTP2Host:
		o.URL = strings.Replace(o.URL, instance.Env.Origin, instance.Env.HTTP2, 1)
	case catalogue.LocalHost:
		o.URL = strings.Replace(o.URL, instance.Env.Origin, instance.Env.HTTPS, 1)
	}
	report, err := Run(t.Context(), o)
	require.NoError(t, err)
	return report
}

func TestNotReached(t *testing.T) {
	_, err := Run(t.Context(), Options{URL: "http://127.0.0.1:1/"})
	require.ErrorIs(t, err, ErrNotReached)
	_, err = Run(t.Context(), Options{URL: "ftp://host/"})
	require.EqualError(t, err, `invalid URL "ftp://host/": want one like https://example.com/events`)
	_, err = Run(t.Context(), Options{URL: "http://host/", Origin: "app.example"})
	require.EqualError(t, err, `invalid origin "app.example": want one like https://example.com`)
	_, err = Run(t.Context(), Options{URL: "http://host/", For: time.Millisecond})
	require.EqualError(t, err, "invalid duration 1ms: want 1s or more")
}

// An interrupt ends a check at once, without a report.
func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := refserver.StartPipes(1, http.NotFoundHandler())
		require.NoError(t, err)
		defer s.Close()
		instance, err := s.Open(0, &catalogue.Case{Server: good()})
		require.NoError(t, err)
		defer instance.Finish()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		report, err := Run(ctx, Options{URL: instance.Env.Origin + "/case/" + instance.Env.Token + "/stream", Dial: s.Dial})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Nil(t, report)
		require.Equal(t, 3*time.Second, time.Since(start))
	})
}

// However much a server sends, and whatever, what is kept of it is bounded.
func TestBounds(t *testing.T) {
	s := new(stream)
	for i := range 3 * maxEvents {
		s.feed(0, []byte(numbered(i)))
		s.feed(0, []byte("retry: 1\n\n"))
	}
	s.feed(0, bytes.Repeat([]byte("x"), 10*maxLine))
	require.Len(t, s.events, maxEvents)
	require.Equal(t, 2*maxEvents, s.dropped)
	require.Len(t, s.retries, maxRetries)
	require.Len(t, s.line, maxLine)
	require.LessOrEqual(t, len(quote([]byte(strings.Repeat("\x00", 1000)))), 4*maxQuoted+10)
}

// FuzzStream checks that where a stream is cut does not change its facts.
func FuzzStream(f *testing.F) {
	for _, text := range []string{"data: a\r\n\r\nid: 1\ndata\n\n", "\ufeffdata: \xe9\r\rretry: x\n", "event: open\n:\n\n\x00"} {
		f.Add([]byte(text), 3)
	}
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		whole, parts := new(stream), new(stream)
		whole.feed(0, text)
		for part := range slices.Chunk(text, 1+max(0, size)%64) {
			parts.feed(0, part)
		}
		if len(text) == 0 {
			return
		}
		if whole.badUTF8 != nil && parts.badUTF8 != nil {
			require.Equal(t, whole.badUTF8.offset, parts.badUTF8.offset)
			parts.badUTF8 = whole.badUTF8 // shows less of what follows
		}
		require.Equal(t, whole.events, parts.events)
		require.Equal(t, whole.ends, parts.ends)
		require.Equal(t, whole.badUTF8, parts.badUTF8)
		require.Equal(t, whole.unknownField, parts.unknownField)
		require.Equal(t, whole.retries, parts.retries)
	})
}

// The forms of a report.
func TestForms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		report := trial{server: good().header("Cache-Control", "").header("Content-Type", "text/plain; \u202e").header("Server", "nginx")}.check(t)
		require.Equal(t, []Server{Nginx}, report.Servers)
		require.Equal(t, 1, report.Count(Fault))

		var text bytes.Buffer
		require.NoError(t, report.Terminal(&text))
		require.Contains(t, text.String(), "FAULT  check/type  The type is not text/event-stream\n       seen  Content-Type \"text/plain; \\u202e\"")
		require.Contains(t, text.String(), "             nginx: add_header Content-Type \"text/event-stream\";\n")
		require.Contains(t, text.String(), "HINT   check/no-store")
		require.Regexp(t, `\nhttp://127\.0\.0\.1:1/case/\w+/stream: 1 fault, 2 hints \(20\.0 s, status 200, \d+ events, \d+ bytes\)\n$`, text.String())

		text.Reset()
		require.NoError(t, report.JSON(&text))
		var read Report
		require.NoError(t, json.Unmarshal(text.Bytes(), &read))
		require.Equal(t, *report, read)

		text.Reset()
		require.NoError(t, report.JUnit(&text))
		var suite junitSuite
		require.NoError(t, xml.Unmarshal(text.Bytes(), &suite))
		require.Equal(t, len(Rules), suite.Tests)
		require.Equal(t, 1, suite.Failures)
		require.Contains(t, text.String(), "nginx")
	})
}
