package browser

import (
	"context"
	"fmt"
	"sync"
)

// attachBiDi connects to a browser that listens on its process's port.
func attachBiDi(ctx context.Context, p *Process) (Driver, error) {
	connection, err := dialBiDi(ctx, fmt.Sprintf("ws://127.0.0.1:%d/session", p.Port()))
	if err != nil {
		return nil, err
	}
	return newBiDiDriver(ctx, connection, p.program.keyHash != "")
}

// newBiDiDriver starts a BiDi session in a browser. If insecure is set, the browser
// accepts all invalid certificates: the protocol has no way to name a single one.
func newBiDiDriver(ctx context.Context, connection *bidi, insecure bool) (*bidiDriver, error) {
	capabilities := map[string]any{
		"acceptInsecureCerts":     insecure,
		"unhandledPromptBehavior": map[string]any{"default": "dismiss"},
	}
	var session struct {
		Capabilities struct {
			Prompts any `json:"unhandledPromptBehavior"`
		}
	}
	params := map[string]any{"capabilities": map[string]any{"alwaysMatch": capabilities}}
	if err := connection.do(ctx, "session.new", params, &session); err != nil {
		return nil, err
	}
	_, dismisses := session.Capabilities.Prompts.(map[string]any)
	return &bidiDriver{connection, dismisses}, nil
}

// A bidiDriver drives a browser through WebDriver BiDi.
type bidiDriver struct {
	*bidi

	// Whether the browser dismisses dialogs. One that is too old for that would
	// wait for its user.
	dismisses bool
}

// OpenTab implements [Driver].
func (d *bidiDriver) OpenTab(ctx context.Context, url string) (Tab, error) {
	t := &bidiTab{driver: d, opened: windowSet{close: d.close}}
	var cancel func()
	t.ctx, cancel = context.WithCancel(ctx)
	t.isTrue = t.evaluate
	t.stop = sync.OnceFunc(func() {
		cancel()
		t.opened.closeAll()
	})
	t.unlink = context.AfterFunc(ctx, t.stop)
	var err error
	if t.own, err = t.create("window"); err == nil {
		err = t.Navigate(url)
	}
	if err != nil {
		t.Close()
		return nil, fmt.Errorf("tab: %w", err)
	}
	return t, nil
}

// close closes a browsing context. It takes no Go context, so that it also works
// when that of the tab is done.
func (d *bidiDriver) close(id string) {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	d.do(ctx, "browsingContext.close", map[string]any{"context": id}, nil)
}

// A bidiTab is a browsing context.
type bidiTab struct {
	pollingTab
	driver *bidiDriver
	own    string    // its ID
	opened windowSet // itself and others
	stop   func()
	unlink func() bool
}

// create opens a browsing context: a "window", or a "tab" in front of this one. It
// waits for the result even if the tab is closed meanwhile: otherwise the new context
// would never be closed.
func (t *bidiTab) create(kind string) (id string, err error) {
	params := map[string]any{"type": kind}
	if t.own != "" {
		params["referenceContext"] = t.own
	}
	var created struct{ Context string }
	if err := t.driver.do(context.WithoutCancel(t.ctx), "browsingContext.create", params, &created); err != nil {
		return "", err
	}
	t.opened.add(created.Context)
	return created.Context, t.ctx.Err()
}

// evaluate reports whether an expression is true in the page. It returns false while
// the tab navigates.
func (t *bidiTab) evaluate(expression string) bool {
	var evaluated struct {
		Result struct{ Value any }
	}
	err := t.driver.do(t.ctx, "script.evaluate", map[string]any{
		"expression":   "!!(" + expression + ")",
		"target":       map[string]any{"context": t.own},
		"awaitPromise": false,
	}, &evaluated)
	return err == nil && evaluated.Result.Value == true
}

// Navigate implements [Tab].
func (t *bidiTab) Navigate(url string) error { return t.navigate(t.own, url) }

func (t *bidiTab) navigate(id, url string) error {
	return t.driver.do(t.ctx, "browsingContext.navigate", map[string]any{"context": id, "url": url, "wait": "none"}, nil)
}

// Back implements [Tab]. It uses a script, because Firefox 115 does not implement
// browsingContext.traverseHistory.
func (t *bidiTab) Back() error {
	t.evaluate("history.back()")
	return nil
}

// try sends a command that not all browsers implement. The action is the text of the
// error in that case.
func (t *bidiTab) try(action, method string, params map[string]any) error {
	params["context"] = t.own
	return orUnsupported(t.driver.do(t.ctx, method, params, nil), action)
}

// OpenAnother implements [Tab].
func (t *bidiTab) OpenAnother(url string) error {
	other, err := t.create("window")
	if err != nil {
		return err
	}
	return t.navigate(other, url)
}

// SetOffline implements [Tab].
func (t *bidiTab) SetOffline(offline bool) error {
	params := map[string]any{"contexts": []string{t.own}, "networkConditions": nil}
	if offline {
		params["networkConditions"] = map[string]any{"type": "offline"}
	}
	err := t.driver.do(t.ctx, "emulation.setNetworkConditions", params, nil)
	return orUnsupported(err, "take a page offline")
}

// SetHidden implements [Tab].
func (t *bidiTab) SetHidden(hidden bool) error {
	if !hidden {
		return t.try("hide a page", "browsingContext.activate", map[string]any{})
	}
	if _, err := t.create("tab"); err != nil {
		return err
	}
	return t.untilHidden()
}

// DeclineSignIn implements [Tab]. It intercepts the requests of this tab only,
// because interception makes Firefox slower.
func (t *bidiTab) DeclineSignIn() error {
	contexts := []string{t.own}
	params := map[string]any{"phases": []string{"authRequired"}, "contexts": contexts}
	if err := t.driver.do(t.ctx, "network.addIntercept", params, nil); err != nil {
		return orUnsupported(err, "decline a sign-in prompt")
	}
	return t.driver.do(t.ctx, "session.subscribe", map[string]any{"events": []string{authRequired}, "contexts": contexts}, nil)
}

// Click implements [Tab].
func (t *bidiTab) Click() error {
	if !t.driver.dismisses {
		return Unsupported("dismiss dialogs after a click")
	}
	return t.try("click", "input.performActions", map[string]any{"actions": clickActions})
}

// Close implements [Tab].
func (t *bidiTab) Close() {
	t.unlink()
	t.stop()
}
