package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/internal/sleep"
)

// A fault is what a soak does to a stream.
type fault int

const (
	faultEnd     fault = iota // the response ends after an event
	faultReset                // the connection is reset in the middle of an event
	faultCut                  // the connection is closed in the middle of an event, without the end of the response
	faultStall                // nothing is sent for a while, and the connection stays
	faultRestart              // the server of several streams stops and starts again
	faults                    // their number
)

var faultTexts = [faults]string{
	"the response ends", "a reset in the middle of an event", "the connection is closed in the middle of an event",
	"silence for 3s", "the server restarts, together with that of four other streams, and refuses connections for 1s",
}

func faultNames() string { return strings.Join(faultTexts[:], "; ") }

// How long faults take.
const (
	stallTime   = 3 * time.Second
	restartTime = time.Second
)

// streamsPerPort is below the limit of six connections to a host that browsers have.
const streamsPerPort = 5

// act carries out a fault; due are the bytes to send next. It reports whether the stream
// continues.
func (f fault) act(w http.ResponseWriter, r *http.Request, due []byte) bool {
	switch f {
	case faultStall:
		return sleep.Until(r.Context(), time.Now().Add(stallTime))
	case faultReset, faultCut:
		w.Write(due[:len(due)/2])
		out := http.NewResponseController(w)
		out.Flush()
		conn, _, err := out.Hijack()
		if err != nil {
			return false
		}
		if tcp, ok := conn.(*net.TCPConn); ok && f == faultReset {
			tcp.SetLinger(0)
		}
		conn.Close()
	}
	return false
}

// inject injects faults until ctx is done: each time the same fault into the same stream
// of each page. A stream that is just reconnecting gets it with its next event.
func (s *soakServer) inject(ctx context.Context) error {
	random := rand.New(rand.NewPCG(1, 1)) // the same faults in every soak
	for n := 1; ; n++ {
		if !sleep.Until(ctx, time.Now().Add(s.load().faults)) {
			return nil
		}
		f := fault(n) % faults
		stream := random.IntN(s.load().streams)
		if f == faultRestart {
			for _, page := range s.pages {
				page.note(f)
			}
			if err := s.ports[stream/streamsPerPort].restart(ctx); err != nil {
				return fmt.Errorf("bench: restart of a server: %w", err)
			}
			continue
		}
		for _, page := range s.pages {
			select {
			case page.faults[stream] <- f:
			default: // the one before is still waiting
			}
		}
	}
}

// A soakPort serves the streams of a few numbers, and can be restarted.
type soakPort struct {
	address string
	handler http.Handler

	mu      sync.Mutex
	web     *http.Server
	stopped bool
}

// listen starts the servers of the streams.
func (s *soakServer) listen() error {
	if !s.Faults {
		return nil
	}
	mux := http.NewServeMux()
	s.handle(mux, "GET /{name}/stream/{number}", s.serveStream)
	mux.HandleFunc("OPTIONS /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "Last-Event-ID, Cache-Control")
		w.WriteHeader(http.StatusNoContent)
	})
	for n := 0; n < s.load().streams; n += streamsPerPort {
		port := &soakPort{address: "127.0.0.1:0", handler: mux}
		if err := port.start(); err != nil {
			s.close()
			return err
		}
		s.ports = append(s.ports, port)
	}
	return nil
}

func (s *soakServer) close() {
	for _, port := range s.ports {
		port.stop(true)
	}
}

// origin returns the origin of a stream; "" is that of the page.
func (s *soakServer) origin(stream int) string {
	if s.ports == nil {
		return ""
	}
	return "http://" + s.ports[stream/streamsPerPort].address
}

func (p *soakPort) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return nil
	}
	listener, err := net.Listen("tcp", p.address)
	if err != nil {
		return err
	}
	p.address = listener.Addr().String()
	p.web = &http.Server{Handler: p.handler}
	go p.web.Serve(listener)
	return nil
}

// stop closes the port and its connections. With forGood, the port does not open again.
func (p *soakPort) stop(forGood bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = forGood
	if p.web != nil {
		p.web.Close()
	}
}

// restart closes the port and its connections, and opens the port again.
func (p *soakPort) restart(ctx context.Context) error {
	p.stop(false)
	sleep.Until(ctx, time.Now().Add(restartTime))
	if ctx.Err() != nil {
		return nil
	}
	return p.start()
}
