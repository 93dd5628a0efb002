package browser

import (
	"context"
	"errors"
	"time"
)

// effectLimit is how long the page may take to show the effect of a command.
const effectLimit = time.Second

// clickActions describes a click near the top left corner of the page, in the form
// that both WebDriver protocols use.
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

// pollingTab is the part of a [Tab] that both WebDriver protocols share. Neither
// protocol reports changes in a page, so the page is polled.
type pollingTab struct {
	ctx    context.Context
	isTrue func(expression string) bool // evaluates in the page
}

// Until implements [Tab].
func (t pollingTab) Until(expression string) error {
	for !t.isTrue(expression) {
		if !t.pause() {
			return errTabClosed
		}
	}
	return nil
}

// errTabClosed is the error for waiting in a tab that is closed.
var errTabClosed = errors.New("the tab was closed")

// SetFrozen implements [Tab].
func (pollingTab) SetFrozen(bool) error { return Unsupported("freeze a page") }

// CollectGarbage implements [Tab].
func (pollingTab) CollectGarbage() error { return Unsupported("collect the garbage of a page") }

// untilHidden waits for the page to become hidden after a command for that.
func (t pollingTab) untilHidden() error {
	if !t.soon(func() bool { return t.isTrue("document.hidden") }) {
		return Unsupported("hide a page")
	}
	return nil
}

// soon polls until the condition holds or effectLimit has passed. It reports
// whether the condition held.
func (t pollingTab) soon(condition func() bool) bool {
	for end := time.Now().Add(effectLimit); time.Now().Before(end); {
		if condition() {
			return true
		}
		if !t.pause() {
			return false
		}
	}
	return false
}

// pause waits for pollEvery. It reports whether the tab is still open.
func (t pollingTab) pause() bool {
	select {
	case <-time.After(pollEvery):
		return true
	case <-t.ctx.Done():
		return false
	}
}
