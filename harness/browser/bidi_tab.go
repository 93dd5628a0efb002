package browser

import (
	"context"
	"fmt"
	"sync"
)

// attachBiDi connects to a browser that listens at {port}.
func attachBiDi(ctx context.Context, p *Process) (Driver, error) {
	connection, err := dialBiDi(ctx, fmt.Sprintf("ws://127.0.0.1:%d/session", p.Port()))
	if err != nil {
		return nil, err
	}
	return newBiDiDriver(ctx, connection, p.program.keyHash != "")
}

// newBiDiDriver begins to drive a browser, which then may accept all
// certificates: it cannot be told of ours only.
func newBiDiDriver(ctx context.Context, connection *bidi, insecure bool) (*bidiDriver, error) {
	wanted := map[string]any{
		"acceptInsecureCerts":     insecure,
		"unhandledPromptBehavior": map[string]any{"default": "dismiss"},
	}
	var begun struct {
		Capabilities struct {
			Prompts any `json:"unhandledPromptBehavior"`
		}
	}
	params := map[string]any{"capabilities": map[string]any{"alwaysMatch": wanted}}
	if err := connection.do(ctx, "session.new", params, &begun); err != nil {
		return nil, err
	}
	_, dismisses := begun.Capabilities.Prompts.(map[string]any)
	return &bidiDriver{connection, dismisses}, nil
}

// A bidiDriver drives a browser.
type bidiDriver struct {
	*bidi
	dismisses bool // dialogs; a browser from before that was possible waits for its user
}

// OpenTab implements [Driver].
func (d *bidiDriver) OpenTab(ctx context.Context, url string) (Tab, error) {
	t := &bidiTab{driver: d, opened: windows{close: d.close}}
	var cancel func()
	t.ctx, cancel = context.WithCancel(ctx)
	t.is = t.evaluate
	t.stop = sync.OnceFunc(func() {
		cancel()
		t.opened.end()
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

// close closes a browsing context, whatever has become of the context under which
// it was opened.
func (d *bidiDriver) close(id string) {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	d.do(ctx, "browsingContext.close", map[string]any{"context": id}, nil)
}

// A bidiTab is a browsing context.
type bidiTab struct {
	watched
	driver *bidiDriver
	own    string  // its id
	opened windows // this one and others
	stop   func()
	unlink func() bool
}

// create opens a browsing context: a window, or a tab before this one. It waits for
// it even if the tab is closed meanwhile: one that is given up would be left behind.
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

// evaluate tells whether an expression is true in the page. While a page is being
// left nothing is.
func (t *bidiTab) evaluate(expression string) bool {
	var answer struct {
		Result struct{ Value any }
	}
	err := t.driver.do(t.ctx, "script.evaluate", map[string]any{
		"expression":   "!!(" + expression + ")",
		"target":       map[string]any{"context": t.own},
		"awaitPromise": false,
	}, &answer)
	return err == nil && answer.Result.Value == true
}

// Navigate implements [Tab].
func (t *bidiTab) Navigate(url string) error { return t.navigate(t.own, url) }

func (t *bidiTab) navigate(id, url string) error {
	return t.driver.do(t.ctx, "browsingContext.navigate", map[string]any{"context": id, "url": url, "wait": "none"}, nil)
}

// Back implements [Tab]. Firefox 115 knows no browsingContext.traverseHistory.
func (t *bidiTab) Back() error {
	t.evaluate("history.back()")
	return nil
}

// try sends a command that not all browsers know.
func (t *bidiTab) try(what, method string, params map[string]any) error {
	params["context"] = t.own
	return orUnsupported(t.driver.do(t.ctx, method, params, nil), what)
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
	return orUnsupported(err, "take a page from the network")
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

// DeclineSignIn implements [Tab]. Who is asked for every sign-in has Firefox carry
// all that comes past it: other tabs shall not pay for that.
func (t *bidiTab) DeclineSignIn() error {
	contexts := []string{t.own}
	params := map[string]any{"phases": []string{"authRequired"}, "contexts": contexts}
	if err := t.driver.do(t.ctx, "network.addIntercept", params, nil); err != nil {
		return orUnsupported(err, "decline to sign in")
	}
	return t.driver.do(t.ctx, "session.subscribe", map[string]any{"events": []string{signInAsked}, "contexts": contexts}, nil)
}

// Click implements [Tab].
func (t *bidiTab) Click() error {
	if !t.driver.dismisses {
		return Unsupported("click where dialogs may follow")
	}
	return t.try("click", "input.performActions", map[string]any{"actions": clickActions})
}

// Close implements [Tab].
func (t *bidiTab) Close() {
	t.unlink()
	t.stop()
}
