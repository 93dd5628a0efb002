package polyfill_test

import (
	"context"
	"flag"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
)

var everyEngine = flag.Bool("every-engine", false, "run tests in all engines that they name, not only in the first two")

// engines returns the names of engines in which a test runs: the first two, which differ
// most, or with -every-engine all of them, as scripts/test-engines.sh does.
func engines(names ...string) []string {
	if *everyEngine {
		return names
	}
	return names[:2]
}

// shared is what tests share, because each takes a second or more to make. It is removed
// when all tests are over.
var shared struct {
	browser sync.Once
	window  browser.Window
	driver  browser.Driver // that of the window
	err     error
	tabs    tabs
	folder  string
}

// TestMain removes what the tests have shared.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "4") // most tests wait much of the time
	flag.Parse()
	var err error
	if shared.folder, err = os.MkdirTemp("", "eventsource-wasm"); err != nil {
		panic(err)
	}
	code := m.Run()
	if shared.window != nil {
		shared.window.Close()
	}
	os.RemoveAll(shared.folder)
	os.Exit(code)
}

// openBrowser returns the Chromium that the tests share.
func openBrowser(t *testing.T) browser.Driver {
	found, err := browser.Find("chromium")
	if err != nil {
		missing(t, err.Error())
	}
	shared.browser.Do(func() {
		shared.window, shared.err = found.Open(context.Background(), "about:blank")
		shared.driver, _ = shared.window.(browser.Driver)
	})
	require.NoError(t, shared.err)
	return shared.driver
}

// open opens a browser of the test's own that can be driven.
func open(t *testing.T, name string) browser.Driver {
	found, err := browser.Find(name)
	if err != nil {
		missing(t, err.Error())
	}
	window, err := found.Open(t.Context(), "about:blank")
	require.NoError(t, err)
	t.Cleanup(window.Close)
	return window.(browser.Driver)
}

// tabs are tabs of the shared browser that no test is using.
type tabs struct {
	mu   sync.Mutex
	idle []browser.Tab
}

// show opens a URL in an idle tab, or in a new one: that takes much longer.
func (l *tabs) show(url string) (browser.Tab, error) {
	l.mu.Lock()
	var tab browser.Tab
	if last := len(l.idle) - 1; last >= 0 {
		tab, l.idle = l.idle[last], l.idle[:last]
	}
	l.mu.Unlock()
	if tab == nil {
		return shared.driver.OpenTab(context.Background(), url)
	}
	return tab, tab.Navigate(url)
}

// put makes a tab idle. Its page stays until it is used again.
func (l *tabs) put(tab browser.Tab) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.idle = append(l.idle, tab)
}
