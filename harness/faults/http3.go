package faults

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

// resetKey makes a server that has restarted answer packets of forgotten connections with
// a stateless reset.
//
// https://www.rfc-editor.org/rfc/rfc9000.html#section-10.3
var resetKey = func() (key quic.StatelessResetKey) {
	rand.Read(key[:])
	return key
}()

// An http3Port serves HTTP/3 at the UDP port of a cell.
type http3Port struct {
	path      *path
	transport *quic.Transport
}

// listenHTTP3 serves HTTP/3 at the UDP port with the number of the cell's.
func (c *cell) listenHTTP3() (*http3Port, error) {
	socket, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: c.port})
	if err != nil {
		return nil, err
	}
	p := &http3Port{path: &path{PacketConn: socket, socket: socket, loss: int64(c.loss)}}
	p.transport = &quic.Transport{Conn: p.path, StatelessResetKey: &resetKey}
	config := &quic.Config{MaxIdleTimeout: c.idle}
	if c.idle == 0 {
		config.KeepAlivePeriod = 10 * time.Second
	}
	listener, err := p.transport.Listen(http3.ConfigureTLSConfig(&tls.Config{Certificates: []tls.Certificate{c.certificate}}), config)
	if err != nil {
		socket.Close()
		return nil, err
	}
	c.serving.Go(func() {
		for {
			conn, err := listener.Accept(c.ctx)
			if err != nil {
				return
			}
			c.serving.Go(func() { c.serveHTTP3(conn) })
		}
	})
	return p, nil
}

// close forgets all connections without notifying the clients.
func (p *http3Port) close() {
	p.transport.Close()
	p.path.Close()
}

// serveHTTP3 serves a connection until it ends. It has a server of its own, so that a
// GOAWAY is for it alone.
func (c *cell) serveHTTP3(conn *quic.Conn) {
	server := &http3.Server{}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/stream" {
			answer := c.answer(r)
			for name, values := range answer.Head {
				w.Header()[name] = values
			}
			w.Header().Set("Content-Length", strconv.Itoa(answer.Body.Len()))
			w.WriteHeader(answer.Status)
			w.Write(answer.Body.Bytes())
			return
		}
		a := c.begin(r.Header, r.URL.RawQuery)
		defer c.end(a)
		ctx, left := context.WithCancel(r.Context())
		defer left()
		defer context.AfterFunc(c.ctx, left)()
		a.http3, a.ctx = &http3Stream{server: server, conn: conn, w: w}, ctx
		c.run(a)
		a.http3.end()
	})
	server.ServeQUICConn(conn)
	conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "")
}

// An http3Stream is the response to one request.
type http3Stream struct {
	server *http3.Server
	conn   *quic.Conn
	w      http.ResponseWriter
	stream *http3.Stream // nil: no head was sent
}

// take takes the stream from package http3, which can reset it with one code only.
func (s *http3Stream) take() (err error) {
	streamer, ok := s.w.(http3.HTTPStreamer)
	if !ok {
		return fmt.Errorf("faults: %T has no stream of HTTP/3", s.w)
	}
	s.stream, err = streamer.HTTPStream()
	return err
}

// respond writes the head of an event stream.
func (s *http3Stream) respond() error {
	s.w.Header().Set("Content-Type", "text/event-stream")
	s.w.Header().Set("Cache-Control", "no-store")
	s.w.WriteHeader(http.StatusOK)
	return s.take()
}

func (s *http3Stream) write(b []byte) error {
	_, err := s.stream.Write(b)
	return err
}

// end ends the response, unless it was reset.
func (s *http3Stream) end() {
	if s.stream != nil {
		s.stream.CancelRead(quic.StreamErrorCode(http3.ErrCodeNoError))
		s.stream.Close()
	}
}

// reset sends RESET_STREAM.
func (s *http3Stream) reset(code http3.ErrCode) {
	if s.stream == nil && s.take() != nil {
		return
	}
	s.stream.CancelRead(quic.StreamErrorCode(code))
	s.stream.CancelWrite(quic.StreamErrorCode(code))
}

// closeConnection sends CONNECTION_CLOSE.
func (s *http3Stream) closeConnection(code http3.ErrCode) {
	s.conn.CloseWithError(quic.ApplicationErrorCode(code), "")
}

// goAway sends GOAWAY. The connection stays open until its requests are answered.
func (s *http3Stream) goAway() { go s.server.Shutdown(s.conn.Context()) }

// A path is a socket that may lose packets, in both directions.
type path struct {
	net.PacketConn // of socket, without its faster methods, which would not lose packets
	socket         *net.UDPConn
	lost           atomic.Bool  // all
	loss           int64        // one of so many; 0: none
	passed         atomic.Int64 // packets, to count those
}

func (p *path) loses() bool {
	return p.lost.Load() || p.loss > 0 && p.passed.Add(1)%p.loss == 0
}

// SetReadBuffer and SetWriteBuffer are for package quic, which warns without them.

func (p *path) SetReadBuffer(bytes int) error { return p.socket.SetReadBuffer(bytes) }

func (p *path) SetWriteBuffer(bytes int) error { return p.socket.SetWriteBuffer(bytes) }

// ReadFrom implements [net.PacketConn].
func (p *path) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := p.PacketConn.ReadFrom(b)
		if err != nil || !p.loses() {
			return n, from, err
		}
	}
}

// WriteTo implements [net.PacketConn].
func (p *path) WriteTo(b []byte, to net.Addr) (int, error) {
	if p.loses() {
		return len(b), nil
	}
	return p.PacketConn.WriteTo(b, to)
}
