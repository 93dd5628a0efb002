package refserver

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"syscall"
)

// maxTries is how often another port is tried when one is only half free.
const maxTries = 16

// A lane is a pair of ports.
type lane struct{ page, other port }

// A port is one port number on the loopback addresses.
type port struct {
	number    int
	listeners []net.Listener
}

func listenLane() (lane, error) {
	page, err := listenPort()
	if err != nil {
		return lane{}, err
	}
	other, err := listenPort()
	return lane{page, other}, err
}

// listenPort takes a free port of 127.0.0.1 and, on machines with IPv6, the same
// one of [::1], which browsers may try first for localhost.
func listenPort() (port, error) {
	var err error
	for range maxTries {
		var v4, v6 net.Listener
		v4, err = net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return port{}, err
		}
		number := v4.Addr().(*net.TCPAddr).Port
		v6, err = net.Listen("tcp6", fmt.Sprintf("[::1]:%d", number))
		if err == nil {
			return port{number, []net.Listener{v4, v6}}, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return port{number, []net.Listener{v4}}, nil // no IPv6 here
		}
		v4.Close()
	}
	return port{}, err
}

func (l lane) listeners() []net.Listener {
	return slices.Concat(l.page.listeners, l.other.listeners)
}

func (l lane) close() {
	for _, listener := range l.listeners() {
		listener.Close()
	}
}
