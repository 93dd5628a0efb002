// Package browser finds browsers, opens them at a URL and drives them. It knows
// nothing of cases: what the page there does is its own affair.
//
// How a browser is found, started and driven is data, a [Launcher]. One that was
// found is a [Program]; one that runs is a [Process], in a process group and with
// a profile of its own.
package browser

import (
	"context"
	"strings"
)

// A Browser can be opened at a URL.
type Browser interface {
	// Name is the name by which the browser is asked for: "chromium".
	Name() string

	// Open starts the browser with a fresh profile and opens the URL in it. The
	// browser ends with ctx. The window is also a [Driver] if it can be driven.
	Open(ctx context.Context, url string) (Window, error)
}

// A Window is a running browser.
type Window interface {
	// Version is what the browser is called: "Chromium 156.0.7800.0".
	Version() string

	// Done is closed when the browser has ended, by itself or not.
	Done() <-chan struct{}

	// Close ends the browser with all its processes and removes its profile.
	Close()
}

// A Truster is a [Browser] that may accept a certificate that nobody known has
// signed, and look for all names in .test on this machine.
type Truster interface {
	// Trust makes browsers that are opened from now on accept the certificates
	// of a public key. The hash is its SHA-256, in base64. It tells whether the
	// browser can.
	Trust(keyHash string) bool
}

// inOneLine takes the lines of an error message together.
func inOneLine(err error) string {
	return strings.TrimSuffix(strings.Join(strings.Fields(err.Error()), " "), ":")
}
