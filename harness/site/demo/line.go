package demo

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"eventsource-wasm/harness/internal/respond"
)

const (
	// The maxOutage time that a line stays down.
	maxOutage = 10 * time.Minute

	// The most lines that are down at a time. Each line with a stream costs a
	// connection, so those need no limit of their own.
	maxLines = 1000
)

// A switchboard disconnects streams, as a lost network or a stopped server would, and
// connects them again. Each page has a line of its own, which it names in the URLs of
// its streams, so that it disconnects no other page:
//
//	POST /demo/line?line=L             disconnects; clients can reconnect at once
//	POST /demo/line?line=L&seconds=5   disconnects, and closes new connections for 5 seconds
//	POST /demo/line?line=L&seconds=5&status=204   the same, but answers with a status
//	POST /demo/line?line=L&seconds=0   ends an outage
type switchboard struct {
	mu      sync.Mutex
	current map[string]*line // those with open streams
	down    map[string]outage
}

// A line has streams, which end when it is cut.
type line struct {
	cut     chan struct{} // closed when the line is cut
	streams int           // open ones
}

// An outage says how the requests of a line are answered until it ends.
type outage struct {
	end    time.Time
	status int // 0 closes the connection
}

func newSwitchboard() *switchboard {
	return &switchboard{current: map[string]*line{}, down: map[string]outage{}}
}

// errCut is the cause of the end of a stream whose line was cut.
var errCut = errors.New("the line was cut")

// connect passes requests on to their streams, unless their line is down.
func (s *switchboard) connect(streams http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("line")
		if name == "" {
			streams.ServeHTTP(w, r)
			return
		}
		if out := s.outage(name); time.Now().Before(out.end) {
			if out.status == 0 {
				panic(http.ErrAbortHandler) // closes the connection without a response
			}
			w.WriteHeader(out.status)
			return
		}

		current := s.enter(name)
		defer s.leave(name, current)
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		go func() {
			select {
			case <-current.cut:
				cancel(errCut)
			case <-ctx.Done():
			}
		}()
		streams.ServeHTTP(w, r.WithContext(ctx))
		if context.Cause(ctx) == errCut {
			panic(http.ErrAbortHandler) // closes the connection in the middle of the response
		}
	})
}

// ServeHTTP cuts a line or restores it.
func (s *switchboard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	seconds, err := strconv.ParseFloat(query.Get("seconds"), 64)
	status, _ := strconv.Atoi(query.Get("status"))
	out := outage{end: time.Now().Add(time.Duration(seconds * float64(time.Second))), status: status}
	switch {
	case query.Get("line") == "":
		respond.Fail(w, r, http.StatusBadRequest, respond.NewProblem(
			"line is missing: send ?line=NAME, as in the URLs of its streams", "缺少 line：请发送 ?line=名称，与事件流网址中的一致"))
	case query.Has("seconds") && (err != nil || !(seconds >= 0 && seconds <= maxOutage.Seconds())):
		respond.Fail(w, r, http.StatusBadRequest, respond.NewProblem(
			"invalid seconds=%s: want 0 to %.0f", "seconds=%s 无效：应为 0 到 %.0f", query.Get("seconds"), maxOutage.Seconds()))
	case status != 0 && status != http.StatusNoContent && status != http.StatusServiceUnavailable:
		respond.Fail(w, r, http.StatusBadRequest, respond.NewProblem("invalid status=%s: want 204 or 503", "status=%s 无效：应为 204 或 503", query.Get("status")))
	case query.Has("seconds") && seconds == 0:
		s.restore(query.Get("line"))
		w.WriteHeader(http.StatusNoContent)
	case !s.cut(query.Get("line"), out):
		respond.Fail(w, r, http.StatusServiceUnavailable, respond.NewProblem("too many lines are down: try again later", "断开的连接太多：请稍后再试"))
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// outage returns the outage of a line.
func (s *switchboard) outage(name string) outage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down[name]
}

// enter adds a stream to a line.
func (s *switchboard) enter(name string) *line {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current[name] == nil {
		s.current[name] = &line{cut: make(chan struct{})}
	}
	s.current[name].streams++
	return s.current[name]
}

// leave removes a stream from a line.
func (s *switchboard) leave(name string, from *line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if from.streams--; from.streams == 0 && s.current[name] == from {
		delete(s.current, name)
	}
}

// cut disconnects the streams of a line and starts an outage. It reports whether
// there was space for it.
func (s *switchboard) cut(name string, out outage) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for old, o := range s.down {
		if time.Now().After(o.end) {
			delete(s.down, old)
		}
	}
	if len(s.down) >= maxLines {
		return false
	}
	s.down[name] = out
	if current := s.current[name]; current != nil {
		close(current.cut)
		delete(s.current, name)
	}
	return true
}

// restore ends the outage of a line.
func (s *switchboard) restore(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.down, name)
}
