package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"
)

const (
	commandLimit = time.Minute      // for the response to a command
	closeLimit   = 10 * time.Second // for closing a session or a window
	maxResponse  = 4 << 20          // the size of a response, in bytes
)

// A webDriver is a WebDriver endpoint: a program at a URL that starts browsers and
// drives them.
//
// https://www.w3.org/TR/webdriver2/
type webDriver struct{ url string }

// A webDriverSession is a browser that a WebDriver endpoint has started.
type webDriverSession struct {
	url     string
	browser string // "firefox 153.7.0"
}

// A webDriverError is the error response of a WebDriver endpoint.
type webDriverError struct {
	Code    string `json:"error"` // "no such window"
	Message string `json:"message"`
}

func (e *webDriverError) Error() string {
	message, _, _ := strings.Cut(e.Message, "\n") // a stack trace may follow
	return strings.TrimSuffix(e.Code+": "+message, ": ")
}

// Away is the error of an endpoint that cannot be reached at the moment, such as a grid
// that restarts.
type Away struct{ error }

// Unwrap returns the reason.
func (e Away) Unwrap() error { return e.error }

// open starts a browser. Unless the capabilities say otherwise, commands do not wait
// for pages to load, and dialogs are dismissed.
func (w webDriver) open(ctx context.Context, capabilities map[string]any) (*webDriverSession, error) {
	wanted := map[string]any{"pageLoadStrategy": "none", "unhandledPromptBehavior": "dismiss"}
	maps.Copy(wanted, capabilities)
	var opened struct {
		SessionID    string `json:"sessionId"`
		Capabilities struct {
			BrowserName    string `json:"browserName"`
			BrowserVersion string `json:"browserVersion"`
		} `json:"capabilities"`
	}
	params := map[string]any{"capabilities": map[string]any{"alwaysMatch": wanted}}
	if err := command(ctx, http.MethodPost, w.url+"/session", params, &opened); err != nil {
		return nil, err
	}
	if opened.SessionID == "" {
		return nil, errors.New("the response has no session ID: want the URL of a WebDriver endpoint")
	}
	return &webDriverSession{
		url:     w.url + "/session/" + opened.SessionID,
		browser: strings.TrimSpace(opened.Capabilities.BrowserName + " " + opened.Capabilities.BrowserVersion),
	}, nil
}

// ready waits until the endpoint accepts new sessions.
func (w webDriver) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		var status struct{ Ready bool }
		if err := command(ctx, http.MethodGet, w.url+"/status", nil, &status); err == nil && status.Ready {
			return nil
		}
		select {
		case <-time.After(pollEvery):
		case <-ctx.Done():
			return fmt.Errorf("the browser's driver was not ready after %s", startLimit)
		}
	}
}

// close closes the browser. It takes no context, so that it also works when that of
// the session is done.
func (s *webDriverSession) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	return command(ctx, http.MethodDelete, s.url, nil, nil)
}

// do sends a command to the current window.
func (s *webDriverSession) do(ctx context.Context, path string, params map[string]any) error {
	return s.ask(ctx, path, params, nil)
}

// ask sends a command to the current window and stores the result in value.
func (s *webDriverSession) ask(ctx context.Context, path string, params map[string]any, value any) error {
	if params == nil {
		params = map[string]any{} // the standard requires an object
	}
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	return command(ctx, http.MethodPost, s.url+path, params, value)
}

// get sends a GET request to the session and stores the result in value.
func (s *webDriverSession) get(ctx context.Context, path string, value any) error {
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	return command(ctx, http.MethodGet, s.url+path, nil, value)
}

// navigate navigates the current window to a URL.
func (s *webDriverSession) navigate(ctx context.Context, url string) error {
	return s.do(ctx, "/url", map[string]any{"url": url})
}

// window returns the handle of the current window.
func (s *webDriverSession) window(ctx context.Context) (handle string, err error) {
	err = s.get(ctx, "/window", &handle)
	return handle, err
}

// switchTo makes a window the current one.
func (s *webDriverSession) switchTo(ctx context.Context, handle string) error {
	return s.do(ctx, "/window", map[string]any{"handle": handle})
}

// open opens a URL in a new window and makes it the current one. If it fails after
// the window was opened, it returns the handle along with the error.
func (s *webDriverSession) open(ctx context.Context, url string) (handle string, err error) {
	before, err := s.window(ctx)
	if err != nil {
		return "", err
	}
	var opened struct{ Handle string }
	if err := s.ask(ctx, "/window/new", map[string]any{"type": "window"}, &opened); err != nil {
		return "", orUnsupported(err, "open another window")
	}
	if opened.Handle == before {
		return "", Unsupported("open another window")
	}
	if err = s.switchTo(ctx, opened.Handle); err == nil {
		err = s.navigate(ctx, url)
	}
	return opened.Handle, err
}

// closeWindow closes a window. The caller must then switch to another one.
func (s *webDriverSession) closeWindow(ctx context.Context, handle string) error {
	if err := s.switchTo(ctx, handle); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	return command(ctx, http.MethodDelete, s.url+"/window", nil, nil)
}

// command sends a command to a WebDriver endpoint. If value is not nil, it stores the
// result there.
func command(ctx context.Context, method, url string, params, value any) error {
	var body io.Reader
	if params != nil {
		b, err := json.Marshal(params)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	request, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return Away{err}
	}
	defer response.Body.Close()

	var answered struct{ Value json.RawMessage }
	if err := json.NewDecoder(io.LimitReader(response.Body, maxResponse)).Decode(&answered); err != nil {
		err = fmt.Errorf("%s: not a WebDriver response: %w", response.Status, err)
		switch response.StatusCode {
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout: // of a proxy
			return Away{err}
		}
		return err
	}
	if response.StatusCode != http.StatusOK {
		refused := &webDriverError{Code: response.Status}
		json.Unmarshal(answered.Value, refused)
		return refused
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(answered.Value, value)
}

// orUnsupported returns [Unsupported] in place of an error that says that the
// endpoint does not implement a command. It returns other errors unchanged.
func orUnsupported(err error, what string) error {
	if refused, ok := errors.AsType[*webDriverError](err); ok {
		switch refused.Code {
		case "unknown command", "unknown method", "unsupported operation":
			return Unsupported(what)
		}
	}
	return err
}
