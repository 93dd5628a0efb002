package browser

import "context"

// A Driver opens tabs of a browser that can be driven.
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
	DeclineSignIn() error // from now on, if the page would stop while the user is asked
	Close()
}

// Unsupported is the error of what a driver cannot do, and names that: "freeze a
// page".
type Unsupported string

func (u Unsupported) Error() string { return "the browser's driver cannot " + string(u) }

// drivers attach to a browser that was started as its launcher's Drive says; the
// name is that of Drive.By. The driver ends with ctx, which ends with the process;
// an error is that of a browser that cannot be driven, and is closed then.
var drivers = map[string]func(ctx context.Context, p *Process) (Driver, error){
	"bidi":      attachBiDi,
	"devtools":  attachDevTools,
	"webdriver": attachWebDriver,
}

// A driven window is a process with its driver.
type driven struct {
	*Process
	Driver
}

// driven has the browser driven.
func (p *Process) driven(ctx context.Context) (*driven, error) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		<-p.done
		cancel()
	}()
	driver, err := drivers[p.program.launcher.Drive.By](ctx, p)
	if err != nil {
		return nil, err
	}
	return &driven{p, driver}, nil
}
