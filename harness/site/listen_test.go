package site

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/internal/tcpport"
)

func TestListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	port := strings.TrimPrefix(taken.Addr().String(), "127.0.0.1:")

	tests := []struct {
		name, addr string
		want       string // the host that it listens at, or the error
	}{
		{"a free port", "127.0.0.1:0", "127.0.0.1"},
		{"without a host, this machine only", ":0", "127.0.0.1"},
		{"a port in use", taken.Addr().String(), "port " + port + " is in use (127.0.0.1:0 picks a free one)"},
		{"no port", "8080", `invalid address "8080": want host:port, for example 127.0.0.1:8080`},
		{"no such port", "127.0.0.1:99999", "cannot listen: listen tcp: address 99999: invalid port (choose another address)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			listener, err := Listen(tt.addr)
			if err != nil {
				require.Equal(t, tt.want, err.Error())
				return
			}
			defer listener.Close()
			host, _, err := net.SplitHostPort(listener.Addr().String())
			require.NoError(t, err)
			require.Equal(t, tt.want, host)
		})
	}
}

// A listener on all interfaces has an origin for each, one of them the loopback.
func TestOrigins(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "0.0.0.0:0"} {
		t.Run(addr, func(t *testing.T) {
			listener, err := Listen(addr)
			require.NoError(t, err)
			defer listener.Close()
			require.Contains(t, Origins(listener), fmt.Sprintf("http://127.0.0.1:%d", tcpport.Of(listener.Addr())))
		})
	}
}

// The second origin is on the same host as the first, so that a browser that reaches
// one reaches both.
func TestBeside(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "0.0.0.0:0"} {
		t.Run(addr, func(t *testing.T) {
			first, err := Listen(addr)
			require.NoError(t, err)
			defer first.Close()
			second, err := Listen(Beside(first))
			require.NoError(t, err)
			defer second.Close()
			require.Equal(t, first.Addr().(*net.TCPAddr).IP, second.Addr().(*net.TCPAddr).IP)
			require.NotEqual(t, tcpport.Of(first.Addr()), tcpport.Of(second.Addr()))
		})
	}
}

// When ctx is canceled, open streams end as complete responses; they are not cut.
func TestServeEndsStreams(t *testing.T) {
	listener, err := Listen("127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, newHandler(t.Context(), t, Config{Start: time.Now()}), listener) }()

	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Get("http://" + listener.Addr().String() + "/events")
	require.NoError(t, err)
	defer response.Body.Close()

	cancel()
	_, err = io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, <-ended)
}

// A request whose body does not arrive is answered nevertheless.
func TestBodyTimeout(t *testing.T) {
	server := httptest.NewServer(limitBodyTime(time.Nanosecond, newHandler(t.Context(), t, Config{Start: time.Now()})))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = fmt.Fprint(conn, "POST /demo/notify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\ntext=")
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
}

// A handler that ignores the end of its context does not keep Serve from returning.
func TestServeCutsStuckHandlers(t *testing.T) {
	listener, err := Listen("127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	stay := make(chan struct{})
	defer close(stay)
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			cancel()
			<-stay
		}), listener)
	}()

	client := http.Client{Timeout: 10 * time.Second}
	_, err = client.Get("http://" + listener.Addr().String() + "/")
	require.ErrorIs(t, err, io.EOF)
	require.NoError(t, <-ended)
}
