package polyfill_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A source of another origin keeps its last event ID over failures of the network,
// and does without it where the preflight is refused.
func TestLastEventIDOfOtherOrigin(t *testing.T) {
	tests := []struct {
		name    string
		refuses bool   // whether the server refuses the preflight
		resets  int    // how many requests with an ID it resets
		want    string // the IDs of the requests that it took; "-" for none
	}{
		{"the server allows the ID", false, 0, "- 1 2"},
		{"one connection is reset", false, 1, "- 1 2"},
		{"the server refuses the ID", true, 0, "- - -"},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			other := newResumable(tt.refuses, tt.resets)
			defer other.Close()
			files := site{"index.html": `<script src="eventsource.js"></script><script>
				var count = 0
				var source = new EventSource('` + other.URL + `/')
				source.onmessage = function (event) {
					if (++count < 3) return
					source.close()
					console.log('done')
				}
			</script>`}
			copied(t, p, files)
			require.Equal(t, "done", serve(t, files, "").logged(t, window))
			other.mu.Lock()
			defer other.mu.Unlock()
			require.Equal(t, tt.want, strings.Join(other.ids, " "))
		})
	}
}

// A resumable is a server whose streams end after each event.
type resumable struct {
	*httptest.Server
	refuses bool

	mu     sync.Mutex
	resets int
	ids    []string // of the requests that were answered
}

func newResumable(refuses bool, resets int) *resumable {
	s := &resumable{refuses: refuses, resets: resets}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

func (s *resumable) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := r.Header.Get("Last-Event-ID")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	switch {
	case r.Method == http.MethodOptions:
		if !s.refuses {
			w.Header().Set("Access-Control-Allow-Headers", "Last-Event-ID")
		}
		return
	case r.Method == http.MethodHead:
		return
	case id != "" && s.resets > 0:
		s.resets--
		connection, _, _ := http.NewResponseController(w).Hijack()
		_ = connection.(*net.TCPConn).SetLinger(0) // a reset
		connection.Close()
		return
	}
	if id == "" {
		id = "-"
	}
	s.ids = append(s.ids, id)
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprintf(w, "retry: 10\n\nid: %d\ndata: x\n\n", len(s.ids))
}
