package browser

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// A Truster is a [Browser] that accepts a certificate that nobody known has
// signed, and that looks for all names in .test on this machine.
type Truster interface {
	// Trust makes browsers that are opened from now on accept the certificates
	// of a public key. The hash is its SHA-256, in base64.
	Trust(keyHash string)
}

// A Driver is a [Window] whose tabs can be driven.
type Driver interface {
	// OpenTab opens a URL in a tab in a window of its own. It does not wait until
	// the page is loaded. A tab to which nothing is done is as fast as one that
	// nobody drives.
	OpenTab(ctx context.Context, url string) (Tab, error)
}

// A Tab is driven from outside, as by its user. Dialogs that its page shows are
// declined.
type Tab interface {
	Until(expression string) error // waits until it is true in the page
	Navigate(url string) error
	Back() error                  // in the history
	OpenAnother(url string) error // that ends with this one
	SetOffline(offline bool) error
	SetHidden(hidden bool) error
	SetFrozen(frozen bool) error
	CollectGarbage() error
	Click() error
	Close()
}

// pollEvery is how often Until looks.
const pollEvery = 20 * time.Millisecond

// Trust implements [Truster].
func (c *Chromium) Trust(keyHash string) { c.keyHash = keyHash }

// trustOptions make Chromium accept the key that it was told of.
func (c *Chromium) trustOptions() []chromedp.ExecAllocatorOption {
	if c.keyHash == "" {
		return nil
	}
	return []chromedp.ExecAllocatorOption{
		chromedp.Flag("ignore-certificate-errors-spki-list", c.keyHash),
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1"),
	}
}

// OpenTab implements [Driver].
func (w *chromiumWindow) OpenTab(ctx context.Context, url string) (Tab, error) {
	created, err := chromedp.CallBrowser(w.tab, target.CreateTarget, target.CreateTargetParams{URL: url, NewWindow: new(true)})
	if err != nil {
		return nil, fmt.Errorf("tab: %s", inOneLine(err))
	}
	tab, cancel := chromedp.NewContext(w.tab, chromedp.WithTargetID(created.TargetID))
	t := &chromiumTab{ctx: tab, window: w.tab, opened: []target.ID{created.TargetID}}
	t.attach = sync.OnceValue(func() error { return chromedp.Listen(tab, t.decline) })
	t.stop = sync.OnceFunc(func() {
		for _, id := range t.opened {
			chromedp.CallBrowser(t.window, target.CloseTarget, target.CloseTargetParams{TargetID: id})
		}
		cancel()
	})
	t.unlink = context.AfterFunc(ctx, t.stop)
	return t, nil
}

// A chromiumTab is a tab of Chromium. DevTools attach to it at the first thing
// that is done to it.
type chromiumTab struct {
	ctx    context.Context
	window context.Context
	attach func() error
	stop   func()
	unlink func() bool
	opened []target.ID // this one and others
}

// call has something done to the tab.
func call[P, R any](t *chromiumTab, command cdp.Command[P, R], params P) (R, error) {
	if err := t.attach(); err != nil {
		var none R
		return none, err
	}
	return chromedp.Call(t.ctx, command, params)
}

// Until implements [Tab].
func (t *chromiumTab) Until(expression string) error {
	if err := t.attach(); err != nil {
		return err
	}
	for {
		// While a page is being left there is nothing to evaluate in.
		if is, err := chromedp.Run(t.ctx, chromedp.Evaluate[bool]("!!("+expression+")")); err == nil && is {
			return nil
		}
		select {
		case <-time.After(pollEvery):
		case <-t.ctx.Done():
			return errors.New("the tab was closed")
		}
	}
}

// Navigate implements [Tab].
func (t *chromiumTab) Navigate(url string) error {
	_, err := call(t, page.Navigate, page.NavigateParams{URL: url})
	return err
}

// Back implements [Tab].
func (t *chromiumTab) Back() error {
	history, err := call(t, page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		return err
	}
	if history.CurrentIndex == 0 {
		return errors.New("no page to go back to")
	}
	entry := history.Entries[history.CurrentIndex-1]
	_, err = call(t, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: entry.ID})
	return err
}

// OpenAnother implements [Tab].
func (t *chromiumTab) OpenAnother(url string) error {
	created, err := chromedp.CallBrowser(t.window, target.CreateTarget, target.CreateTargetParams{URL: url, NewWindow: new(true)})
	if err == nil {
		t.opened = append(t.opened, created.TargetID)
	}
	return err
}

// SetOffline implements [Tab].
func (t *chromiumTab) SetOffline(offline bool) error {
	_, err := call(t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1, Offline: offline}},
	})
	if err != nil {
		return err
	}
	_, err = call(t, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: offline, DownloadThroughput: -1, UploadThroughput: -1,
	})
	return err
}

// SetHidden implements [Tab].
func (t *chromiumTab) SetHidden(hidden bool) error {
	window, err := call(t, cdpbrowser.GetWindowForTarget, cdpbrowser.GetWindowForTargetParams{})
	if err != nil {
		return err
	}
	bounds := &cdpbrowser.Bounds{WindowState: cdpbrowser.WindowStateNormal}
	if hidden {
		bounds.WindowState = cdpbrowser.WindowStateMinimized
	}
	_, err = call(t, cdpbrowser.SetWindowBounds, cdpbrowser.SetWindowBoundsParams{WindowID: window.WindowID, Bounds: bounds})
	return err
}

// SetFrozen implements [Tab].
func (t *chromiumTab) SetFrozen(frozen bool) error {
	state := page.SetWebLifecycleStateStateActive
	if frozen {
		state = page.SetWebLifecycleStateStateFrozen
	}
	_, err := call(t, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state})
	return err
}

// CollectGarbage implements [Tab].
func (t *chromiumTab) CollectGarbage() error {
	_, err := call(t, heapprofiler.CollectGarbage, cdp.Empty{})
	return err
}

// Click implements [Tab].
func (t *chromiumTab) Click() error {
	for _, what := range []input.DispatchMouseEventType{chromedp.MousePressed, chromedp.MouseReleased} {
		_, err := call(t, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: what, X: 1, Y: 1, Button: input.MouseButtonLeft, ClickCount: 1,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Close implements [Tab].
func (t *chromiumTab) Close() {
	t.unlink()
	t.stop()
}

// decline declines a dialog.
func (t *chromiumTab) decline(event any) {
	if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
		go chromedp.Call(t.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: false})
	}
}
