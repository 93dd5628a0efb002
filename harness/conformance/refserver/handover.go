package refserver

import (
	"net"
	"sync"
)

// A handover passes connections to an [http.Server], for which it is the
// listener.
type handover struct {
	conns chan net.Conn
	done  chan struct{}
	close sync.Once
}

func newHandover() *handover {
	return &handover{conns: make(chan net.Conn), done: make(chan struct{})}
}

// serve hands a connection over, and returns when the connection is closed.
func (h *handover) serve(conn net.Conn, closed <-chan struct{}) {
	select {
	case h.conns <- conn:
		<-closed
	case <-h.done:
		conn.Close()
	}
}

// Accept implements [net.Listener].
func (h *handover) Accept() (net.Conn, error) {
	select {
	case conn := <-h.conns:
		return conn, nil
	case <-h.done:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (h *handover) Close() error {
	h.close.Do(func() { close(h.done) })
	return nil
}

// Addr implements [net.Listener].
func (h *handover) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
