package refserver

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// Every port speaks TLS as well: the first byte of a connection tells which it
// is.

// clientHello is the first byte of a TLS connection.
const clientHello = 0x16

// tlsConfig chooses certificate and protocol by the name that is asked for. The
// key of another certificate makes one that is refused even by a browser which
// accepts those that nobody has signed.
func tlsConfig(trusted, other tls.Certificate) *tls.Config {
	config := func(certificate tls.Certificate, protocol string) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{protocol}}
	}
	untrusted := tls.Certificate{Certificate: trusted.Certificate, PrivateKey: other.PrivateKey}
	usual, http2, bad := config(trusted, "http/1.1"), config(trusted, "h2"), config(untrusted, "http/1.1")
	return &tls.Config{
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			switch hello.ServerName {
			case catalogue.HTTP2Host:
				return http2, nil
			case catalogue.UntrustedHost:
				return bad, nil
			}
			return usual, nil
		},
	}
}

// openTLS makes a TLS connection of one that begins as such, and leaves others
// as they are.
func openTLS(conn net.Conn, config *tls.Config) (net.Conn, error) {
	conn.SetReadDeadline(time.Now().Add(headLimit))
	defer conn.SetReadDeadline(time.Time{})

	first := make([]byte, 1)
	if _, err := io.ReadFull(conn, first); err != nil {
		return nil, err
	}
	heard := newReadConn(conn, first)
	if first[0] != clientHello {
		return heard, nil
	}
	secure := tls.Server(heard, config)
	return secure, secure.Handshake()
}

// speaksHTTP2 tells whether that was agreed on.
func speaksHTTP2(conn net.Conn) bool {
	secure, ok := conn.(*tls.Conn)
	return ok && secure.ConnectionState().NegotiatedProtocol == "h2"
}

func isTLS(conn net.Conn) bool {
	_, ok := conn.(*tls.Conn)
	return ok
}

// closed is closed when a TLS connection is.
func closed(conn net.Conn) <-chan struct{} {
	return conn.(*tls.Conn).NetConn().(*readConn).closed
}

// tcp is the TCP connection below others.
func tcp(conn net.Conn) *net.TCPConn {
	for {
		above, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		conn = above.NetConn()
	}
	bottom, _ := conn.(*net.TCPConn)
	return bottom
}

// A readConn is a connection of which something was read before.
type readConn struct {
	net.Conn
	reader io.Reader
	closed chan struct{} // when it is
	once   sync.Once
}

func newReadConn(conn net.Conn, read []byte) *readConn {
	return &readConn{
		Conn:   conn,
		reader: io.MultiReader(bytes.NewReader(read), conn),
		closed: make(chan struct{}),
	}
}

// NetConn is the connection below.
func (c *readConn) NetConn() net.Conn { return c.Conn }

func (c *readConn) Read(b []byte) (int, error) { return c.reader.Read(b) }

func (c *readConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}
