package bench

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"eventsource-wasm/harness/internal/selfsigned"
)

// A server serves the page of one measurement at a time, and its streams.
type server struct {
	plain, secure             *http.Server
	plainOrigin, secureOrigin string
	keyHash                   string // of secure, as Chromium wants it

	session  atomic.Pointer[session] // nil: none
	sessions int                     // so far
	bodies   map[string]*body        // by the stream's title
}

func startServer() (*server, error) {
	s := &server{bodies: map[string]*body{}}
	certificate, err := selfsigned.New()
	if err != nil {
		return nil, fmt.Errorf("bench: make a certificate: %w", err)
	}
	s.keyHash = certificate.KeyHash
	quiet := log.New(io.Discard, "", 0)
	s.plain = &http.Server{Handler: s, ErrorLog: quiet}
	s.secure = &http.Server{Handler: s, ErrorLog: quiet, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate.TLS}}}

	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	secure, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		plain.Close()
		return nil, fmt.Errorf("bench: %w", err)
	}
	s.plainOrigin = "http://" + plain.Addr().String()
	s.secureOrigin = "https://" + secure.Addr().String()
	go s.plain.Serve(plain)
	go s.secure.ServeTLS(secure, "", "")
	return s, nil
}

func (s *server) close() {
	s.plain.Close()
	s.secure.Close()
}

// enter begins the session of a measurement.
func (s *server) enter(j job, implementation Implementation) *session {
	s.sessions++
	origin := s.plainOrigin
	if j.kind.secure {
		origin = s.secureOrigin
	}
	session := newSession(j, implementation, s.body(j.stream))
	session.path = "/" + strconv.Itoa(s.sessions) + "/"
	session.origin = origin
	s.session.Store(session)
	return session
}

func (s *server) leave() { s.session.Store(nil) }

// body is a whole stream. It is made once, so that making it takes no time from
// a measurement.
func (s *server) body(of stream) *body {
	known := s.bodies[of.title()]
	if known == nil {
		known = &body{of.bytes(), of.checksum()}
		s.bodies[of.title()] = known
	}
	return known
}

// ServeHTTP leaves a request to the session whose page it comes from.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	current := s.session.Load()
	if current == nil || !strings.HasPrefix(r.URL.Path, current.path) {
		http.NotFound(w, r)
		return
	}
	current.ServeHTTP(w, r)
}
