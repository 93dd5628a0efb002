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

// handshake is the first byte of a TLS connection. It shows which connections
// speak TLS, because every port accepts both.
//
// https://www.rfc-editor.org/rfc/rfc8446.html#section-5.1
const handshake = 22

// tlsConfig chooses certificate and protocol by the host name that the client
// asks for. The untrusted certificate is used with the key of another one, so
// that even a browser that accepts self-signed certificates refuses it. If the lanes
// have another protocol than HTTP/1.1, the others are refused.
func tlsConfig(p catalogue.Protocol, trusted, other tls.Certificate) *tls.Config {
	config := func(certificate tls.Certificate, protocols ...string) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: protocols}
	}
	untrusted := tls.Certificate{Certificate: trusted.Certificate, PrivateKey: other.PrivateKey}
	usual, http2, bad := config(trusted, "http/1.1"), config(trusted, "h2", "http/1.1"), config(untrusted, "http/1.1")
	if p != catalogue.HTTP1 {
		return config(trusted, string(p))
	}
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

// openTLS returns a TLS connection if the client begins one. Otherwise it returns
// the plain connection.
func openTLS(conn net.Conn, config *tls.Config) (net.Conn, error) {
	conn.SetReadDeadline(time.Now().Add(headLimit))
	defer conn.SetReadDeadline(time.Time{})

	first := make([]byte, 1)
	if _, err := io.ReadFull(conn, first); err != nil {
		return nil, err
	}
	heard := newReadConn(conn, first)
	if first[0] != handshake {
		return heard, nil
	}
	secure := tls.Server(heard, config)
	return secure, secure.Handshake()
}

// speaksHTTP2 reports whether client and server have agreed on HTTP/2.
func speaksHTTP2(conn net.Conn) bool {
	secure, ok := conn.(*tls.Conn)
	return ok && secure.ConnectionState().NegotiatedProtocol == "h2"
}

func isTLS(conn net.Conn) bool {
	_, ok := conn.(*tls.Conn)
	return ok
}

// closed returns a channel that is closed when the TLS connection is closed.
func closed(conn net.Conn) <-chan struct{} {
	return conn.(*tls.Conn).NetConn().(*readConn).closed
}

// tcp returns the TCP connection below other layers; nil: there is none.
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

// A readConn is a connection from which some bytes were read before.
type readConn struct {
	net.Conn
	reader io.Reader
	closed chan struct{} // closed when the connection is
	once   sync.Once
}

func newReadConn(conn net.Conn, read []byte) *readConn {
	return &readConn{
		Conn:   conn,
		reader: io.MultiReader(bytes.NewReader(read), conn),
		closed: make(chan struct{}),
	}
}

// NetConn returns the connection below.
func (c *readConn) NetConn() net.Conn { return c.Conn }

func (c *readConn) Read(b []byte) (int, error) { return c.reader.Read(b) }

func (c *readConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}
