package site

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/bench/websocket"
	"eventsource-wasm/harness/browser"
	"eventsource-wasm/www"
)

// A walk is what a visitor does on a page. Each step is an expression, evaluated in
// the page until it is true.
type walk struct {
	Path  string   `json:"path"`
	Steps []string `json:"steps"`
}

var walks = []walk{
	{"/", []string{
		`shown("state") === "1, open" && /^server up for /.test(shown("live"))`,
		`click("[data-language=zh]")`,
		`document.title === "让每个浏览器都有 EventSource" && /^(原生实现|polyfill)$/.test(shown("used"))`,
		`click("[data-language=en]")`,
		`click("#dark") && document.getElementById("dark").getAttribute("aria-pressed") === "true"`,
		`getComputedStyle(document.documentElement).backgroundColor === "rgb(21, 23, 27)"`,
		`click("#dark")`,
		`getComputedStyle(document.documentElement).backgroundColor === "rgb(246, 245, 241)"`,
		`(parent.document.getElementsByTagName("iframe")[0].width = 360, document.querySelector("nav ul").offsetWidth > 300)`,
		`(parent.document.getElementsByTagName("iframe")[0].width = 1000, document.querySelector("nav ul").offsetWidth > 360)`,
	}},
	{"/play#text=data:%20a%0A%0Aid:%201%0Adata:%20b%0A%0A&cuts=9", []string{
		`document.querySelectorAll("#events li").length === 2 && shown("last") === '"1"'`,
		`click("#restart") && click("#step") && document.querySelectorAll("#events li").length === 1`,
		`click("#cut-all") && /^1,2,3,/.test(document.getElementById("cuts").value) && document.querySelectorAll(".gap.cut").length === 23`,
	}},
	{"/article", []string{
		`click("[data-box=digits] .run")`,
		`contents("[data-box=digits] li").indexOf("data: 0,data: 1") >= 0`,
		`click("[data-box=quotes] .run")`,
		`/AMBR  \d+\.\d\d/.test(contents("[data-box=quotes] li"))`,
		`click("[data-program=go]") && !document.getElementById("program-go").hidden && document.getElementById("program-py").hidden`,
	}},
	// The choice made here is remembered: all later pages use the polyfill.
	{"/demo/log", []string{
		`+shown("events") >= 2 && shown("state") === "1, open"`,
		`click("input[value=polyfill]")`,
		`+shown("events") >= 2 && shown("state") === "1, open"`,
		`click("#cut")`,
		`texts("error").pop() === "error, readyState 0, connecting"`,
		`/got Last-Event-ID \w+-\d+/.test(texts("note").pop())`,
	}},
	{"/demo/stream", []string{
		`document.querySelectorAll(".on").length >= 3`,
		`click("#again")`,
		`document.querySelectorAll(".on").length < 10 && shown("state") === "1, open"`,
	}},
	{"/demo/quotes", []string{
		`+shown("received") > 100 && document.querySelectorAll("polyline[points]").length === 12`,
		`document.querySelector(".machine").offsetHeight < 200`,
		`(before = +shown("received"), click("#cut"))`,
		`+shown("received") > before + 30 && shown("missing-ticks") === "0" && shown("repeated") === "0"`,
	}},
	{"/demo/chat", []string{
		`/^1 online: /.test(shown("present"))`,
		`type("#text", "<b>hello</b>") && click("#say button")`,
		`texts("chat").join() === "<b>hello</b>"`,
	}},
	{"/demo/notify", []string{
		`shown("state") === "1, open" && type("#text", "built") && click("#send button")`,
		`texts("notices").join() === "built" && document.title.indexOf("(1) ") === 0`,
		`click("#read")`,
		`document.title.indexOf("Notifications") === 0`,
	}},
	{"/compare", []string{
		`click("#measure:enabled")`,
		`shown("progress") === "Done."`,
		`/ ms$/.test(figure("first", "native")) && / ms$/.test(figure("first", "polyfill"))`,
		`figure("lost", "native") === "0" && figure("lost", "polyfill") === "0"`,
		`figure("plain", "native") !== "readable" && figure("plain", "polyfill") !== "readable"`,
	}},
	{"/servers", []string{
		`document.querySelectorAll("pre .copy").length === 5`,
		`click(".copy") && /^(Copied|Selected)$/.test(document.querySelector(".copy").innerText.trim())`,
	}},
	{"/conformance/?case=parse/", []string{
		`click("input[name=implementations][value=polyfill]") && click("#start")`,
		`!document.getElementById("result").hidden && /\/polyfill\/window\s+\d+ of \d+/.test(shown("targets"))`,
	}},
	{"/case/", []string{
		`document.querySelectorAll("#cases a").length > 400`,
	}},
	{"/case/parse/lf?implementation=polyfill", []string{
		`shown("case-id") === "parse/lf" && /new EventSource/.test(shown("client"))`,
		`click("#run")`,
		`/^pass .*\/polyfill\/window/.test(shown("outcome").replace(/^\s+/, ""))`,
	}},
	{"/results/", []string{
		`document.querySelectorAll("#browsers tr").length > 1 && click("input[name=compared][value=polyfill]")`,
		`document.querySelectorAll("#differences > li").length > 1`,
	}},
	{"/bench/", []string{
		`document.querySelectorAll(".measured").length > 0 || !document.getElementById("none").hidden`,
	}},
}

// actions are functions for the steps, beside those of queries.
const actions = `
function click(selector) { document.querySelector(selector).click(); return true }
function type(selector, text) { document.querySelector(selector).value = text; return true }
`

// Every page works in other engines, down to those without WebAssembly. The browser
// only has to open a URL: the page there walks through the others in a frame, and
// reports each step.
func TestPagesInOtherBrowsers(t *testing.T) {
	for _, name := range []string{"firefox", "wpe", "qtwebkit", "phantomjs@2"} {
		t.Run(name, func(t *testing.T) {
			found, err := browser.Find(name)
			if err != nil {
				t.Skipf("%v (go run ./harness browsers install %s)", err, name)
			}
			t.Parallel()
			reported := make(chan string)
			s := serveConfigured(t, Config{comparison: websocket.Setup{Rounds: 1}}, func(site http.Handler) http.Handler { return addWalk(t, site, reported) })
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
			defer cancel()
			window, err := found.Open(ctx, s.main.URL+"/walk")
			require.NoError(t, err)
			defer window.Close()

			last := "nothing"
			for last != "done" {
				select {
				case last = <-reported:
					require.NotContains(t, last, "problem")
				case <-window.Done():
					require.Fail(t, "the browser exited", "after %s", last)
				case <-ctx.Done():
					require.Fail(t, "timed out", "after %s", last)
				}
			}
		})
	}
}

// Every page is walked in other browsers.
func TestWalks(t *testing.T) {
	var walked []string
	for _, w := range walks {
		path, _, _ := strings.Cut(w.Path, "?")
		path, _, _ = strings.Cut(path, "#")
		walked = append(walked, path)
	}
	for path := range www.Pages {
		require.Contains(t, walked, path, "add %s to walks", path)
	}
}

// addWalk adds the page that walks to a site, and to each page a script that reports
// its errors to that page.
func addWalk(t *testing.T, site http.Handler, reported chan<- string) http.Handler {
	script, err := os.ReadFile(filepath.Join("testdata", "walk.js"))
	require.NoError(t, err)
	table, err := json.Marshal(walks)
	require.NoError(t, err)

	mux := http.NewServeMux()
	mux.Handle("/", site)
	for path, content := range www.Pages {
		page := servePage(bytes.Replace(content, []byte("<head>"), []byte("<head><script>"+queries+actions+"parent.watch(window)</script>"), 1))
		if path == "/case/" {
			mux.Handle("GET /case/{group}/{name}", page)
		}
		if strings.HasSuffix(path, "/") {
			path += "{$}"
		}
		mux.Handle("GET "+path, page)
	}
	mux.Handle("GET /walk", servePage([]byte("<!DOCTYPE html><title>Walk</title><iframe width=1000 height=700></iframe><script>var walks = "+string(table)+"\n"+string(script)+"</script>")))
	mux.HandleFunc("POST /walk", func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		select {
		case reported <- string(text):
		case <-r.Context().Done():
		}
	})
	return mux
}
