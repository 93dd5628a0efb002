// Package browser finds browsers and opens them at a URL. It knows nothing of
// cases: what the page there does is its own affair.
//
// How a browser is found and started is data, a [Launcher]; how it is driven is
// the business of the type that uses it, such as [Chromium].
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// A Browser can be opened at a URL.
type Browser interface {
	// Name is the name by which the browser is asked for: "chromium".
	Name() string

	// Open starts the browser with a fresh profile and opens the URL in it. The
	// browser ends with ctx.
	Open(ctx context.Context, url string) (Window, error)
}

// A Window is a running browser.
type Window interface {
	// Version is what the browser calls itself: "Chrome/156.0.7800.0".
	Version() string

	// Done is closed when the browser has ended, by itself or not.
	Done() <-chan struct{}

	// Close ends the browser with all its processes and removes its profile.
	Close()
}

// A Launcher says how a browser is found and started. Its profile, and what its
// driver needs, are added at the start.
type Launcher struct {
	Name     string   // "chromium"
	Title    string   // in messages: "Chromium"
	Variable string   // the environment variable that names the program
	Programs []string // names to look for otherwise, in this order
	Args     []string // before the URL
	Env      []string // set for the browser, as NAME=value
}

// Find finds the browser of a name.
func Find(name string) (Browser, error) {
	if name != chromium.Name {
		return nil, fmt.Errorf("unknown browser %q: expected %s", name, chromium.Name)
	}
	path, err := chromium.find()
	if err != nil {
		return nil, err
	}
	return &Chromium{launcher: chromium, path: path}, nil
}

// find is the path of the launcher's program.
func (l Launcher) find() (string, error) {
	if named := os.Getenv(l.Variable); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("no %s at %s=%s: name an executable file", l.Title, l.Variable, named)
		}
		return path, nil
	}
	for _, program := range l.Programs {
		if path, err := exec.LookPath(program); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no %s found (set %s, or run scripts/run.sh)", l.Title, l.Variable)
}

// inOneLine takes the lines of an error message together.
func inOneLine(err error) string {
	return strings.TrimSuffix(strings.Join(strings.Fields(err.Error()), " "), ":")
}
