// Package refserver is the reference server. It sends the responses of cases over
// TCP sockets, byte for byte, and records every request.
//
// A [Server] listens at several lanes. A lane is a pair of ports of one host: two
// origins, to which the host name localhost adds a third. Cases that run at the
// same time use different lanes, so that they never share a browser's limit of
// connections to one host. One more port, for all lanes, is one that fetch blocks.
//
// [Server.Open] serves a case under its own token and returns an [Instance] of
// it. The package reads and answers the requests for /case/TOKEN/stream and for
// the case's routes itself, because net/http refuses bytes that a case must see
// or send. All other requests go to an ordinary [http.Handler].
//
// The package does not judge, and knows nothing about browsers.
package refserver

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/selfsigned"
	"eventsource-wasm/harness/internal/tcpport"
)

const (
	// pageLimit is the longest time for transferring a page, a script or a result.
	pageLimit = 60 * time.Second
)

// maxConnections is the number of connections served at once. When there are more, those
// that have sent no request are closed, the oldest first; if there are none, further ones
// wait.
var maxConnections = 8192

// A Server serves cases. Its methods may be called by several goroutines.
type Server struct {
	host     host
	lanes    []*lane
	blocked  *port // of all lanes
	pages    *http.Server
	handover *handover // to pages
	http2    *http.Server
	streams  *handover // to http2
	http3    HTTP3     // nil, unless the protocol of the lanes is HTTP/3
	tls      *tls.Config
	keyHash  string
	start    time.Time
	places   chan struct{} // one element for each connection being served
	serving  sync.WaitGroup

	mu        sync.Mutex
	instances map[string]*Instance   // by token
	others    *Instance              // gets the requests that name no instance; nil: the pages get them
	conns     map[net.Conn]time.Time // when they came; zero: a request came
	closed    bool
}

// certificate returns the certificate of all servers of this process, so that a browser
// that trusts it can be used for several.
var certificate = sync.OnceValues(selfsigned.New)

// KeyHash returns the SHA-256 hash, in base64, of the public key of the certificate of
// all servers of this process.
func KeyHash() (string, error) {
	c, err := certificate()
	if err != nil {
		return "", fmt.Errorf("reference server: %w", err)
	}
	return c.KeyHash, nil
}

// Start listens at the given number of lanes. Requests that belong to no instance
// go to pages. The host is an address of this machine at which browsers elsewhere
// reach it; "" is for browsers on this machine.
func Start(host string, lanes int, pages http.Handler) (*Server, error) {
	return startOn(ofSockets(host), 0, lanes, pages)
}

// StartOver is [Start] for browsers on this machine, with lanes that speak only the
// given protocol. HTTP/3 must have been registered: see [RegisterHTTP3].
func StartOver(p catalogue.Protocol, lanes int, pages http.Handler) (*Server, error) {
	if p == catalogue.HTTP3 && newHTTP3 == nil {
		return nil, errors.New("reference server: this program has no HTTP/3: import a package that calls refserver.RegisterHTTP3")
	}
	h := ofSockets("")
	h.protocol = p
	return startOn(h, 0, lanes, pages)
}

// ofSockets returns a host of the operating system; "" is loopback.
func ofSockets(address string) host {
	return host{sockets{}, cmp.Or(address, loopback), catalogue.HTTP1}
}

// StartAt is [Start] with one lane, whose pages have the given port.
func StartAt(host string, number int, pages http.Handler) (*Server, error) {
	return startOn(ofSockets(host), number, 1, pages)
}

// startOn listens at lanes of a host. The pages of each have a port with a given
// number; 0: any free one.
func startOn(h host, number, lanes int, pages http.Handler) (*Server, error) {
	trusted, err := certificate()
	if err != nil {
		return nil, fmt.Errorf("reference server: %w", err)
	}
	other, err := selfsigned.New()
	if err != nil {
		return nil, fmt.Errorf("reference server: %w", err)
	}
	s := &Server{
		host:      h,
		handover:  newHandover(),
		streams:   newHandover(),
		tls:       tlsConfig(h.protocol, trusted.TLS, other.TLS),
		keyHash:   trusted.KeyHash,
		start:     time.Now(),
		places:    make(chan struct{}, maxConnections),
		instances: map[string]*Instance{},
		conns:     map[net.Conn]time.Time{},
	}
	s.pages = &http.Server{
		Handler:      pages,
		ReadTimeout:  pageLimit,
		WriteTimeout: pageLimit,
		ErrorLog:     log.New(io.Discard, "", 0), // broken requests are expected
	}
	// A connection on which a page was loaded must not be reused for a stream.
	s.pages.SetKeepAlivesEnabled(false)
	s.http2 = &http.Server{
		Handler:     http.HandlerFunc(s.serveStream),
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context { return WithConn(ctx, conn) },
		ErrorLog:    log.New(io.Discard, "", 0),
	}

	if h.protocol == catalogue.HTTP3 {
		s.http3 = newHTTP3(s.tls, http.HandlerFunc(s.serveStream), WithConn)
	}
	s.blocked = listenBlocked(h)
	for range lanes {
		l, err := listenLane(h, number)
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("reference server: %w", err)
		}
		s.lanes = append(s.lanes, l)
	}
	for _, l := range s.lanes {
		s.acceptAt(l.page)
		s.acceptAt(l.other)
	}
	s.acceptAt(s.blocked)
	s.serving.Go(func() { s.pages.Serve(s.handover) })
	s.serving.Go(func() { s.http2.Serve(s.streams) })
	return s, nil
}

// Origin returns the origin of the pages of a lane.
func (s *Server) Origin(lane int) string {
	return s.lanes[lane].page.origin()
}

// KeyHash returns the SHA-256 hash, in base64, of the public key of the server's
// certificate, which is self-signed.
func (s *Server) KeyHash() string { return s.keyHash }

// env returns the environment of an instance.
func (s *Server) env(lane int, token string) catalogue.Env {
	l := s.lanes[lane]
	at := func(scheme, name string) string { return fmt.Sprintf("%s://%s:%d", scheme, name, l.page.number) }
	return catalogue.Env{
		Origin:      s.Origin(lane),
		OtherPort:   l.other.origin(),
		BlockedPort: s.blocked.origin(),
		OtherHost:   at(s.host.protocol.Scheme(), catalogue.LocalHost),
		HTTPS:       at("https", catalogue.LocalHost),
		HTTP2:       at("https", catalogue.HTTP2Host),
		Untrusted:   at("https", catalogue.UntrustedHost),
		Remote:      at("http", catalogue.RemoteHost),
		HSTS:        at("http", catalogue.HSTSHost),
		Token:       token,
	}
}

// Open serves a case at a lane. The caller must call [Instance.Finish].
func (s *Server) Open(lane int, c *catalogue.Case) (*Instance, error) {
	token := strings.ToLower(rand.Text())
	instance, err := newInstance(s, c, s.env(lane, token))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instances[token] = instance
	return instance, nil
}

// Close stops listening, closes all connections and waits until their goroutines
// have returned.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	for _, l := range s.lanes {
		l.close()
	}
	s.blocked.close()
	s.mu.Unlock()

	s.pages.Close()
	s.handover.Close()
	s.http2.Close()
	s.streams.Close()
	if s.http3 != nil {
		s.http3.Close()
	}

	s.mu.Lock()
	for conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()

	s.serving.Wait()
}

// ms returns the time since the start of the server, in milliseconds.
func (s *Server) ms() float64 {
	return float64(time.Since(s.start).Microseconds()) / 1000
}

// acceptAt accepts connections at a port.
func (s *Server) acceptAt(p *port) {
	for _, listener := range p.listeners {
		s.serving.Go(func() { s.accept(listener) })
	}
	for _, socket := range p.sockets {
		s.serving.Go(func() { s.http3.Serve(socket) })
	}
}

// shut makes a port refuse connections until reopen is called.
func (s *Server) shut(number int) (reopen func()) {
	p := s.port(number)
	s.mu.Lock()
	defer s.mu.Unlock()
	p.close()
	for conn, since := range s.conns {
		if !since.IsZero() && tcpport.Of(conn.LocalAddr()) == number { // opened in advance, for a later request
			conn.Close()
		}
	}
	return func() {
		for range maxTries {
			if s.reopen(p) {
				return
			}
			time.Sleep(10 * time.Millisecond) // another program has the port, or the system has not released it yet
		}
	}
}

// reopen reports whether the port is open again, or will never be.
func (s *Server) reopen(p *port) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || p.listeners != nil {
		return true
	}
	opened, err := listenAt(p.host, p.number)
	if err != nil {
		return false
	}
	p.listeners, p.sockets = opened.listeners, opened.sockets
	s.acceptAt(p)
	return true
}

// port returns the port with a number.
func (s *Server) port(number int) *port {
	for _, l := range s.lanes {
		switch number {
		case l.page.number:
			return l.page
		case l.other.number:
			return l.other
		}
	}
	return s.blocked
}

func (s *Server) accept(listener net.Listener) {
	for {
		s.takePlace()
		conn, err := listener.Accept()
		if err != nil {
			<-s.places
			if errors.Is(err, net.ErrClosed) {
				return
			}
			time.Sleep(10 * time.Millisecond) // too many open files: wait until some are closed
			continue
		}
		if !s.keep(conn) {
			<-s.places
			conn.Close()
			continue
		}
		s.serving.Go(func() {
			defer func() { <-s.places }()
			s.serve(conn)
		})
	}
}

// takePlace waits until one more connection can be served.
func (s *Server) takePlace() {
	select {
	case s.places <- struct{}{}:
	default:
		s.closeSilent()
		s.places <- struct{}{}
	}
}

// closeSilent closes the oldest connection that has sent no request, if there is one.
func (s *Server) closeSilent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var oldest net.Conn
	for conn, since := range s.conns {
		if !since.IsZero() && (oldest == nil || since.Before(s.conns[oldest])) {
			oldest = conn
		}
	}
	if oldest != nil {
		oldest.Close()
		delete(s.conns, oldest) // its goroutine has not returned yet
	}
}

// serve answers the only request of a connection, or hands the connection over.
func (s *Server) serve(raw net.Conn) {
	defer s.drop(raw)
	defer raw.Close()

	conn, err := openTLS(raw, s.tls)
	if err != nil {
		return
	}
	if speaksHTTP2(conn) {
		s.busy(raw)
		s.streams.serve(conn, closed(conn))
		return
	}
	if s.host.protocol != catalogue.HTTP1 {
		return // no request comes over another protocol than that of the lanes
	}
	request, err := readRequest(conn)
	if err != nil {
		refuse(conn, err)
		return
	}
	request.secure = isTLS(conn)
	s.busy(raw)
	instance, route, ok := s.find(request.target)
	if !ok {
		again := newReadConn(conn, request.read)
		s.handover.serve(again, again.closed)
		return
	}
	instance.serve(request, route, &connection{
		wire:  &http1Wire{conn: conn},
		port:  tcpport.Of(conn.LocalAddr()),
		gone:  drained(conn),
		close: func() { conn.Close() },
	})
}

// keep registers a connection, so that shut and Close can close it. It reports
// false if the port was shut in the meantime.
func (s *Server) keep(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.port(tcpport.Of(conn.LocalAddr())).listeners == nil {
		return false
	}
	s.conns[conn] = time.Now()
	return true
}

// busy notes that a connection has received a request.
func (s *Server) busy(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.conns[conn].IsZero() {
		s.conns[conn] = time.Time{}
	}
}

func (s *Server) drop(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

// ServeOthers makes an instance answer the requests that name no other one: those for
// /ROUTE with the script of that route, all others with that of its stream.
func (s *Server) ServeOthers(i *Instance) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.others = i
}

// find returns the instance and the route of a request target.
func (s *Server) find(target string) (instance *Instance, route string, ok bool) {
	path, _, _ := strings.Cut(target, "?")
	rest, ok := strings.CutPrefix(path, "/case/")
	if !ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.others == nil {
			return nil, "", false
		}
		route = strings.TrimPrefix(path, "/")
		if _, ok := s.others.scripts[route]; !ok {
			route = ""
		}
		return s.others, route, true
	}
	token, name, _ := strings.Cut(rest, "/")

	s.mu.Lock()
	instance = s.instances[token]
	s.mu.Unlock()
	if instance == nil {
		return nil, "", false
	}
	if name == "stream" {
		return instance, "", true
	}
	_, ok = instance.scripts[name]
	return instance, name, ok && name != ""
}

func (s *Server) forget(i *Instance) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.instances, i.Env.Token)
	if s.others == i {
		s.others = nil
	}
}
