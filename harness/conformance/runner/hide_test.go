package runner

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
)

// TestHidden checks in every context that each feature is hidden if it is named, and
// not otherwise. The browser's own EventSource is always hidden.
func TestHidden(t *testing.T) {
	tests := []struct{ feature, test string }{
		{"AbortController", `"AbortController" in self`},
		{"DOMException-constructor", `t.throws(function () { new DOMException("a", "b") }) === "none"`},
		{"Event-constructor", `t.throws(function () { new Event("a") }) === "none"`},
		{"EventSource", `/native/.test(EventSource)`},
		{"EventTarget", `"EventTarget" in self`},
		{"EventTarget-constructor", `"EventTarget" in self && t.throws(function () { new EventTarget() }) === "none"`},
		{"MessageEvent-constructor", `t.throws(function () { new MessageEvent("a") }) === "none"`},
		{"Promise", `"Promise" in self`},
		{"Response", `self.ServiceWorkerGlobalScope ? "none here" : "Response" in self`},
		{"Symbol", `"Symbol" in self`},
		{"TextDecoder", `"TextDecoder" in self`},
		{"TextEncoder", `"TextEncoder" in self`},
		{"URL", `"URL" in self`},
		{"WeakMap", `"WeakMap" in self`},
		{"WebAssembly", `"WebAssembly" in self`},
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
		{"setPrototypeOf", `"setPrototypeOf" in Object`},
	}
	var lines, features []string
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
