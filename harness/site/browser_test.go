package site

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/bench/websocket"
	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/internal/tcpport"
)

// A testSite is the site, served at two origins.
type testSite struct {
	t           *testing.T
	main, other *httptest.Server
}

// serveSite serves the site.
func serveSite(t *testing.T) testSite {
	return serveWith(t, func(site http.Handler) http.Handler { return site })
}

// serveWith serves the site, its main origin through a handler that front returns.
func serveWith(t *testing.T, front func(site http.Handler) http.Handler) testSite {
	return serveConfigured(t, Config{}, front)
}

// serveConfigured is serveWith with a configuration.
func serveConfigured(t *testing.T, c Config, front func(site http.Handler) http.Handler) testSite {
	other := httptest.NewUnstartedServer(nil)
	c.Start, c.OtherPort = time.Now().Add(-time.Minute), tcpport.Of(other.Listener.Addr())
	handler := newHandler(t.Context(), t, c)
	other.Config.Handler = handler
	other.Start()
	main := httptest.NewUnstartedServer(front(handler))
	main.Listener = websocket.Listen(main.Listener)
	main.Config.ConnContext = websocket.ConnContext
	main.Start()
	for _, server := range []*httptest.Server{main, other} {
		t.Cleanup(server.Close)
		t.Cleanup(server.CloseClientConnections)
	}
	return testSite{t, main, other}
}

// delay holds back the requests that match a pattern until a channel is closed.
func delay(t *testing.T, pattern string, until <-chan struct{}) func(http.Handler) http.Handler {
	return func(site http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", site)
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-until:
				site.ServeHTTP(w, r)
			case <-r.Context().Done():
			case <-t.Context().Done(): // a request with a body does not notice that its client has left
			}
		})
		return mux
	}
}

// disconnect closes the connection of each request while down is set.
func disconnect(down *atomic.Bool) func(http.Handler) http.Handler {
	return func(site http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if down.Load() {
				panic(http.ErrAbortHandler)
			}
			site.ServeHTTP(w, r)
		})
	}
}

// post posts a form.
func (s testSite) post(path string, form url.Values) {
	s.t.Helper()
	response, err := s.main.Client().PostForm(s.main.URL+path, form)
	require.NoError(s.t, err)
	response.Body.Close()
	require.Equal(s.t, 204, response.StatusCode)
}

// A tab is an open page of the site, in a profile of its own.
type tab struct {
	t      *testing.T
	ctx    context.Context
	origin string // of the site

	recorded int // conditions that ever records

	mu       sync.Mutex
	problems []string // uncaught exceptions, and errors written to the console
}

// withoutNative is a script that removes the native EventSource.
const withoutNative = "delete window.EventSource"

// queries are functions for the conditions of the tests.
const queries = `
function shown(id) { return document.getElementById(id).innerText }
function texts(kind) {
  var all = document.querySelectorAll({chat: "#log p.text", notices: "#notices .text"}[kind] || "#log ." + kind)
  return [].map.call(all, function (e) { return (e.querySelector(".text") || e).innerText.trim() })
}
function figure(row, column) {
  return document.querySelector("[data-row=" + row + "] [data-column=" + column + "] .figure").innerText
}
function contents(selector) {
  return [].map.call(document.querySelectorAll(selector), function (e) { return e.textContent }).join()
}
function consecutive(ids) {
  for (var i = 1; i < ids.length; i++) {
    if (+ids[i].split("-")[1] !== +ids[i - 1].split("-")[1] + 1) { return 0 }
  }
  return ids.length
}`

// open opens a page in a new tab. The scripts run before those of the page. When the
// test ends, the page must have requested nothing from another host, and must have
// reported no errors.
func open(t *testing.T, s testSite, path string, scripts ...string) *tab {
	return openIn(t, chromium(t), s, path, scripts, chromedp.WithNewBrowserContext())
}

// newProfile returns a context for tabs that share cookies and locks with each other only.
func newProfile(t *testing.T) context.Context {
	profile, cancel := chromedp.NewContext(chromium(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(profile))
	return profile
}

// openIn is open with the context and the options that the tab is made with.
func openIn(t *testing.T, parent context.Context, s testSite, path string, scripts []string, options ...chromedp.ContextOption) *tab {
	p := &tab{t: t, origin: s.main.URL}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(p.listen))...)
	t.Cleanup(cancel)
	p.ctx, cancel = context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancel)
	for _, script := range append(scripts, queries) {
		p.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
			return err
		}))
	}
	p.do(chromedp.Navigate(s.main.URL + path))
	t.Cleanup(func() {
		if t.Failed() {
			return
		}
		p.wait(`performance.getEntriesByType("resource").every(function (r) { return new URL(r.name).hostname === location.hostname })`)
		p.mu.Lock()
		defer p.mu.Unlock()
		require.Empty(t, p.problems)
	})
	return p
}

// listen records the problems of the page.
func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		if strings.Contains(event.ExceptionDetails.URL, "/case/") {
			return // in a frame that runs cases, and that may be removed while a case loads
		}
		p.problems = append(p.problems, event.ExceptionDetails.Text+" "+event.ExceptionDetails.Exception.Description)
	case *runtime.EventConsoleAPICalled:
		// The polyfill says why a source was refused, as browsers do.
		refused := len(event.Args) > 0 && strings.HasPrefix(string(event.Args[0].Value), `"EventSource `)
		if event.Type == "error" && !refused {
			p.problems = append(p.problems, fmt.Sprint(event.Args))
		}
	}
}

// url returns the URL of a path of the site.
func (p *tab) url(path string) string { return p.origin + path }

func (p *tab) do(action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, action))
}

// click clicks an element when it is visible. The element must not be covered. The page
// clicks it itself, because a mouse would miss an element that moves meanwhile.
func (p *tab) click(selector string) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`(e = document.querySelector(%q)) && e.checkVisibility()`, selector))
	p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(function (e) {
		e.scrollIntoView({block: "center", behavior: "instant"})
		var box = e.getBoundingClientRect(), top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
		var label = top && top.closest("label")
		if (!top || !e.contains(top) && !top.contains(e) && !(label && label.control === e)) { throw new Error("covered by " + (top || {}).outerHTML) }
		e.click()
	}(document.querySelector(%q)))`, selector)))
}

// wait waits until a condition is true in the page. If it does not become true, the
// test fails and shows the page's last requests, with their times, and its text.
func (p *tab) wait(condition string) {
	p.t.Helper()
	p.waitFor(30*time.Second, condition)
}

func (p *tab) waitFor(limit time.Duration, condition string) {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(limit))); err != nil {
		shown, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`"hidden: " + document.hidden + "\nnow: " + performance.now() + performance.getEntriesByType("resource").slice(-8).map(function (r) {
			return "\n" + [r.initiatorType, r.name, r.startTime, r.requestStart, r.responseEnd, r.responseStatus].join(" ")
		}).join("") + "\n" + document.querySelector("main").innerText.slice(0, 3000)`))
		require.NoError(p.t, err, "waiting for %s, the page shows:\n%s", condition, shown)
	}
}

// ever begins to record whether a condition becomes true in the page, however briefly: it
// is evaluated whenever the page changes. The result is an expression for wait. The
// record ends when the tab shows another page.
func (p *tab) ever(condition string) string {
	p.t.Helper()
	p.recorded++
	name := fmt.Sprint("window.recorded", p.recorded)
	p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`%s = false
		new MutationObserver(function () { %[1]s = %[1]s || (%s) }).observe(document, {subtree: true, childList: true, characterData: true, attributes: true})`, name, condition)))
	return name
}

// screenshot writes an image of the page to build/screenshots.
func (p *tab) screenshot(name string) {
	p.t.Helper()
	image, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	require.NoError(p.t, err)
	folder := filepath.Join("..", "..", "build", "screenshots")
	require.NoError(p.t, os.MkdirAll(folder, 0o755))
	require.NoError(p.t, os.WriteFile(filepath.Join(folder, name+".png"), image, 0o644))
}

// checkAccessibility checks the page with the script of axe-core, unless that is empty. Of
// long lists and tables it checks the first rows, which are like the others.
func (p *tab) checkAccessibility(axe string) {
	p.t.Helper()
	if axe == "" {
		return
	}
	p.do(chromedp.Evaluate[chromedp.Void]("if (!window.axe) {" + axe + "}; undefined"))
	violations, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`(function () {
		var rest = [].filter.call(document.querySelectorAll("li:nth-child(n + 6), tr:nth-child(n + 6)"), function (row) { return !row.hidden })
		rest.forEach(function (row) { row.hidden = true })
		return axe.run({resultTypes: ["violations"]}).then(function (r) {
			rest.forEach(function (row) { row.hidden = false })
			return r
		})
	}()).then(function (r) {
		return r.violations.map(function (v) {
			return v.impact + ": " + v.help + ": " + v.nodes.map(function (n) { return n.html.slice(0, 120) + " " + n.any.map(function (a) { return a.message }) }).join("; ")
		})
	})`, chromedp.EvalAwaitPromise))
	require.NoError(p.t, err)
	require.Empty(p.t, violations)
}

// preferScheme makes the browser prefer a colour scheme: light or dark.
func preferScheme(scheme string) chromedp.Action[chromedp.Void] {
	return emulateMedia(emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// emulateMedia returns an action that emulates a medium and its features.
func emulateMedia(media emulation.SetEmulatedMediaParams) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, media)
		return err
	})
}

// chromium returns the context of the browser that all tests share. It skips the
// test if there is no Chromium.
func chromium(t *testing.T) context.Context {
	found, err := browser.Find("chromium")
	if err != nil {
		t.Skip(err)
	}
	ctx, err := startChromium(found.Path())
	require.NoError(t, err)
	return ctx
}

var stopChromium = func() {}

// startChromium starts the browser on the first call.
var startChromium = func() func(path string) (context.Context, error) {
	var once sync.Once
	var ctx context.Context
	var err error
	return func(path string) (context.Context, error) {
		once.Do(func() {
			options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
			allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
			var cancel func()
			ctx, cancel = chromedp.NewContext(allocator)
			stopChromium = func() { cancel(); stop() }
			err = chromedp.Do(ctx)
		})
		return ctx, err
	}
}()

func TestMain(m *testing.M) {
	// Most tests wait most of the time, so more run at once than there are CPUs.
	_ = flag.Set("test.parallel", "8")
	code := m.Run()
	stopChromium()
	removeCopy()
	os.Exit(code)
}
