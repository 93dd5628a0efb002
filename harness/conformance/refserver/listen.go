package refserver

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"eventsource-wasm/harness/internal/tcpport"
)

// maxTries is how often another port is tried when one is only half free.
const maxTries = 16

// A lane is a pair of ports.
type lane struct{ page, other *port }

// loopback is the host for the browsers of this machine.
const loopback = "127.0.0.1"

// A port is one port number of a host.
type port struct {
	host      string
	number    int
	listeners []net.Listener // nil: it refuses connections
}

func listenLane(host string) (*lane, error) {
	page, err := listenPort(host)
	if err != nil {
		return nil, err
	}
	other, err := listenPort(host)
	if err != nil {
		page.close()
		return nil, err
	}
	return &lane{page, other}, nil
}

// listenPort takes a port that is free.
func listenPort(host string) (p *port, err error) {
	for range maxTries {
		if p, err = listenAt(host, 0); err == nil {
			return p, nil
		}
	}
	return nil, err
}

// listenAt takes a port of a host; 0 is any one. That of 127.0.0.1 is, on machines
// with IPv6, one of [::1] too, which browsers may try first for localhost.
func listenAt(host string, number int) (*port, error) {
	first, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(number)))
	if err != nil {
		return nil, err
	}
	number = tcpport.Of(first.Addr())
	if host != loopback {
		return &port{host, number, []net.Listener{first}}, nil
	}
	v6, err := net.Listen("tcp6", fmt.Sprintf("[::1]:%d", number))
	switch {
	case err == nil:
		return &port{host, number, []net.Listener{first, v6}}, nil
	case errors.Is(err, syscall.EADDRINUSE):
		first.Close()
		return nil, err
	}
	return &port{host, number, []net.Listener{first}}, nil // no IPv6 here
}

// origin is that of the pages at the port.
func (p *port) origin() string {
	return "http://" + net.JoinHostPort(p.host, strconv.Itoa(p.number))
}

func (p *port) close() {
	for _, listener := range p.listeners {
		listener.Close()
	}
	p.listeners = nil
}

func (l *lane) close() {
	l.page.close()
	l.other.close()
}
