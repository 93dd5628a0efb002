package runner

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
)

// TestLostSession checks that a case whose session is lost behind an endpoint runs once
// more in another: the loss may have nothing to do with the case.
func TestLostSession(t *testing.T) {
	tests := []struct {
		name     string
		lost     int // so many sessions are, each with a case in it
		sessions int // at once
		cases    []string
		want     []string // verdicts, errors with their text
		opened   int
	}{
		{"one of two", 1, 2, []string{"a", "b", "c"}, []string{"pass", "pass", "pass"}, 3},
		{"the second one too", 2, 1, []string{"a"}, []string{"grid exited or hung: it exited by itself, also when this case ran alone"}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel() // a loss is seen when the session is asked for the next time
			taken := make(chan struct{})
			g := newGrid(t, func(p *page) {
				if p.opened > tt.lost {
					<-taken
					p.runAll(right)
					return
				}
				p.next()
				if p.opened == tt.lost {
					close(taken)
				}
				p.die()
			})
			result, err := Run(t.Context(), Plan{
				Cases:           testCases(tt.cases...),
				Browser:         g.browser,
				Implementations: []implementation.Implementation{{Name: "native"}},
				Contexts:        []catalogue.Context{catalogue.Window},
				Sessions:        tt.sessions,
				Jobs:            1,
			})
			require.NoError(t, err)
			var got []string
			for _, r := range result.Results {
				if r.Verdict == catalogue.Error {
					r.Verdict = catalogue.Verdict(strings.Replace(r.Got, g.browser.Name(), "grid", 1))
				}
				got = append(got, string(r.Verdict))
			}
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.opened, g.opened)
			require.Empty(t, g.alive, "sessions still open")
		})
	}
}

// TestSessions checks that sessions share the cases of a target. With -race, it checks
// that they do not race.
func TestSessions(t *testing.T) {
	g := newGrid(t, func(p *page) { p.runAll(right) })
	result, err := Run(t.Context(), Plan{
		Cases:           testCases("a", "b", "c", "d", "e", "f"),
		Browser:         g.browser,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Sessions:        3,
		Jobs:            1,
	})
	require.NoError(t, err)
	require.Len(t, result.Results, 6)
	require.Equal(t, "Go-http-client/1.1", result.Targets[0].UserAgent)
}

// A grid is a WebDriver endpoint with fake browsers, whose pages a test controls.
type grid struct {
	browser *browser.Remote
	behave  func(p *page)

	mu     sync.Mutex
	opened int
	alive  map[string]*page // by session
}

func newGrid(t *testing.T, behave func(p *page)) *grid {
	g := &grid{behave: behave, alive: map[string]*page{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /session", g.open)
	mux.HandleFunc("GET /session/{id}/window", g.ofSession(func(*http.Request, *page) any { return "first" }))
	mux.HandleFunc("GET /session/{id}/window/handles", g.ofSession(func(*http.Request, *page) any { return []string{"first"} }))
	mux.HandleFunc("POST /session/{id}/url", g.ofSession(g.navigate))
	mux.HandleFunc("DELETE /session/{id}", g.end)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	remote, err := browser.NewRemote(server.URL, "")
	require.NoError(t, err)
	g.browser = remote
	return g
}

func (g *grid) open(w http.ResponseWriter, _ *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.opened++
	id := fmt.Sprint(g.opened)
	g.alive[id] = &page{opened: g.opened, died: make(chan struct{})}
	answer(w, http.StatusOK, map[string]any{"sessionId": id, "capabilities": map[string]any{}})
}

// ofSession answers a command to a session, or with an error if the session has ended.
func (g *grid) ofSession(do func(*http.Request, *page) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		p := g.alive[r.PathValue("id")]
		select {
		case <-p.died:
			answer(w, http.StatusNotFound, map[string]string{"error": "invalid session id"})
		default:
			answer(w, http.StatusOK, do(r, p))
		}
	}
}

func (g *grid) navigate(r *http.Request, p *page) any {
	var to struct{ URL string }
	json.NewDecoder(r.Body).Decode(&to)
	p.url = to.URL
	go g.behave(p)
	return nil
}

func (g *grid) end(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.alive, r.PathValue("id"))
	answer(w, http.StatusOK, nil)
}

func answer(w http.ResponseWriter, status int, value any) {
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"value": value})
}
