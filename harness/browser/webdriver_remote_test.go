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
		want                   string // the name, or the error
	}{
		{"http://grid.example:4444/wd/hub/", `{"browserName": "firefox"}`, "firefox@grid.example:4444"},
		{"https://user:key@cloud.example/", `{"browserName": "safari", "browserVersion": "17"}`, "safari@17"},
		{"http://127.0.0.1:9515", "", "browser@127.0.0.1:9515"},
		{"grid.example", "", `invalid endpoint "grid.example": want a URL, for example http://grid.example:4444`},
		{"ws://grid.example", "", `invalid endpoint "ws://grid.example": want a URL, for example http://grid.example:4444`},
		{"http://grid.example", `["firefox"]`, `invalid capabilities: json: cannot unmarshal array into Go value of type map[string]interface {}: want a JSON object, for example {"browserName": "firefox"}`},
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

// TestRemote checks the commands that open and close a window.
func TestRemote(t *testing.T) {
	e := newEndpoint(t)
	remote, err := NewRemote(e.url+"/", `{"browserName": "chrome", "pageLoadStrategy": "eager"}`)
	require.NoError(t, err)
	window, err := remote.Open(t.Context(), "http://page/")
	require.NoError(t, err)
	require.Equal(t, "chrome 156.0.7800.0", window.Version())
	window.Close()
	window.Close() // a second call has no effect
	require.Equal(t, []string{
		`POST /session {"capabilities":{"alwaysMatch":{"browserName":"chrome","pageLoadStrategy":"eager","unhandledPromptBehavior":"dismiss"}}}`,
		"GET /window",
		`POST /url {"url":"http://page/"}`,
		"DELETE",
	}, e.commands())
}

// TestRemoteOpenFails checks that Open returns the endpoint's error, and closes a session
// that cannot open the page.
func TestRemoteOpenFails(t *testing.T) {
	tests := []struct {
		name, what string
		response   response
		want       string
		deleted    bool
	}{
		{"no such browser", "POST /session", failure(500, "session not created", "Could not start a new session.\nHost info: x"), "session: session not created: Could not start a new session.", false},
		{"the page cannot be reached", "POST /url", failure(500, "unknown error", "net::ERR_CONNECTION_REFUSED"), "session: unknown error: net::ERR_CONNECTION_REFUSED", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := newEndpoint(t)
			e.set(tt.what, tt.response)
			remote, err := NewRemote(e.url, "")
			require.NoError(t, err)
			_, err = remote.Open(t.Context(), "http://page/")
			require.EqualError(t, err, tt.want)
			require.Equal(t, tt.deleted, slices.Contains(e.commands(), "DELETE"))
		})
	}
}

// openRemote opens a session at a fake endpoint, which then has no recorded commands.
func openRemote(t *testing.T) (*fakeEndpoint, Driver) {
	e := newEndpoint(t)
	remote, err := NewRemote(e.url, "")
	require.NoError(t, err)
	window, err := remote.Open(t.Context(), "http://session/")
	require.NoError(t, err)
	t.Cleanup(window.Close)
	e.commands()
	return e, window.(Driver)
}

// TestRemoteOpenTabFails checks that a tab is closed if it cannot open its page.
func TestRemoteOpenTabFails(t *testing.T) {
	for _, failing := range []string{"POST /window", "POST /url"} {
		t.Run(failing, func(t *testing.T) {
			e, driver := openRemote(t)

			e.setOnce(failing, failure(500, "unknown error", "oh"))
			_, err := driver.OpenTab(t.Context(), "http://case/")
			require.EqualError(t, err, "tab: unknown error: oh")
			sent := e.commands()
			require.Equal(t, []string{`POST /window {"handle":"second"}`, "DELETE /window", `POST /window {"handle":"first"}`}, sent[len(sent)-3:])
		})
	}
}

// TestRemoteLost checks that a lost session counts as a browser that has exited.
func TestRemoteLost(t *testing.T) {
	tests := []struct {
		name     string
		response response
	}{
		{"closed by the grid", failure(404, "invalid session id", "Unable to find session with ID: s1")},
		{"the browser crashed", failure(500, "unknown error", "chrome not reachable")},
		{"its window was closed", response{value: `["another"]`}},
		{"another program at the URL", response{value: `<html>`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := newEndpoint(t)
			remote, err := NewRemote(e.url, "")
			require.NoError(t, err)
			remote.heartbeat = time.Millisecond
			window, err := remote.Open(t.Context(), "http://page/")
			require.NoError(t, err)
			defer window.Close()
			e.set("GET /window/handles", tt.response)
			select {
			case <-window.Done():
			case <-time.After(limit):
				t.Fatal("the loss was not noticed")
			}
		})
	}
}

// TestRemoteCanceled checks that a session is closed when the context of its window is
// canceled.
func TestRemoteCanceled(t *testing.T) {
	e := newEndpoint(t)
	remote, err := NewRemote(e.url, "")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	window, err := remote.Open(ctx, "http://page/")
	require.NoError(t, err)
	cancel()
	<-window.Done()
	require.Contains(t, e.commands(), "DELETE")
}

// TestRemoteLive uses a real driver program as the endpoint.
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
	local := driver.(*webDriverDriver)
	capabilities, err := json.Marshal(local.capabilities)
	require.NoError(t, err)

	remote, err := NewRemote(local.url, string(capabilities))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(remote.Name(), "browser@127.0.0.1:"))
	window, err := remote.Open(t.Context(), "about:blank")
	require.NoError(t, err)
	defer window.Close()
	require.Regexp(t, `^MiniBrowser \d+\.`, window.Version())
	_, err = window.(Driver).OpenTab(t.Context(), "about:blank")
	require.ErrorIs(t, err, Unsupported("open another window"))
}
