package browser

import "context"

// A Driver opens tabs in a browser that can be driven.
type Driver interface {
	// OpenTab opens a URL in a tab that has its own window. It does not wait for
	// the page to load. A tab is as fast as an undriven one until one of its
	// methods is called.
	OpenTab(ctx context.Context, url string) (Tab, error)
}

// A Tab is controlled from outside, as its user would do it. Dialogs that its page
// opens are dismissed. A method that the driver does not implement returns an
// [Unsupported] error.
type Tab interface {
	// Until waits until a JavaScript expression is true in the page.
	Until(expression string) error

	Navigate(url string) error

	// Back goes back in the tab's history.
	Back() error

	// OpenAnother opens a URL in another tab, which is closed with this one.
	OpenAnother(url string) error

	SetOffline(offline bool) error
	SetHidden(hidden bool) error
	SetFrozen(frozen bool) error
	CollectGarbage() error

	// Click clicks near the top left corner of the page.
	Click() error

	// DeclineSignIn cancels all later sign-in prompts of the page, in browsers
	// where such a prompt would block the page.
	DeclineSignIn() error

	Close()
}

// Unsupported is the error for an action that a driver does not implement. Its
// value names the action, as in "freeze a page".
type Unsupported string

func (u Unsupported) Error() string { return "the browser's driver cannot " + string(u) }

// drivers maps the names in [Drive.By] to functions that connect to a browser,
// which was started as its launcher's Drive says. The context is done when the
// process exits. If a function fails, its caller closes the browser.
var drivers = map[string]func(ctx context.Context, p *Process) (Driver, error){
	"bidi":      attachBiDi,
	"devtools":  attachDevTools,
	"webdriver": attachWebDriver,
}

// A drivenProcess is a browser process together with its driver.
type drivenProcess struct {
	*Process
	Driver
}

// attachDriver connects the driver that the launcher names.
func (p *Process) attachDriver(ctx context.Context) (*drivenProcess, error) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		<-p.done
		cancel()
	}()
	driver, err := drivers[p.program.launcher.Drive.By](ctx, p)
	if err != nil {
		return nil, err
	}
	return &drivenProcess{p, driver}, nil
}
