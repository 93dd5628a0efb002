package runner

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/compat"
)

// TestHidden checks in every context that each feature is hidden if it is named, and
// not otherwise. The browser's own EventSource is always hidden.
func TestHidden(t *testing.T) {
	tests := []struct{ feature, test string }{
		{"AbortController", `"AbortController" in self`},
		{"CustomEvent-constructor", `"CustomEvent" in self && t.throws(function () { new CustomEvent("a") }) === "none"`},
		{"DOMException-constructor", `t.throws(function () { new DOMException("a", "b") }) === "none"`},
		{"Event-constructor", `t.throws(function () { new Event("a") }) === "none"`},
		{"EventSource", `/native/.test(EventSource)`},
		{"EventTarget", `"EventTarget" in self`},
		{"EventTarget-constructor", `"EventTarget" in self && t.throws(function () { new EventTarget() }) === "none"`},
		{"MessageChannel", `"MessageChannel" in self`},
		{"MessageEvent-constructor", `t.throws(function () { new MessageEvent("a") }) === "none"`},
		{"Promise", `"Promise" in self`},
		{"Response", `self.ServiceWorkerGlobalScope ? "none here" : "Response" in self`},
		{"Symbol", `"Symbol" in self`},
		{"TextDecoder", `"TextDecoder" in self`},
		{"TextEncoder", `"TextEncoder" in self`},
		{"URL", `"URL" in self`},
		{"URL-constructor", `"URL" in self && t.throws(function () { new URL("http://a/") }) === "none"`},
		{"WeakMap", `"WeakMap" in self`},
		{"WebAssembly", `"WebAssembly" in self`},
		{"anchor-parts", `self.document ? anchor("x").protocol !== ":" : "none here"`},
		{"bind", `"bind" in Function.prototype`},
		{"currentScript", `self.document ? "currentScript" in document : "none here"`},
		{"fetch", `self.ServiceWorkerGlobalScope ? "none here" : "fetch" in self`},
		{"fetch-streams", `self.ServiceWorkerGlobalScope ? "none here" : "Response" in self && "body" in Response.prototype`},
		{"globalThis", `"globalThis" in self`},
		{"origin", `"origin" in self`},
		{"overrideMimeType", `self.XMLHttpRequest ? "overrideMimeType" in XMLHttpRequest.prototype : "none here"`},
		{"performance-now", `"now" in performance`},
		{"queueMicrotask", `"queueMicrotask" in self`},
		{"reportError", `"reportError" in self`},
		{"responseURL", `self.XMLHttpRequest ? "responseURL" in XMLHttpRequest.prototype : "none here"`},
		{"scheduler", `"scheduler" in self`},
		{"setPrototypeOf", `"setPrototypeOf" in Object`},
		{"uncached-XMLHttpRequest", `self.document ? document.documentMode === undefined : "none here"`},
		{"unthrown-stack", `new Error().stack !== undefined`},
	}
	lines := []string{"function anchor(href) { var a = document.createElement('a'); a.href = href; return a }"}
	var features []string
	for _, tt := range tests {
		features = append(features, tt.feature)
		lines = append(lines, `t.log("`+tt.feature+`", `+tt.test+`)`)
	}
	require.Equal(t, implementation.Features, features, "each feature has a test")

	c := testCases("test/hidden")[0]
	c.Expect = catalogue.Expect{}
	c.Client.Script = append(lines, "t.done()")
	c.Client.Limit = 1000
	whole := implementation.Implementation{Name: "whole.js", Script: []byte("function EventSource() {}")}
	none, err := implementation.Implementation{Name: "none.js", Script: whole.Script}.Hiding(implementation.Features)
	require.NoError(t, err)

	results := runIn(t, catalogue.Contexts, []catalogue.Case{c}, whole, none)
	require.Len(t, results, 2*len(catalogue.Contexts))
	for _, r := range results {
		require.Len(t, r.Transcript.Log, len(tests), "%s %s", r.Target, r.Got)
		for _, entry := range r.Transcript.Log {
			there := strings.Contains(r.Target, "whole") && entry.Name != "EventSource"
			if entry.Value != "none here" {
				require.Equal(t, there, entry.Value, "%s in %s", entry.Name, r.Target)
			}
		}
	}
}

// TestQuirks checks what an engine does that has the quirks of Internet Explorer.
func TestQuirks(t *testing.T) {
	tests := []struct {
		name, script string
		want         any // what the script logs
		requests     int // of the route
	}{
		{"a relative URL", `log(anchor("x").protocol + anchor("x").host)`, ":", 0},
		{"a relative URL, resolved", `var a = anchor("x"); a.href = a.href; log(a.protocol + a.pathname.slice(-1))`, "http:x", 0},
		{"an absolute URL", `log(anchor("http://example.org/").host)`, "example.org", 0},
		{"a malformed URL", `log(t.throws(function () { return anchor("http://a:80x/").href }))`, "Error", 0},
		{"an anchor without href", `log(document.createElement("a").href)`, "", 0},
		{"the same URL again", `get(t.urls.a, "", function () { get(t.urls.a, "", log) })`, "\u00e9", 1},
		{"with a date", `get(t.urls.a, "", function () { get(t.urls.a, "If-Modified-Since", log) })`, "\u00e9", 2},
		{"with Cache-Control", `get(t.urls.a, "", function () { get(t.urls.a, "Cache-Control", log) })`, "\u00e9", 1},
		{"a response that forbids it", `get(t.urls.b, "", function () { get(t.urls.b, "", log) })`, "b", 2},
		{"bytes", `get(t.urls.a, "", function () { get(t.urls.a, "", log, true) }, true)`, "\uf7c3\uf7a9", 1},
		{"an error that is thrown", `try { throw new Error("x") } catch (e) { log(typeof e.stack + e.message) }`, "stringx", 0},
		{"an error that is not", `log(typeof Error("x").stack)`, "undefined", 0},
		{"an error of the engine", `try { null.x } catch (e) { log(e instanceof TypeError && typeof e.stack) }`, "string", 0},
	}
	cases := []catalogue.Case{}
	for i, tt := range tests {
		c := testCases(fmt.Sprintf("test/quirk-%d", i))[0]
		c.Client.Script = []string{
			"function anchor(href) { var a = document.createElement('a'); a.href = href; return a }",
			"function log(value) { t.log('value', value); t.done() }",
			"function get(url, header, then, asBytes) {",
			"  var xhr = new XMLHttpRequest()",
			"  xhr.open('GET', url)",
			"  if (header) xhr.setRequestHeader(header, 'x')",
			"  if (asBytes) xhr.overrideMimeType('text/plain; charset=x-user-defined')",
			"  xhr.onload = function () { setTimeout(function () { then(xhr.responseText) }) }",
			"  xhr.send()",
			"}",
			tt.script,
		}
		c.Client.Limit = 2000
		c.Routes = map[string][]catalogue.Connection{"a": {text("é")}, "b": {text("b", [2]string{"Cache-Control", "no-store"})}}
		c.Expect = catalogue.Expect{}
		cases = append(cases, c)
	}
	lacks, err := compat.Lacks("ie@11")
	require.NoError(t, err)
	old, err := implementation.Implementation{Name: "old.js", Script: []byte("function EventSource() {}")}.Hiding(lacks)
	require.NoError(t, err)
	results := runIn(t, []catalogue.Context{catalogue.Window}, cases, old)
	require.Len(t, results, len(tests))
	for i, tt := range tests {
		at := slices.IndexFunc(results, func(r report.Result) bool { return r.Case == cases[i].ID })
		transcript := results[at].Transcript
		require.Equal(t, []catalogue.Entry{{Name: "value", Value: tt.want}}, transcript.Log, "%s: %s", tt.name, results[at].Got)
		require.Len(t, transcript.Requests, tt.requests, tt.name)
	}
}

// text returns a complete response.
func text(body string, headers ...[2]string) catalogue.Connection {
	headers = append(headers, [2]string{"Content-Type", "text/plain; charset=utf-8"})
	return catalogue.Connection{
		{Verb: catalogue.Respond, Head: catalogue.Head{Status: 200, Headers: headers, Framing: "chunked"}},
		{Verb: catalogue.Send, Bytes: []byte(body), Repeat: 1},
		{Verb: catalogue.End},
	}
}
