package refserver

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/tcpport"
)

// connKey is the key of the connection in the context of a request.
type connKey struct{}

// A Conn is a connection of HTTP/2 or HTTP/3. Close closes it without finishing the
// responses on it.
type Conn interface {
	Close() error
	LocalAddr() net.Addr
}

// WithConn returns the context of the requests of a connection.
func WithConn(ctx context.Context, conn Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// HTTP3 serves HTTP/3.
type HTTP3 interface {
	Serve(socket net.PacketConn) error
	Close() error
}

// newHTTP3 is what RegisterHTTP3 has registered; nil: nothing.
var newHTTP3 func(*tls.Config, http.Handler, func(context.Context, Conn) context.Context) HTTP3

// RegisterHTTP3 registers an implementation of HTTP/3, so that programs without cases
// over HTTP/3 do not depend on one. The server that it returns has a TLS configuration
// and a handler, and calls withConn for the context of each connection. The handler
// panics with [http.ErrAbortHandler] to reset a stream.
func RegisterHTTP3(start func(config *tls.Config, handler http.Handler, withConn func(context.Context, Conn) context.Context) HTTP3) {
	newHTTP3 = start
}

// serveStream answers a request that came on a stream of a connection of HTTP/2 or
// HTTP/3.
func (s *Server) serveStream(w http.ResponseWriter, r *http.Request) {
	instance, route, ok := s.find(r.RequestURI)
	if !ok {
		s.pages.Handler.ServeHTTP(w, r)
		return
	}
	conn := r.Context().Value(connKey{}).(Conn)
	stream := &streamWire{conn: conn, w: w, ctx: instance.ctx}
	instance.serve(requestHead(r), route, &connection{
		wire:  stream,
		port:  tcpport.Of(conn.LocalAddr()),
		gone:  r.Context().Done(),
		close: func() {},
	})
	if stream.reset {
		panic(http.ErrAbortHandler)
	}
}

// requestHead returns the head of a request in the form of HTTP/1.1, with its
// headers sorted by name.
func requestHead(r *http.Request) *request {
	head := &request{method: r.Method, target: r.RequestURI, secure: true}
	head.headers = append(head.headers, catalogue.Header{Name: "Host", Value: r.Host})
	var names []string
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range r.Header[name] {
			head.headers = append(head.headers, catalogue.Header{Name: name, Value: value})
		}
	}
	return head
}

// A streamWire writes a response to a stream of a connection. A cut closes the
// connection, a reset only the stream.
type streamWire struct {
	conn  Conn
	w     http.ResponseWriter
	ctx   context.Context // of the instance
	reset bool
}

// send fails when the instance is finished. A client that no longer reads would
// block it for ever.
func (h *streamWire) send(head *catalogue.Head, body []byte) error {
	expired := make(chan struct{})
	stop := context.AfterFunc(h.ctx, func() {
		defer close(expired)
		http.NewResponseController(h.w).SetWriteDeadline(time.Now())
	})
	defer func() {
		if !stop() {
			<-expired // a response must not be used after its handler has returned
		}
	}()

	h.begin(head)
	if _, err := h.w.Write(body); err != nil {
		return err
	}
	return http.NewResponseController(h.w).Flush()
}

func (h *streamWire) end(head *catalogue.Head) { h.begin(head) }

func (h *streamWire) cut() { h.conn.Close() }

func (h *streamWire) abort() { h.reset = true }

func (h *streamWire) begin(head *catalogue.Head) {
	if head == nil {
		return
	}
	for _, header := range head.Headers {
		h.w.Header().Add(header[0], header[1])
	}
	if head.Framing == catalogue.Length && !head.Bodiless() {
		h.w.Header().Set("Content-Length", strconv.Itoa(head.Length))
	}
	h.w.WriteHeader(head.Status)
}
