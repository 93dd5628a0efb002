package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// attackers is the number of connections of each attack in TestAttack. With 5000, the
// limit of open files must be at least 20000.
var attackers = flag.Int("attackers", 200, "connections of each attack in TestAttack")

// served is a verb, such as serve or mock, that runs in this process.
type served struct {
	out    lockedBuffer
	cancel context.CancelFunc
	done   chan int
}

// A lockedBuffer is a buffer that one goroutine writes and another reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startVerb starts a verb that serves until it is stopped, and returns the first URL that
// it prints.
func startVerb(t *testing.T, args ...string) (string, *served) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &served{cancel: cancel, done: make(chan int, 1)}
	go func() { s.done <- dispatch(ctx, args, &s.out, &s.out) }()
	printed := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)
	require.Eventually(t, func() bool { return printed.MatchString(s.out.String()) }, time.Minute, 10*time.Millisecond, s.out.String())
	return printed.FindString(s.out.String()), s
}

// TestAttack checks that serve and mock answer others while many connections are slow,
// silent or too large, that what these cost is bounded, and that nothing of them is left.
// With -v it prints figures.
func TestAttack(t *testing.T) {
	const mebibyte = 1 << 20
	const limit = 256 << 10 // bytes of heap for each connection
	silent := func(net.Conn) {}
	attacks := []struct {
		name string
		act  func(net.Conn) // must return when the connection is closed
	}{
		{"silent", silent},
		{"slow head", func(c net.Conn) {
			for _, b := range []byte("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: yes\r\nX: " + strings.Repeat("x", 10000)) {
				if _, err := c.Write([]byte{b}); err != nil {
					return
				}
				time.Sleep(500 * time.Millisecond)
			}
		}},
		{"head too large", func(c net.Conn) {
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "+strings.Repeat("x", mebibyte))
		}},
		{"body too large", func(c net.Conn) {
			_, _ = io.WriteString(c, "POST /demo/chat/send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000000\r\n\r\n")
			block := []byte(strings.Repeat("x", 64<<10))
			for range 16 {
				if _, err := c.Write(block); err != nil {
					return
				}
			}
		}},
		{"slow body", func(c net.Conn) {
			_, _ = io.WriteString(c, "POST /demo/chat/send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\na")
		}},
		{"slow reader", func(c net.Conn) {
			_, _ = io.WriteString(c, "GET /conformance/catalogue HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		}},
		{"beginning of TLS", func(c net.Conn) { _, _ = io.WriteString(c, "\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03") }},
	}
	for _, verb := range [][]string{{"serve", "--addr", "127.0.0.1:0"}, {"mock", "--case", "parse/lf"}} {
		t.Run(verb[0], func(t *testing.T) {
			target, server := startVerb(t, verb...)
			requireAnswer(t, target)
			goroutines := runtime.NumGoroutine()
			host := strings.Trim(strings.TrimPrefix(target, "http://"), "/")
			for _, attack := range attacks {
				before := heap()
				conns := open(t, host, *attackers, attack.act)
				var slowest time.Duration
				for range 5 {
					began := time.Now()
					requireAnswer(t, target)
					slowest = max(slowest, time.Since(began))
				}
				grown := (heap() - before) / *attackers
				// While the server reads what is too large, it holds more for a moment.
				for end := time.Now().Add(time.Minute); grown >= limit && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
					grown = (heap() - before) / *attackers
				}
				t.Logf("%-16s  %d connections, %d KiB of heap each, slowest answer to others %s", attack.name, *attackers, grown>>10, slowest.Round(time.Millisecond))
				require.Less(t, grown, limit, "bytes of heap for each connection")
				require.Less(t, slowest, 10*time.Second)
				for _, c := range conns {
					c.Close()
				}
			}
			require.Eventually(t, func() bool { return runtime.NumGoroutine() < goroutines+20 }, 20*time.Second, 20*time.Millisecond,
				"goroutines of the attacks are left")
			server.cancel()
			require.Equal(t, exitExpected, <-server.done, server.out.String())
		})
	}
}

// open opens n connections, and calls act with each in a goroutine.
func open(t *testing.T, host string, n int, act func(net.Conn)) (conns []net.Conn) {
	for range n {
		c, err := net.Dial("tcp", host)
		require.NoError(t, err)
		go act(c)
		conns = append(conns, c)
	}
	return conns
}

// requireAnswer checks that a server answers a request in time.
func requireAnswer(t *testing.T, target string) {
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "GET", target, nil)
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	response.Body.Close()
}

// heap returns the bytes of the heap in use.
func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapInuse + m.StackInuse)
}

// TestRapidReset checks that mock answers others while a client opens and resets streams of
// one HTTP/2 connection as fast as it can.
func TestRapidReset(t *testing.T) {
	target, server := startVerb(t, "mock", "--case", "parse/lf")
	parsed, err := url.Parse(target)
	require.NoError(t, err)
	before := heap()
	conn, err := tls.Dial("tcp", parsed.Host, &tls.Config{ServerName: "h2.localhost", InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	require.NoError(t, err)
	defer conn.Close()
	require.Equal(t, "h2", conn.ConnectionState().NegotiatedProtocol)
	_, err = io.WriteString(conn, http2.ClientPreface)
	require.NoError(t, err)
	framer := http2.NewFramer(conn, conn)
	require.NoError(t, framer.WriteSettings())
	go io.Copy(io.Discard, conn)
	var head bytes.Buffer
	encoder := hpack.NewEncoder(&head)
	for _, field := range []hpack.HeaderField{{Name: ":method", Value: "GET"}, {Name: ":scheme", Value: "https"}, {Name: ":authority", Value: "h2.localhost"}, {Name: ":path", Value: "/"}} {
		require.NoError(t, encoder.WriteField(field))
	}
	sent := 0
	for began := time.Now(); time.Since(began) < 2*time.Second; sent++ {
		id := uint32(2*sent + 1)
		err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: head.Bytes(), EndHeaders: true, EndStream: true})
		if err != nil || framer.WriteRSTStream(id, http2.ErrCodeCancel) != nil {
			break // the server has closed the connection
		}
		if sent%1000 == 0 {
			requireAnswer(t, target)
		}
	}
	grown := heap() - before
	t.Logf("%d streams, %d KiB of heap", sent, grown>>10)
	require.Greater(t, sent, 100)
	require.Less(t, grown, 64<<20)
	requireAnswer(t, target)
	server.cancel()
	require.Equal(t, exitExpected, <-server.done)
}

// TestTwoAtOnce checks that a second server at the same address reports that the address is
// in use, and that the first one continues.
func TestTwoAtOnce(t *testing.T) {
	target, first := startVerb(t, "serve", "--addr", "127.0.0.1:0")
	var stdout, stderr bytes.Buffer
	host := strings.Trim(strings.TrimPrefix(target, "http://"), "/")
	require.Equal(t, exitCannotRun, dispatch(t.Context(), []string{"serve", "--addr", host}, &stdout, &stderr))
	require.Contains(t, stderr.String(), "is in use")
	require.Empty(t, stdout.String(), fmt.Sprint(host))
	requireAnswer(t, target)
	first.cancel()
	require.Equal(t, exitExpected, <-first.done)
}
