package websocket

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
)

// Listen returns a listener whose connections count the bytes written to them.
func Listen(listener net.Listener) net.Listener { return countingListener{listener} }

type countingListener struct{ net.Listener }

func (l countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &counter{Conn: conn}, nil
}

// A counter is a connection that counts what is written to it.
type counter struct {
	net.Conn
	written atomic.Int64 // bytes
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.written.Add(int64(n))
	return n, err
}

type counterKey struct{}

// ConnContext is the ConnContext of a [http.Server] whose handlers count bytes.
func ConnContext(ctx context.Context, conn net.Conn) context.Context {
	if c, ok := conn.(*counter); ok {
		return context.WithValue(ctx, counterKey{}, c)
	}
	return ctx
}

// written returns the number of bytes written to the connection of a request, or -1
// if the connection does not count them.
func written(r *http.Request) int64 {
	if c, ok := r.Context().Value(counterKey{}).(*counter); ok {
		return c.written.Load()
	}
	return -1
}
