package site

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/bench/websocket"
	"eventsource-wasm/www"
)

// The tests of the pages run in parallel, as tabs of one browser: they mostly wait.

// The start page shows what this browser supports, and a stream.
func TestStartPage(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/")
	p.wait(`shown("has-native") === "yes" && shown("has-wasm") === "yes" && shown("has-streams") === "yes"`)
	p.wait(`shown("tier") === "WebAssembly with fetch" && shown("used") === "native"`)
	p.wait(`/^server up for 1m\d+s$/.test(shown("live"))`)

	// The figures come from the built files and the committed documents.
	p.wait(`/^\d\.\d KB$/.test(shown("size")) && /^\d+\.\d ×$/.test(shown("speed")) && /Version \d+\.\d+\.\d+, MIT/.test(document.querySelector("main").innerText) && /^\d{3} . \d{3}$/.test(shown("must")) && shown("oldest") === "PhantomJS 1.9" && /\d{3} . \d{3} /.test(shown("oldest-rest"))`)

	// After a cut, the missed events arrive.
	p.wait(`document.querySelectorAll("#arrived li").length >= 3`)
	broken := p.ever(`document.getElementById("lamp-0").className === "lamp lit connecting" && document.getElementById("wire").className === "wire broken"`)
	waiting := p.ever(`/waiting$/.test(shown("made"))`)
	p.click(`#cut`)
	p.wait(broken + " && " + waiting)
	p.wait(`document.getElementById("lamp-1").className === "lamp lit open"`)
	p.wait(`seconds = [].map.call(document.querySelectorAll("#arrived li"), function (e) { return 60 * parseInt(/(\d+)m/.exec(e.textContent)[1], 10) + parseInt(/(\d+)s/.exec(e.textContent)[1], 10) }),
		seconds.length === 5 && seconds.every(function (s, i) { return i === 0 || s === seconds[i - 1] + 1 })`)

	// While the picture is paused nothing in it moves.
	p.click(`#pause`)
	p.do(chromedp.Evaluate[chromedp.Void](`changed = 0
		new MutationObserver(function () { changed++ }).observe(document.querySelector(".picture .ends"), {subtree: true, childList: true, characterData: true, attributes: true})
		setTimeout(function () { later = true }, 2500); later = false`))
	p.wait(`later && changed === 0 && shown("pause") === "Resume"`)
	p.click(`#pause`)
	p.wait(`changed > 0 && shown("pause") === "Pause"`)

	p.click(`pre .copy`)
	p.wait(`/^<script src="eventsource.js">[^]*<.script>$/.test(String(getSelection()).trim()) && document.querySelector("pre .copy").innerText === "Copied"`)

	p.click(`[data-file="www/start.js"] summary`)
	p.wait(`!!document.querySelector("details .file code") && /^\/\/ The start page: /.test(document.querySelector("details .file code").innerText)`)

	p.click(`[data-language=zh]`)
	p.wait(`shown("used") === "原生实现" && document.querySelector("h1").innerText === "让每个浏览器都有 EventSource"`)
	p.do(chromedp.Reload())
	p.wait(`shown("used") === "原生实现" && document.documentElement.lang === "zh"`)
	p.wait(`document.title === "让每个浏览器都有 EventSource" && document.querySelector("nav").getAttribute("aria-label") === "页面"`)
}

// The colour scheme follows the system. After a click on the button it is the chosen
// one, until the system prefers that too.
func TestPageColourScheme(t *testing.T) {
	t.Parallel()
	const scheme = `{"rgb(246, 245, 241)": "light", "rgb(21, 23, 27)": "dark"}[getComputedStyle(document.documentElement).backgroundColor]`
	p := open(t, serveSite(t), "/servers")
	for _, step := range []struct {
		system  string
		clicked bool
		want    string
	}{
		{"light", false, "light"}, {"dark", false, "dark"}, {"dark", true, "light"}, {"light", false, "light"},
		{"light", true, "dark"}, {"light", true, "light"}, {"dark", false, "dark"},
	} {
		p.do(preferScheme(step.system))
		if step.clicked {
			p.click(`#dark`)
		}
		p.do(chromedp.Reload())
		p.wait(scheme + ` === "` + step.want + `" && document.getElementById("dark").getAttribute("aria-pressed") === "` + fmt.Sprint(step.want == "dark") + `"`)
	}
}

// The log shows what its EventSource does: a connection that is cut, a server that
// stops and starts, other origins, the end.
func TestLogPage(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	for _, implementation := range []string{"native", "polyfill"} {
		t.Run(implementation, func(t *testing.T) {
			t.Parallel()
			p := open(t, s, "/demo/log")
			p.click(`#toggle`)
			p.click(`#clear`)
			p.click(`input[value=` + implementation + `]`)
			p.wait(`texts("message").length >= 2 && shown("state") === "1, open"`)

			p.click(`#cut`)
			p.wait(`texts("error").pop() === "error, readyState 0, connecting"`)
			p.wait(`shown("state") === "1, open" && /got Last-Event-ID \w+-\d+/.test(texts("note").join())`)

			p.click(`#stop`)
			p.wait(`texts("error").length >= 3`)
			p.click(`#start`)
			p.wait(`shown("state") === "1, open"`)
			p.wait(`consecutive(texts("id")) >= 5`)

			p.click(`#gone`)
			p.wait(`shown("state") === "2, closed" && shown("toggle") === "Open"`)
			p.click(`#start`)
			p.click(`#clear`)

			p.click(`input[value=other]:enabled`)
			p.wait(`/no cookie$/.test(texts("note").pop())`)
			p.click(`#cut`)
			p.wait(`/Last-Event-ID .* no cookie$/.test(texts("note").pop())`)
			p.click(`input[value=credentials]`)
			p.wait(`/a cookie$/.test(texts("note").pop())`)
			p.click(`input[value=closed]`)
			p.wait(`texts("error").pop() === "error, readyState 2, closed"`)
		})
	}
}

// The inspector shows the state, why it changed, when the source reconnects, and what the
// server got. On a phone it is at the bottom edge of the first screen.
func TestInspector(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	const transitions = `[].map.call(document.querySelectorAll("#inspector-transitions b"), function (e) { return e.innerText }).reverse().join()`
	for _, implementation := range []string{"native", "polyfill"} {
		t.Run(implementation, func(t *testing.T) {
			t.Parallel()
			p := open(t, s, "/demo/quotes?implementation="+implementation)
			p.wait(`+shown("inspector-events") > 600 && /^\d+(,\d{3})+ B$/.test(shown("inspector-bytes")) && /^\w+-\d+$/.test(shown("inspector-id"))`)
			p.wait(`document.querySelector("[data-part=OPEN]").getAttribute("class") === "lit open" && document.querySelector("[data-part=announce]").getAttribute("class") === "lit"`)
			reestablished := p.ever(`document.querySelector("[data-part=reestablish]").getAttribute("class") === "lit" && /^[01]\.\d s$/.test(shown("inspector-retry"))`)
			p.click(`#down`)
			p.wait(reestablished)
			p.wait(transitions + `.indexOf("CONNECTING,CONNECTING → OPEN,OPEN → CONNECTING,CONNECTING → CONNECTING") === 0`)
			p.wait(`/OPEN$/.test(` + transitions + `) && shown("inspector-retry") === "–"`)
			p.click(`#inspector details summary`)
			p.wait(`/^Last-Event-Id: \w+-\d+$/m.test(shown("inspector-headers")) && /^Accept: text\/event-stream$/m.test(shown("inspector-headers"))`)
		})
	}
	t.Run("phone", func(t *testing.T) {
		t.Parallel()
		p := open(t, s, "/servers")
		p.do(chromedp.EmulateViewport(360, 640))
		for _, demo := range []string{"log", "stream", "quotes", "chat", "notify"} {
			p.do(chromedp.Navigate(p.url("/demo/" + demo)))
			p.wait(`shown("inspector-state") === "1 OPEN"`)
			p.wait(`box = document.getElementById("inspector").getBoundingClientRect(), box.bottom === 640 && box.height > 20 && box.height < 60`)
		}
		p.click(`#inspector summary`)
		p.wait(`document.querySelector(".machine svg").getBoundingClientRect().bottom < 640`)
		p.screenshot("inspector-360")
	})
}

// If the server does not answer, the log says so, and so does the place of a source
// file. A failed action is not reported as done.
func TestLogPageWithoutServer(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	p := open(t, serveWith(t, disconnect(&down)), "/demo/log")
	p.wait(`shown("state") === "1, open"`)
	down.Store(true)
	p.click(`#cut`)
	p.wait(`texts("note").pop() === "The server does not respond."`)
	p.click(`[data-file="www/log.js"] summary`)
	p.wait(`!!document.querySelector(".source .notice") && document.querySelector(".source .notice").innerText === "The server does not respond."`)
	down.Store(false)
	p.click(`[data-file="www/log.js"] summary`)
	p.wait(`!!document.querySelector(".source code") && document.querySelector(".source .notice").hidden`)
}

// Other origins can be chosen once the page knows the second one.
func TestLogPageBeforeOtherOrigin(t *testing.T) {
	t.Parallel()
	answer := make(chan struct{})
	p := open(t, serveWith(t, delay(t, "GET /demo/other", answer)), "/demo/log")
	p.wait(`shown("state") === "1, open" && document.querySelectorAll("input[name=origin]:disabled").length === 3`)
	close(answer)
	p.wait(`document.querySelectorAll("input[name=origin]:enabled").length === 4`)
}

// A server that was started again may have its other origin at another port.
func TestLogPageAfterRestart(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	s := serveWith(t, func(site http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", site)
		mux.HandleFunc("GET /demo/other", func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) == 1 {
				_, _ = io.WriteString(w, "1") // nothing listens there any more
				return
			}
			site.ServeHTTP(w, r)
		})
		return mux
	})
	p := open(t, s, "/demo/log")
	p.click(`input[name=origin][value=other]:enabled`)
	p.wait(fmt.Sprintf(`texts("note").join().indexOf('("%s/events")') > 0 && shown("state") === "1, open" && +shown("events") > 0`, s.other.URL))
}

// A stream that ends starts again, unless the page closes it.
func TestStreamPage(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/demo/stream", withoutNative)
	p.wait(`document.querySelectorAll(".on").length === 10 && shown("state") === "2, closed"`)
	p.wait(`shown("newest") === "9" && document.querySelector("#digits [aria-current]").innerText === "9"`)
	restarted := p.ever(`document.querySelectorAll(".on").length === 1 && shown("state") === "1, open"`)
	p.click(`#again`)
	p.wait(restarted)
}

// After five seconds without a server, no tick is missing and none arrives twice.
func TestQuotesPage(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	for _, implementation := range []string{"native", "polyfill"} {
		t.Run(implementation, func(t *testing.T) {
			t.Parallel()
			p := open(t, s, "/demo/quotes")
			p.click(`input[value=` + implementation + `]`)
			p.wait(`shown("state") === "1, open" && +shown("received") > 600`)
			down := p.ever(`shown("state") === "0, connecting"`)
			p.click(`#down`)
			p.wait(down)
			p.do(chromedp.Evaluate[chromedp.Void](`before = +shown("received")`))
			p.wait(`shown("state") === "1, open" && +shown("received") > before + 50`)
			p.wait(`shown("missing-ticks") === "0" && shown("repeated") === "0"`)
			p.wait(`document.querySelectorAll("polyline[points]").length === 12`)
		})
	}
}

// A restarted server numbers its ticks from 1 again. The page counts no gap for that.
func TestQuotesPageRestart(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	var server atomic.Value
	server.Store(newHandler(ctx, t, Config{Start: time.Now()}))
	p := open(t, serveWith(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { server.Load().(http.Handler).ServeHTTP(w, r) })
	}), "/demo/quotes")
	p.wait(`+shown("received") > 620`)
	p.do(chromedp.Evaluate[chromedp.Void](`before = +shown("received")`))
	server.Store(newHandler(t.Context(), t, Config{Start: time.Now()}))
	end()
	p.wait(`+shown("received") > before + 620`)
	p.wait(`shown("missing-ticks") === "0" && shown("repeated") === "0"`)
}

// Messages sent while a window is disconnected for five seconds arrive there once, in
// the same order as everywhere else.
func TestChatPage(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	anna, bob := open(t, s, "/demo/chat"), open(t, s, "/demo/chat", withoutNative)
	for name, p := range map[string]*tab{"anna": anna, "bob": bob} {
		p.do(chromedp.SetValue(chromedp.CSS("#name"), name+" "))
		p.click(`#join button`)
	}
	anna.wait(`shown("present") === "2 online: anna, bob"`)

	down, left := bob.ever(`shown("state") === "0, connecting"`), anna.ever(`shown("present") === "1 online: anna"`)
	bob.click(`#down`)
	bob.wait(down)
	anna.wait(left)
	for n := range 4 {
		s.post("/demo/chat", url.Values{"room": {"tea"}, "name": {fmt.Sprint("n", n)}, "text": {fmt.Sprint(n)}})
	}
	anna.wait(`texts("chat").length === 4`)
	bob.wait(`shown("state") === "1, open" && texts("chat").join() === "0,1,2,3"`)
	anna.wait(`texts("chat").join() === "0,1,2,3"`)
	anna.wait(`shown("present") === "2 online: anna, bob"`)

	const markup = `<img src=x onerror="document.title='run'"><b>bold</b>`
	anna.do(chromedp.SetValue(chromedp.CSS("#room"), "not joined"))
	anna.do(chromedp.SendKeys(chromedp.CSS("#text"), markup+"\r"))
	anna.wait(`document.querySelectorAll("#entries .mine").length === 1`)
	bob.wait(`texts("chat").pop() === ` + fmt.Sprintf("%q", markup))
	bob.wait(`document.title !== "run" && !document.querySelector("#log img, #log li .text b")`)

	anna.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("text").value = "half \ud83d of a pair"`))
	anna.click(`#say button`)
	bob.wait(`texts("chat").pop() === "half \ufffd of a pair"`)

	anna.do(chromedp.SetValue(chromedp.CSS("#text"), strings.Repeat("x", 501)))
	anna.click(`#say button`)
	anna.wait(`shown("problem") === "text is too long: it has 501 characters, at most 500 are allowed" && document.getElementById("text").value.length === 501`)

	anna.do(chromedp.SetValue(chromedp.CSS("#room"), " "))
	anna.click(`#join button`)
	anna.wait(`/^The server refused the connection/.test(shown("problem")) && shown("state") === "2, closed" && shown("present") === ""`)
}

// A room in the URL is cut to the length of the field, so that the server accepts it.
func TestChatPageLongRoom(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/demo/chat?room="+strings.Repeat("r", 40)+"&name="+strings.Repeat("n", 40))
	p.wait(`shown("state") === "1, open" && shown("present") === "1 online: ` + strings.Repeat("n", 24) + `"`)
}

// With a slow server, a message is sent once, and text typed meanwhile stays.
func TestChatPageSlow(t *testing.T) {
	t.Parallel()
	answer := make(chan struct{})
	p := open(t, serveWith(t, delay(t, "POST /demo/chat", answer)), "/demo/chat")
	p.wait(`shown("state") === "1, open"`)
	p.do(chromedp.SendKeys(chromedp.CSS("#text"), "once"))
	p.click(`#say button`)
	p.click(`#say button`)
	p.do(chromedp.SendKeys(chromedp.CSS("#text"), " and more"))
	p.wait(`shown("sending") === "Sending: once"`)
	close(answer)
	p.wait(`texts("chat").join() === "once" && document.getElementById("text").value === " and more"`)
	p.click(`#say button`)
	p.wait(`texts("chat").join() === "once,and more"`)
}

// Over HTTP/1.1 a browser has six connections to a host, and a stream needs one for as
// long as it is open. Hidden tabs close theirs, except for one that keeps counting; a
// tab that is shown again gets what it missed.
func TestManyTabs(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	profile := newProfile(t)

	const hide = `hidden = false
		Object.defineProperty(document, "hidden", {get: function () { return hidden }})
		function setHidden(value) { hidden = value; document.dispatchEvent(new Event("visibilitychange")) }
		var later = setTimeout
		setTimeout = function (call, delay) { return later(call, delay === 3000 ? 10 : delay) }`
	const kept = 2 // of all tabs: the one shown, and one of the hidden ones
	var tabs []*tab
	for n := range 7 {
		p := openIn(t, profile, s, "/demo/notify", []string{hide})
		p.wait(`shown("state") === "1, open"`)
		if n > 0 {
			tabs[n-1].do(chromedp.Evaluate[chromedp.Void](`setHidden(true)`))
			tabs[n-1].wait(`shown("state") === "` + map[bool]string{true: "1, open", false: "2, closed"}[n < kept] + `"`)
		}
		tabs = append(tabs, p)
	}
	s.post("/demo/notify", url.Values{"text": {"for all"}})
	tabs[0].wait(`document.title.indexOf("(1) ") === 0`)
	tabs[6].wait(`texts("notices").join() === "for all"`)
	for n, p := range tabs[1:6] {
		tabs[n].do(chromedp.Evaluate[chromedp.Void](`setHidden(true)`))
		p.do(chromedp.Evaluate[chromedp.Void](`setHidden(false)`))
		p.wait(`shown("state") === "1, open" && texts("notices").join() === "for all"`)
	}
}

// A page that is left by a link may be kept for the Back button, with its connections. It
// closes its stream, so that a visitor who follows links can open any number of pages.
func TestLeftPages(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	p := open(t, s, "/demo/notify")
	p.wait(`shown("state") === "1, open"`)
	for range 2 {
		for _, path := range []string{"/demo/quotes", "/demo/log", "/demo/chat", "/", "/demo/stream", "/demo/notify"} {
			p.do(chromedp.Evaluate[chromedp.Void](`location.href = "` + path + `"`))
			require.Eventually(t, func() bool { // a navigation fails a wait
				ctx, cancel := context.WithTimeout(p.ctx, time.Second)
				defer cancel()
				opened, _ := chromedp.Run(ctx, chromedp.Evaluate[bool](`location.pathname === "`+path+`" && shown("state") === "1, open"`))
				return opened
			}, 5*time.Second, 50*time.Millisecond, path)
		}
	}

	p.do(chromedp.Evaluate[chromedp.Void](`dispatchEvent(new PageTransitionEvent("pagehide", {persisted: true}))`))
	p.wait(`shown("state") === "2, closed"`)
	s.post("/demo/notify", url.Values{"text": {"meanwhile"}})
	p.do(chromedp.Evaluate[chromedp.Void](`dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}))`))
	p.wait(`shown("state") === "1, open" && texts("notices").join() === "meanwhile"`)
}

// Of the tabs that are opened in the background, one has a stream. The others connect when
// they are shown.
func TestBackgroundTabs(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	profile := newProfile(t)
	const hidden = `hidden = true
		Object.defineProperty(document, "hidden", {get: function () { return hidden }})`
	var tabs []*tab
	for n := range 7 {
		p := openIn(t, profile, s, "/demo/notify", []string{hidden})
		p.wait(`shown("state") === "` + map[bool]string{true: "1, open", false: "2, closed"}[n == 0] + `"`)
		tabs = append(tabs, p)
	}
	s.post("/demo/notify", url.Values{"text": {"for all"}})
	for _, p := range tabs {
		p.do(chromedp.Evaluate[chromedp.Void](`hidden = false; document.dispatchEvent(new Event("visibilitychange"))`))
		p.wait(`shown("state") === "1, open" && texts("notices").join() === "for all"`)
		p.do(chromedp.Evaluate[chromedp.Void](`site.close()`))
	}
}

// The boxes of the article run what their steps explain, one at a time.
func TestArticlePage(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/article")
	p.wait(`document.querySelectorAll(".box").length === 8`)

	p.click(`[data-box=list] .run`)
	p.wait(`/server up for .*,server up for /.test(contents("[data-box=list] li"))`)
	p.click(`[data-box=reconnect] .run`)
	p.wait(`contents("[data-box=list] .run") === "Run运行" && /^open, readyState 1.*id \d+/.test(contents("[data-box=reconnect] li"))`)
	p.click(`[data-box=reconnect] .other`)
	p.wait(`/error, readyState 0/.test(contents("[data-box=reconnect] li"))`)
	p.wait(`/Last-Event-ID: \w+-\d+/.test(contents("[data-box=reconnect] li"))`)

	p.click(`[data-box=other] .run`)
	p.wait(`/The server got the cookie/.test(contents("[data-box=other] li")) && /http:\/\/127\.0\.0\.1:\d+  server up/.test(contents("[data-box=other] li"))`)
	p.click(`[data-box=raw] .run`)
	p.wait(`/id: \w+-\d+\ndata: server up/.test(contents("[data-box=raw] .bytes"))`)

	p.click(`[data-box=quotes] .run`)
	p.wait(`document.querySelectorAll("[data-box=quotes] li.rise, [data-box=quotes] li.fall").length === 6`)
	p.click(`[data-box=chat] .run`)
	p.click(`[data-box=chat] .other`)
	p.wait(`/guest: Hello!/.test(contents("[data-box=chat] li"))`)
	p.click(`[data-box=notify] .run`)
	p.click(`[data-box=notify] .other`)
	p.wait(`/The build is green/.test(contents("[data-box=notify] li"))`)
	p.click(`[data-box=notify] .run`)
	p.wait(`contents(".run").indexOf("Stop") < 0`)
}

// fakeEventSource replaces EventSource: tick dispatches an event of the quotes page.
const fakeEventSource = `var listeners = {}
EventSource = function () {
	this.readyState = 1
	this.close = function () {}
	this.addEventListener = function (type, listener) { listeners[type] = listener }
}
function tick(run, number, price) {
	listeners.AMBR({data: JSON.stringify({number: number, time: 1, price: price}), lastEventId: run + "-" + number})
}
function amber() { return document.querySelector("#quotes tr").innerText.split(/\s*\t\s*/) }`

// A chart is coloured by the prices that it shows, the change by all since the page
// was opened. A restarted server starts with new prices.
func TestQuotesPagePrices(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/demo/quotes", fakeEventSource)
	p.do(chromedp.Evaluate[chromedp.Void](`tick("a", 1, 10)
		for (var i = 0; i < 60; i++) { tick("a", 2 + i, 30 - i / 10) }`))
	p.wait(`amber()[1] === "24.10" && amber()[2] === "+141.00 %"`)
	p.wait(`document.querySelector("#quotes tr").cells[2].className === "number rise" && document.querySelector("#quotes polyline").getAttribute("class") === "fall"`)
	p.do(chromedp.Evaluate[chromedp.Void](`tick("b", 1, 50)`))
	p.wait(`amber()[1] === "50.00" && amber()[2] === "+0.00 %" && document.querySelector("#quotes polyline").getAttribute("points").split(" ").length === 1`)
	p.wait(`shown("missing-ticks") === "0" && shown("repeated") === "0" && shown("received") === "62"`)

	// A bad price does not stop the drawing.
	p.do(chromedp.Evaluate[chromedp.Void](`tick("b", 2, "50"); tick("b", 2, null); tick("b", 2, -1); listeners.AMBR({data: "{", lastEventId: "b-2"}); listeners.AMBR({data: "null", lastEventId: "b-2"})
		tick("b", 2, 40)`))
	p.wait(`amber()[1] === "40.00" && amber()[2] === "−20.00 %" && shown("received") === "63" && shown("missing-ticks") === "0"`)
}

// While the page is paused nothing on it moves; then it shows all that arrived.
func TestQuotesPagePause(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/demo/quotes", fakeEventSource)
	p.do(chromedp.Evaluate[chromedp.Void](`tick("a", 1, 10)`))
	p.wait(`amber()[1] === "10.00"`)
	p.click(`#pause`)
	p.do(chromedp.Evaluate[chromedp.Void](`tick("a", 2, 20); changed = 0
		new MutationObserver(function () { changed++ }).observe(document.querySelector("main"), {subtree: true, childList: true, characterData: true})
		setTimeout(function () { later = true }, 1000); later = false`))
	p.wait(`later && changed === 0 && amber()[1] === "10.00" && shown("pause") === "Resume"`)
	p.click(`#pause`)
	p.wait(`amber()[1] === "20.00" && shown("received") === "2" && shown("pause") === "Pause"`)
}

// Pages that stay open keep at most 500 entries.
func TestPageListsAreBounded(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	const fake = `EventSource = function () { stream = this; this.readyState = 1; this.close = this.addEventListener = function () {} }`
	for _, path := range []string{"/demo/log", "/demo/chat", "/demo/notify"} {
		p := open(t, s, path, fake)
		p.do(chromedp.Evaluate[chromedp.Void](`for (var i = 1; i <= 600; i++) {
			stream.onmessage({data: JSON.stringify({name: "a", text: i, kind: "info", time: 1}), lastEventId: "e-" + i})
		}`))
		p.wait(`document.querySelectorAll("#entries li, #notices li").length === 500 && /600/.test(document.querySelector("#entries li:last-child, #notices li").innerText)`)
	}
}

// A notification appears in every window, also in those opened later, and is unread
// until it is read in one of them.
func TestNotifyPage(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	early := open(t, s, "/demo/notify")
	early.do(chromedp.SendKeys(chromedp.CSS("#text"), "first\r"))
	early.wait(`texts("notices").join() === "first" && document.title.indexOf("(1) ") === 0`)
	early.click(`#read`)
	early.wait(`document.title.indexOf("(") < 0`)

	early.click(`#cut`)
	s.post("/demo/notify", url.Values{"text": {"<i>second</i>"}, "kind": {"warning"}})
	early.wait(`texts("notices").join() === "<i>second</i>,first" && document.title.indexOf("(1) ") === 0`)

	late := open(t, s, "/demo/notify", withoutNative)
	late.wait(`texts("notices").join() === "<i>second</i>,first" && document.title.indexOf("(2) ") === 0`)

	// In another window only the first has been read.
	late.do(chromedp.Evaluate[chromedp.Void](`dispatchEvent(new StorageEvent("storage", {key: "read", newValue: document.querySelector("#notices li:last-child").getAttribute("data-id")}))`))
	late.wait(`document.title.indexOf("(1) ") === 0 && document.querySelector("#notices .unread .text").innerText === "<i>second</i>"`)
}

// Notifications that have not arrived cannot be marked as read.
func TestNotifyPageSlow(t *testing.T) {
	t.Parallel()
	answer := make(chan struct{})
	s := serveWith(t, delay(t, "GET /demo/notify/events", answer))
	s.post("/demo/notify", url.Values{"text": {"first"}})
	p := open(t, s, "/demo/notify")
	p.click(`#read`)
	close(answer)
	p.wait(`texts("notices").join() === "first" && document.title.indexOf("(1) ") === 0 && site.recall("read") === null`)
}

// Every figure of the comparison is measured, except those that need a proxy. The page
// shows nothing as measured before, and keeps the figures when it is reloaded.
func TestComparePage(t *testing.T) {
	t.Parallel()
	s := serveConfigured(t, Config{comparison: websocket.Setup{Rounds: 2}}, func(site http.Handler) http.Handler { return site })
	p := open(t, s, "/compare")
	const without = `[].map.call(document.querySelectorAll("tr[data-row]"), function (row) {
		return row.querySelectorAll(".figure.none").length
	}).join()`
	p.wait(`figure("first", "native") === "not measured" && figure("proxy-off", "native") === "needs nginx"`)
	p.wait(without + ` === "3,3,3,3,3,3,3,3,3,3,3,3,3,3,3" && document.getElementById("when").hidden`)
	first := p.ever(`/^Round 1 of 2: /.test(shown("progress"))`)
	p.click(`#measure:enabled`)
	p.wait(first)
	p.waitFor(100*time.Second, `shown("progress") === "Done."`)
	p.do(chromedp.Reload())
	p.wait(without + ` === "0,0,0,0,0,0,0,0,0,0,0,3,3,3,3"`)
	p.wait(`figure("back", "websocket") === "never" && figure("lost", "native") === "0" && figure("resumed", "websocket") === "0"`)
	p.wait(`figure("plain", "native") === "refused" && figure("plain", "polyfill") === "refused" && figure("rule", "websocket") === "refused"`)
	p.wait(`figure("bytes", "native") === "114 B" && figure("bytes", "websocket") === "102 B"`)
	p.wait(`/^[\d,.]+ – [\d,.]+$/.test(document.querySelector("[data-row=rate] [data-column=native] .spread").innerText)`)
	p.wait(`/^Measured \d{4}-\d\d-\d\d, \d\d:\d\d:\d\d · .*Chrome/.test(shown("when"))`)
	p.do(chromedp.EmulateViewport(1200, 800))
	p.screenshot("compare-measured")
	p.do(chromedp.EmulateViewport(360, 800))
	p.wait(`document.documentElement.scrollWidth <= window.innerWidth`)
	p.screenshot("compare-measured-360")
}

// The comparison stops at once if the server does not answer.
func TestComparePageWithoutServer(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	p := open(t, serveWith(t, disconnect(&down)), "/compare")
	p.wait(`!document.getElementById("measure").disabled`)
	const kept = `figure("first", "native") === "7 ms" && figure("back", "native") === "not measured" && /^Measured 2001-09-09/.test(shown("when"))`
	p.do(chromedp.Evaluate[chromedp.Void](`site.remember("comparison", '{"date": 1e12, "browser": "old", "figures": {"first": {"native": [7]}}}')`))
	p.do(chromedp.Reload())
	p.wait(kept + ` && !document.getElementById("measure").disabled`)
	down.Store(true)
	p.click(`#measure`)
	p.wait(`shown("progress") === "The server does not respond." && !document.getElementById("measure").disabled`)
	p.wait(kept)
}

// A visitor runs a group of cases in the browser that shows the page, sees the result,
// and finds it among all results.
func TestConformancePage(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	p := open(t, s, "/conformance/?case=field/")
	p.click(`#start`)
	p.wait(`!document.getElementById("frame").hidden && !document.getElementById("stop").hidden`)
	p.waitFor(3*time.Minute, `!document.getElementById("result").hidden && !document.getElementById("start").hidden`)
	p.do(chromedp.Reload())
	p.wait(`/^74 of 74 cases run, /.test(shown("count"))`)
	p.wait(`/chromium\/native\/window\t35 of 35/.test(document.querySelector(".scores").innerText)`)
	p.wait(`document.getElementById("document").href === document.getElementById("report").href.replace(/\?.*/, "") + ".json"`)
	p.do(chromedp.EmulateViewport(360, 800))
	p.wait(`document.documentElement.scrollWidth <= window.innerWidth`)
	p.screenshot("conformance-result")

	p.do(chromedp.Navigate(s.main.URL + "/results/"))
	p.wait(`/by hand/.test(shown("browsers"))`)
}

// The results show groups by browser, and the cases of a cell. The filter is in the URL.
func TestResultsPage(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	p := open(t, s, "/results/")
	p.wait(`document.querySelectorAll("#matrix tr").length > 15 && document.querySelectorAll("#matrix-head th").length > 8`)
	p.click(`#matrix td:nth-of-type(2) button.few`)
	p.wait(`location.search.indexOf("browser=chromium") > 0 && document.querySelectorAll("#differences > li").length > 0`)
	p.wait(`[].every.call(document.querySelectorAll("#differences .no"), function (e) { return e.textContent !== "pass" })`)

	p.do(chromedp.Navigate(s.main.URL + "/results/?compared=native&group=decode&browser=firefox&words=nul&all=1"))
	p.wait(`document.querySelectorAll("#differences > li").length === 1 && document.querySelector("#differences .case").textContent === "decode/nul-preserved-in-data"`)
	p.click(`#differences summary`)
	p.wait(`document.querySelector("#differences details").open`)
	p.wait(`document.querySelector("#differences a").pathname === "/case/decode/nul-preserved-in-data"`)

	// What changed between two versions, in the URL too.
	p.do(chromedp.Navigate(s.main.URL + "/results/?from=chromium@64&to=chromium"))
	p.wait(`/^\d+ worse, \d\d+ better, /.test(shown("changed")) && document.querySelectorAll("#changes > li").length > 10`)
	p.do(chromedp.EmulateViewport(360, 800))
	p.wait(`document.documentElement.scrollWidth <= window.innerWidth`)
	p.do(chromedp.EmulateViewport(1280, 900))
	p.do(chromedp.SetValue(chromedp.CSS("#from"), "firefox@115"))
	p.do(chromedp.SetValue(chromedp.CSS("#to"), "firefox"))
	p.click(`#versions button`)
	p.wait(`location.search.indexOf("from=firefox%40115&to=firefox") > 0 && / worse, /.test(shown("changed"))`)

	p.do(chromedp.Navigate(s.main.URL + "/case/decode/nul-preserved-in-data"))
	p.wait(`/fail|known/.test(shown("native")) && /firefox/.test(shown("native"))`)
	p.wait(`!document.getElementById("play").hidden && document.querySelector("#play a").hash === "#case=decode/nul-preserved-in-data"`)
}

// A URL with a value that is not well encoded, or that is not a choice, shows the page all
// the same.
func TestPagesWithMalformedURLs(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	p := open(t, s, "/results/?words=%&compared=none&group=none")
	p.wait(`shown("count") === "0 cases" && document.getElementById("words").value === "%" && site.chosen("compared") === "native"`)
	p.do(chromedp.Navigate(s.main.URL + "/case/parse/%ff"))
	p.wait(`/no case/i.test(shown("problem")) && document.getElementById("case").hidden`)
	p.do(chromedp.Navigate(s.main.URL + "/case/parse/lf?implementation=%&contexts=%"))
	p.wait(`shown("case-id") === "parse/lf"`)
	p.do(chromedp.Navigate(s.main.URL + "/conformance/?case=%"))
	p.click(`#start`)
	p.wait(`/%/.test(shown("problem"))`)
	p.do(chromedp.Navigate(s.main.URL + "/play#text=%&cuts=x"))
	p.wait(`document.querySelectorAll("#events li").length > 0`)
}

// The page of a case shows both sides, before and after it has run.
func TestCasePage(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	p := open(t, s, "/case/")
	p.wait(`document.querySelectorAll("#cases a").length > 400 && document.getElementById("case").hidden`)
	p.wait(`document.querySelectorAll("#cases a[href='/case/parse/lf']").length === 1`)
	p.do(chromedp.Navigate(s.main.URL + "/case/parse/lf"))
	p.wait(`shown("case-id") === "parse/lf" && /send "data:a\\ndata:b\\n\\n"/.test(shown("server")) && /new EventSource/.test(shown("client"))`)
	p.wait(`!document.querySelector("#case .copy")`) // its content changes
	p.wait(`/^https:..html.spec.whatwg.org./.test(document.querySelector("#level a").href)`)
	p.click(`#run`)
	p.wait(`/^pass chromium\/native\/window/.test(shown("outcome").trim()) && !document.getElementById("run").disabled`)
	p.wait(`/ms  sent head 200 OK "data:a/.test(shown("server-recorded")) && /message "a\\nb"/.test(shown("page-recorded"))`)
	p.do(chromedp.EmulateViewport(360, 800))
	p.wait(`document.documentElement.scrollWidth <= window.innerWidth`)
	p.screenshot("case-run")
	p.do(chromedp.EmulateViewport(1200, 900))
	p.screenshot("case-run-wide")

	p.do(chromedp.Navigate(s.main.URL + "/case/retry/default-delay?run=1&implementation=polyfill&contexts=dedicated-worker"))
	p.waitFor(time.Minute, `/^info chromium\/polyfill\/dedicated-worker/.test(shown("outcome").trim())`)

	p.do(chromedp.Navigate(s.main.URL + "/case/parse/lff"))
	p.wait(`/Did you mean parse\/lf\?/.test(shown("problem")) && document.getElementById("case").hidden`)
	p.wait(`document.querySelectorAll("#cases a").length > 400`)
}

// The page of a case that moves to the host of its frame takes its settings along.
func TestCasePageAtLocalhost(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	p := open(t, s, "/case/parse/lf?lang=en")
	p.do(chromedp.Navigate(strings.Replace(p.url("/case/parse/lf"), "127.0.0.1", "localhost", 1)))
	p.click(`#dark`)
	p.click(`[data-language=zh]`)
	p.wait(`document.getElementById("context").value === "window"`)
	p.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("implementation").value = "polyfill"`))
	p.click(`#run`)
	require.Eventually(t, func() bool { // a navigation fails a wait
		moved, _ := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`location.hostname === "127.0.0.1" && document.readyState === "complete"`))
		return moved
	}, 30*time.Second, 100*time.Millisecond)
	p.wait(`document.documentElement.lang === "zh" && document.getElementById("dark").getAttribute("aria-pressed") === "true"`)
	p.wait(`/^通过 chromium\/polyfill\/window/.test(shown("outcome").trim())`)
}

// If the results cannot be loaded, the page of a case says so, and not that there are none.
func TestCasePageWithoutResults(t *testing.T) {
	t.Parallel()
	p := open(t, serveWith(t, func(site http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", site)
		mux.HandleFunc("/results/summary", func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "out of order", http.StatusInternalServerError)
		})
		return mux
	}), "/case/parse/lf")
	p.wait(`shown("native") === "out of order" && shown("polyfill") === "out of order"`)
}

// A visitor who stops a visit sees the results of the cases that have run.
func TestConformancePageStopsInTheMiddle(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/conformance/?case=retry/")
	p.click(`#start`)
	p.wait(`parseInt(shown("count"), 10) >= 3`)
	p.click(`#stop`)
	p.wait(`/^Stopped after \d+ of \d+ cases\.$/.test(shown("problem")) && !document.getElementById("result").hidden`)
	p.wait(`judged = 0, [].forEach.call(document.querySelectorAll("#targets td"), function (cell) { judged += +(/of (\d+)/.exec(cell.innerText) || [0, 0])[1] }),
		judged >= 1 && judged <= parseInt(shown("count"), 10)`)
	p.wait(`/^All cases that ran passed$|failed$/.test(shown("heading")) && document.getElementById("links").hidden`)

	before, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`shown("problem")`))
	require.NoError(t, err)
	p.do(chromedp.Reload())
	p.wait(fmt.Sprintf(`shown("problem") === %q && !document.getElementById("result").hidden && !document.getElementById("start").hidden`, before))
	p.click(`[data-language=zh]`)
	p.wait(`/^已停止：运行了 \d+ \/ \d+ 个用例。$/.test(shown("problem"))`)
}

// A visitor who stops a visit before a case has run gets no result, and can start
// another.
func TestConformancePageStops(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/conformance/?case=retry/default-delay")
	for range 2 {
		p.click(`#start`)
		p.wait(`!document.getElementById("frame").hidden && !document.getElementById("stay").hidden && document.getElementById("problem").hidden`)
		p.click(`#stop`)
		p.wait(`/^Stopped after \d+ of \d+ cases\.$/.test(shown("problem"))`)
		p.wait(`!document.getElementById("start").hidden && document.getElementById("frame").hidden`)
	}
}

// A server that does not respond is shown at once, and until it responds again.
func TestConformancePageWithoutServer(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	p := open(t, serveWith(t, disconnect(&down)), "/conformance/?case=retry/default-delay")
	p.click(`#start`)
	p.wait(`!document.getElementById("frame").hidden`)
	down.Store(true)
	p.wait(`shown("problem") === "The server does not respond."`)
	down.Store(false)
	p.wait(`document.getElementById("problem").hidden && !document.getElementById("stop").hidden`)
	p.click(`#stop`)
}

// A page at localhost moves to the host of the frame, with its query and settings.
func TestConformancePageAtLocalhost(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	p := open(t, s, "/conformance/")
	at := strings.Replace(s.main.URL, "127.0.0.1", "localhost", 1)
	p.do(chromedp.Navigate(at + "/conformance/?case=retry/default-delay&lang=en"))
	p.click(`#dark`)
	p.click(`[data-language=zh]`)
	p.click(`#start`)
	require.Eventually(t, func() bool { // a navigation fails a wait
		moved, _ := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`location.hostname === "127.0.0.1" && document.readyState === "complete"`))
		return moved
	}, 30*time.Second, 100*time.Millisecond)
	p.wait(`/[?&]case=retry\/default-delay$/.test(location.search)`)
	p.wait(`document.documentElement.lang === "zh" && document.getElementById("dark").getAttribute("aria-pressed") === "true"`)
	p.wait(`!document.getElementById("frame").hidden`)
	p.click(`#stop`)
	p.wait(`/^已停止/.test(shown("problem"))`)
}

// Clicking twice starts one visit.
func TestConformancePageSlow(t *testing.T) {
	t.Parallel()
	var started atomic.Int64
	answer := make(chan struct{})
	p := open(t, serveWith(t, func(site http.Handler) http.Handler {
		slow := delay(t, "POST /conformance/visits", answer)(site)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "POST" && r.URL.Path == "/conformance/visits" {
				started.Add(1)
			}
			slow.ServeHTTP(w, r)
		})
	}), "/conformance/?case=field/data-empty")
	p.click(`#start`)
	p.click(`#start`)
	p.wait(`document.getElementById("start").disabled`)
	close(answer)
	p.waitFor(time.Minute, `!document.getElementById("result").hidden && !document.getElementById("start").hidden && !document.getElementById("start").disabled`)
	require.EqualValues(t, 1, started.Load())
}

// The benchmark page shows the result files that the server has.
func TestBenchPage(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile(filepath.Join("..", "bench", "testdata", "example.json"))
	require.NoError(t, err)
	folder := fstest.MapFS{"bench/example.json": {Data: example}}
	p := open(t, serveWith(t, func(site http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", site)
		mux.Handle("/bench/documents", benchmarks(folder))
		mux.Handle("/bench/example.json", files(folder))
		return mux
	}), "/bench/")
	p.wait(`[].map.call(document.querySelectorAll(".measured tbody th"), function (e) { return e.innerText }).join() === "polyfill,native,a <peer>,polyfill,native"`)
	p.wait(`document.querySelector(".measurement .builds").innerText === "native, a <peer> 111111111111, polyfill 0.2.0 0123456789ab, harness v0.2.0"`)
	p.wait(`document.querySelector(".measured .native").innerText.replace(/\s+/g, " ") === "native 305,000 650 1 0"`)
	for _, width := range []int64{1200, 360} {
		p.do(chromedp.EmulateViewport(width, 800))
		p.wait(`document.documentElement.scrollWidth <= window.innerWidth`)
		p.screenshot(fmt.Sprint("bench-measured-", width))
	}
}

// A page is Chinese if its URL, the reader or the browser says so. Texts that have no
// translation are marked as English: requirements, and what was recorded.
func TestPagesInChinese(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/bench/?lang=zh")
	p.wait(`document.querySelectorAll(".measurement h3").length > 10`)
	p.wait(`[].every.call(document.querySelectorAll(".what, .measured th.number"), function (e) { return !/[a-z]{3,} [a-z]{2,}/.test(e.innerText) })`)
	p.wait(`[].some.call(document.querySelectorAll(".what"), function (e) { return e.innerText === "200,000 个事件，每个 20 B，从开始信号到最后一个事件。" })`)

	p.do(chromedp.Navigate(p.url("/case/")))
	p.wait(`document.querySelectorAll("#cases a").length > 400 && /lf must · 行以 LF 结尾/.test(document.querySelector("#cases [href='/case/parse/lf']").parentNode.innerText)`)
	p.do(chromedp.Navigate(p.url("/case/parse/lf")))
	p.wait(`/^行以 LF 结尾。/.test(shown("claim")) && /^通过$/m.test(shown("native"))`)
	p.wait(`[].map.call(document.querySelectorAll("#implementation option, #context option"), function (o) { return o.text }).join().indexOf("原生,polyfill,") === 0`)
	p.do(chromedp.Navigate(p.url("/case/parse/lff")))
	p.wait(`/^没有名为 parse\/lff 的用例。您要找的是 parse\/lf 吗？$/.test(shown("problem"))`)
	p.do(chromedp.Navigate(p.url("/play#case=parse/lf")))
	p.wait(`/^行以 LF 结尾。/.test(shown("about"))`)

	p.do(chromedp.Navigate(p.url("/results/")))
	p.wait(`document.querySelectorAll("#matrix th").length > 10 && document.querySelector("#matrix th").innerText.indexOf("跨域") > 0`)
	p.wait(`document.querySelector("#browsers a").getAttribute("href") === "/results/chromium?lang=zh"`)
	p.do(chromedp.Navigate(p.url("/results/firefox@115?lang=zh")))
	p.wait(`document.documentElement.lang === "zh" && document.querySelector("h1").innerText === "firefox@115 中的 EventSource"`)
	p.wait(`document.querySelector("header a[lang=en]").getAttribute("href") === "/results/firefox@115?lang=en"`)
	p.do(chromedp.Navigate(p.url("/results/firefox@115?lang=en")))
	p.wait(`document.documentElement.lang === "en" && document.querySelector("h1").innerText === "EventSource in firefox@115"`)

	p.do(chromedp.Navigate(p.url("/demo/chat")))
	p.wait(`/^访客 \d+$/.test(document.getElementById("name").value)`)
	p.do(chromedp.Navigate(p.url("/demo/quotes")))
	p.wait(`document.querySelectorAll("td.rise").length > 0 && getComputedStyle(document.querySelector("td.rise")).color === "rgb(163, 36, 26)"`)
}

// What stands in a row of a form ends on one line, whatever it is.
func TestFormsAlign(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/demo/chat")
	for _, tt := range []struct{ path, controls string }{
		{"/demo/chat", "#join input, #join button"},
		{"/demo/notify", "#send input, #send select, #send button"},
		{"/case/parse/lf", "#options select, #options button"},
		{"/results/", "#versions select, #versions button"},
		{"/results/", "#filter select, #words, #filter label:not(.plain)"},
	} {
		p.do(chromedp.Navigate(p.url(tt.path)))
		p.wait(fmt.Sprintf(`(function () {
			var all = [].map.call(document.querySelectorAll(%q), function (e) { return e.getBoundingClientRect().bottom })
			return all.length > 1 && all.every(function (bottom) { return all.every(function (other) { return Math.abs(bottom - other) < 1 || Math.abs(bottom - other) > 20 }) })
		}())`, tt.controls))
	}
}

// In a browser without EventSource, every page uses the polyfill, and says so.
func TestPagesWithoutNative(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	for path := range www.Pages {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			p := open(t, s, path, withoutNative)
			p.wait(`!document.getElementById("state") || shown("state") === "1, open"`)
			p.wait(`!document.getElementById("missing") || shown("missing") === "This browser has no native EventSource, so the page uses the polyfill."`)
		})
	}
}

// A printed page has no navigation, no buttons and no dark background.
func TestPagesPrint(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/servers")
	p.click(`#dark`)
	p.do(emulateMedia(emulation.SetEmulatedMediaParams{Media: "print"}))
	p.wait(`getComputedStyle(document.documentElement).backgroundColor === "rgba(0, 0, 0, 0)" && getComputedStyle(document.documentElement).color === "rgb(31, 35, 40)"`)
	p.wait(`[].every.call(document.querySelectorAll("nav, footer, button, .source"), function (e) { return !e.offsetHeight })`)
	p.wait(`document.querySelector("h1").offsetHeight > 0 && document.querySelector("pre").offsetHeight > 0`)
	p.screenshot("servers-print")
}

// A Copy button covers no code, also if the code does not wrap.
func TestCopyButtons(t *testing.T) {
	t.Parallel()
	const covered = `[].some.call(document.querySelectorAll(".copy"), function (copy) {
		var button = copy.getBoundingClientRect(), range = document.createRange()
		range.selectNodeContents(copy.parentNode.querySelector("code"))
		return [].some.call(range.getClientRects(), function (line) {
			return line.width > 0 && line.left < button.right && line.right > button.left && line.top < button.bottom && line.bottom > button.top
		})
	})`
	s := serveSite(t)
	for _, path := range []string{"/servers", "/demo/chat", "/conformance/"} {
		p := open(t, s, path)
		p.click(`details.source summary`)
		p.wait(`!!document.querySelector("details .copy")`)
		for _, width := range []int64{1200, 360} {
			p.do(chromedp.EmulateViewport(width, 800))
			p.wait(`!` + covered)
		}
	}
}

// The page of a report, which the server makes, has no accessibility violations.
func TestReportPageLook(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile(filepath.Join("..", "..", "build", "axe", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Skip("accessibility is not checked (run scripts/install-axe.sh to get axe-core)")
	}
	p := open(t, serveSite(t), "/results/firefox?lang=zh")
	p.wait(`document.querySelectorAll("nav a").length > 10 && document.querySelectorAll(".plain a").length > 100`)
	p.wait(`document.documentElement.scrollWidth <= window.innerWidth`)
	p.checkAccessibility(string(axe))

	// Reports with many targets, and with long lines, fit a phone.
	p.do(chromedp.EmulateViewport(360, 800))
	for _, name := range []string{"clients", "polyfill"} {
		p.do(chromedp.Navigate(p.url("/results/" + name)))
		p.wait(`document.documentElement.scrollWidth <= window.innerWidth`)
	}
}

// Every page fits every screen width and has no accessibility violations. Screenshots
// are written to build/screenshots.
func TestPagesLook(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile(filepath.Join("..", "..", "build", "axe", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Log("accessibility is not checked (run scripts/install-axe.sh to get axe-core)")
	}
	s := serveSite(t)
	say := func(who, text string) {
		s.post("/demo/chat", url.Values{"room": {"tea"}, "name": {who}, "text": {text}})
	}
	say("Anna", "Is the kettle on?")
	say("林", "刚烧开。")
	say("Bob", "Two minutes.\nBring biscuits!")
	s.post("/demo/notify", url.Values{"text": {"Nightly build started"}})
	s.post("/demo/notify", url.Values{"text": {"The build is green"}, "kind": {"success"}})
	s.post("/demo/notify", url.Values{"text": {"Disk of server 7 is 91 % full"}, "kind": {"warning"}})

	paths := slices.Sorted(maps.Keys(www.Pages))
	for _, path := range append(paths, "/case/parse/lf", "/faults", "/nothing") {
		name := strings.ReplaceAll(strings.Trim(strings.TrimPrefix(path, "/demo"), "/"), "/", "-")
		if name == "" {
			name = "start"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, s, path)
			p.wait(`!document.getElementById("state") || shown("state") === "1, open"`)
			p.wait(`location.pathname !== "/demo/log" || texts("message").length >= 3`)
			p.wait(`location.pathname !== "/results/" || document.querySelectorAll("#browsers tr").length > 0`)
			p.wait(`location.pathname !== "/demo/quotes" || +shown("received") > 600`)
			p.wait(`location.pathname !== "/case/parse/lf" || shown("case-id") === "parse/lf"`)
			p.wait(`!document.getElementById("inspector") || document.getElementById("inspector").open`)
			for _, look := range looks {
				p.click(`[data-language=` + look.language + `]`)
				p.do(chromedp.EmulateViewport(look.width, 800))
				p.do(preferScheme(look.scheme))
				p.wait(`document.documentElement.scrollWidth <= window.innerWidth`)
				if look.closely {
					p.checkAccessibility(string(axe))
					p.screenshot(fmt.Sprintf("%s-%s-%s-%d", name, look.language, look.scheme, look.width))
				}
			}
		})
	}
}

// looks are the ways in which each page is checked: every pair of a language, a colour
// scheme and a width is among them. Checking accessibility and taking a screenshot takes
// long, so that is done in two looks, which differ in everything.
var looks = []struct {
	language, scheme string
	width            int64
	closely          bool // check accessibility, take a screenshot
}{
	{"en", "light", 1200, true}, {"en", "dark", 360, false}, {"zh", "light", 360, false}, {"zh", "dark", 1200, false},
	{"zh", "dark", 360, true},
}
