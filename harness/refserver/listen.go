package refserver

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// maxTries is how often another port is tried when one is only half free.
const maxTries = 16

// A lane is a pair of ports.
type lane struct{ page, other *port }

// A port is one port number on the loopback addresses.
type port struct {
	number    int
	listeners []net.Listener // nil: it refuses connections
}

func listenLane() (*lane, error) {
	page, err := listenPort()
	if err != nil {
		return nil, err
	}
	other, err := listenPort()
	if err != nil {
		page.close()
		return nil, err
	}
	return &lane{page, other}, nil
}

// listenPort takes a port that is free.
func listenPort() (p *port, err error) {
	for range maxTries {
		if p, err = listenAt(0); err == nil {
			return p, nil
		}
	}
	return nil, err
}

// listenAt takes a port of 127.0.0.1 and, on machines with IPv6, the same one of
// [::1], which browsers may try first for localhost. 0 is any port of the first.
func listenAt(number int) (*port, error) {
	v4, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", number))
	if err != nil {
		return nil, err
	}
	number = v4.Addr().(*net.TCPAddr).Port
	v6, err := net.Listen("tcp6", fmt.Sprintf("[::1]:%d", number))
	switch {
	case err == nil:
		return &port{number, []net.Listener{v4, v6}}, nil
	case errors.Is(err, syscall.EADDRINUSE):
		v4.Close()
		return nil, err
	}
	return &port{number, []net.Listener{v4}}, nil // no IPv6 here
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
