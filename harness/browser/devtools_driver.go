package browser

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/chromedp/cdproto"
	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

// pollEvery is the time between two looks at a state that sends no notifications.
const pollEvery = 20 * time.Millisecond

// attachDevTools connects to a Chromium that listens on its process's port. It does
// not attach to tabs, because that makes their events slower.
func attachDevTools(ctx context.Context, p *Process) (Driver, error) {
	address := fmt.Sprintf("http://127.0.0.1:%d/json/version", p.Port())
	if err := untilResponds(ctx, p, address); err != nil {
		return nil, err
	}
	allocator, _ := remote.NewAllocator(ctx, address)
	browser, _ := chromedp.NewContext(allocator, chromedp.WithErrorf(silent), chromedp.WithLogf(silent))
	if _, err := chromedp.CallBrowser(browser, cdpbrowser.GetVersion, cdp.Empty{}); err != nil {
		return nil, err
	}
	return &devToolsDriver{browser}, nil
}

// untilResponds waits until the process responds to HTTP requests at an address.
func untilResponds(ctx context.Context, p *Process, address string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("no response from %s within %s", address, startLimit))
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			return response.Body.Close()
		}
		select {
		case <-time.After(pollEvery):
		case <-p.Done():
			return errors.New("the browser exited while starting")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// A devToolsDriver drives a Chromium through the DevTools protocol.
type devToolsDriver struct{ browser context.Context }

// OpenTab implements [Driver].
func (d *devToolsDriver) OpenTab(ctx context.Context, url string) (Tab, error) {
	created, err := chromedp.CallBrowser(d.browser, target.CreateTarget, target.CreateTargetParams{URL: url, NewWindow: new(true)})
	if err != nil {
		return nil, fmt.Errorf("tab: %s", singleLine(err))
	}
	tab, cancel := chromedp.NewContext(d.browser, chromedp.WithTargetID(created.TargetID))
	t := &devToolsTab{ctx: tab, browser: d.browser, opened: windowSet{close: d.close}}
	t.opened.add(string(created.TargetID))
	t.attach = sync.OnceValue(func() error { return chromedp.Listen(tab, t.dismissDialog) })
	t.stop = sync.OnceFunc(func() {
		t.opened.closeAll()
		cancel()
	})
	t.unlink = context.AfterFunc(ctx, t.stop)
	return t, nil
}

// close closes a target.
func (d *devToolsDriver) close(id string) {
	chromedp.CallBrowser(d.browser, target.CloseTarget, target.CloseTargetParams{TargetID: target.ID(id)})
}

// A devToolsTab is a tab of Chromium. It is attached to by the first call of one of
// its methods.
type devToolsTab struct {
	ctx     context.Context
	browser context.Context
	attach  func() error
	stop    func()
	unlink  func() bool
	opened  windowSet // itself and others
}

// call sends a command to the tab.
func call[P, R any](t *devToolsTab, command cdp.Command[P, R], params P) (R, error) {
	if err := t.attach(); err != nil {
		var none R
		return none, err
	}
	result, err := chromedp.Call(t.ctx, command, params)
	if unknown, ok := errors.AsType[*cdproto.Error](err); ok && unknown.Code == methodNotFound {
		err = Unsupported("do " + command.Method)
	}
	return result, err
}

// methodNotFound is the JSON-RPC error code for a command that an old Chromium does
// not implement.
const methodNotFound = -32601

// polling returns t for waiting. Evaluation fails while the tab navigates.
func (t *devToolsTab) polling() pollingTab {
	return pollingTab{t.ctx, func(expression string) bool {
		is, err := chromedp.Run(t.ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		return err == nil && is
	}}
}

// Until implements [Tab].
func (t *devToolsTab) Until(expression string) error {
	if err := t.attach(); err != nil {
		return err
	}
	return t.polling().Until(expression)
}

// Navigate implements [Tab].
func (t *devToolsTab) Navigate(url string) error {
	_, err := call(t, page.Navigate, page.NavigateParams{URL: url})
	return err
}

// Back implements [Tab].
func (t *devToolsTab) Back() error {
	history, err := call(t, page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		return err
	}
	if history.CurrentIndex == 0 {
		return errors.New("the history has no earlier page")
	}
	entry := history.Entries[history.CurrentIndex-1]
	_, err = call(t, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: entry.ID})
	return err
}

// OpenAnother implements [Tab].
func (t *devToolsTab) OpenAnother(url string) error {
	created, err := chromedp.CallBrowser(t.browser, target.CreateTarget, target.CreateTargetParams{URL: url, NewWindow: new(true)})
	if err == nil {
		t.opened.add(string(created.TargetID))
	}
	return err
}

// SetOffline implements [Tab].
func (t *devToolsTab) SetOffline(offline bool) error {
	_, err := call(t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1, Offline: offline}},
	})
	if _, old := errors.AsType[Unsupported](err); old {
		return Unsupported("take a page offline")
	}
	if err != nil {
		return err
	}
	_, err = call(t, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: offline, DownloadThroughput: -1, UploadThroughput: -1,
	})
	return err
}

// SetHidden implements [Tab].
func (t *devToolsTab) SetHidden(hidden bool) error {
	window, err := call(t, cdpbrowser.GetWindowForTarget, cdpbrowser.GetWindowForTargetParams{})
	if err != nil {
		return err
	}
	bounds := &cdpbrowser.Bounds{WindowState: cdpbrowser.WindowStateNormal}
	if hidden {
		bounds.WindowState = cdpbrowser.WindowStateMinimized
	}
	_, err = call(t, cdpbrowser.SetWindowBounds, cdpbrowser.SetWindowBoundsParams{WindowID: window.WindowID, Bounds: bounds})
	if err != nil || !hidden {
		return err
	}
	return t.polling().untilHidden() // without windows, old versions ignore the command
}

// SetFrozen implements [Tab].
func (t *devToolsTab) SetFrozen(frozen bool) error {
	state := page.SetWebLifecycleStateStateActive
	if frozen {
		state = page.SetWebLifecycleStateStateFrozen
	}
	_, err := call(t, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state})
	return err
}

// CollectGarbage implements [Tab].
func (t *devToolsTab) CollectGarbage() error {
	_, err := call(t, heapprofiler.CollectGarbage, cdp.Empty{})
	return err
}

// drawn is a promise that resolves once the page has drawn a frame, or after a second.
const drawn = `new Promise(function (resolve) {
	requestAnimationFrame(function () { setTimeout(resolve) })
	setTimeout(resolve, 1000)
})`

// Click implements [Tab]. Chromium drops a click on a page that has not drawn yet.
func (t *devToolsTab) Click() error {
	if err := t.attach(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(t.ctx, 2*time.Second)
	chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](drawn, chromedp.EvalAwaitPromise)) // fails on a page that is left
	cancel()
	for _, event := range []input.DispatchMouseEventType{chromedp.MousePressed, chromedp.MouseReleased} {
		_, err := call(t, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: event, X: 1, Y: 1, Button: input.MouseButtonLeft, ClickCount: 1,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// DeclineSignIn implements [Tab]. Sign-in prompts do not block pages here.
func (*devToolsTab) DeclineSignIn() error { return nil }

// Close implements [Tab].
func (t *devToolsTab) Close() {
	t.unlink()
	t.stop()
}

// dismissDialog dismisses a dialog when the event says that one was opened.
func (t *devToolsTab) dismissDialog(event any) {
	if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
		go chromedp.Call(t.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: false})
	}
}

// silent is a log function that discards messages.
func silent(string, ...any) {}
