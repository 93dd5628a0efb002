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
	"eventsource-wasm/harness/internal/sleep"
)

// An Instance is a case served under its own token: the scripts of its stream
// and routes, and the requests received for them.
type Instance struct {
	Case *catalogue.Case
	Env  catalogue.Env

	server  *Server
	scripts map[string][]catalogue.Connection // by route; "": the stream
	ctx     context.Context                   // done after Finish
	finish  context.CancelFunc

	mu       sync.Mutex
	requests []*catalogue.SeenRequest
	count    map[string]int // connections so far, by route
	serving  sync.WaitGroup
}

// newInstance returns an instance of a case, its placeholders replaced.
func newInstance(s *Server, c *catalogue.Case, env catalogue.Env) (*Instance, error) {
	i := &Instance{
		Case:    c,
		Env:     env,
		server:  s,
		scripts: map[string][]catalogue.Connection{},
		count:   map[string]int{},
	}
	var err error
	if i.scripts[""], err = prepare(c.Server, env); err != nil {
		return nil, fmt.Errorf("%s: stream: %w", c.ID, err)
	}
	for name, script := range c.Routes {
		if i.scripts[name], err = prepare(script, env); err != nil {
			return nil, fmt.Errorf("%s: route %s: %w", c.ID, name, err)
		}
	}
	i.ctx, i.finish = context.WithCancel(context.Background())
	return i, nil
}

// prepare returns a script with the placeholders in its headers replaced. It
// fails if a step cannot be carried out.
func prepare(script []catalogue.Connection, env catalogue.Env) ([]catalogue.Connection, error) {
	prepared := make([]catalogue.Connection, len(script))
	for i, connection := range script {
		prepared[i] = slices.Clone(connection)
		for j := range prepared[i] {
			step := &prepared[i][j]
			if handlers[step.Verb] == nil {
				return nil, fmt.Errorf("connection %d: step %d: no handler for verb %q; add one to handlers in response.go", i+1, j+1, step.Verb)
			}
			headers, err := fillHeaders(step.Head.Headers, env)
			if err != nil {
				return nil, fmt.Errorf("connection %d: %w", i+1, err)
			}
			step.Head.Headers = headers
		}
	}
	return prepared, nil
}

func fillHeaders(headers [][2]string, env catalogue.Env) ([][2]string, error) {
	filled := slices.Clone(headers)
	for i := range filled {
		value, err := env.Fill(filled[i][1])
		if err != nil {
			return nil, fmt.Errorf("header %s: %w", filled[i][0], err)
		}
		filled[i][1] = value
	}
	return filled, nil
}

// Finish stops serving the case, closes its connections and returns the requests
// received, in order of arrival.
func (i *Instance) Finish() []catalogue.SeenRequest {
	i.server.forget(i)

	i.mu.Lock() // after this no request is taken
	i.finish()
	i.mu.Unlock()
	i.serving.Wait()
	return i.Requests()
}

// Requests returns the requests received until now, in order of arrival.
func (i *Instance) Requests() []catalogue.SeenRequest {
	i.mu.Lock()
	defer i.mu.Unlock()
	seen := make([]catalogue.SeenRequest, len(i.requests))
	for j, r := range i.requests {
		seen[j] = *r
		seen[j].Sent = slices.Clone(r.Sent)
	}
	return seen
}

// RequestCount returns the number of requests received until now.
func (i *Instance) RequestCount() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.requests)
}

// A connection is a connection that has received a request.
type connection struct {
	wire  wire
	port  int             // the number of the port
	gone  <-chan struct{} // closed when the client has left
	close func()
}

// serve answers a request with the next script of its route.
func (i *Instance) serve(r *request, route string, c *connection) {
	seen, script := i.take(r, route)
	if seen == nil {
		return
	}
	defer i.serving.Done()

	ctx, leave := context.WithCancel(i.ctx)
	defer context.AfterFunc(i.ctx, c.close)()

	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-c.gone:
			i.noteGone(seen)
			leave()
		case <-ctx.Done():
		}
	})
	w := &response{
		wire:   c.wire,
		ctx:    ctx,
		sent:   func(head *catalogue.Head, body []byte) { i.noteSent(seen, head, body) },
		ended:  func() { i.noteEnded(seen) },
		refuse: func(d time.Duration) { i.refuse(c.port, d) },
	}
	w.run(script)
	i.noteGone(seen) // writing may fail before the client is seen to leave
	c.close()
	leave()
	watching.Wait()
}

// refuse makes a port refuse connections for a time, or until the instance is
// finished. It returns once the port refuses them.
func (i *Instance) refuse(port int, d time.Duration) {
	reopen := i.server.shut(port)
	i.serving.Go(func() {
		sleep.For(i.ctx, d)
		reopen()
	})
}

// take records a request and returns the script that answers it; nil: the instance
// is finished.
func (i *Instance) take(r *request, route string) (*catalogue.SeenRequest, catalogue.Connection) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.ctx.Err() != nil {
		return nil, nil
	}
	i.serving.Add(1)
	seen := &catalogue.SeenRequest{
		Route:   route,
		Method:  r.method,
		Target:  r.target,
		Secure:  r.secure,
		Headers: r.headers,
		Arrived: i.server.ms(),
		Ended:   -1,
		Gone:    -1,
	}
	i.requests = append(i.requests, seen)

	n := min(i.count[route], len(i.scripts[route])-1)
	i.count[route]++
	return seen, i.scripts[route][n]
}

// noteGone records that the client has left, unless the server ended the
// connection first.
func (i *Instance) noteGone(seen *catalogue.SeenRequest) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if seen.Ended < 0 && seen.Gone < 0 && i.ctx.Err() == nil {
		seen.Gone = i.server.ms()
	}
}

// noteSent records a write of the server.
func (i *Instance) noteSent(seen *catalogue.SeenRequest, head *catalogue.Head, body []byte) {
	i.mu.Lock()
	defer i.mu.Unlock()
	seen.Writes++
	if len(seen.Sent) < catalogue.MaxSent {
		seen.Sent = append(seen.Sent, catalogue.NewSent(i.server.ms(), head, body))
	}
}

// noteEnded records that the server ends the connection, unless the client left
// first.
func (i *Instance) noteEnded(seen *catalogue.SeenRequest) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if seen.Gone < 0 && i.ctx.Err() == nil {
		seen.Ended = i.server.ms()
	}
}

// drained returns a channel that is closed when the connection is closed by
// either side. Until then, it discards what the client sends.
func drained(conn net.Conn) <-chan struct{} {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		io.Copy(io.Discard, conn)
	}()
	return closed
}
