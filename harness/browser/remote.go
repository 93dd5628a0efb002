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
	// queueLimit is how long an endpoint may take to start a browser: a grid lets
	// wait those for whom it has none yet.
	queueLimit = 10 * time.Minute

	// beatEvery is how often a session is asked for whether it is there; that also
	// keeps it from being ended as an idle one.
	beatEvery = 3 * time.Second
)

// A Remote is a browser behind an endpoint of WebDriver: of a driver, a grid or a
// device cloud.
type Remote struct {
	name         string
	endpoint     webDriver
	capabilities map[string]any
	beat         time.Duration // beatEvery
}

// NewRemote is the browser that an endpoint starts for capabilities, a JSON
// object as it stands in alwaysMatch. Its name is that of the browser and, after
// an @, the version that is asked for or else the endpoint's host.
func NewRemote(endpoint, capabilities string) (*Remote, error) {
	at, err := url.Parse(endpoint)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, fmt.Errorf("endpoint %q: expected a URL like http://grid.example:4444", endpoint)
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
		beat:         beatEvery,
	}, nil
}

// parseCapabilities reads a JSON object; "" is an empty one.
func parseCapabilities(text string) (map[string]any, error) {
	wanted := map[string]any{}
	if text == "" {
		return wanted, nil
	}
	if err := json.Unmarshal([]byte(text), &wanted); err != nil {
		return nil, fmt.Errorf("capabilities: %w: expected a JSON object like {\"browserName\": \"firefox\"}", err)
	}
	return wanted, nil
}

// Name implements [Browser].
func (r *Remote) Name() string { return r.name }

// Open implements [Browser]. Each window is a session of its own.
func (r *Remote) Open(ctx context.Context, url string) (Window, error) {
	starting, cancel := context.WithTimeout(ctx, queueLimit)
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
	go w.watch(beating, r.beat)
	return w, nil
}

// A remoteWindow is a session of a remote browser.
type remoteWindow struct {
	session *webDriverSession
	first   string // the window that was opened at the URL
	stop    func()
	done    chan struct{}
}

// watch waits until the session is lost or given up, and ends it.
func (w *remoteWindow) watch(ctx context.Context, every time.Duration) {
	defer close(w.done)
	defer w.session.close()
	beat := time.NewTicker(every)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
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

// OpenTab implements [Driver]. Tabs are opened one after the other: a session has
// one current window.
func (w *remoteWindow) OpenTab(ctx context.Context, url string) (Tab, error) {
	handle, err := w.session.open(ctx, url)
	if handle == "" {
		return nil, fmt.Errorf("tab: %w", err)
	}
	tab := newWebDriverTab(ctx, w.session, handle, w.leave)
	if err != nil {
		tab.Close()
		return nil, fmt.Errorf("tab: %w", err)
	}
	return tab, nil
}

// leave closes the windows of a tab.
func (w *remoteWindow) leave(t *webDriverTab) {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	for _, handle := range t.opened {
		w.session.closeWindow(ctx, handle)
	}
	w.session.switchTo(ctx, w.first)
}
