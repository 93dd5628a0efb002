package refserver

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A Play is one playing of a case: the scripts of its stream and routes, and
// the requests that came for them.
type Play struct {
	Case *catalogue.Case
	Env  catalogue.Env

	server  *Server
	scripts map[string][]catalogue.Connection // by route; "": the stream
	ctx     context.Context                   // ends when the play is finished
	finish  context.CancelFunc

	mu       sync.Mutex
	requests []*catalogue.SeenRequest
	count    map[string]int // connections so far, by route
	serving  sync.WaitGroup
}

// newPlay fills the placeholders of a case.
func newPlay(s *Server, c *catalogue.Case, env catalogue.Env) (*Play, error) {
	p := &Play{
		Case:    c,
		Env:     env,
		server:  s,
		scripts: map[string][]catalogue.Connection{},
		count:   map[string]int{},
	}
	var err error
	if p.scripts[""], err = fill(c.Server, env); err != nil {
		return nil, fmt.Errorf("%s: stream: %w", c.ID, err)
	}
	for name, script := range c.Routes {
		if p.scripts[name], err = fill(script, env); err != nil {
			return nil, fmt.Errorf("%s: route %s: %w", c.ID, name, err)
		}
	}
	p.ctx, p.finish = context.WithCancel(context.Background())
	return p, nil
}

// fill replaces the placeholders in the headers of a script.
func fill(script []catalogue.Connection, env catalogue.Env) ([]catalogue.Connection, error) {
	filled := make([]catalogue.Connection, len(script))
	for i, connection := range script {
		filled[i] = slices.Clone(connection)
		for j := range filled[i] {
			head := &filled[i][j].Head
			head.Headers = slices.Clone(head.Headers)
			for k := range head.Headers {
				value, err := env.Fill(head.Headers[k][1])
				if err != nil {
					return nil, err
				}
				head.Headers[k][1] = value
			}
		}
	}
	return filled, nil
}

// Finish ends the play, closes its connections and returns the requests that
// were seen, in order of arrival.
func (p *Play) Finish() []catalogue.SeenRequest {
	p.server.forget(p)

	p.mu.Lock() // after this no request is taken
	p.finish()
	p.mu.Unlock()
	p.serving.Wait()

	seen := make([]catalogue.SeenRequest, len(p.requests))
	for i, r := range p.requests {
		seen[i] = *r
	}
	return seen
}

// A connection is one that has brought a request.
type connection struct {
	wire  wire
	port  int             // it came by
	gone  <-chan struct{} // closed when the client has left
	close func()
}

// serve plays the next connection of a route.
func (p *Play) serve(r *request, route string, c *connection) {
	seen, script := p.take(r, route)
	if seen == nil {
		return // just finished
	}
	defer p.serving.Done()

	ctx, leave := context.WithCancel(p.ctx)
	defer context.AfterFunc(p.ctx, c.close)()

	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-c.gone:
			p.noteGone(seen)
			leave()
		case <-ctx.Done():
		}
	})
	w := &response{
		wire:   c.wire,
		ctx:    ctx,
		ended:  func() { p.noteEnded(seen) },
		refuse: func(d time.Duration) { p.refuse(c.port, d) },
	}
	w.play(script)
	p.noteGone(seen) // if writing failed before the client was seen to leave
	c.close()
	leave()
	watching.Wait()
}

// refuse lets a port refuse connections for a time, or until the play is
// finished. It returns when the port does.
func (p *Play) refuse(port int, d time.Duration) {
	reopen := p.server.shut(port)
	p.serving.Go(func() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-p.ctx.Done():
		}
		reopen()
	})
}

// take records a request and chooses the script that answers it.
func (p *Play) take(r *request, route string) (*catalogue.SeenRequest, catalogue.Connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ctx.Err() != nil {
		return nil, nil
	}
	p.serving.Add(1)
	seen := &catalogue.SeenRequest{
		Route:   route,
		Method:  r.method,
		Target:  r.target,
		Secure:  r.secure,
		Headers: r.headers,
		Arrived: p.server.ms(),
		Ended:   -1,
		Gone:    -1,
	}
	p.requests = append(p.requests, seen)

	i := min(p.count[route], len(p.scripts[route])-1)
	p.count[route]++
	return seen, p.scripts[route][i]
}

// noteGone records that the client left, unless we ended the connection first.
func (p *Play) noteGone(seen *catalogue.SeenRequest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if seen.Ended < 0 && seen.Gone < 0 && p.ctx.Err() == nil {
		seen.Gone = p.server.ms()
	}
}

// noteEnded records that we end the connection, unless the client left first.
func (p *Play) noteEnded(seen *catalogue.SeenRequest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if seen.Gone < 0 && p.ctx.Err() == nil {
		seen.Ended = p.server.ms()
	}
}

// drained is closed when a connection is, by either side. Until then it reads
// what comes.
func drained(conn net.Conn) <-chan struct{} {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		io.Copy(io.Discard, conn)
	}()
	return closed
}
