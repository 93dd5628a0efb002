package site

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
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
	"eventsource-wasm/harness/internal/tcpport"
)

// A served is the site, at two origins.
type served struct {
	t           *testing.T
	main, other *httptest.Server
}

func serveSite(t *testing.T) served {
	return serveBehind(t, func(site http.Handler) http.Handler { return site })
}

// serveBehind serves it behind a handler.
func serveBehind(t *testing.T, front func(site http.Handler) http.Handler) served {
	other := httptest.NewUnstartedServer(nil)
	handler := newHandler(t.Context(), t, Config{
		Start:     time.Now().Add(-time.Minute),
		OtherPort: tcpport.Of(other.Listener.Addr()),
	})
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
	return served{t, main, other}
}

// held is in front of a site whose answers to some requests wait for an event.
func held(t *testing.T, pattern string, until <-chan struct{}) func(http.Handler) http.Handler {
	return func(site http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", site)
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-until:
				site.ServeHTTP(w, r)
			case <-r.Context().Done():
			case <-t.Context().Done(): // which a request with a body is not told
			}
		})
		return mux
	}
}

// unless is in front of a site that answers unless it is away.
func unless(away *atomic.Bool) func(http.Handler) http.Handler {
	return func(site http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if away.Load() {
				panic(http.ErrAbortHandler)
			}
			site.ServeHTTP(w, r)
		})
	}
}

func (s served) post(path string, form url.Values) {
	s.t.Helper()
	response, err := s.main.Client().PostForm(s.main.URL+path, form)
	require.NoError(s.t, err)
	response.Body.Close()
	require.Equal(s.t, 204, response.StatusCode)
}

// A tab is an open page of the site, in a profile of its own.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	problems []string // exceptions, and what was written to the console as an error
}

const withoutNative = "delete window.EventSource"

// What the conditions of the tests are written in.
const words = `
function shown(id) { return document.getElementById(id).innerText }
function texts(kind) {
  var all = document.querySelectorAll({chat: "#log p.text", notices: "#notices .text"}[kind] || "#log ." + kind)
  return [].map.call(all, function (e) { return (e.querySelector(".text") || e).innerText.trim() })
}
function figure(row, column) {
  return document.querySelector("[data-row=" + row + "] [data-column=" + column + "] .figure").innerText
}
function consecutive(ids) {
  for (var i = 1; i < ids.length; i++) {
    if (+ids[i].slice(3) !== +ids[i - 1].slice(3) + 1) { return 0 }
  }
  return ids.length
}`

// open opens a page in a new tab. The scripts run before those of the page. At
// the end the page must have asked nothing of another host, and have thrown
// nothing.
func open(t *testing.T, s served, path string, scripts ...string) *tab {
	p := &tab{t: t}
	ctx, cancel := chromedp.NewContext(chromium(t), chromedp.WithNewBrowserContext(), chromedp.WithListener(p.listen))
	t.Cleanup(cancel)
	p.ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	for _, script := range append(scripts, words) {
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

func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		if strings.Contains(event.ExceptionDetails.URL, "/case/") {
			return // in a frame of a session, which may end while a case is being loaded
		}
		p.problems = append(p.problems, event.ExceptionDetails.Text+" "+event.ExceptionDetails.Exception.Description)
	case *runtime.EventConsoleAPICalled:
		if event.Type == "error" {
			p.problems = append(p.problems, fmt.Sprint(event.Args))
		}
	}
}

func (p *tab) do(action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, action))
}

func (p *tab) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

// wait waits until the page meets a condition, and shows the page if it does not.
func (p *tab) wait(condition string) {
	p.t.Helper()
	p.waitFor(30*time.Second, condition)
}

func (p *tab) waitFor(limit time.Duration, condition string) {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(limit))); err != nil {
		shown, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.querySelector("main").innerText`))
		require.NoError(p.t, err, "waiting for %s, the page shows:\n%s", condition, shown)
	}
}

// picture keeps what the page looks like in build/screenshots.
func (p *tab) picture(name string) {
	p.t.Helper()
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	require.NoError(p.t, err)
	folder := filepath.Join("..", "..", "build", "screenshots")
	require.NoError(p.t, os.MkdirAll(folder, 0o755))
	require.NoError(p.t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644))
}

// accessible checks the page with axe-core, if it is there.
func (p *tab) accessible(axe string) {
	p.t.Helper()
	if axe == "" {
		return
	}
	p.do(chromedp.Evaluate[chromedp.Void](axe + "; undefined"))
	faults, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`axe.run({resultTypes: ["violations"]}).then(function (r) {
		return r.violations.map(function (v) {
			return v.impact + ": " + v.help + ": " + v.nodes.map(function (n) { return n.html.slice(0, 120) + " " + n.any.map(function (a) { return a.message }) }).join("; ")
		})
	})`, chromedp.EvalAwaitPromise))
	require.NoError(p.t, err)
	require.Empty(p.t, faults)
}

// prefer is a choice of light or dark.
func prefer(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}

// chromium is the browser of all tests, or skips the test.
func chromium(t *testing.T) context.Context {
	path := os.Getenv("CHROME")
	for _, program := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path == "" {
			path, _ = exec.LookPath(program)
		}
	}
	if path == "" {
		t.Skip("no Chromium found (set CHROME, or run scripts/run.sh)")
	}
	ctx, err := running(path)
	require.NoError(t, err)
	return ctx
}

var stopChromium = func() {}

var running = func() func(path string) (context.Context, error) {
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
	// Tests that wait need no processor each.
	_ = flag.Set("test.parallel", "8")
	code := m.Run()
	stopChromium()
	os.Exit(code)
}
