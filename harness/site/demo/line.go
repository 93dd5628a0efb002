package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	// The longest that a line stays cut.
	longest = 10 * time.Minute

	// The most lines that are cut at a time.
	mostLines = 1000
)

// A switchboard cuts streams, as a lost network or a stopped server would, and
// puts them through again. A page names its line in the URLs of its streams, so
// that it cuts no other's:
//
//	POST /demo/line?line=L             cuts what is open; a client may come back at once
//	POST /demo/line?line=L&seconds=5   cuts, and breaks every connection for 5 seconds
//	POST /demo/line?line=L&seconds=5&status=204   the same, but answers with a status
//	POST /demo/line?line=L&seconds=0   puts the line through again
type switchboard struct {
	mu      sync.Mutex
	current map[string]chan struct{} // closed when the line is cut
	down    map[string]outage
}

// An outage is what becomes of the requests of a line.
type outage struct {
	end    time.Time
	status int // 0: the connection breaks
}

func newSwitchboard() *switchboard {
	return &switchboard{current: map[string]chan struct{}{}, down: map[string]outage{}}
}

// errCut is why a stream was ended before its time.
var errCut = errors.New("the line was cut")

// through puts requests through to their stream, if their line is up.
func (s *switchboard) through(streams http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		line := r.URL.Query().Get("line")
		if line == "" {
			streams.ServeHTTP(w, r)
			return
		}
		cut, out := s.take(line)
		if time.Now().Before(out.end) {
			if out.status == 0 {
				panic(http.ErrAbortHandler) // closes the connection without a word
			}
			w.WriteHeader(out.status)
			return
		}

		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		go func() {
			select {
			case <-cut:
				cancel(errCut)
			case <-ctx.Done():
			}
		}()
		streams.ServeHTTP(w, r.WithContext(ctx))
		if context.Cause(ctx) == errCut {
			panic(http.ErrAbortHandler) // closes it in the middle
		}
	})
}

// ServeHTTP cuts a line or puts it through.
func (s *switchboard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	seconds, err := strconv.ParseFloat(query.Get("seconds"), 64)
	status, _ := strconv.Atoi(query.Get("status"))
	out := outage{end: time.Now().Add(time.Duration(seconds * float64(time.Second))), status: status}
	switch {
	case query.Get("line") == "":
		http.Error(w, "which line? (write ?line=NAME, as in the URL of its streams)", http.StatusBadRequest)
	case query.Has("seconds") && (err != nil || !(seconds >= 0 && seconds <= longest.Seconds())):
		http.Error(w, fmt.Sprintf("seconds=%s is no time (write 0 to %.0f)", query.Get("seconds"), longest.Seconds()), http.StatusBadRequest)
	case status != 0 && status != http.StatusNoContent && status != http.StatusServiceUnavailable:
		http.Error(w, fmt.Sprintf("status=%s is not offered (write 204 or 503)", query.Get("status")), http.StatusBadRequest)
	case query.Has("seconds") && seconds == 0:
		s.put(query.Get("line"))
		w.WriteHeader(http.StatusNoContent)
	case !s.cut(query.Get("line"), out):
		http.Error(w, "too many lines are cut (try again later)", http.StatusServiceUnavailable)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// take returns what is closed when the line is cut, and its outage.
func (s *switchboard) take(line string) (<-chan struct{}, outage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current[line] == nil {
		if len(s.current) >= mostLines {
			clear(s.current) // their streams can be cut no more, which does no harm
		}
		s.current[line] = make(chan struct{})
	}
	return s.current[line], s.down[line]
}

func (s *switchboard) cut(line string, out outage) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, o := range s.down {
		if time.Now().After(o.end) {
			delete(s.down, name)
		}
	}
	if len(s.down) >= mostLines {
		return false
	}
	s.down[line] = out
	if cut := s.current[line]; cut != nil {
		close(cut)
		delete(s.current, line)
	}
	return true
}

func (s *switchboard) put(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.down, line)
}
