// Package browser finds and installs browsers, opens them at a URL and drives
// them. It knows nothing about cases or about the pages that it opens.
//
// A [Launcher] is the data that says how a browser is installed, found, started
// and driven. A [Program] is a browser that was found on this machine. A
// [Process] is a running browser; it has its own process group and profile.
package browser

import (
	"context"
	"strings"
)

// A Browser can be opened at a URL.
type Browser interface {
	// Name returns the name that selects the browser, such as "chromium".
	Name() string

	// Open starts the browser with a fresh profile and opens the URL in it. The
	// browser is closed when ctx is done. If the browser can be driven, the
	// returned Window is also a [Driver].
	Open(ctx context.Context, url string) (Window, error)
}

// A Window is a running browser.
type Window interface {
	// Version returns the browser's product name and version, such as
	// "Chromium 156.0.7800.0".
	Version() string

	// Done returns a channel that is closed when the browser has exited, whatever
	// the reason.
	Done() <-chan struct{}

	// Close kills the browser with all its processes and removes its profile.
	Close()
}

// Left is the error of a browser whose user has closed it, so that it will not open
// again.
type Left string

func (l Left) Error() string { return string(l) }

// A Truster is a [Browser] that may be able to accept a self-signed certificate and
// to resolve host names to this machine.
type Truster interface {
	// Trust makes browsers that are opened from now on accept certificates with the
	// given public key, identified by its SHA-256 hash in base64, and resolve the
	// given hosts to this machine. It reports whether the browser can do so.
	Trust(keyHash string, hosts []string) bool
}

// An HTTP3Speaker is a [Browser] that may be able to speak HTTP/3 only.
type HTTP3Speaker interface {
	// SpeakHTTP3 makes browsers that are opened from now on speak HTTP/3 with all https
	// origins, or with none. It reports whether the browser can do so.
	SpeakHTTP3(on bool) bool
}

// singleLine returns the message of an error as a single line.
func singleLine(err error) string {
	return strings.TrimSuffix(strings.Join(strings.Fields(err.Error()), " "), ":")
}
