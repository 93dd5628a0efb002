package site

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"eventsource-wasm/www"
)

// watchFocus removes all but the first rows of long lists and tables, because the others are
// like them. It then records each element that gets the focus, and what is wrong with how it
// looks.
const watchFocus = `(function () {
	function shorten(lists, length) {
		[].forEach.call(document.querySelectorAll(lists), function (list) {
			while (list.children.length > length) { list.removeChild(list.lastChild) }
		})
	}
	shorten("ul, ol, tbody", 20)
	shorten("#matrix, #differences, #cases, .apart, .group", 4)
	focused = []
	hiddenFocus = []
	addEventListener("keyup", function () { // the browser has scrolled to the element then
		var e = document.activeElement
		if (e === document.body) { return }
		var box = e.getBoundingClientRect(), style = getComputedStyle(e)
		focused.push(e)
		var drawer = document.getElementById("inspector")
		var bottom = drawer && !drawer.contains(e) ? drawer.getBoundingClientRect().top : innerHeight
		if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 1) { hiddenFocus.push("no outline: " + e.outerHTML.slice(0, 100)) }
		if (box.bottom <= 0 || box.top >= bottom || box.right <= 0 || box.left >= innerWidth) { hiddenFocus.push("outside the screen: " + e.outerHTML.slice(0, 100)) }
	})
	controls = [].filter.call(document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]"), function (e) {
		return !e.disabled && e.tabIndex >= 0 && e.checkVisibility() && (e.type !== "radio" || e.checked)
	})
	return controls.length
}())`

// On a phone's screen, the Tab key reaches everything on each page, and the focus is visible.
func TestKeyboardReaches(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/servers")
	p.do(chromedp.EmulateViewport(360, 640))
	paths := slices.Sorted(maps.Keys(www.Pages))
	for _, path := range append(paths, "/case/parse/lf", "/results/firefox@115", "/faults", "/nothing") {
		p.do(chromedp.Navigate(p.url(path)))
		p.wait(`!document.getElementById("state") || shown("state") === "1, open"`)
		p.wait(`location.pathname !== "/results/" || document.querySelectorAll("#differences > li").length > 0`)
		p.wait(`location.pathname !== "/case/parse/lf" || shown("case-id") === "parse/lf"`)
		p.wait(`location.pathname !== "/case/" || document.querySelectorAll("#cases a").length > 400`)
		p.wait(`location.pathname !== "/bench/" || (all = document.querySelectorAll(".measurement")).length > 0 && [].every.call(all, function (e) { return e.querySelector("h2") })`)
		count, err := chromedp.Run(p.ctx, chromedp.Evaluate[int](watchFocus))
		require.NoError(t, err)
		require.Greater(t, count, 2, path)
		p.do(chromedp.KeyEvent(strings.Repeat(kb.Tab, count+5)))
		missed, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`controls.filter(function (e) {
			return focused.indexOf(e) < 0 && document.contains(e) && !e.disabled
		}).map(function (e) { return e.outerHTML.slice(0, 100) })`))
		require.NoError(t, err)
		require.Empty(t, missed, "%s: Tab does not reach", path)
		hidden, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`hiddenFocus`))
		require.NoError(t, err)
		require.Empty(t, hidden, "%s: the focus is not visible", path)
	}
}

// The keyboard does whatever a mouse does on the pages: cuts of the playground, buttons and choices
// of the demos, filters of the results.
func TestKeyboardActs(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/play#text=data:%20a%0A%0Adata:%20b%0A%0A")
	press := func(selector, keys string) {
		t.Helper()
		p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("` + selector + `").focus()`))
		p.do(chromedp.KeyEvent(keys))
	}
	p.wait(`document.querySelectorAll("#events li").length === 2`)
	press("#cuts", "9,12!"+kb.Enter)
	p.wait(`document.querySelectorAll(".gap.cut").length === 1 && document.querySelectorAll(".gap.lost").length === 1 && /cuts=9,12!/.test(decodeURIComponent(location.hash))`)
	press("#restart", " ")
	p.wait(`document.querySelectorAll("#events li").length === 0`)
	press("#step", kb.Enter)
	p.wait(`document.querySelectorAll("#events li").length === 1`)
	press("#preset", kb.ArrowDown)
	p.wait(`document.getElementById("text").value.indexOf("data: b") < 0`)

	p.do(chromedp.Navigate(p.url("/demo/log")))
	p.wait(`shown("state") === "1, open"`)
	press("input[name=implementation]:checked", kb.ArrowRight)
	p.wait(`site.chosen("implementation") === "polyfill" && shown("state") === "1, open"`)
	press("#cut", " ")
	p.wait(`texts("error").pop() === "error, readyState 0, connecting"`)
	press("#inspector summary", kb.Enter)
	p.wait(`!document.getElementById("inspector").open`)

	p.do(chromedp.Navigate(p.url("/results/")))
	p.wait(`document.querySelectorAll("#differences > li").length > 0`)
	press("a[href='#filter']", kb.Enter+kb.Tab) // past the hundreds of buttons of the matrix
	p.wait(`document.activeElement.name === "compared"`)
	press("#group", "dec")
	p.wait(`/group=decode/.test(location.search)`)
	press("#words", "nul")
	press("#differing", " ")
	p.wait(`/words=nul/.test(location.search) && /all=1/.test(location.search) && document.querySelectorAll("#differences > li").length > 0`)
	press("#differences summary", kb.Enter)
	p.wait(`document.querySelector("#differences details").open`)
	press("#matrix button.few", kb.Enter)
	p.wait(`/browser=chromium/.test(location.search)`)
}
