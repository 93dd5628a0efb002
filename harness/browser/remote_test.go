package browser

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNewRemote(t *testing.T) {
	tests := []struct {
		endpoint, capabilities string
		want                   string // name, or error
	}{
		{"http://grid.example:4444/wd/hub/", `{"browserName": "firefox"}`, "firefox@grid.example:4444"},
		{"https://user:key@cloud.example/", `{"browserName": "safari", "browserVersion": "17"}`, "safari@17"},
		{"http://127.0.0.1:9515", "", "browser@127.0.0.1:9515"},
		{"grid.example", "", `endpoint "grid.example": expected a URL like http://grid.example:4444`},
		{"ws://grid.example", "", `endpoint "ws://grid.example": expected a URL like http://grid.example:4444`},
		{"http://grid.example", `["firefox"]`, `capabilities: json: cannot unmarshal array into Go value of type map[string]interface {}: expected a JSON object like {"browserName": "firefox"}`},
	}
	for _, tt := range tests {
		remote, err := NewRemote(tt.endpoint, tt.capabilities)
		if err != nil {
			require.EqualError(t, err, tt.want)
			continue
		}
		require.Equal(t, tt.want, remote.Name())
	}
}

// A window is a session: it begins at the page and ends with the window.
func TestRemote(t *testing.T) {
	e := newEndpoint(t)
	remote, err := NewRemote(e.url+"/", `{"browserName": "chrome", "pageLoadStrategy": "eager"}`)
	require.NoError(t, err)
	window, err := remote.Open(t.Context(), "http://page/")
	require.NoError(t, err)
	require.Equal(t, "chrome 156.0.7800.0", window.Version())
	window.Close()
	window.Close() // twice does no harm
	require.Equal(t, []string{
		`POST /session {"capabilities":{"alwaysMatch":{"browserName":"chrome","pageLoadStrategy":"eager","unhandledPromptBehavior":"dismiss"}}}`,
		"GET /window",
		`POST /url {"url":"http://page/"}`,
		"DELETE",
	}, e.taken())
}

// A session that cannot be used is no window, and is not left behind.
func TestRemoteUnusable(t *testing.T) {
	tests := []struct {
		name, what string
		answer     answer
		want       string
		deleted    bool
	}{
		{"no such browser", "POST /session", refusal(500, "session not created", "Could not start a new session.\nHost info: x"), "session: session not created: Could not start a new session.", false},
		{"a page that is not reached", "POST /url", refusal(500, "unknown error", "net::ERR_CONNECTION_REFUSED"), "session: unknown error: net::ERR_CONNECTION_REFUSED", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := newEndpoint(t)
			e.set(tt.what, tt.answer)
			remote, err := NewRemote(e.url, "")
			require.NoError(t, err)
			_, err = remote.Open(t.Context(), "http://page/")
			require.EqualError(t, err, tt.want)
			require.Equal(t, tt.deleted, slices.Contains(e.taken(), "DELETE"))
		})
	}
}

// openRemote opens a session at an endpoint, which has then been asked for nothing
// more.
func openRemote(t *testing.T) (*endpoint, Driver) {
	e := newEndpoint(t)
	remote, err := NewRemote(e.url, "")
	require.NoError(t, err)
	window, err := remote.Open(t.Context(), "http://session/")
	require.NoError(t, err)
	t.Cleanup(window.Close)
	e.taken()
	return e, window.(Driver)
}

// A tab that does not come to its page is not left behind.
func TestRemoteTabUnusable(t *testing.T) {
	for _, failing := range []string{"POST /window", "POST /url"} {
		t.Run(failing, func(t *testing.T) {
			e, driver := openRemote(t)

			e.setOnce(failing, refusal(500, "unknown error", "oh"))
			_, err := driver.OpenTab(t.Context(), "http://case/")
			require.EqualError(t, err, "tab: unknown error: oh")
			asked := e.taken()
			require.Equal(t, []string{`POST /window {"handle":"second"}`, "DELETE /window", `POST /window {"handle":"first"}`}, asked[len(asked)-3:])
		})
	}
}

// A session that is lost is a browser that has ended.
func TestRemoteLost(t *testing.T) {
	tests := []struct {
		name   string
		answer answer
	}{
		{"the grid ended it", refusal(404, "invalid session id", "Unable to find session with ID: s1")},
		{"the browser crashed", refusal(500, "unknown error", "chrome not reachable")},
		{"its window was closed", answer{value: `["another"]`}},
		{"the endpoint is another program now", answer{value: `<html>`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := newEndpoint(t)
			remote, err := NewRemote(e.url, "")
			require.NoError(t, err)
			remote.beat = time.Millisecond
			window, err := remote.Open(t.Context(), "http://page/")
			require.NoError(t, err)
			defer window.Close()
			e.set("GET /window/handles", tt.answer)
			select {
			case <-window.Done():
			case <-time.After(limit):
				t.Fatal("the loss was not seen")
			}
		})
	}
}

// A session ends with the context of its window.
func TestRemoteInterrupted(t *testing.T) {
	e := newEndpoint(t)
	remote, err := NewRemote(e.url, "")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	window, err := remote.Open(ctx, "http://page/")
	require.NoError(t, err)
	cancel()
	<-window.Done()
	require.Contains(t, e.taken(), "DELETE")
}

// A real driver is an endpoint too.
func TestRemoteLive(t *testing.T) {
	found, err := Find("wpe")
	if err != nil {
		t.Skip(err)
	}
	p, err := found.Start(t.Context(), "about:blank")
	require.NoError(t, err)
	defer p.Close()
	driver, err := attachWebDriver(t.Context(), p)
	if err != nil {
		t.Skip(err)
	}
	starter := driver.(*webDriverStarter)
	capabilities, err := json.Marshal(starter.capabilities)
	require.NoError(t, err)

	remote, err := NewRemote(starter.url, string(capabilities))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(remote.Name(), "browser@127.0.0.1:"))
	window, err := remote.Open(t.Context(), "about:blank")
	require.NoError(t, err)
	defer window.Close()
	require.Regexp(t, `^MiniBrowser \d+\.`, window.Version())
	_, err = window.(Driver).OpenTab(t.Context(), "about:blank")
	require.ErrorIs(t, err, Unsupported("open another window"))
}
