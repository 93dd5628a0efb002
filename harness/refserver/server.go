// Package refserver is the reference server: it plays the responses of cases
// over raw TCP sockets, byte for byte, and records what came of each.
//
// A [Server] listens at several lanes. A lane is a pair of ports, so that each
// has another origin on the same host, and the host name localhost gives a
// third one. Cases that are played at the same time get a lane each, so that
// they never share a browser's limit of connections to one host.
//
// [Server.Open] starts a [Play] of a case under a token of its own. Requests for
// /case/TOKEN/stream and for the case's routes are read and answered here,
// because package net/http refuses bytes that a case has to see or to send. All
// other requests go to an ordinary [http.Handler].
//
// The package judges nothing and knows no browser.
package refserver

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/catalogue"
)

const (
	// maxConnections is how many connections are served at once; more wait.
	maxConnections = 1024

	// pageLimit is how long a page, a script or a result may take.
	pageLimit = 60 * time.Second
)

// A Server plays cases. Its methods may be called by several goroutines.
type Server struct {
	lanes    []lane
	pages    *http.Server
	handover *handover
	start    time.Time
	places   chan struct{} // one element for each connection being served
	serving  sync.WaitGroup

	mu     sync.Mutex
	plays  map[string]*Play // by token
	conns  map[net.Conn]bool
	closed bool
}

// Start listens at the given number of lanes and hands all requests that belong
// to no played case to pages.
func Start(lanes int, pages http.Handler) (*Server, error) {
	s := &Server{
		handover: newHandover(),
		start:    time.Now(),
		places:   make(chan struct{}, maxConnections),
		plays:    map[string]*Play{},
		conns:    map[net.Conn]bool{},
	}
	s.pages = &http.Server{
		Handler:      pages,
		ReadTimeout:  pageLimit,
		WriteTimeout: pageLimit,
		ErrorLog:     log.New(io.Discard, "", 0), // of broken requests
	}
	// A connection that a page was loaded over must not carry a stream.
	s.pages.SetKeepAlivesEnabled(false)

	for range lanes {
		l, err := listenLane()
		s.lanes = append(s.lanes, l)
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("reference server: %w", err)
		}
	}
	for _, l := range s.lanes {
		for _, listener := range l.listeners() {
			s.serving.Go(func() { s.accept(listener) })
		}
	}
	s.serving.Go(func() { s.pages.Serve(s.handover) })
	return s, nil
}

// Origin is the origin of a lane's pages.
func (s *Server) Origin(lane int) string {
	return fmt.Sprintf("http://127.0.0.1:%d", s.lanes[lane].page.number)
}

// env holds the origins of a lane and the token of a play there.
func (s *Server) env(lane int, token string) catalogue.Env {
	l := s.lanes[lane]
	return catalogue.Env{
		Origin:    s.Origin(lane),
		OtherPort: fmt.Sprintf("http://127.0.0.1:%d", l.other.number),
		OtherHost: fmt.Sprintf("http://localhost:%d", l.page.number),
		Token:     token,
	}
}

// Open begins to play a case at a lane. Every play must be finished.
func (s *Server) Open(lane int, c *catalogue.Case) (*Play, error) {
	token := strings.ToLower(rand.Text())
	play, err := newPlay(s, c, s.env(lane, token))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plays[token] = play
	return play, nil
}

// Close stops listening, closes all connections and waits until nothing is
// served any more.
func (s *Server) Close() {
	for _, l := range s.lanes {
		l.close()
	}
	s.pages.Close()
	s.handover.Close()

	s.mu.Lock()
	s.closed = true
	for conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()

	s.serving.Wait()
}

// ms is the time since the server's start, in milliseconds.
func (s *Server) ms() float64 {
	return float64(time.Since(s.start).Microseconds()) / 1000
}

func (s *Server) accept(listener net.Listener) {
	for {
		s.places <- struct{}{}
		conn, err := listener.Accept()
		if err != nil {
			<-s.places
			if errors.Is(err, net.ErrClosed) {
				return
			}
			time.Sleep(10 * time.Millisecond) // too many open files: some will be closed
			continue
		}
		s.serving.Go(func() {
			defer func() { <-s.places }()
			s.serve(conn)
		})
	}
}

// serve answers the one request of a connection, or hands it over.
func (s *Server) serve(conn net.Conn) {
	if !s.keep(conn) {
		conn.Close()
		return
	}
	defer s.drop(conn)

	request, err := readRequest(conn)
	if err != nil {
		refuse(conn, err)
		conn.Close()
		return
	}
	if play, route, ok := s.find(request); ok {
		defer conn.Close()
		play.serve(conn, request, route)
		return
	}
	s.handover.serve(conn, request)
}

// keep notes a connection, so that Close can end it.
func (s *Server) keep(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.conns[conn] = true
	return true
}

func (s *Server) drop(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

// find tells which play and which route of it a request is for.
func (s *Server) find(r *request) (play *Play, route string, ok bool) {
	path, _, _ := strings.Cut(r.target, "?")
	rest, ok := strings.CutPrefix(path, "/case/")
	if !ok {
		return nil, "", false
	}
	token, name, _ := strings.Cut(rest, "/")

	s.mu.Lock()
	play = s.plays[token]
	s.mu.Unlock()
	if play == nil {
		return nil, "", false
	}
	if name == "stream" {
		return play, "", true
	}
	_, ok = play.scripts[name]
	return play, name, ok && name != ""
}

func (s *Server) forget(p *Play) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.plays, p.Env.Token)
}
