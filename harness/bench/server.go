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

	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/internal/selfsigned"
)

// A server serves one measurement at a time.
type server struct {
	plain, secure             *http.Server
	plainOrigin, secureOrigin string
	keyHash                   string // of secure, in the form that Chromium takes

	current atomic.Pointer[measurement] // nil: none
	count   int                         // of measurements so far
	bodies  map[string]*body            // by the stream's title
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

// begin makes a measurement the one that is served, until end is called.
func (s *server) begin(j job, i implementation.Implementation) *measurement {
	s.count++
	m := newMeasurement(j, i, s.body(j.stream))
	m.path = "/" + strconv.Itoa(s.count) + "/"
	m.origin = s.plainOrigin
	if j.kind.secure {
		m.origin = s.secureOrigin
	}
	s.current.Store(m)
	return m
}

func (s *server) end() { s.current.Store(nil) }

// body returns a whole stream. It is made once, before the first measurement that
// needs it begins.
func (s *server) body(of stream) *body {
	b := s.bodies[of.title()]
	if b == nil {
		b = &body{of.bytes(), of.checksum()}
		s.bodies[of.title()] = b
	}
	return b
}

// ServeHTTP passes a request to the measurement whose page sent it.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m := s.current.Load()
	if m == nil || !strings.HasPrefix(r.URL.Path, m.path) {
		http.NotFound(w, r)
		return
	}
	m.ServeHTTP(w, r)
}
