// Package tcpport finds free TCP ports and reads the ports of addresses.
package tcpport

import (
	"context"
	"fmt"
	"net"
	"time"
)

// Free returns ports on the loopback interface that nothing listens on, all of
// them different. Another program may take one before the caller does.
func Free(count int) ([]int, error) {
	var ports []int
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close() // after the loop, so that the ports differ
		ports = append(ports, Of(listener.Addr()))
	}
	return ports, nil
}

// Of returns the port of a TCP address, such as that of a listener, or of a UDP address.
// It panics if the address is neither a [*net.TCPAddr] nor a [*net.UDPAddr].
func Of(address net.Addr) int {
	if udp, ok := address.(*net.UDPAddr); ok {
		return udp.Port
	}
	return address.(*net.TCPAddr).Port
}

// Await waits until something on the loopback interface listens on a port. It returns
// an error if ctx ends before.
func Await(ctx context.Context, port int) error {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("nothing listens on %s: %w", address, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
