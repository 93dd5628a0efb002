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
	commandLimit = time.Minute      // for the answer to a command of a driver
	closeLimit   = 10 * time.Second // for ending a session
	maxAnswer    = 4 << 20          // of a driver, in bytes
)

// A webDriver is a program that starts browsers and drives them, at a URL.
//
// https://www.w3.org/TR/webdriver2/
type webDriver struct{ url string }

// A webDriverSession is a browser that a webDriver has started.
type webDriverSession struct {
	url     string
	browser string // "firefox 153.7.0"
}

// A webDriverError is the answer of a webDriver that cannot do something.
type webDriverError struct {
	Code    string `json:"error"` // "no such window"
	Message string `json:"message"`
}

func (e *webDriverError) Error() string {
	message, _, _ := strings.Cut(e.Message, "\n") // where the driver was follows
	return strings.TrimSuffix(e.Code+": "+message, ": ")
}

// open starts a browser. Commands do not wait for pages, and what asks the user
// is dismissed, unless the capabilities say otherwise.
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
		return nil, errors.New("it gave no session id: expected an endpoint of WebDriver")
	}
	return &webDriverSession{
		url:     w.url + "/session/" + opened.SessionID,
		browser: strings.TrimSpace(opened.Capabilities.BrowserName + " " + opened.Capabilities.BrowserVersion),
	}, nil
}

// ready waits until sessions can be had.
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
			return fmt.Errorf("its driver was not ready in %s", startLimit)
		}
	}
}

// close ends the browser, whatever has become of the context under which it was
// driven.
func (s *webDriverSession) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	return command(ctx, http.MethodDelete, s.url, nil, nil)
}

// do sends a command with parameters to the current window.
func (s *webDriverSession) do(ctx context.Context, path string, params map[string]any) error {
	return s.ask(ctx, path, params, nil)
}

// ask sends a command with parameters and reads what it returns.
func (s *webDriverSession) ask(ctx context.Context, path string, params map[string]any, value any) error {
	if params == nil {
		params = map[string]any{} // an empty object is asked for
	}
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	return command(ctx, http.MethodPost, s.url+path, params, value)
}

// get reads something of the session.
func (s *webDriverSession) get(ctx context.Context, path string, value any) error {
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	return command(ctx, http.MethodGet, s.url+path, nil, value)
}

// navigate opens a URL in the current window.
func (s *webDriverSession) navigate(ctx context.Context, url string) error {
	return s.do(ctx, "/url", map[string]any{"url": url})
}

// window is the handle of the current window.
func (s *webDriverSession) window(ctx context.Context) (handle string, err error) {
	err = s.get(ctx, "/window", &handle)
	return handle, err
}

// switchTo makes a window the current one.
func (s *webDriverSession) switchTo(ctx context.Context, handle string) error {
	return s.do(ctx, "/window", map[string]any{"handle": handle})
}

// open opens a URL in a further window, which is the current one then. If it fails
// once the window is open, its handle is returned all the same.
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

// closeWindow closes a window; another one has to be made the current one then.
func (s *webDriverSession) closeWindow(ctx context.Context, handle string) error {
	if err := s.switchTo(ctx, handle); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	return command(ctx, http.MethodDelete, s.url+"/window", nil, nil)
}

// command sends a command to a webDriver and reads the value that it returns,
// if that is wanted.
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
		return err
	}
	defer response.Body.Close()

	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(&answer); err != nil {
		return fmt.Errorf("%s: no answer of a WebDriver: %w", response.Status, err)
	}
	if response.StatusCode != http.StatusOK {
		refused := &webDriverError{Code: response.Status}
		json.Unmarshal(answer.Value, refused)
		return refused
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, value)
}

// orUnsupported makes an error of a command that the webDriver does not know, or
// cannot carry out here, one that says so.
func orUnsupported(err error, what string) error {
	if refused, ok := errors.AsType[*webDriverError](err); ok {
		switch refused.Code {
		case "unknown command", "unknown method", "unsupported operation":
			return Unsupported(what)
		}
	}
	return err
}
