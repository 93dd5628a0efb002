package browser

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A fakeEndpoint is a WebDriver endpoint that responds as real ones do, and records the
// commands that it receives.
type fakeEndpoint struct {
	url string

	mu        sync.Mutex
	responses map[string]response // by method and path, without that of the session
	once      map[string]response // overrides for the next command
	received  []string            // commands with bodies
}

// A response is a status, where 0 means 200, and a value in JSON.
type response struct {
	status int
	value  string
}

// gridResponses are the responses of chromedriver behind a Selenium grid.
var gridResponses = map[string]response{
	"POST /session":       {value: `{"sessionId": "s1", "capabilities": {"browserName": "chrome", "browserVersion": "156.0.7800.0", "platformName": "linux"}}`},
	"GET /window":         {value: `"first"`},
	"GET /window/handles": {value: `["first"]`},
	"POST /window/new":    {value: `{"handle": "second", "type": "window"}`},
	"POST /execute/sync":  {value: `true`},
	"DELETE ":             {value: `null`},
}

// newEndpoint starts a fake endpoint with gridResponses.
func newEndpoint(t *testing.T) *fakeEndpoint {
	e := &fakeEndpoint{responses: map[string]response{}, once: map[string]response{}}
	for command, r := range gridResponses {
		e.responses[command] = r
	}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	e.url = server.URL
	return e
}

func (e *fakeEndpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	command := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/session/s1")

	e.mu.Lock()
	defer e.mu.Unlock()
	e.received = append(e.received, strings.TrimSpace(command+" "+string(body)))
	response, ok := e.once[command]
	delete(e.once, command)
	if !ok {
		response, ok = e.responses[command]
	}
	if !ok {
		response.value = "null"
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if response.status != 0 {
		w.WriteHeader(response.status)
	}
	io.WriteString(w, `{"value": `+response.value+`}`)
}

// set sets the response to a command.
func (e *fakeEndpoint) set(command string, r response) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.responses[command] = r
}

// setOnce sets the response to the next occurrence of a command.
func (e *fakeEndpoint) setOnce(command string, r response) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.once[command] = r
}

// commands returns the commands that were received since the last call.
func (e *fakeEndpoint) commands() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	received := e.received
	e.received = nil
	return received
}

// failure returns an error response.
func failure(status int, code, message string) response {
	value, _ := json.Marshal(map[string]string{"error": code, "message": message, "stacktrace": ""})
	return response{status, string(value)}
}

// TestCommand checks that the error of a failed command is a single line.
func TestCommand(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"a grid that lost the session", 404, `{"value": {"message": "Unable to find session with ID: x\nBuild info: version: '4.48.0'\nDriver info: unknown", "error": "invalid session id", "stacktrace": "at org.openqa"}}`, "invalid session id: Unable to find session with ID: x"},
		{"an error without a message", 404, `{"value":{"error":"no such alert","message":"","stacktrace":""}}`, "no such alert"},
		{"an error of another form", 500, `{"value": 7}`, "500 Internal Server Error"},
		{"a proxy error", 502, "<html>Bad Gateway", "502 Bad Gateway: not a WebDriver response: invalid character '<' looking for beginning of value"},
		{"another program", 200, "hello", "200 OK: not a WebDriver response: invalid character 'h' looking for beginning of value"},
		{"no session ID", 200, `{"value": {}}`, "the response has no session ID: want the URL of a WebDriver endpoint"},
		{"a value of another type", 200, `{"value": "yes"}`, "json: cannot unmarshal string into Go value of type struct"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			}))
			defer server.Close()
			_, err := webDriver{server.URL}.open(t.Context(), nil)
			require.ErrorContains(t, err, tt.want)
			require.NotContains(t, err.Error(), "\n")
			_, away := errors.AsType[Away](err)
			require.Equal(t, tt.status == http.StatusBadGateway, away)
		})
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	_, err := webDriver{gone.URL}.open(t.Context(), nil)
	_, away := errors.AsType[Away](err)
	require.True(t, away, err)
}

// TestWebDriverTab checks the commands that each action sends, and that an action that
// the driver does not implement returns Unsupported.
func TestWebDriverTab(t *testing.T) {
	const click = `POST /actions {"actions":[{"actions":[{"duration":0,"type":"pointerMove","x":1,"y":1},{"button":0,"type":"pointerDown"},{"button":0,"type":"pointerUp"}],"id":"mouse","parameters":{"pointerType":"mouse"},"type":"pointer"}]}`
	const asks = `POST /execute/sync {"args":[],"script":"return !!(window.onbeforeunload)"}`
	unknown := failure(404, "unknown command", "")
	tests := []struct {
		name      string
		do        func(Tab) error
		responses map[string]response
		want      []string // the commands
		err       error
	}{
		{"until", func(t Tab) error { return t.Until("a") }, nil, []string{`POST /execute/sync {"args":[],"script":"return !!(a)"}`}, nil},
		{"navigate", func(t Tab) error { return t.Navigate("http://a/") }, nil, []string{`POST /url {"url":"http://a/"}`}, nil},
		{"back", Tab.Back, nil, []string{"POST /back {}"}, nil},
		{"another window", func(t Tab) error { return t.OpenAnother("http://b/") },
			map[string]response{"POST /window/new": {value: `{"handle": "third"}`}},
			[]string{"GET /window", `POST /window/new {"type":"window"}`, `POST /window {"handle":"third"}`, `POST /url {"url":"http://b/"}`, `POST /window {"handle":"second"}`}, nil},
		{"a driver with one window", func(t Tab) error { return t.OpenAnother("http://b/") },
			map[string]response{"POST /window/new": {value: `{"handle": "first"}`}},
			[]string{"GET /window", `POST /window/new {"type":"window"}`}, Unsupported("open another window")},
		{"new windows are not implemented", func(t Tab) error { return t.OpenAnother("http://b/") },
			map[string]response{"POST /window/new": unknown},
			[]string{"GET /window", `POST /window/new {"type":"window"}`}, Unsupported("open another window")},
		{"hide", func(t Tab) error { return t.SetHidden(true) }, nil,
			[]string{"POST /window/minimize {}", `POST /execute/sync {"args":[],"script":"return !!(document.hidden)"}`}, nil},
		{"hiding is not implemented", func(t Tab) error { return t.SetHidden(true) },
			map[string]response{"POST /window/minimize": failure(500, "unsupported operation", "no window manager")},
			[]string{"POST /window/minimize {}"}, Unsupported("hide a page")},
		{"show", func(t Tab) error { return t.SetHidden(false) }, nil, []string{`POST /window/rect {"height":600,"width":800}`}, nil},
		{"click, and dismiss a dialog", Tab.Click, nil, []string{asks, click, "POST /alert/dismiss {}", asks}, nil},
		{"clicks are not implemented", Tab.Click, map[string]response{"POST /actions": unknown}, []string{asks, click}, Unsupported("click")},
		{"offline", func(t Tab) error { return t.SetOffline(true) }, nil, nil, Unsupported("take a page offline")},
		{"freeze", func(t Tab) error { return t.SetFrozen(true) }, nil, nil, Unsupported("freeze a page")},
		{"collect", Tab.CollectGarbage, nil, nil, Unsupported("collect the garbage of a page")},
		{"close", func(t Tab) error { t.Close(); return nil }, nil, []string{`POST /window {"handle":"second"}`, "DELETE /window", `POST /window {"handle":"first"}`}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, driver := openRemote(t)
			tab, err := driver.OpenTab(t.Context(), "http://case/")
			require.NoError(t, err)
			defer tab.Close()
			require.Equal(t, []string{"GET /window", `POST /window/new {"type":"window"}`, `POST /window {"handle":"second"}`, `POST /url {"url":"http://case/"}`}, e.commands())

			for command, r := range tt.responses {
				e.set(command, r)
			}
			require.Equal(t, tt.err, tt.do(tab))
			require.Equal(t, tt.want, e.commands())
		})
	}
}

// TestClickLeavesPage checks that Click is unsupported where the driver accepts the
// beforeunload dialog.
func TestClickLeavesPage(t *testing.T) {
	_, driver := openRemote(t)
	tab, err := driver.OpenTab(t.Context(), "http://case/")
	require.NoError(t, err)
	defer tab.Close()

	page := tab.(*webDriverTab)
	asked := 0
	page.isTrue = func(string) bool { asked++; return asked == 1 }
	require.Equal(t, Unsupported("decline to leave a page"), tab.Click())
}

// TestWebDriverOpenCanceled checks that a browser is closed if its context is canceled
// while it starts.
func TestWebDriverOpenCanceled(t *testing.T) {
	e := newEndpoint(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := (&webDriverDriver{webDriver{e.url}, nil}).OpenTab(ctx, "http://case/")
	require.ErrorIs(t, err, context.Canceled)
	require.Contains(t, e.commands(), "DELETE")
}
