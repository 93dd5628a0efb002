package browser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// attachWebDriver starts the driver program of the launcher.
func attachWebDriver(ctx context.Context, p *Process) (Driver, error) {
	drive := p.program.launcher.Drive
	capabilities, err := parseCapabilities(p.fill([]string{drive.Capabilities})[0])
	if err != nil {
		return nil, err
	}
	for name, value := range capabilities {
		if options, ok := value.(map[string]any); ok && strings.HasSuffix(name, ":browserOptions") {
			list, _ := options["args"].([]any)
			for _, argument := range p.program.more {
				list = append(list, argument)
			}
			options["args"] = list
		}
	}
	if err := p.Spawn(drive.Program); err != nil {
		return nil, err
	}
	d := &webDriverDriver{webDriver{fmt.Sprintf("http://127.0.0.1:%d", p.Port())}, capabilities}
	return d, d.ready(ctx)
}

// A webDriverDriver starts a browser for each tab, because WebKit's driver programs
// can only drive browsers that they have started.
type webDriverDriver struct {
	webDriver
	capabilities map[string]any
}

// OpenTab implements [Driver]. It waits for the browser to start even if ctx is
// done: an abandoned browser would keep the next one from starting.
func (d *webDriverDriver) OpenTab(ctx context.Context, url string) (Tab, error) {
	starting, cancel := context.WithTimeout(context.WithoutCancel(ctx), startLimit)
	defer cancel()
	session, err := d.open(starting, d.capabilities)
	if err != nil {
		return nil, fmt.Errorf("tab: %w", err)
	}
	handle, err := session.window(ctx)
	if err == nil {
		err = session.navigate(ctx, url)
	}
	if err != nil {
		session.close()
		return nil, fmt.Errorf("tab: %w", err)
	}
	return newWebDriverTab(ctx, session, handle, func(*webDriverTab) { session.close() }), nil
}

// A webDriverTab is the current window of a session. A session has one tab at a
// time.
type webDriverTab struct {
	pollingTab
	session *webDriverSession
	opened  []string // handles of its own window and of others, in this order
	stop    func()
}

// newWebDriverTab returns a tab for a window of the session. When the tab is
// closed, onClose is called once.
func newWebDriverTab(ctx context.Context, session *webDriverSession, handle string, onClose func(*webDriverTab)) *webDriverTab {
	ctx, cancel := context.WithCancel(ctx)
	t := &webDriverTab{session: session, opened: []string{handle}}
	t.pollingTab = pollingTab{ctx, t.evaluate}
	t.stop = sync.OnceFunc(func() {
		cancel()
		onClose(t)
	})
	return t
}

// evaluate reports whether an expression is true in the page. It returns false
// while the tab navigates.
func (t *webDriverTab) evaluate(expression string) bool {
	var is bool
	params := map[string]any{"script": "return !!(" + expression + ")", "args": []any{}}
	return t.session.ask(t.ctx, "/execute/sync", params, &is) == nil && is
}

// Navigate implements [Tab].
func (t *webDriverTab) Navigate(url string) error { return t.session.navigate(t.ctx, url) }

// Back implements [Tab].
func (t *webDriverTab) Back() error { return t.session.do(t.ctx, "/back", nil) }

// OpenAnother implements [Tab].
func (t *webDriverTab) OpenAnother(url string) error {
	other, err := t.session.open(t.ctx, url)
	if other != "" {
		t.opened = append(t.opened, other)
		err = errors.Join(err, t.session.switchTo(t.ctx, t.opened[0]))
	}
	return err
}

// SetHidden implements [Tab].
func (t *webDriverTab) SetHidden(hidden bool) error {
	if !hidden {
		return t.session.do(t.ctx, "/window/rect", map[string]any{"width": 800, "height": 600})
	}
	if err := t.session.do(t.ctx, "/window/minimize", nil); err != nil {
		return orUnsupported(err, "hide a page")
	}
	return t.untilHidden()
}

// Click implements [Tab]. A dialog stays open until the next command, so Click
// dismisses it. Except that WebKit's drivers leave a page at once instead of showing
// its beforeunload dialog, which Click reports as unsupported.
func (t *webDriverTab) Click() error {
	const asks = "window.onbeforeunload"
	asked := t.isTrue(asks)
	if err := t.session.do(t.ctx, "/actions", map[string]any{"actions": clickActions}); err != nil {
		return orUnsupported(err, "click")
	}
	t.soon(func() bool { return t.session.do(t.ctx, "/alert/dismiss", nil) == nil })
	if asked && !t.isTrue(asks) {
		return Unsupported("decline to leave a page")
	}
	return nil
}

// DeclineSignIn implements [Tab]. Sign-in prompts do not block pages here.
func (*webDriverTab) DeclineSignIn() error { return nil }

// SetOffline implements [Tab].
func (t *webDriverTab) SetOffline(bool) error { return Unsupported("take a page offline") }

// Close implements [Tab].
func (t *webDriverTab) Close() { t.stop() }
