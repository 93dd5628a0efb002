// Package tcpport finds free TCP ports and reads the ports of addresses.
package tcpport

import "net"

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

// Of returns the port of a TCP address, such as that of a listener. It panics if
// the address is not a [*net.TCPAddr].
func Of(address net.Addr) int { return address.(*net.TCPAddr).Port }
