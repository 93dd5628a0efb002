package refserver

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"eventsource-wasm/harness/internal/tcpport"
)

// maxTries is the number of attempts to listen at a port.
const maxTries = 16

// A lane is a pair of ports: that of the pages, and another one.
type lane struct{ page, other *port }

// loopback is the host for browsers on this machine.
const loopback = "127.0.0.1"

// A port is one port number of a host.
type port struct {
	network   network
	host      string
	number    int
	listeners []net.Listener // nil: the port refuses connections
}

func listenLane(n network, host string, number int) (*lane, error) {
	page, err := listenPort(n, host, number)
	if err != nil {
		return nil, err
	}
	other, err := listenPort(n, host, 0)
	if err != nil {
		page.close()
		return nil, err
	}
	return &lane{page, other}, nil
}

// listenPort listens at a port of a host; 0: any free one.
func listenPort(n network, host string, number int) (p *port, err error) {
	for range maxTries {
		if p, err = listenAt(n, host, number); err == nil {
			return p, nil
		}
	}
	return nil, err
}

// blockedPorts are ports that fetch blocks and at which any program may listen,
// first those that browsers have blocked longest.
//
// https://fetch.spec.whatwg.org/#port-blocking
var blockedPorts = []int{
	6669, 6668, 6667, 6666, 6665, 6000, 4045, 3659, 2049,
	5060, 5061, 6566, 6697, 10080, 1719, 1720, 1723, 4190, 6679,
}

// listenBlocked listens at the first free port that fetch blocks. If none is free,
// nothing listens at the port that it returns.
func listenBlocked(n network, host string) *port {
	for _, number := range blockedPorts {
		if p, err := listenAt(n, host, number); err == nil {
			return p
		}
	}
	return &port{network: n, host: host, number: blockedPorts[0]}
}

// listenAt listens at a port of a host; 0: any free one. If the host is 127.0.0.1
// and the machine has IPv6, it also listens at [::1], because a browser may try
// that first for localhost.
func listenAt(n network, host string, number int) (*port, error) {
	first, err := n.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(number)))
	if err != nil {
		return nil, err
	}
	number = tcpport.Of(first.Addr())
	if host != loopback {
		return &port{n, host, number, []net.Listener{first}}, nil
	}
	v6, err := n.Listen("tcp6", fmt.Sprintf("[::1]:%d", number))
	switch {
	case err == nil:
		return &port{n, host, number, []net.Listener{first, v6}}, nil
	case errors.Is(err, syscall.EADDRINUSE):
		first.Close()
		return nil, err
	}
	return &port{n, host, number, []net.Listener{first}}, nil // the machine has no IPv6
}

// origin returns the origin of the pages at the port.
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
