package runner

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
)

// puppet is an EventSource whose events are fired by the case's script or, for a case
// without a script, by a timer.
const puppet = `
function EventSource(url, init) {
  this.readyState = 1
  this.listeners = {}
  this.init = init
  if (init && init.throws) throw new Error(init.throws)
  var source = this
  setTimeout(function () { source.fire('message', 'one'); source.fire('message', 'two'); source.fire('other', 'three') }, 10)
}
EventSource.prototype.addEventListener = function (type, listener) {
  (this.listeners[type] = this.listeners[type] || []).push(listener)
}
EventSource.prototype.fire = function (type, data) {
  var listeners = this.listeners[type] || []
  for (var i = 0; i < listeners.length; i++) listeners[i](new MessageEvent(type, {data: data}))
}
EventSource.prototype.close = function () { this.readyState = 2 }
`

var (
	inWindow  = []catalogue.Context{catalogue.Window}
	inWorkers = []catalogue.Context{catalogue.DedicatedWorker, catalogue.SharedWorker, catalogue.ServiceWorker}
)

// TestRecorder checks that the recorder reports the same in all contexts, byte for byte.
func TestRecorder(t *testing.T) {
	tests := []struct {
		name     string
		contexts []catalogue.Context
		client   catalogue.Client
		expect   catalogue.Expect
		want     []string // what is reported, in the words of seen
	}{
		{
			"a client without a script ends after the expected number of events",
			catalogue.Contexts,
			catalogue.Client{},
			events(2),
			[]string{"message one 1", "message two 1", "complete"},
		},
		{
			"listens to other types",
			catalogue.Contexts,
			catalogue.Client{Listen: []string{"other", "message"}},
			events(3),
			[]string{"message one 1", "message two 1", "other three 1", "complete"},
		},
		{
			"closes in the nth event",
			catalogue.Contexts,
			catalogue.Client{Close: &catalogue.CloseWhen{On: "message", Nth: 2}, Listen: []string{"other"}},
			events(3),
			[]string{"message one 1", "message two 1", "other three 2", "complete"},
		},
		{
			"closes in the constructor's task",
			catalogue.Contexts,
			catalogue.Client{Close: &catalogue.CloseWhen{On: "construct"}},
			events(2),
			[]string{"message one 2", "message two 2", "complete"},
		},
		{
			"waits for an event that does not come",
			catalogue.Contexts,
			catalogue.Client{Limit: 100},
			events(3),
			[]string{"message one 1", "message two 1", "incomplete"},
		},
		{
			"a script is done when it calls done",
			catalogue.Contexts,
			script(`t.record(new EventSource(t.url))`, `t.log("state", 1)`, `t.done()`),
			catalogue.Expect{},
			[]string{"log state 1", "complete"},
		},
		{
			"characters of all kinds",
			catalogue.Contexts,
			script(
				`var es = t.record(new EventSource(t.url))`,
				`es.fire("message", "\u0000 \r\n \u2028 \ufeff \u00e9 \ud83d\ude00 </script>")`,
				`es.fire("message", "a\ud83d")`,
				`es.fire("message", 7)`,
				`t.done()`,
			),
			catalogue.Expect{},
			[]string{"message \x00 \r\n \u2028 \ufeff é 😀 </script> 1", "message a\ufffd{d83d} 1", "message (number) 7 1", "complete"},
		},
		{
			"a long text is summarised",
			catalogue.Contexts,
			script(
				`var es = t.record(new EventSource(t.url))`,
				`es.fire("message", new Array(4097).join("é"))`,
				`es.fire("message", new Array(4098).join("é"))`,
				`es.fire("message", new Array(3001).join("\ud83d\ude00"))`,
				`t.done()`,
			),
			catalogue.Expect{},
			[]string{
				"message " + strings.Repeat("é", 4096) + " 1",
				"message " + catalogue.Summarise(strings.Repeat("é", 4097)).Hash + " 1",
				"message " + catalogue.Summarise(strings.Repeat("😀", 3000)).Hash + " 1",
				"complete",
			},
		},
		{
			"values of all kinds",
			catalogue.Contexts,
			script(
				`t.log("a", undefined)`, `t.log("b", null)`, `t.log("c", NaN)`, `t.log("d", [1, {x: "é"}])`,
				`t.log("e", function () {})`, `t.log("f", t.throws(function () { null.x }))`, `t.log("g", t.throws(function () {}))`, `t.done()`,
			),
			catalogue.Expect{},
			[]string{`log a "undefined"`, `log b null`, `log c "NaN"`, `log d [1,{"x":"é"}]`, `log e "function"`, `log f "TypeError"`, `log g "none"`, "complete"},
		},
		{
			"a constructor that throws",
			catalogue.Contexts,
			catalogue.Client{Init: json.RawMessage(`{"throws": "no such URL"}`)},
			events(3),
			[]string{"exception Error: no such URL 0", "complete"},
		},
		{
			"a script that throws",
			catalogue.Contexts,
			script(`t.log("a", 1)`, `null.x`),
			catalogue.Expect{},
			[]string{"log a 1", "broke: threw TypeError: Cannot read properties of null (reading 'x')"},
		},
		{
			"a timer that throws",
			catalogue.Contexts,
			script(`t.later(1, function () { null.x })`),
			catalogue.Expect{},
			[]string{"broke: threw TypeError: Cannot read properties of null (reading 'x')"},
		},
		{
			"syntax that the engine cannot parse",
			catalogue.Contexts,
			catalogue.Client{Syntax: "a new syntax", Script: []string{`t.log("a", 1)`}},
			catalogue.Expect{},
			[]string{"missing: this engine cannot parse: a new syntax"},
		},
		{
			"a script that opens dialogs",
			inWindow,
			script(`confirm("sure\n?")`, `alert()`),
			catalogue.Expect{},
			[]string{"broke: called confirm(\"sure\n?\")"},
		},
		{
			"a script that does not parse",
			inWindow,
			script(`var = 1`),
			catalogue.Expect{},
			[]string{"error case.js:2: Uncaught SyntaxError: Unexpected token '='"},
		},
		{
			"a script that does not parse, in a worker",
			inWorkers,
			script(`var = 1`),
			catalogue.Expect{},
			[]string{"error case.js: SyntaxError: Failed to execute 'importScripts' on 'WorkerGlobalScope': Unexpected token '='"},
		},
		{
			"a script that loads a resource",
			catalogue.Contexts,
			script(`t.get(t.url.replace("stream", "case.js"), function (text) { t.log("text", text.substring(0, 13)); t.done() })`),
			catalogue.Expect{},
			[]string{`log text "recorder.take"`, "complete"},
		},
		{
			"a page that changes its base",
			inWindow,
			script(
				`var base = document.createElement("base")`, `base.href = "http://nowhere.invalid/"`, `document.head.appendChild(base)`,
				`t.done()`,
			),
			catalogue.Expect{},
			[]string{"complete"},
		},
	}
	var cases []catalogue.Case
	for _, tt := range tests {
		c := catalogue.Case{ID: tt.name, Level: catalogue.Must, Contexts: tt.contexts, Client: tt.client, Expect: tt.expect}
		c.Server = []catalogue.Connection{{{Verb: catalogue.Hold}}}
		c.Client.URL = "{url}"
		c.Client.Limit = max(c.Client.Limit, 100)
		c.Client.Settle = 20
		cases = append(cases, c)
	}
	result, err := Run(t.Context(), Plan{
		Cases:           cases,
		Browser:         findChromium(t),
		Implementations: []implementation.Implementation{{Name: "puppet.js", Script: []byte(puppet)}},
		Contexts:        catalogue.Contexts,
		Jobs:            6,
		puppet:          true,
	})
	require.NoError(t, err)
	results := result.Results
	ran := 0
	for _, tt := range tests {
		for _, r := range results {
			if r.Case == tt.name {
				require.Equal(t, tt.want, seen(t, r.Transcript), r.Target+" "+tt.name)
				ran++
			}
		}
	}
	require.Len(t, results, ran)
}

// TestNoEventSource checks the errors of scripts that define no EventSource.
func TestBrokenImplementations(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"nothing.js", "", "nothing.js defines no EventSource"},
		{"throws.js", "\nnull.x", "throws.js:2: Uncaught TypeError: Cannot read properties of null (reading 'x')"},
		{"broken.js", "var = 1", "broken.js:1: Uncaught SyntaxError: Unexpected token '='"},
	}
	var implementations []implementation.Implementation
	for _, tt := range tests {
		implementations = append(implementations, implementation.Implementation{Name: tt.name, Script: []byte(tt.script)})
	}
	results := runIn(t, inWindow, testCases("test/a"), implementations...)
	for i, tt := range tests {
		require.Equal(t, catalogue.Error, results[i].Verdict)
		require.Equal(t, tt.want, results[i].Got)
	}
}

// runIn runs cases in Chromium.
func runIn(t *testing.T, contexts []catalogue.Context, cases []catalogue.Case, implementations ...implementation.Implementation) []report.Result {
	t.Helper()
	document, err := Run(t.Context(), Plan{
		Cases:           cases,
		Browser:         findChromium(t),
		Implementations: implementations,
		Contexts:        contexts,
		Jobs:            6,
	})
	require.NoError(t, err)
	return document.Results
}

// script returns a client that runs a script.
func script(lines ...string) catalogue.Client { return catalogue.Client{Script: lines} }

// events returns the expectation of n events of any kind.
func events(n int) catalogue.Expect {
	return catalogue.Expect{Events: slices.Repeat([]catalogue.Event{{}}, n)}
}

// seen returns a transcript in words.
func seen(t *testing.T, transcript catalogue.Transcript) []string {
	var words []string
	for _, e := range transcript.Events {
		words = append(words, fmt.Sprintf("%s %s%s %d", e.Type, e.Data.Value, e.Data.Hash, e.ReadyState))
	}
	for _, e := range transcript.Log {
		value, err := json.Marshal(e.Value)
		require.NoError(t, err)
		words = append(words, fmt.Sprintf("log %s %s", e.Name, value))
	}
	switch {
	case transcript.Error != "":
		return append(words, "error "+transcript.Error)
	case transcript.Missing != "":
		return append(words, "missing: "+transcript.Missing)
	case transcript.Broke != "":
		return append(words, "broke: "+transcript.Broke)
	case transcript.Complete:
		return append(words, "complete")
	}
	return append(words, "incomplete")
}
