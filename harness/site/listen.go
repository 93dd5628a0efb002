package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"eventsource-wasm/harness/bench/websocket"
)

const (
	// Time that streams and pages have to end after ctx is canceled. Then their
	// connections are closed.
	shutdownTimeout = time.Second

	// Time for the body of a request to arrive. It is a short form.
	bodyTimeout = 10 * time.Second
)

// Listen listens at an address like 127.0.0.1:8080. Without a host it listens on
// the loopback interface only.
func Listen(addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("invalid address %q: want host:port, for example 127.0.0.1:8080", addr)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %s is in use (%s picks a free one)", port, net.JoinHostPort(host, "0"))
	case err != nil:
		return nil, fmt.Errorf("cannot listen: %w (choose another address)", err)
	}
	return listener, nil
}

// Beside returns an address of the same host with any free port.
func Beside(listener net.Listener) string {
	return net.JoinHostPort(listener.Addr().(*net.TCPAddr).IP.String(), "0")
}

// Origins returns the origins at which a browser reaches a listener. For a
// listener on all interfaces these are several.
func Origins(listener net.Listener) (all []string) {
	at := listener.Addr().(*net.TCPAddr)
	hosts := []net.IP{at.IP}
	if at.IP.IsUnspecified() {
		hosts = nil
		addresses, _ := net.InterfaceAddrs()
		for _, address := range addresses {
			if network, ok := address.(*net.IPNet); ok && !network.IP.IsLinkLocalUnicast() {
				hosts = append(hosts, network.IP)
			}
		}
	}
	for _, host := range hosts {
		all = append(all, "http://"+net.JoinHostPort(host.String(), strconv.Itoa(at.Port)))
	}
	return all
}

// Serve serves until ctx is canceled. Streams then end normally; connections that are
// still open after [shutdownTimeout] are closed.
func Serve(ctx context.Context, handler http.Handler, listeners ...net.Listener) error {
	server := newServer(ctx, handler)
	served := make(chan error, len(listeners))
	for _, listener := range listeners {
		go func() { served <- server.Serve(websocket.Listen(listener)) }()
	}
	select {
	case err := <-served:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
	}

	timeout, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if server.Shutdown(timeout) != nil {
		return server.Close()
	}
	return nil
}

// newServer returns a server whose requests are canceled with ctx.
func newServer(ctx context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           limitBodyTime(bodyTimeout, handler),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnContext:       websocket.ConnContext,
		ReadHeaderTimeout: 10 * time.Second,
		WriteTimeout:      30 * time.Second, // of pages; streams set their own
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// limitBodyTime limits the time in which the body of a request must arrive.
// Requests for streams have no body, so the limit does not end them.
func limitBodyTime(limit time.Duration, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			// A writer without deadlines keeps the server's own.
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(limit))
		}
		handler.ServeHTTP(w, r)
	})
}
