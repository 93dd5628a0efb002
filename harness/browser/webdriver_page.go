package browser

import (
	"context"
	"errors"
	"time"
)

// soonLimit is how long that what was done to a tab may take to be seen there.
const soonLimit = time.Second

// clickActions are a click near the corner of the page, as both protocols of
// WebDriver have it.
var clickActions = []any{map[string]any{
	"type":       "pointer",
	"id":         "mouse",
	"parameters": map[string]any{"pointerType": "mouse"},
	"actions": []any{
		map[string]any{"type": "pointerMove", "x": 1, "y": 1, "duration": 0},
		map[string]any{"type": "pointerDown", "button": 0},
		map[string]any{"type": "pointerUp", "button": 0},
	},
}}

// watched is what tabs have in common in both protocols of WebDriver, in which
// neither tells when something has happened in a page.
type watched struct {
	ctx context.Context
	is  func(expression string) bool // in the page, now
}

// Until implements [Tab].
func (w watched) Until(expression string) error {
	for !w.is(expression) {
		if !w.pause() {
			return errors.New("the tab was closed")
		}
	}
	return nil
}

// SetFrozen implements [Tab].
func (watched) SetFrozen(bool) error { return Unsupported("freeze a page") }

// CollectGarbage implements [Tab].
func (watched) CollectGarbage() error { return Unsupported("collect the garbage of a page") }

// untilHidden waits until the page is hidden by what was done for that.
func (w watched) untilHidden() error {
	if !w.soon(func() bool { return w.is("document.hidden") }) {
		return Unsupported("hide a page")
	}
	return nil
}

// soon waits until something is true, and tells whether it became so.
func (w watched) soon(is func() bool) bool {
	for end := time.Now().Add(soonLimit); time.Now().Before(end); {
		if is() {
			return true
		}
		if !w.pause() {
			return false
		}
	}
	return false
}

// pause waits before the next look; false: the tab was closed.
func (w watched) pause() bool {
	select {
	case <-time.After(pollEvery):
		return true
	case <-w.ctx.Done():
		return false
	}
}
