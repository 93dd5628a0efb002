// Package ssetest serves scripted event streams to tests of clients: exact bytes in
// exact pieces, pauses, connections that are reset, ports that refuse connections, and
// another script for each connection.
//
//	url, requests := ssetest.Serve(t, `[
//		[{"send": "retry: 10\n\nid: 1\ndata: a\n\n"}, {"reset": true}],
//		[{"send": "data: b\n\n"}]
//	]`)
//	… a client reads the stream at url …
//	require.Equal(t, "1", requests()[1].Header("Last-Event-ID"))
//
// A script is the server's side of a case: see the README of package catalogue. The
// command harness mock serves the same scripts to tests in other languages, with a
// [Server.Control] of its own.
package ssetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/refserver"
)

// A Script says what a server does with each connection.
type Script struct{ c catalogue.Case }

// ReadScript reads a script: the member server of a case, or an object with the members
// title, server and routes.
func ReadScript(text []byte) (Script, error) {
	c, err := catalogue.ReadScript(text)
	return Script{c}, err
}

// CaseScript returns the server's side of a case of the catalogue.
func CaseScript(id string) (Script, error) {
	all, err := catalogue.Load()
	if err != nil {
		return Script{}, err
	}
	selected, err := catalogue.Select(all, []string{id})
	switch {
	case err != nil:
		return Script{}, err
	case len(selected) > 1:
		return Script{}, fmt.Errorf("%q names %d cases: name one, for example %s", id, len(selected), selected[0].ID)
	}
	c := selected[0]
	return Script{catalogue.Case{ID: c.ID, Title: c.Title, Server: c.Server, Routes: c.Routes}}, nil
}

// A Request is a request that the server has received.
type Request struct{ catalogue.SeenRequest }

// Header returns the value of a header, the values of several lines joined with
// commas, or "" if there is none.
func (r Request) Header(name string) string {
	var values []string
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, name) {
			values = append(values, h.Value)
		}
	}
	return strings.Join(values, ", ")
}

// A Server serves a script. Its methods may be called by several goroutines.
type Server struct {
	server *refserver.Server
	script Script

	mu       sync.Mutex
	instance *refserver.Instance
}

// Start serves a script at an address like 127.0.0.1:8080; port 0 stands for any free
// one. The caller must call [Server.Close].
func Start(script Script, addr string) (*Server, error) {
	host, text, err := net.SplitHostPort(addr)
	port, invalid := strconv.ParseUint(text, 10, 16)
	if err != nil || invalid != nil {
		return nil, fmt.Errorf("invalid address %q: want host:port, for example 127.0.0.1:8080", addr)
	}
	server, err := refserver.StartAt(host, int(port), http.NotFoundHandler())
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d is in use (%s picks a free one)", port, net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return nil, err
	}
	s := &Server{server: server, script: script}
	if err := s.Reset(); err != nil {
		server.Close()
		return nil, err
	}
	return s, nil
}

// URL returns the URL of the stream. Every path of its origin is answered with the
// script of the stream, except those of routes: /NAME.
func (s *Server) URL() string { return s.server.Origin(0) + "/" }

// Requests returns the requests since the start or the last reset, in order of arrival.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := []Request{}
	for _, r := range s.instance.Requests() {
		requests = append(requests, Request{r})
	}
	return requests
}

// Reset closes all connections, forgets the requests, and starts over with the first
// script.
func (s *Server) Reset() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	instance, err := s.server.Open(0, &s.script.c)
	if err != nil {
		return err
	}
	s.server.ServeOthers(instance)
	if s.instance != nil {
		s.instance.Finish()
	}
	s.instance = instance
	return nil
}

// Close closes all connections and stops listening.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instance.Finish()
	s.server.Close()
}

// Control returns a handler with which a test in another process controls the server.
// It must have an address of its own:
//
//	GET /requests   the requests, as JSON
//	POST /reset     starts over
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /requests", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(w).Encode(s.Requests()) // fails only if the client has left
	})
	mux.HandleFunc("POST /reset", func(w http.ResponseWriter, r *http.Request) {
		if err := s.Reset(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

// Serve serves a script, as [ReadScript] reads it, until the test ends. It returns the
// URL of the stream, and a function that returns the requests until now.
func Serve(t testing.TB, script string) (url string, requests func() []Request) {
	t.Helper()
	read, err := ReadScript([]byte(script))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Start(read, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s.URL(), s.Requests
}
