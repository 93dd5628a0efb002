package polyfill_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// transports are the ways to request a stream, with the features that are hidden to get
// them.
var transports = map[string][]string{
	"fetch":                nil,
	"XMLHttpRequest":       {"fetch"},
	"Internet Explorer 11": {"fetch", "responseURL", "anchor-parts", "uncached-XMLHttpRequest", "unthrown-stack"},
}

// TestCache checks that no stream comes from a cache, although the server lets it be
// cached.
func TestCache(t *testing.T) {
	t.Parallel()
	const (
		log  = `<script>var seen = []; function log(event) { seen.push(event.data); if (seen.length === wanted) console.log(seen.sort().join(' ')) }</script>`
		once = log + `<script>var wanted = 1; new EventSource('/cached').onmessage = log</script>`
	)
	tests := []struct {
		name, page string
		headers    string // "": those that let everybody cache it
		ends       bool   // whether a stream ends after its message
		want       []string
	}{
		{"three page loads", once, "max-age=60", true, []string{"1", "2", "3"}},
		{"three page loads, streams stay open", once, "max-age=60", false, []string{"1", "2", "3"}},
		{"two sources", log + `<script>
			var wanted = 2
			new EventSource('/cached').onmessage = log
			new EventSource('/cached').onmessage = log
		</script>`, "max-age=60", false, []string{"1 2"}},
		{"two sources, and a global origin of the page's own", log + `<script>
			self.origin = 'https://elsewhere.example'
			var wanted = 2
			new EventSource('/cached').onmessage = log
			new EventSource('/cached').onmessage = log
		</script>`, "max-age=60", false, []string{"1 2"}},
		{"reconnections", log + `<script>
			var wanted = 3
			var source = new EventSource('/cached?retry')
			source.onmessage = function (event) { log(event); if (seen.length === wanted) source.close() }
		</script>`, "max-age=60", true, []string{"1 2 3"}},
		{"reconnections without headers about caches", log + `<script>
			var wanted = 3
			var source = new EventSource('/cached?retry')
			source.onmessage = function (event) { log(event); if (seen.length === wanted) source.close() }
		</script>`, "", true, []string{"1 2 3"}},
	}
	p := newProject(t)
	window := openBrowser(t)
	for tier, hidden := range transports {
		for _, tt := range tests {
			t.Run(tier+"/"+tt.name, func(t *testing.T) {
				s := serve(t, withHidden(t, p, hidden, tt.page), "")
				s.handle("/cached", cached(tt.headers, tt.ends))
				for _, want := range tt.want {
					require.Equal(t, want, s.logged(t, window))
				}
			})
		}
	}
}

// cached returns a stream whose message is the number of the request.
func cached(control string, ends bool) http.HandlerFunc {
	var requests atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		if control != "" {
			w.Header().Set("Cache-Control", control)
		}
		retry := 100000
		if r.URL.RawQuery == "retry" {
			retry = 1
		}
		fmt.Fprintf(w, "retry: %d\ndata: %d\n\n", retry, requests.Add(1))
		w.(http.Flusher).Flush()
		if !ends {
			<-r.Context().Done()
		}
	}
}

// TestRedirectWithoutPreflight checks that a stream opens if it redirects to another
// origin that allows no headers: at once with fetch, else with the second request.
func TestRedirectWithoutPreflight(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if r.Method == http.MethodOptions {
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "data: hello\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(func() {
		other.CloseClientConnections()
		other.Close()
	})
	want := map[string]string{"fetch": "open", "XMLHttpRequest": "error 0, open", "Internet Explorer 11": "error 0, open"}
	p := newProject(t)
	window := openBrowser(t)
	for tier, hidden := range transports {
		t.Run(tier, func(t *testing.T) {
			s := serve(t, withHidden(t, p, hidden, `<script>
				var seen = []
				var source = new EventSource('/redirect')
				source.onerror = function () { seen.push('error ' + source.readyState) }
				source.onopen = function () { console.log(seen.concat('open').join(', ')) }
			</script>`), "")
			s.handle("/redirect", http.RedirectHandler(other.URL, http.StatusFound).ServeHTTP)
			require.Equal(t, want[tier], s.logged(t, window))
		})
	}
}

// TestAnchors checks that URLs are resolved, and invalid ones refused, where anchors
// have no protocol until an absolute URL is assigned. In some versions of Internet
// Explorer 11 the protocol is then empty.
func TestAnchors(t *testing.T) {
	t.Parallel()
	const empty = `<script>
		var native = Object.getOwnPropertyDescriptor(HTMLAnchorElement.prototype, 'protocol').get
		Object.defineProperty(HTMLAnchorElement.prototype, 'protocol', {get: function () {
			var protocol = native.call(this)
			return protocol === ':' ? '' : protocol
		}})
	</script>`
	p := newProject(t)
	window := openBrowser(t)
	for name, before := range map[string]string{"a colon": "", "empty": empty} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, withHidden(t, p, []string{"anchor-parts"}, `<script>
				function resolve(url) {
					try {
						return new EventSource(url).url.replace(location.origin, '')
					} catch (error) {
						return error.name
					}
				}
				console.log(['events', '', '?a=\u00e9', '//example.org/a', 'data:,', 'http://a:80x/', 'http://['].map(resolve).join(' '))
			</script>`), "")
			s.files["index.html"] = strings.Replace(s.files["index.html"], `<script src="eventsource.js">`, before+`<script src="eventsource.js">`, 1)
			require.Equal(t, "/events / /?a=%C3%A9 http://example.org/a data:, SyntaxError SyntaxError", s.logged(t, window))
		})
	}
}

// withHidden returns a page that loads the script after hiding features.
func withHidden(t *testing.T, p project, hidden []string, page string) site {
	files := site{
		"index.html": `<meta charset="utf-8"><script src="hide.js"></script><script src="eventsource.js"></script>` + page,
		"hide.js":    hiding(t, hidden),
	}
	copied(t, p, files)
	return files
}

// hiding returns a script that hides features.
func hiding(t *testing.T, features []string) string {
	hide, err := os.ReadFile("../harness/conformance/implementation/hide.js")
	require.NoError(t, err)
	names, err := json.Marshal(append([]string{}, features...))
	require.NoError(t, err)
	return fmt.Sprintf("%s(%s)", hide, names)
}

// handle adds a handler for a path.
func (s *server) handle(path string, handler http.HandlerFunc) {
	mux := http.NewServeMux()
	mux.HandleFunc(path, handler)
	mux.Handle("/", s.Config.Handler)
	s.Config.Handler = mux
}
