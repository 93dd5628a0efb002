package main

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

	"eventsource-wasm/harness/bench/websocket"
	"eventsource-wasm/harness/internal/tcpport"
)

func TestListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	port := strings.TrimPrefix(taken.Addr().String(), "127.0.0.1:")

	tests := []struct {
		name, addr string
		want       string // the host it listens at, or the error
	}{
		{"a free port", "127.0.0.1:0", "127.0.0.1"},
		{"no host is this machine alone", ":0", "127.0.0.1"},
		{"a taken port", taken.Addr().String(), "port " + port + " is taken (127.0.0.1:0 takes a free one)"},
		{"no port", "8080", `"8080" is no address (write one like 127.0.0.1:8080)`},
		{"no such port", "127.0.0.1:99999", "cannot listen: listen tcp: address 99999: invalid port (choose another address)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			listener, err := listen(tt.addr)
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

// A port of all addresses is found at each of them, of which one is the loopback.
func TestOrigins(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "0.0.0.0:0"} {
		t.Run(addr, func(t *testing.T) {
			listener, err := listen(addr)
			require.NoError(t, err)
			defer listener.Close()
			require.Contains(t, origins(listener), fmt.Sprintf("http://127.0.0.1:%d", tcpport.Of(listener.Addr())))
		})
	}
}

// Another origin is where the first is, so that who reaches one reaches both.
func TestBeside(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "0.0.0.0:0"} {
		t.Run(addr, func(t *testing.T) {
			first, err := listen(addr)
			require.NoError(t, err)
			defer first.Close()
			second, err := listen(beside(first))
			require.NoError(t, err)
			defer second.Close()
			require.Equal(t, first.Addr().(*net.TCPAddr).IP, second.Addr().(*net.TCPAddr).IP)
			require.NotEqual(t, tcpport.Of(first.Addr()), tcpport.Of(second.Addr()))
		})
	}
}

func TestSite(t *testing.T) {
	tests := []struct {
		path   string
		status int
		media  string
		has    string
	}{
		{"/", 200, "text/html; charset=utf-8", "<!DOCTYPE html>"},
		{"/style.css", 200, "text/css; charset=utf-8", "max-width"},
		{"/site.js", 200, "text/javascript; charset=utf-8", "classes"},
		{"/demo/chat", 200, "text/html; charset=utf-8", "<!DOCTYPE html>"},
		{"/source/chat.go", 200, "text/plain; charset=utf-8", "package demo"},
		{"/source/broker.go", 200, "text/plain; charset=utf-8", "package broker"},
		{"/source/chat.js", 200, "text/plain; charset=utf-8", "use strict"},
		{"/conformance/", 200, "text/html; charset=utf-8", "conformance.js"},
		{"/conformance/x", 404, "text/plain; charset=utf-8", "not found"},
		{"/results/", 200, "text/html; charset=utf-8", "results.js"},
		{"/results/chromium", 200, "text/html; charset=utf-8", "chromium/polyfill/service-worker"},
		{"/results/chromium.json", 200, "application/json", "eventsource-conformance"},
		{"/results/summary", 200, "application/json", "browsers"},
		{"/bench/", 200, "text/html; charset=utf-8", "go run ./harness bench"},
		{"/bench/documents", 200, "application/json", "["},
		{"/source/visit.go", 200, "text/plain; charset=utf-8", "package visit"},
		{"/source/main.go", 404, "text/plain; charset=utf-8", "not found"},
		{"/demo/other", 200, "text/plain; charset=utf-8", "0"},
		{"/log.js", 200, "text/javascript; charset=utf-8", "readyState"},
		{"/icon.svg", 200, "image/svg+xml", "<svg"},
		{"/eventsource.js", 200, "text/javascript; charset=utf-8", "EventSource"},
		{"/eventsource-legacy.js", 200, "text/javascript; charset=utf-8", "XMLHttpRequest"},
		{"/eventsource.mjs", 200, "text/javascript; charset=utf-8", "EventSource"},
		{"/eventsource.wasm", 200, "application/wasm", "\x00asm\x01\x00\x00\x00"},
		{"/www.go", 404, "text/plain; charset=utf-8", "not found"},
		{"/..%2fgo.mod", 404, "text/plain; charset=utf-8", "not found"},
	}
	handler := site(t.Context(), time.Now(), websocket.Setup{})
	store, err := openResults("")
	require.NoError(t, err)
	require.NoError(t, offer(t.Context(), handler, store))
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest("GET", tt.path, nil))
			require.Equal(t, tt.status, w.Code)
			require.Equal(t, tt.media, w.Header().Get("Content-Type"))
			require.Contains(t, w.Body.String(), tt.has)
		})
	}
}

// An interrupt ends open streams as streams end, not by cutting them.
func TestServeEndsStreams(t *testing.T) {
	listener, err := listen("127.0.0.1:0")
	require.NoError(t, err)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	ended := make(chan error, 1)
	go func() { ended <- serveOn(ctx, site(t.Context(), time.Now(), websocket.Setup{}), listener) }()

	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Get("http://" + listener.Addr().String() + "/events")
	require.NoError(t, err)
	defer response.Body.Close()

	interrupt()
	_, err = io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, <-ended)
}

// A form that does not come is answered all the same.
func TestBodyInTime(t *testing.T) {
	server := httptest.NewServer(inTime(time.Nanosecond, site(t.Context(), time.Now(), websocket.Setup{})))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = fmt.Fprint(conn, "POST /demo/notify HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\ntext=")
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
}

// A handler that does not listen to the interrupt does not hold the process.
func TestServeCutsWhoStays(t *testing.T) {
	listener, err := listen("127.0.0.1:0")
	require.NoError(t, err)
	ctx, interrupt := context.WithCancel(t.Context())
	stay := make(chan struct{})
	defer close(stay)
	ended := make(chan error, 1)
	go func() {
		ended <- serveOn(ctx, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			interrupt()
			<-stay
		}), listener)
	}()

	client := http.Client{Timeout: 10 * time.Second}
	_, err = client.Get("http://" + listener.Addr().String() + "/")
	require.ErrorIs(t, err, io.EOF)
	require.NoError(t, <-ended)
}
