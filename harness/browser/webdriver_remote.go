package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// QueueLimit is how long an endpoint may take to start a browser. A grid queues
	// requests while all its browsers are in use.
	QueueLimit = 10 * time.Minute

	// heartbeatEvery is the time between two checks of whether a session still
	// exists. The checks also keep a grid from closing it as idle.
	heartbeatEvery = 3 * time.Second
)

// A Remote is a browser that a WebDriver endpoint starts: a driver program, a grid or
// a device cloud.
type Remote struct {
	name         string
	endpoint     webDriver
	capabilities map[string]any
	heartbeat    time.Duration // heartbeatEvery, except in tests
}

// NewRemote returns the browser that an endpoint starts for the given capabilities,
// a JSON object as in WebDriver's alwaysMatch. Its name is the name of the browser
// and, after an @, the requested version or else the endpoint's host.
func NewRemote(endpoint, capabilities string) (*Remote, error) {
	at, err := url.Parse(endpoint)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, fmt.Errorf("invalid endpoint %q: want a URL, for example http://grid.example:4444", endpoint)
	}
	wanted, err := parseCapabilities(capabilities)
	if err != nil {
		return nil, err
	}
	browser, _ := wanted["browserName"].(string)
	version, _ := wanted["browserVersion"].(string)
	return &Remote{
		name:         cmp.Or(browser, "browser") + "@" + cmp.Or(version, at.Host),
		endpoint:     webDriver{strings.TrimSuffix(endpoint, "/")},
		capabilities: wanted,
		heartbeat:    heartbeatEvery,
	}, nil
}

// parseCapabilities parses a JSON object; "" means an empty one.
func parseCapabilities(text string) (map[string]any, error) {
	wanted := map[string]any{}
	if text == "" {
		return wanted, nil
	}
	if err := json.Unmarshal([]byte(text), &wanted); err != nil {
		return nil, fmt.Errorf("invalid capabilities: %w: want a JSON object, for example {\"browserName\": \"firefox\"}", err)
	}
	return wanted, nil
}

// Name implements [Browser].
func (r *Remote) Name() string { return r.name }

// Open implements [Browser]. Each window has its own WebDriver session.
func (r *Remote) Open(ctx context.Context, url string) (Window, error) {
	starting, cancel := context.WithTimeout(ctx, QueueLimit)
	defer cancel()
	session, err := r.endpoint.open(starting, r.capabilities)
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	first, err := session.window(ctx)
	if err == nil {
		err = session.navigate(ctx, url)
	}
	if err != nil {
		session.close()
		return nil, fmt.Errorf("session: %w", err)
	}
	beating, stop := context.WithCancel(ctx)
	w := &remoteWindow{session: session, first: first, stop: stop, done: make(chan struct{})}
	go w.watch(beating, r.heartbeat)
	return w, nil
}

// A remoteWindow is a session of a remote browser.
type remoteWindow struct {
	session *webDriverSession
	first   string // the handle of the window that was opened at the URL
	stop    func()
	done    chan struct{}
}

// watch waits until the session disappears or ctx is done, then closes it.
func (w *remoteWindow) watch(ctx context.Context, every time.Duration) {
	defer close(w.done)
	defer w.session.close()
	heartbeat := time.NewTicker(every)
	defer heartbeat.Stop()
	for {
		select {
		case <-heartbeat.C:
		case <-ctx.Done():
			return
		}
		var windows []string
		if err := w.session.get(ctx, "/window/handles", &windows); err != nil || !slices.Contains(windows, w.first) {
			return
		}
	}
}

// Version implements [Window].
func (w *remoteWindow) Version() string { return w.session.browser }

// Done implements [Window].
func (w *remoteWindow) Done() <-chan struct{} { return w.done }

// Close implements [Window].
func (w *remoteWindow) Close() {
	w.stop()
	<-w.done
}

// OpenTab implements [Driver]. A tab must be closed before the next is opened, because
// a session has one current window.
func (w *remoteWindow) OpenTab(ctx context.Context, url string) (Tab, error) {
	handle, err := w.session.open(ctx, url)
	if handle == "" {
		return nil, fmt.Errorf("tab: %w", err)
	}
	tab := newWebDriverTab(ctx, w.session, handle, w.closeTab)
	if err != nil {
		tab.Close()
		return nil, fmt.Errorf("tab: %w", err)
	}
	return tab, nil
}

// closeTab closes the windows of a tab.
func (w *remoteWindow) closeTab(t *webDriverTab) {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	for _, handle := range t.opened {
		w.session.closeWindow(ctx, handle)
	}
	w.session.switchTo(ctx, w.first)
}
