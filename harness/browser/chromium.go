package browser

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// startLimit is how long Chromium may take to start.
const startLimit = 30 * time.Second

// chromium keeps the browser quiet where there is no network, and its timers
// exact in a window that nobody looks at.
var chromium = Launcher{
	Name:     "chromium",
	Title:    "Chromium",
	Variable: "CHROME",
	Programs: []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
	},
	Args: []string{
		"--headless",
		"--disable-gpu",
		"--disable-dev-shm-usage",
		"--disable-background-networking",
		"--disable-component-update",
		"--disable-default-apps",
		"--disable-extensions",
		"--disable-features=Translate,WebUIOmniboxPopup,WebUIOmniboxAimPopup", // the latter two load a page of the browser's own
		"--disable-quic",
		"--disable-sync",
		"--metrics-recording-only",
		"--no-default-browser-check",
		"--no-first-run",
		"--password-store=basic",
		"--use-mock-keychain",
		"--disable-background-timer-throttling",
		"--disable-backgrounding-occluded-windows",
		"--disable-renderer-backgrounding",
		"--disable-ipc-flooding-protection",
		"--disable-hang-monitor",
		"--enable-precise-memory-info",
	},
}

// Chromium is any browser of that family, driven over the DevTools protocol.
type Chromium struct {
	launcher Launcher
	path     string
	keyHash  string // of the key that is trusted; "": none
}

// Name implements [Browser].
func (c *Chromium) Name() string { return c.launcher.Name }

// Open implements [Browser].
func (c *Chromium) Open(ctx context.Context, url string) (Window, error) {
	profile, err := newProfile()
	if err != nil {
		return nil, err
	}
	w := &chromiumWindow{profile: profile}
	allocator, stop := chromedp.NewExecAllocator(ctx, c.options(w)...)
	tab, cancel := chromedp.NewContext(allocator, chromedp.WithErrorf(silent), chromedp.WithLogf(silent))
	w.tab = tab
	w.done = tab.Done()
	w.stop = func() { cancel(); stop() }

	if err := w.navigate(tab, url); err != nil {
		w.Close()
		return nil, fmt.Errorf("%s: %s", c.path, inOneLine(err))
	}
	return w, nil
}

// options are those of the launcher, a profile and a process group of its own.
func (c *Chromium) options(w *chromiumWindow) []chromedp.ExecAllocatorOption {
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(c.path),
		chromedp.UserDataDir(w.profile.folder),
		chromedp.Env(append(c.launcher.Env, w.profile.env()...)...),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			cmd.SysProcAttr = ownGroup()
			w.command = cmd
		}),
	}
	for _, arg := range c.launcher.Args {
		options = append(options, flag(arg))
	}
	return append(options, c.trustOptions()...)
}

// flag makes an option of --name or --name=value.
func flag(arg string) chromedp.ExecAllocatorOption {
	name, value, given := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
	if !given {
		return chromedp.Flag(name, true)
	}
	return chromedp.Flag(name, value)
}

// A chromiumWindow is a running Chromium.
type chromiumWindow struct {
	version string
	profile profile
	command *exec.Cmd
	tab     context.Context // of DevTools, in a tab that shows nothing
	done    <-chan struct{}
	stop    func()
	once    sync.Once
}

// navigate opens the URL in a window that DevTools is not attached to, because
// attaching makes events slower.
func (w *chromiumWindow) navigate(tab context.Context, url string) error {
	watchdog := time.AfterFunc(startLimit, w.stop)
	defer watchdog.Stop()

	version, err := chromedp.CallBrowser(tab, cdpbrowser.GetVersion, cdp.Empty{})
	if err != nil {
		return err
	}
	w.version = version.Product
	_, err = chromedp.CallBrowser(tab, target.CreateTarget, target.CreateTargetParams{URL: url})
	return err
}

// Version implements [Window].
func (w *chromiumWindow) Version() string { return w.version }

// Done implements [Window].
func (w *chromiumWindow) Done() <-chan struct{} { return w.done }

// Close implements [Window].
func (w *chromiumWindow) Close() {
	w.once.Do(func() {
		if w.command != nil && w.command.Process != nil {
			killGroup(w.command.Process.Pid)
		}
		w.stop()
		w.profile.remove()
	})
}

func silent(string, ...any) {}
