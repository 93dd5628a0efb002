package refserver

import (
	"context"
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

func withConn(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// serveHTTP2 answers a request that came over HTTP/2.
func (s *Server) serveHTTP2(w http.ResponseWriter, r *http.Request) {
	instance, route, ok := s.find(r.RequestURI)
	if !ok {
		s.pages.Handler.ServeHTTP(w, r)
		return
	}
	conn := r.Context().Value(connKey{}).(net.Conn)
	http2 := &http2Wire{conn: conn, w: w, ctx: instance.ctx}
	instance.serve(requestHead(r), route, &connection{
		wire:  http2,
		port:  tcpport.Of(conn.LocalAddr()),
		gone:  r.Context().Done(),
		close: func() {},
	})
	if http2.reset {
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

// An http2Wire writes a response to a stream of an HTTP/2 connection. A cut
// closes the connection, a reset only the stream.
type http2Wire struct {
	conn  net.Conn
	w     http.ResponseWriter
	ctx   context.Context // of the instance
	reset bool
}

// send fails when the instance is finished. A client that no longer reads would
// block it for ever.
func (h *http2Wire) send(head *catalogue.Head, body []byte) error {
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

func (h *http2Wire) end(head *catalogue.Head) { h.begin(head) }

func (h *http2Wire) cut() { h.conn.Close() }

func (h *http2Wire) abort() { h.reset = true }

func (h *http2Wire) begin(head *catalogue.Head) {
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
