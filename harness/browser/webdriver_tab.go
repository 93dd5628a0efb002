package browser

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// attachWebDriver starts the program that starts browsers to be driven.
func attachWebDriver(ctx context.Context, p *Process) (Driver, error) {
	drive := p.program.launcher.Drive
	capabilities, err := parseCapabilities(p.fill([]string{drive.Capabilities})[0])
	if err != nil {
		return nil, err
	}
	if err := p.Spawn(drive.Program); err != nil {
		return nil, err
	}
	d := &webDriverStarter{webDriver{fmt.Sprintf("http://127.0.0.1:%d", p.Port())}, capabilities}
	return d, d.ready(ctx)
}

// A webDriverStarter has a browser for each tab: WebKit's drivers can only drive
// what they have started.
type webDriverStarter struct {
	webDriver
	capabilities map[string]any
}

// OpenTab implements [Driver]. It waits for a browser even if ctx has ended: one
// that is given up would be left behind, in the place of the next.
func (d *webDriverStarter) OpenTab(ctx context.Context, url string) (Tab, error) {
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

// A webDriverTab is a window of a session, and its current one: a session has one
// tab at a time.
type webDriverTab struct {
	watched
	session *webDriverSession
	opened  []string // its own window and others
	stop    func()
}

// newWebDriverTab makes a tab of a window; end is called once.
func newWebDriverTab(ctx context.Context, session *webDriverSession, handle string, end func(*webDriverTab)) *webDriverTab {
	ctx, cancel := context.WithCancel(ctx)
	t := &webDriverTab{session: session, opened: []string{handle}}
	t.watched = watched{ctx, t.evaluate}
	t.stop = sync.OnceFunc(func() {
		cancel()
		end(t)
	})
	return t
}

// evaluate tells whether an expression is true in the page. While a page is being
// left nothing is.
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

// Click implements [Tab]. A dialog would wait for the next command, but WebKit's
// drivers agree at once to leave a page.
func (t *webDriverTab) Click() error {
	const asks = "window.onbeforeunload"
	asked := t.is(asks)
	if err := t.session.do(t.ctx, "/actions", map[string]any{"actions": clickActions}); err != nil {
		return orUnsupported(err, "click")
	}
	t.soon(func() bool { return t.session.do(t.ctx, "/alert/dismiss", nil) == nil })
	if asked && !t.is(asks) {
		return Unsupported("decline to leave a page")
	}
	return nil
}

// DeclineSignIn implements [Tab]: the page goes on.
func (*webDriverTab) DeclineSignIn() error { return nil }

// SetOffline implements [Tab].
func (t *webDriverTab) SetOffline(bool) error { return Unsupported("take a page from the network") }

// Close implements [Tab].
func (t *webDriverTab) Close() { t.stop() }
