package site

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// The page reads an example chunk by chunk, follows its URL, and agrees with the
// browser.
func TestPlayPage(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/play")
	p.wait(`document.querySelectorAll("#events li").length === 2 && document.querySelectorAll("#bytes .byte").length > 90`)
	p.wait(`shown("retry") === "3000 ms" && shown("last") === '"42"' && shown("position").indexOf("chunk 4 of 4") === 0`)

	p.click(`#restart`)
	p.wait(`document.querySelectorAll("#events li").length === 0 && document.querySelectorAll("#bytes .unread").length === document.querySelectorAll("#bytes .byte").length`)
	p.click(`#step`)
	p.click(`#step`)
	p.wait(`shown("type") === '"greeting"' && shown("id") === '"41"' && shown("last") === '""'`)
	p.click(`#run`)
	p.wait(`document.querySelectorAll("#events li").length === 2 && shown("run") === "Play"`)

	// The text, with its escapes.
	p.do(chromedp.Evaluate[chromedp.Void](`var text = document.getElementById("text"); text.value = "data: \\xE4\\xBD\\xA0\\r\\r"; text.oninput(); undefined`))
	p.wait(`contents("#events .data") === "你" && document.querySelector(".character b").innerText === "你"`)
	p.wait(`/^#text=data%3A%20%5CxE4/.test(location.hash)`)
	p.do(chromedp.Evaluate[chromedp.Void](`var text = document.getElementById("text"); text.value = "data: \\q"; text.oninput(); undefined`))
	p.wait(`/^\\q is not a valid escape/.test(shown("wrong"))`)

	// A click cuts, a second one loses the connection, a third one mends it.
	p.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#text=id: 7%0Adata: a%0A%0Adata: b%0A%0A"; undefined`))
	p.wait(`document.querySelectorAll("#events li").length === 2 && shown("retry") === "the browser’s"`)
	p.click(`[data-at="16"]`)
	p.wait(`document.getElementById("cuts").value === "16" && document.querySelectorAll("#events li").length === 2`)
	p.click(`[data-at="16"]`)
	p.wait(`document.getElementById("cuts").value === "16!" && document.querySelectorAll("#events li").length === 1`)
	p.click(`#compare`)
	p.wait(`shown("verdict") === "Identical: 1 event."`)
	p.click(`[data-at="16"]`)
	p.wait(`document.getElementById("cuts").value === ""`)

	// A cut is dragged.
	p.click(`[data-at="3"]`)
	p.do(chromedp.Evaluate[chromedp.Void](`(function () {
		function fire(type, at) { document.querySelector('[data-at="' + at + '"]').dispatchEvent(new MouseEvent(type, {bubbles: true, cancelable: true})) }
		fire("mousedown", 3)
		fire("mousemove", 9)
		fire("mouseup", 9)
	}())`))
	p.wait(`document.getElementById("cuts").value === "9"`)
}

// Each example shows what its name says.
func TestPlayPageExamples(t *testing.T) {
	t.Parallel()
	p := open(t, serveSite(t), "/play")
	for i, data := range []string{
		"hello, world|first line\\nsecond line", "a comment is no event", "one\\ntwo", "a|this id is ignored", "only digits count", "a\\nb", "the mark is removed",
		"你好 😀", "complete|the next stream", "0|1|2|3|4|5|6|7|8|9",
	} {
		p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(function (choice) {
			choice.selectedIndex = %d
			choice.onchange()
		}(document.getElementById("preset")))`, i)))
		p.wait(fmt.Sprintf(`[].map.call(document.querySelectorAll("#events .data"), function (e) { return e.textContent }).join("|") === "%s"`, data))
	}
	p.wait(`document.querySelectorAll("#preset option").length === 10`)
}

// Every case about the format of the stream can be opened on the page, and what it
// shows agrees with the judge.
func TestPlayPageCases(t *testing.T) {
	t.Parallel()
	cases, err := catalogue.Load()
	require.NoError(t, err)
	p := open(t, serveSite(t), "/play")
	p.wait(`!!site.playCases`)
	opened := 0
	for i := range cases {
		c := &cases[i]
		if g := c.Group(); g != "parse" && g != "field" && g != "decode" {
			continue
		}
		p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = "#case=%s"; undefined`, c.ID)))
		p.wait(fmt.Sprintf(`document.getElementById("case").value === %q`, c.ID))
		events, err := chromedp.Run(p.ctx, chromedp.Evaluate[json.RawMessage](`(function () {
			var bytes = site.playground.parseNotation(document.getElementById("text").value)
			var all = site.playground.readAll(bytes, site.playground.parseCuts(document.getElementById("cuts").value, bytes.length)).events
			var shown = [].map.call(document.querySelectorAll("#events li"), function (e) { return e.querySelector("b").textContent })
			if (shown.join() !== all.map(function (e) { return e.type }).join()) { throw new Error("the list shows " + shown) }
			return all
		}())`))
		require.NoError(t, err, c.ID)
		requireAgreement(t, c, events)
		opened++
	}
	require.Greater(t, opened, 80)
}

// requireAgreement checks the events of a case that the page shows.
func requireAgreement(t *testing.T, c *catalogue.Case, shown []byte) {
	t.Helper()
	var events []struct{ Type, Data, LastEventID string }
	require.NoError(t, json.Unmarshal(shown, &events))

	// The page shows no connection, so only the messages are judged.
	listened := map[string]bool{"message": true}
	for _, typ := range c.Client.Listen {
		listened[typ] = true
	}
	claim := *c
	claim.Level = catalogue.Must
	claim.Expect = catalogue.Expect{Events: []catalogue.Event{}}
	for _, e := range c.Expect.Events {
		if e.Data != nil || listened[e.Type] {
			e.ReadyState, e.Origin, e.Class, e.Min, e.Max = nil, nil, nil, nil, nil
			claim.Expect.Events = append(claim.Expect.Events, e)
		}
	}
	transcript := catalogue.Transcript{Complete: true, Events: []catalogue.SeenEvent{}}
	for _, e := range events {
		if !listened[e.Type] {
			continue
		}
		data, id := catalogue.Summarise(e.Data), catalogue.Summarise(e.LastEventID)
		transcript.Events = append(transcript.Events, catalogue.SeenEvent{Type: e.Type, Data: &data, LastEventID: &id, Class: "MessageEvent"})
	}
	judged := catalogue.Judge(&claim, &transcript, catalogue.Env{})
	require.Equal(t, catalogue.Pass, judged.Verdict, "%s: %+v", c.ID, judged)
}
