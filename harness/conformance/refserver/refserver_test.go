package refserver

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

const limit = 5 * time.Second

// eventStream are the default headers.
var eventStream = [][2]string{{"Content-Type", "text/event-stream"}}

func respond(framing catalogue.Framing, length int) catalogue.Step {
	return catalogue.Step{Verb: catalogue.Respond, Head: catalogue.Head{
		Status: 200, Reason: "OK", Headers: eventStream, Framing: framing, Length: length,
	}}
}

func send(text string) catalogue.Step {
	return catalogue.Step{Verb: catalogue.Send, Bytes: []byte(text), Repeat: 1}
}

func TestBytes(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	end := catalogue.Step{Verb: catalogue.End}
	cut := catalogue.Step{Verb: catalogue.Cut}
	tests := []struct {
		name   string
		script catalogue.Connection
		want   string // everything until the server closes the connection
	}{
		{
			"each write becomes a chunk",
			catalogue.Connection{respond(catalogue.Chunked, 0), send("data: a\n\n"), send("\xff\x00"), end},
			head + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n9\r\ndata: a\n\n\r\n2\r\n\xff\x00\r\n0\r\n\r\n",
		},
		{
			"a cut omits the last chunk",
			catalogue.Connection{respond(catalogue.Chunked, 0), send("data: a\n\n"), cut},
			head + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n9\r\ndata: a\n\n\r\n",
		},
		{
			"a body ended by closing",
			catalogue.Connection{respond(catalogue.Close, 0), send("data: a\n\n"), end},
			head + "Connection: close\r\n\r\ndata: a\n\n",
		},
		{
			"a body of a stated length",
			catalogue.Connection{respond(catalogue.Length, 1000), send("data: a\n\n"), cut},
			head + "Content-Length: 1000\r\nConnection: close\r\n\r\ndata: a\n\n",
		},
		{
			"a send that is split",
			catalogue.Connection{
				respond(catalogue.Close, 0),
				{Verb: catalogue.Send, Bytes: []byte("{n},"), Repeat: 3, Chunk: 4},
				end,
			},
			head + "Connection: close\r\n\r\n0,1,2,",
		},
		{
			"raw bytes are sent unchanged",
			catalogue.Connection{
				{Verb: catalogue.Raw, Bytes: []byte("HTTP/1.0 200 \r\nX: \xe9\r\n\r\n"), Repeat: 1},
				send("data: a\n\n"),
				end,
			},
			"HTTP/1.0 200 \r\nX: \xe9\r\n\r\ndata: a\n\n",
		},
		{
			"headers are sent alone",
			catalogue.Connection{respond(catalogue.Chunked, 0), {Verb: catalogue.Headers}, cut},
			head + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
		},
		{
			"a cut without a head",
			catalogue.Connection{respond(catalogue.Chunked, 0), cut},
			"",
		},
		{
			"a status without a body",
			catalogue.Connection{
				{Verb: catalogue.Respond, Head: catalogue.Head{Status: 204, Reason: "No Content", Framing: catalogue.Chunked}},
				end,
			},
			"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
		},
		{
			"a placeholder in a header",
			catalogue.Connection{
				{Verb: catalogue.Respond, Head: catalogue.Head{
					Status: 302, Reason: "Found", Headers: [][2]string{{"Location", "{other-port}{path:next}"}}, Framing: catalogue.Close,
				}},
				end,
			},
			"HTTP/1.1 302 Found\r\nLocation: OTHER/case/TOKEN/next\r\nConnection: close\r\n\r\n",
		},
	}
	server := start(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			instance := open(t, server, tt.script)
			got, err := io.ReadAll(get(t, instance, "stream"))
			require.NoError(t, err)
			want := strings.NewReplacer("OTHER", instance.Env.OtherPort, "TOKEN", instance.Env.Token).Replace(tt.want)
			require.Equal(t, want, string(got))
		})
	}
}

// Every verb of the catalogue has a handler, and there is no other.
func TestVerbs(t *testing.T) {
	require.ElementsMatch(t, catalogue.Verbs(), slices.Collect(maps.Keys(handlers)))

	_, err := start(t).Open(0, &catalogue.Case{
		ID:     "test/case",
		Server: []catalogue.Connection{{respond(catalogue.Close, 0), {Verb: "whisper"}, {Verb: catalogue.End}}},
	})
	require.EqualError(t, err, `test/case: stream: connection 1: step 2: no handler for verb "whisper"; add one to handlers in response.go`)
}

// Writes have a gap between them, so that a client reads them separately.
func TestGap(t *testing.T) {
	apart := send("b")
	apart.Gap = 100 * time.Millisecond
	instance := open(t, start(t), catalogue.Connection{respond(catalogue.Close, 0), send("a"), apart, {Verb: catalogue.End}})
	conn := get(t, instance, "stream")

	first := make([]byte, 4096)
	n, err := conn.Read(first)
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(string(first[:n]), "\r\n\r\na"), "the head is sent with the first write: %q", first[:n])

	rest, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Equal(t, "b", string(rest))
}

func TestReset(t *testing.T) {
	instance := open(t, start(t), catalogue.Connection{respond(catalogue.Chunked, 0), send("a"), {Verb: catalogue.Reset}})
	got, err := io.ReadAll(get(t, instance, "stream"))
	require.ErrorIs(t, err, syscall.ECONNRESET)
	require.True(t, strings.HasSuffix(string(got), "1\r\na\r\n"), "the client gets what was sent before: %q", got)
	require.Positive(t, instance.Finish()[0].Ended)
}

func TestRequests(t *testing.T) {
	server := start(t)
	instance := open(t, server,
		catalogue.Connection{respond(catalogue.Close, 0), send("first"), {Verb: catalogue.End}},
		catalogue.Connection{respond(catalogue.Close, 0), send("again"), {Verb: catalogue.End}},
	)

	for _, want := range []string{"first", "again", "again"} {
		got, err := io.ReadAll(get(t, instance, "stream?q=1", "Last-Event-ID:  \xe2\x82\xac\xff ", "X-Empty:"))
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(string(got), want), "%q", got)
	}

	seen := instance.Finish()
	require.Len(t, seen, 3)
	for i, r := range seen {
		require.Equal(t, "GET", r.Method)
		require.Equal(t, "/case/"+instance.Env.Token+"/stream?q=1", r.Target)
		require.Equal(t, []catalogue.Header{
			{Name: "Host", Value: "127.0.0.1"},
			{Name: "Last-Event-ID", Value: " \xe2\x82\xac\xff "},
			{Name: "X-Empty", Value: ""},
		}, r.Headers)
		require.GreaterOrEqual(t, r.Ended, r.Arrived)
		require.Equal(t, -1.0, r.Gone)
		if i > 0 {
			require.GreaterOrEqual(t, r.Arrived, seen[i-1].Ended)
		}
	}
}

// What the server sends is recorded with its times: the first bytes of the first
// writes, and how many there were.
func TestSent(t *testing.T) {
	server := start(t)
	instance := open(t, server,
		catalogue.Connection{respond(catalogue.Chunked, 0), send("a\n\xff"), send(strings.Repeat("b", 300)), {Verb: catalogue.End}},
		catalogue.Connection{respond(catalogue.Close, 0), {Verb: catalogue.End}},
		catalogue.Connection{{Verb: catalogue.Raw, Bytes: []byte("x"), Repeat: 1}, {Verb: catalogue.Send, Bytes: []byte("c"), Repeat: 99, Chunk: 1}, {Verb: catalogue.End}},
	)
	for range 3 {
		_, err := io.ReadAll(get(t, instance, "stream"))
		require.NoError(t, err)
	}
	seen := instance.Finish()
	require.Len(t, seen, 3)
	var texts []string
	last := 0.0
	for _, r := range seen[:2] {
		for _, s := range r.Sent {
			require.GreaterOrEqual(t, s.MS, r.Arrived)
			require.GreaterOrEqual(t, s.MS, last)
			last = s.MS
			texts = append(texts, s.String())
		}
	}
	require.Equal(t, []string{`head 200 OK "a\n\xff"`, `"` + strings.Repeat("b", 200) + `" … 300 bytes in all`, "head 200 OK"}, texts)
	require.Equal(t, 2, seen[0].Writes)
	require.Equal(t, 1, seen[1].Writes)

	require.Len(t, seen[2].Sent, catalogue.MaxSent)
	require.Equal(t, 100, seen[2].Writes)
	require.Equal(t, `"x"`, seen[2].Sent[0].String())
}

// Each route has its own script and counts its own connections.
func TestRoutes(t *testing.T) {
	server := start(t)
	answer := func(text string) []catalogue.Connection {
		return []catalogue.Connection{{respond(catalogue.Close, 0), send(text), {Verb: catalogue.End}}}
	}
	instance, err := server.Open(0, &catalogue.Case{
		ID:     "test/routes",
		Server: answer("the stream"),
		Routes: map[string][]catalogue.Connection{"other": answer("the route")},
	})
	require.NoError(t, err)

	for _, tt := range []struct{ path, want string }{
		{"other", "the route"},
		{"stream", "the stream"},
		{"nothing", "a page"},
		{"", "a page"},
	} {
		got, err := io.ReadAll(get(t, instance, tt.path))
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(string(got), tt.want), "%s: %q", tt.path, got)
	}
	seen := instance.Finish()
	require.Len(t, seen, 2)
	require.Equal(t, "other", seen[0].Route)
	require.Equal(t, "", seen[1].Route)

	got, err := io.ReadAll(get(t, instance, "stream"))
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(string(got), "a page"), "a finished instance is no longer served: %q", got)
}

// The time at which a client leaves a stream is recorded.
func TestGone(t *testing.T) {
	server := start(t)
	instance := open(t, server, catalogue.Connection{respond(catalogue.Chunked, 0), send("a"), {Verb: catalogue.Hold}})
	conn := get(t, instance, "stream")
	_, err := conn.Read(make([]byte, 1))
	require.NoError(t, err)
	conn.Close()
	require.Eventually(t, func() bool {
		instance.mu.Lock()
		defer instance.mu.Unlock()
		return instance.requests[0].Gone > 0
	}, limit, time.Millisecond)

	seen := instance.Finish()[0]
	require.GreaterOrEqual(t, seen.Gone, seen.Arrived)
	require.Equal(t, -1.0, seen.Ended)
}

// A stream that is still open when the instance is finished was ended by neither
// side.
func TestFinish(t *testing.T) {
	instance := open(t, start(t), catalogue.Connection{respond(catalogue.Chunked, 0), send("a"), {Verb: catalogue.Hold}})
	conn := get(t, instance, "stream")
	_, err := conn.Read(make([]byte, 1))
	require.NoError(t, err)

	seen := instance.Finish()[0]
	require.Equal(t, -1.0, seen.Ended)
	require.Equal(t, -1.0, seen.Gone)
	_, err = io.Copy(io.Discard, conn)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the connection is closed")
}

// A case is served at every origin.
func TestOrigins(t *testing.T) {
	server := start(t)
	instance := open(t, server, catalogue.Connection{respond(catalogue.Close, 0), {Verb: catalogue.End}})
	client := &http.Client{Timeout: limit}
	for _, origin := range []string{instance.Env.Origin, instance.Env.OtherPort, instance.Env.OtherHost, instance.Env.BlockedPort} {
		response, err := client.Get(origin + "/case/" + instance.Env.Token + "/stream")
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	}
	require.Len(t, instance.Finish(), 4)
}

func TestRefusal(t *testing.T) {
	tests := []struct {
		name, request string
		want          string // prefix of the response
	}{
		{"not HTTP", "\x15\x03\x01\x00\xa5", "HTTP/1.1 400 "},
		{"no version", "GET /\r\n\r\n", "HTTP/1.1 400 "},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\n", "HTTP/1.1 400 "},
		{"an endless head", "GET / HTTP/1.1\r\nX: " + strings.Repeat("x", maxHead) + "x", "HTTP/1.1 431 "},
		{"an unknown token", "GET /case/x/stream HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 "}, // goes to the pages
	}
	server := start(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := dial(t, server.Origin(0))
			_, err := io.WriteString(conn, tt.request)
			require.NoError(t, err)
			line, err := bufio.NewReader(conn).ReadString('\n')
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(line, tt.want), "%q", line)
		})
	}
}

// start starts a server with one lane, whose pages are "a page".
func start(t *testing.T) *Server {
	t.Helper()
	server, err := Start("", 1, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "a page")
	}))
	require.NoError(t, err)
	t.Cleanup(server.Close)
	return server
}

// open serves a case with the given scripts of its stream.
func open(t *testing.T, server *Server, connections ...catalogue.Connection) *Instance {
	t.Helper()
	instance, err := server.Open(0, &catalogue.Case{ID: "test/case", Server: connections})
	require.NoError(t, err)
	t.Cleanup(func() { instance.Finish() })
	return instance
}

// get requests a resource of the instance.
func get(t *testing.T, instance *Instance, file string, headers ...string) net.Conn {
	t.Helper()
	conn := dial(t, instance.Env.Origin)
	head := append([]string{"GET /case/" + instance.Env.Token + "/" + file + " HTTP/1.1", "Host: 127.0.0.1"}, headers...)
	_, err := fmt.Fprint(conn, strings.Join(head, "\r\n")+"\r\n\r\n")
	require.NoError(t, err)
	return conn
}

func dial(t *testing.T, origin string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(origin, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(limit)))
	return conn
}

// Over pipes, in a bubble of synctest, an hour of pauses takes no time, and a port
// that refuses connections opens again.
func TestPipes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, err := StartPipes(1, http.NotFoundHandler())
		require.NoError(t, err)
		defer server.Close()
		instance, err := server.Open(0, &catalogue.Case{Server: []catalogue.Connection{{
			respond(catalogue.Chunked, 0), send("a"),
			{Verb: catalogue.Refuse, Pause: time.Minute},
			{Verb: catalogue.Pause, Pause: time.Hour},
			{Verb: catalogue.End},
		}}})
		require.NoError(t, err)
		defer instance.Finish()

		client := &http.Client{Transport: &http.Transport{DialContext: server.Dial, DisableKeepAlives: true}}
		start := time.Now()
		url := instance.Env.Origin + "/case/" + instance.Env.Token + "/stream"
		response, err := client.Get(url)
		require.NoError(t, err)
		synctest.Wait() // until the script pauses
		_, err = client.Get(url)
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.Equal(t, "a", string(body))
		require.Equal(t, time.Hour, time.Since(start))
		second, err := client.Get(url)
		require.NoError(t, err)
		second.Body.Close()
	})
}

// However many connections send no request, the server answers others.
func TestSilentConnections(t *testing.T) {
	most := maxConnections
	maxConnections = 32
	t.Cleanup(func() { maxConnections = most })
	server := start(t)
	for range 3 * maxConnections {
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.Origin(0), "http://"))
		require.NoError(t, err)
		t.Cleanup(func() { conn.Close() })
	}
	instance := open(t, server, catalogue.Connection{respond(catalogue.Close, 0), send("data: a\n\n"), {Verb: catalogue.End}})
	got, err := io.ReadAll(get(t, instance, "stream"))
	require.NoError(t, err)
	require.Contains(t, string(got), "data: a")
}
