package refserver

import (
	"bytes"
	"io"
	"net"
	"sync"
)

// A handover passes connections whose request head was read already to package
// net/http. It is the listener of that side.
type handover struct {
	conns chan net.Conn
	done  chan struct{}
	close sync.Once
}

func newHandover() *handover {
	return &handover{conns: make(chan net.Conn), done: make(chan struct{})}
}

// serve hands a connection over and waits until the other side has closed it.
func (h *handover) serve(conn net.Conn, r *request) {
	over := &readConn{
		Conn:   conn,
		reader: io.MultiReader(bytes.NewReader(r.read), conn),
		closed: make(chan struct{}),
	}
	select {
	case h.conns <- over:
		<-over.closed
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

// A readConn is a connection of which something was read before.
type readConn struct {
	net.Conn
	reader io.Reader
	closed chan struct{}
	once   sync.Once
}

func (c *readConn) Read(b []byte) (int, error) { return c.reader.Read(b) }

func (c *readConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}
