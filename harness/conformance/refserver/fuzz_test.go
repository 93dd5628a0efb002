package refserver

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// FuzzRequest reads a request that arrives in pieces. How it is cut never matters, and
// where net/http accepts it too, both agree on method and target.
func FuzzRequest(f *testing.F) {
	f.Add([]byte("GET /case/x/stream?a=b HTTP/1.1\r\nHost: h\r\nLast-Event-ID: \xe2\x82\xac\x00 \r\nAccept:text/event-stream\r\n\r\nbody"), uint8(3))
	f.Add([]byte("POST http://h/ HTTP/1.0\r\n: \r\n\r\n\r\n"), uint8(0))
	f.Add([]byte("GET / HTTP/1.1\r\nA: b\r\n folded\r\nC\nd: e\r\n\r\n"), uint8(1))
	f.Add([]byte("\x16\x03\x01\x02\x00"), uint8(0))
	f.Add([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), uint8(0))
	f.Add([]byte("GET  /two HTTP/1.1\r\n\r\n"), uint8(4))
	for _, header := range catalogueHeaders(f) {
		f.Add([]byte("GET /case/x/stream HTTP/1.1\r\nHost: 127.0.0.1:80\r\n"+header+"\r\n\r\n"), uint8(7))
	}
	s := &Server{instances: map[string]*Instance{}}
	f.Fuzz(func(t *testing.T, sent []byte, size uint8) {
		whole, err := readRequest(&pieces{left: sent, size: len(sent)})
		parts, errOfParts := readRequest(&pieces{left: sent, size: 1 + int(size)})
		require.Equal(t, err == nil, errOfParts == nil, "%v, %v", err, errOfParts)
		if err != nil {
			require.Nil(t, whole)
			return
		}
		require.Equal(t, whole.method, parts.method)
		require.Equal(t, whole.target, parts.target)
		require.Equal(t, whole.headers, parts.headers)
		require.True(t, bytes.HasPrefix(sent, parts.read))
		_, _, known := s.find(whole.target)
		require.False(t, known)

		if theirs, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(sent))); err == nil {
			require.Equal(t, theirs.Method, whole.method)
			require.Equal(t, theirs.RequestURI, whole.target)
		}
	})
}

// catalogueHeaders returns the header lines that cases expect of requests.
func catalogueHeaders(f *testing.F) (lines []string) {
	cases, err := catalogue.Load()
	require.NoError(f, err)
	for _, c := range cases {
		for _, r := range c.Expect.Requests {
			for name, value := range r.Headers {
				if value != nil {
					lines = append(lines, name+": "+*value)
				}
			}
		}
	}
	require.NotEmpty(f, lines)
	slices.Sort(lines)
	return slices.Compact(lines)
}

// pieces is a connection on which bytes arrive in pieces of one size, then its end.
type pieces struct {
	net.Conn
	left []byte
	size int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.size)], p.left)
	p.left = p.left[n:]
	return n, nil
}

func (p *pieces) SetReadDeadline(time.Time) error { return nil }
