package refserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"

	"eventsource-wasm/harness/conformance/catalogue"
)

// StartPipes is [Start] without sockets: connections to the server are pipes in
// memory, which [Server.Dial] opens. In a bubble of testing/synctest the pauses of
// its scripts then take no time.
//
// A pipe cannot be reset, so the step reset closes it.
func StartPipes(lanes int, pages http.Handler) (*Server, error) {
	h := host{&pipes{listeners: map[string]*pipeListener{}}, loopback, catalogue.HTTP1}
	return startOn(h, 0, lanes, pages)
}

// Dial opens a connection to a server that [StartPipes] has started. The address is
// a host and a port, of which the host is ignored.
func (s *Server) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	return s.host.network.(*pipes).dial(ctx, port)
}

// A network is where a server listens.
type network interface {
	Listen(network, address string) (net.Listener, error)
}

// sockets are the network of the operating system.
type sockets struct{}

func (sockets) Listen(network, address string) (net.Listener, error) {
	return net.Listen(network, address)
}

// pipes is a network of one host. Its ports are numbered from 1.
type pipes struct {
	mu        sync.Mutex
	last      int
	listeners map[string]*pipeListener // by port
}

func (p *pipes) Listen(network, address string) (net.Listener, error) {
	if network != "tcp" {
		return nil, errors.ErrUnsupported // one listener a port is enough
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	if number == 0 {
		p.last++
		number = p.last
	}
	l := &pipeListener{handover: newHandover(), network: p, number: number}
	p.listeners[strconv.Itoa(number)] = l
	return l, nil
}

func (p *pipes) dial(ctx context.Context, port string) (net.Conn, error) {
	p.mu.Lock()
	l := p.listeners[port]
	p.mu.Unlock()
	if l == nil {
		return nil, fmt.Errorf("dial port %s: %w", port, syscall.ECONNREFUSED)
	}
	client, server := net.Pipe()
	select {
	case l.conns <- &pipeConn{server, l.Addr()}:
		return client, nil
	case <-l.done:
		return nil, fmt.Errorf("dial port %s: %w", port, syscall.ECONNREFUSED)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// A pipeListener accepts connections at a port of pipes.
type pipeListener struct {
	*handover
	network *pipes
	number  int
}

func (l *pipeListener) Addr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: l.number}
}

func (l *pipeListener) Close() error {
	l.network.mu.Lock()
	defer l.network.mu.Unlock()
	if port := strconv.Itoa(l.number); l.network.listeners[port] == l {
		delete(l.network.listeners, port)
	}
	return l.handover.Close()
}

// A pipeConn is the server's end of a pipe.
type pipeConn struct {
	net.Conn
	local net.Addr
}

func (c *pipeConn) LocalAddr() net.Addr { return c.local }
