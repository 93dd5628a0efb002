package websocket

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/internal/nginx"
)

// TestMessages checks that both ways send the same messages. Times are shown as T.
func TestMessages(t *testing.T) {
	tests := []struct {
		name, query string
		events      []string // data, after the id if there is one
	}{
		{"one", "", []string{"1 T", "bytes B"}},
		{"several", "count=3", []string{"1 T", "2 T", "3 T", "bytes B"}},
		{"of a size", "size=30", []string{"1 T" + strings.Repeat("x", 11), "bytes B"}},
		{"after one that the client has", "count=3&after=2", []string{"3 T", "bytes B"}},
		{"after the last", "count=3&after=3", []string{"bytes B"}},
		{"over time", "count=3&every=1", []string{"1 T", "2 T", "3 T", "bytes B"}},
	}
	server := newServer(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, err := get(server, "/compare/stream?"+tt.query, "")
			require.NoError(t, err)
			require.Equal(t, ": \ndata: "+strings.Join(tt.events, "\n\ndata: ")+"\n\n", body)
			require.Equal(t, tt.events, messages(t, server, tt.query))
		})
	}
}

// TestBytes checks that the bytes are those on the wire: the text, the fields and the
// chunk of HTTP/1.1.
func TestBytes(t *testing.T) {
	server := newServer(t)
	response, err := server.Client().Get(server.URL + "/compare/stream?count=10&size=100")
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	chunk := len("6c\r\n" + "data: " + "\n\n" + "\r\n")
	require.Contains(t, string(body), fmt.Sprintf("data: bytes %d\n", 10*(100+chunk)))
}

func TestEvents(t *testing.T) {
	server := newServer(t)
	tests := []struct{ name, query, lastEventID, want string }{
		{"ids", "count=2&ids", "", ": \nid: 1\ndata: 1 T\n\nid: 2\ndata: 2 T\n\ndata: bytes B\n\n"},
		{"a last event ID", "count=2&ids", "1", ": \nid: 2\ndata: 2 T\n\ndata: bytes B\n\n"},
		{"a reconnection time", "retry=100", "", "retry: 100\n\ndata: 1 T\n\ndata: bytes B\n\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, err := get(server, "/compare/stream?"+tt.query, tt.lastEventID)
			require.NoError(t, err)
			require.Equal(t, tt.want, body)
		})
	}
}

// TestCut checks that the first stream of a name is cut, and how later ones continue.
func TestCut(t *testing.T) {
	server := newServer(t)
	body, err := get(server, "/compare/stream?count=30&ids&cut=a", "")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Contains(t, body, "id: 20\n")
	require.NotContains(t, body, "id: 21\n")

	body, err = get(server, "/compare/stream?count=30&ids&cut=a", "20")
	require.NoError(t, err)
	require.Contains(t, body, ": \nid: 21\n")

	seen := messages(t, server, "count=30&cut=b&every=1")
	require.Len(t, seen, 20)
	seen = messages(t, server, "count=100&cut=b&every=1")
	require.NotEqual(t, "1 T", seen[0], "what was sent meanwhile is lost")
}

func TestOrigins(t *testing.T) {
	server := newServer(t)
	for query, want := range map[string]string{"": "", "cors": "*"} {
		response, err := server.Client().Get(server.URL + "/compare/stream?" + query)
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, want, response.Header.Get("Access-Control-Allow-Origin"), query)
	}
	for query, status := range map[string]int{"": 101, "check": 403} {
		_, response, err := websocket.Dial(t.Context(), server.URL+"/compare/stream?"+query,
			&websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"http://elsewhere.test"}}})
		require.Equal(t, status, response.StatusCode, "%s: %v", query, err)
	}
}

func TestParameters(t *testing.T) {
	tests := []struct{ query, want string }{
		{"count=x", "count=x is out of range (0 to 100000)\n"},
		{"count=-1", "count=-1 is out of range (0 to 100000)\n"},
		{"size=9999999", "size=9999999 is out of range (0 to 1048576)\n"},
		{"every=99999", "every=99999 is out of range (0 to 10000)\n"},
	}
	for _, tt := range tests {
		w := httptest.NewRecorder()
		Handler(Setup{}).ServeHTTP(w, httptest.NewRequest("GET", "/compare/stream?"+tt.query, nil))
		require.Equal(t, tt.want, w.Body.String())
		require.Equal(t, http.StatusBadRequest, w.Code)
	}
}

// TestReport checks that only the page with the run's token can post a result.
func TestReport(t *testing.T) {
	var reported *Comparison
	var failed error
	server := httptest.NewServer(Handler(Setup{Run: "token", Report: func(c *Comparison, err error) { reported, failed = c, err }}))
	defer server.Close()
	post := func(form url.Values) int {
		response, err := server.Client().PostForm(server.URL+"/compare/result", form)
		require.NoError(t, err)
		response.Body.Close()
		return response.StatusCode
	}
	require.Equal(t, 403, post(url.Values{"run": {"other"}, "figures": {"{}"}}))
	require.Equal(t, 403, post(url.Values{"figures": {"{}"}}))
	require.Nil(t, reported)
	require.Equal(t, 204, post(url.Values{"run": {"token"}, "browser": {"B"}, "figures": {`{"rate":{"native":[155390.2,154100,170004],"websocket":[21990]},"back":{"native":[3001.5],"polyfill":["never",9.96,"never"],"websocket":["never"]}}`}}))
	require.NoError(t, failed)

	require.Len(t, reported.Polyfill.SHA256, 64)

	require.Equal(t, []any{"never", 9.96, "never"}, reported.Figures["back"]["polyfill"])

	require.Equal(t, 204, post(url.Values{"run": {"token"}, "figures": {"x"}}))
	require.ErrorContains(t, failed, "cannot read the page's figures")

	for query, run := range map[string]string{"": "", "?run=token": "token"} {
		response, err := server.Client().Get(server.URL + "/compare/setup" + query)
		require.NoError(t, err)
		var received Setup
		require.NoError(t, json.NewDecoder(response.Body).Decode(&received))
		response.Body.Close()
		require.Equal(t, run, received.Run)
	}
}

// TestProxies checks what comes through nginx, if it is installed.
func TestProxies(t *testing.T) {
	server := newServer(t)
	parsed, err := url.Parse(server.URL)
	require.NoError(t, err)
	var port int
	_, err = fmt.Sscan(parsed.Port(), &port)
	require.NoError(t, err)
	proxies, stop, err := StartProxies(port)
	if errors.Is(err, nginx.ErrNone) {
		t.Skip(err)
	}
	require.NoError(t, err)
	defer stop()

	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}} // self-signed
	for origin, version := range map[string]int{proxies.AsIs: 1, proxies.Tuned: 1, proxies.HTTP2: 2} {
		response, err := client.Get(origin + "/compare/stream")
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, ": \ndata: 1 T\n\ndata: bytes B\n\n", masked(string(body)))
		require.Equal(t, parsed.Host, response.Header.Get("Received-Host"), "the site refuses names that it does not know")
		require.Equal(t, version, response.ProtoMajor)
	}
	_, _, err = websocket.Dial(t.Context(), proxies.AsIs+"/compare/stream", nil)
	require.Error(t, err)
	ws, _, err := websocket.Dial(t.Context(), proxies.Tuned+"/compare/stream", nil)
	require.NoError(t, err)
	ws.CloseNow()
}

// newServer returns a server that counts what its connections send.
func newServer(t *testing.T) *httptest.Server {
	handler := Handler(Setup{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Received-Host", r.Host)
		handler.ServeHTTP(w, r)
	}))
	server.Listener = Listen(server.Listener)
	server.Config.ConnContext = ConnContext
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	return server
}

func get(server *httptest.Server, path, lastEventID string) (string, error) {
	r, err := http.NewRequest("GET", server.URL+path, nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Last-Event-ID", lastEventID)
	response, err := server.Client().Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return masked(string(body)), err
}

// messages returns the messages of a WebSocket until it ends.
func messages(t *testing.T, server *httptest.Server, query string) (all []string) {
	ws, _, err := websocket.Dial(t.Context(), server.URL+"/compare/stream?"+query, nil)
	require.NoError(t, err)
	defer ws.CloseNow()
	for {
		_, message, err := ws.Read(t.Context())
		if err != nil {
			return all
		}
		all = append(all, masked(string(message)))
	}
}

// masked replaces times by T and numbers of bytes by B.
func masked(text string) string {
	text = regexp.MustCompile(`\d{13}\.\d{3}`).ReplaceAllString(text, "T")
	return regexp.MustCompile(`bytes \d+`).ReplaceAllString(text, "bytes B")
}
