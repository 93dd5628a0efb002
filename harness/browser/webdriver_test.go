package browser

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// An endpoint answers as real ones were seen to, and keeps what it was asked.
type endpoint struct {
	url string

	mu      sync.Mutex
	answers map[string]answer // by method and path, that of the session left out
	once    map[string]answer // in place of these, the next time
	asked   []string          // with bodies
}

// An answer is a status, 0 for 200, and the JSON of the value.
type answer struct {
	status int
	value  string
}

// usual are the answers of chromedriver behind a Selenium grid.
var usual = map[string]answer{
	"POST /session":       {value: `{"sessionId": "s1", "capabilities": {"browserName": "chrome", "browserVersion": "156.0.7800.0", "platformName": "linux"}}`},
	"GET /window":         {value: `"first"`},
	"GET /window/handles": {value: `["first"]`},
	"POST /window/new":    {value: `{"handle": "second", "type": "window"}`},
	"POST /execute/sync":  {value: `true`},
	"DELETE ":             {value: `null`},
}

func newEndpoint(t *testing.T) *endpoint {
	e := &endpoint{answers: map[string]answer{}, once: map[string]answer{}}
	for what, a := range usual {
		e.answers[what] = a
	}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	e.url = server.URL
	return e
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	what := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/session/s1")

	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked = append(e.asked, strings.TrimSpace(what+" "+string(body)))
	a, ok := e.once[what]
	delete(e.once, what)
	if !ok {
		a, ok = e.answers[what]
	}
	if !ok {
		a.value = "null"
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	io.WriteString(w, `{"value": `+a.value+`}`)
}

// set changes an answer.
func (e *endpoint) set(what string, a answer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answers[what] = a
}

// setOnce changes the next of an answer.
func (e *endpoint) setOnce(what string, a answer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.once[what] = a
}

// taken are the commands that came since the last call.
func (e *endpoint) taken() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	asked := e.asked
	e.asked = nil
	return asked
}

func refusal(status int, code, message string) answer {
	value, _ := json.Marshal(map[string]string{"error": code, "message": message, "stacktrace": ""})
	return answer{status, string(value)}
}

// What goes wrong with a command is told in one line.
func TestCommand(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"a grid that lost the session", 404, `{"value": {"message": "Unable to find session with ID: x\nBuild info: version: '4.48.0'\nDriver info: unknown", "error": "invalid session id", "stacktrace": "at org.openqa"}}`, "invalid session id: Unable to find session with ID: x"},
		{"a driver of few words", 404, `{"value":{"error":"no such alert","message":"","stacktrace":""}}`, "no such alert"},
		{"an error that is none", 500, `{"value": 7}`, "500 Internal Server Error"},
		{"a proxy in front", 502, "<html>Bad Gateway", "502 Bad Gateway: no answer of a WebDriver: invalid character '<' looking for beginning of value"},
		{"another program", 200, "hello", "200 OK: no answer of a WebDriver: invalid character 'h' looking for beginning of value"},
		{"no session", 200, `{"value": {}}`, "it gave no session id: expected an endpoint of WebDriver"},
		{"another value", 200, `{"value": "yes"}`, "json: cannot unmarshal string into Go value of type struct"},
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
		})
	}
}

// Each thing that is done to a tab is one command or a few, and what the driver
// cannot do is no failure.
func TestWebDriverTab(t *testing.T) {
	const click = `POST /actions {"actions":[{"actions":[{"duration":0,"type":"pointerMove","x":1,"y":1},{"button":0,"type":"pointerDown"},{"button":0,"type":"pointerUp"}],"id":"mouse","parameters":{"pointerType":"mouse"},"type":"pointer"}]}`
	const asks = `POST /execute/sync {"args":[],"script":"return !!(window.onbeforeunload)"}`
	unknown := refusal(404, "unknown command", "")
	tests := []struct {
		name    string
		do      func(Tab) error
		answers map[string]answer
		want    []string // commands
		err     error
	}{
		{"until", func(t Tab) error { return t.Until("a") }, nil, []string{`POST /execute/sync {"args":[],"script":"return !!(a)"}`}, nil},
		{"navigate", func(t Tab) error { return t.Navigate("http://a/") }, nil, []string{`POST /url {"url":"http://a/"}`}, nil},
		{"back", Tab.Back, nil, []string{"POST /back {}"}, nil},
		{"another window", func(t Tab) error { return t.OpenAnother("http://b/") },
			map[string]answer{"POST /window/new": {value: `{"handle": "third"}`}},
			[]string{"GET /window", `POST /window/new {"type":"window"}`, `POST /window {"handle":"third"}`, `POST /url {"url":"http://b/"}`, `POST /window {"handle":"second"}`}, nil},
		{"one window only", func(t Tab) error { return t.OpenAnother("http://b/") },
			map[string]answer{"POST /window/new": {value: `{"handle": "first"}`}},
			[]string{"GET /window", `POST /window/new {"type":"window"}`}, Unsupported("open another window")},
		{"windows unknown", func(t Tab) error { return t.OpenAnother("http://b/") },
			map[string]answer{"POST /window/new": unknown},
			[]string{"GET /window", `POST /window/new {"type":"window"}`}, Unsupported("open another window")},
		{"hide", func(t Tab) error { return t.SetHidden(true) }, nil,
			[]string{"POST /window/minimize {}", `POST /execute/sync {"args":[],"script":"return !!(document.hidden)"}`}, nil},
		{"hiding unknown", func(t Tab) error { return t.SetHidden(true) },
			map[string]answer{"POST /window/minimize": refusal(500, "unsupported operation", "no window manager")},
			[]string{"POST /window/minimize {}"}, Unsupported("hide a page")},
		{"show", func(t Tab) error { return t.SetHidden(false) }, nil, []string{`POST /window/rect {"height":600,"width":800}`}, nil},
		{"click, and a dialog follows", Tab.Click, nil, []string{asks, click, "POST /alert/dismiss {}", asks}, nil},
		{"clicks unknown", Tab.Click, map[string]answer{"POST /actions": unknown}, []string{asks, click}, Unsupported("click")},
		{"offline", func(t Tab) error { return t.SetOffline(true) }, nil, nil, Unsupported("take a page from the network")},
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
			require.Equal(t, []string{"GET /window", `POST /window/new {"type":"window"}`, `POST /window {"handle":"second"}`, `POST /url {"url":"http://case/"}`}, e.taken())

			for what, a := range tt.answers {
				e.set(what, a)
			}
			require.Equal(t, tt.err, tt.do(tab))
			require.Equal(t, tt.want, e.taken())
		})
	}
}

// A driver that leaves a page for the user, who would not, has not clicked as one.
func TestLeavingPage(t *testing.T) {
	_, driver := openRemote(t)
	tab, err := driver.OpenTab(t.Context(), "http://case/")
	require.NoError(t, err)
	defer tab.Close()

	left := tab.(*webDriverTab)
	asked := 0
	left.is = func(string) bool { asked++; return asked == 1 }
	require.Equal(t, Unsupported("decline to leave a page"), tab.Click())
}

// A browser that was wanted no more when it had started is not left behind.
func TestGivenUp(t *testing.T) {
	e := newEndpoint(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := (&webDriverStarter{webDriver{e.url}, nil}).OpenTab(ctx, "http://case/")
	require.ErrorIs(t, err, context.Canceled)
	require.Contains(t, e.taken(), "DELETE")
}
