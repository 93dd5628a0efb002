package main

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// The page shows what its EventSource does: events, a cut, the reconnection
// that misses nothing, the end.
func TestPage(t *testing.T) {
	t.Parallel() // most of it is waiting
	chromium := startChromium(t)
	for _, implementation := range []string{"native", "polyfill"} {
		t.Run(implementation, func(t *testing.T) {
			server := httptest.NewServer(site(time.Now().Add(-time.Minute)))
			defer server.Close()
			defer server.CloseClientConnections()
			p := open(t, chromium, server.URL)

			p.click(`#toggle`)
			p.click(`#clear`)
			p.click(`input[value=` + implementation + `]`)
			p.wait(`texts("message").length >= 2 && text("state") === "1, open"`)

			server.CloseClientConnections()
			p.wait(`texts("error").pop() === "error, readyState 0, connecting"`)
			p.wait(`texts("open").length === 2 && text("state") === "1, open"`)
			p.wait(`consecutive(texts("id")) >= 4`)

			p.click(`#toggle`)
			p.wait(`text("state") === "2, closed" && text("toggle") === "Start"`)

			p.click(`#clear`)
			p.click(`input[value="/stream"]`)
			p.wait(`texts("message").join() === "0,1,2" && text("state") === "1, open"`)
			p.click(`#toggle`)
			p.nothingForeign()
		})
	}
}

// A browser without EventSource gets the polyfill, and is told so.
func TestPageWithoutNative(t *testing.T) {
	t.Parallel() // most of it is waiting
	chromium := startChromium(t)
	server := httptest.NewServer(site(time.Now().Add(-time.Minute)))
	defer server.Close()
	defer server.CloseClientConnections()
	p := open(t, chromium, server.URL, "delete window.EventSource")

	p.wait(`texts("message").length >= 1`)
	p.wait(`document.querySelector("input[value=native]").disabled && document.querySelector("input[value=polyfill]").checked`)
	p.wait(`text("missing") === "This browser has no EventSource of its own. The polyfill is used."`)
	p.click(`#toggle`)
	p.nothingForeign()
}

// The page fits every screen. Its pictures are kept in build/screenshots.
func TestPageLooks(t *testing.T) {
	t.Parallel() // most of it is waiting
	chromium := startChromium(t)
	server := httptest.NewServer(site(time.Now().Add(-time.Minute)))
	defer server.Close()
	defer server.CloseClientConnections()
	p := open(t, chromium, server.URL)
	p.do(chromedp.EmulateViewport(360, 800))
	p.wait(`texts("message").length >= 3`)
	server.CloseClientConnections()
	p.wait(`texts("open").length === 2`)
	p.wait(`texts("message").length >= 7`)

	folder := filepath.Join("..", "build", "screenshots")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	for _, screen := range []struct {
		name  string
		width int64
	}{{"360", 360}, {"1200", 1200}} {
		for _, scheme := range []string{"light", "dark"} {
			p.do(chromedp.EmulateViewport(screen.width, 800))
			p.do(prefer(scheme))
			p.wait(`document.documentElement.scrollWidth <= window.innerWidth`)
			picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
			require.NoError(t, err)
			file := filepath.Join(folder, "log-"+screen.name+"-"+scheme+".png")
			require.NoError(t, os.WriteFile(file, picture, 0o644))
		}
	}
}

// A tab is an open page of the site.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// What the conditions of the tests are written in.
const words = `
function text(id) { return document.getElementById(id).textContent }
function texts(kind) {
  return [].map.call(document.querySelectorAll("#log ." + kind), function (e) {
    return (e.querySelector(".text") || e).textContent.trim()
  })
}
function consecutive(ids) {
  for (var i = 1; i < ids.length; i++) {
    if (+ids[i].slice(3) !== +ids[i - 1].slice(3) + 1) { return 0 }
  }
  return ids.length
}`

// open opens a page in a new tab. The scripts run before those of the page.
func open(t *testing.T, chromium context.Context, url string, scripts ...string) *tab {
	ctx, cancel := chromedp.NewContext(chromium)
	t.Cleanup(cancel)
	p := &tab{t, ctx}
	for _, script := range append(scripts, words) {
		p.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
			return err
		}))
	}
	p.do(chromedp.Navigate(url))
	return p
}

func (p *tab) do(action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, action))
}

func (p *tab) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

// wait waits until the page meets a condition, and shows its log if it does not.
func (p *tab) wait(condition string) {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		log, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.querySelector(".live").innerText`))
		require.NoError(p.t, err, "waiting for %s, the page shows:\n%s", condition, log)
	}
}

// nothingForeign checks that the page asked nothing of another host.
func (p *tab) nothingForeign() {
	p.t.Helper()
	p.wait(`performance.getEntriesByType("resource").every(function (r) { return r.name.indexOf(location.origin) === 0 })`)
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

// startChromium starts a browser for one test, or skips the test.
func startChromium(t *testing.T) context.Context {
	path := os.Getenv("CHROME")
	for _, program := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path == "" {
			path, _ = exec.LookPath(program)
		}
	}
	if path == "" {
		t.Skip("no Chromium found (set CHROME, or run scripts/run.sh)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx))
	return ctx
}
