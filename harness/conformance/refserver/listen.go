package refserver

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/tcpport"
)

// maxTries is the number of attempts to listen at a port.
const maxTries = 16

// A lane is a pair of ports: that of the pages, and another one.
type lane struct{ page, other *port }

// loopback is the host for browsers on this machine.
const loopback = "127.0.0.1"

// A host is where a server listens, and how.
type host struct {
	network  network
	address  string // an IP address or a name
	protocol catalogue.Protocol
}

// A port is one port number of a host.
type port struct {
	host
	number    int
	listeners []net.Listener   // nil: the port refuses connections
	sockets   []net.PacketConn // for HTTP/3
}

func listenLane(h host, number int) (*lane, error) {
	page, err := listenPort(h, number)
	if err != nil {
		return nil, err
	}
	other, err := listenPort(h, 0)
	if err != nil {
		page.close()
		return nil, err
	}
	return &lane{page, other}, nil
}

// listenPort listens at a port of a host; 0: any free one.
func listenPort(h host, number int) (p *port, err error) {
	for range maxTries {
		if p, err = listenAt(h, number); err == nil {
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
func listenBlocked(h host) *port {
	for _, number := range blockedPorts {
		if p, err := listenAt(h, number); err == nil {
			return p
		}
	}
	return &port{host: h, number: blockedPorts[0]}
}

// listenAt listens at a port of a host; 0: any free one. If the host is 127.0.0.1
// and the machine has IPv6, it also listens at [::1], because a browser may try
// that first for localhost. For HTTP/3 it listens at the UDP ports of the same number.
func listenAt(h host, number int) (_ *port, err error) {
	p := &port{host: h}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	first, err := h.network.Listen("tcp", net.JoinHostPort(h.address, strconv.Itoa(number)))
	if err != nil {
		return nil, err
	}
	p.number, p.listeners = tcpport.Of(first.Addr()), []net.Listener{first}
	if h.address == loopback {
		v6, err := h.network.Listen("tcp6", fmt.Sprintf("[::1]:%d", p.number))
		switch {
		case err == nil:
			p.listeners = append(p.listeners, v6)
		case errors.Is(err, syscall.EADDRINUSE):
			return nil, err
		} // else the machine has no IPv6
	}
	if h.protocol != catalogue.HTTP3 {
		return p, nil
	}
	for _, listener := range p.listeners {
		socket, err := net.ListenPacket("udp", listener.Addr().String())
		if err != nil {
			return nil, err
		}
		p.sockets = append(p.sockets, socket)
	}
	return p, nil
}

// origin returns the origin of the pages at the port.
func (p *port) origin() string {
	return p.protocol.Scheme() + "://" + net.JoinHostPort(p.address, strconv.Itoa(p.number))
}

func (p *port) close() {
	for _, listener := range p.listeners {
		listener.Close()
	}
	for _, socket := range p.sockets {
		socket.Close()
	}
	p.listeners, p.sockets = nil, nil
}

func (l *lane) close() {
	l.page.close()
	l.other.close()
}
