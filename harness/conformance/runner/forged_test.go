package runner

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/refserver"
)

// forging are the scripts of testdata/wrong that deceive the harness, with the ways in
// which they try.
var forging = map[string][]string{
	"forges-record":      {"posts first", "reads the page", "loads the page again", "replaces everything"},
	"invents-events":     {""},
	"takes-native-class": {""},
}

// forgedCase is a case whose right transcript is right, and that needs a stream.
func forgedCase(id string) catalogue.Case {
	c := testCases(id)[0]
	c.Contexts = inWindow
	c.Server = []catalogue.Connection{{
		{Verb: catalogue.Respond, Head: catalogue.Head{Status: 200, Headers: [][2]string{{"Content-Type", "text/event-stream"}}, Framing: catalogue.Chunked}},
		{Verb: catalogue.Send, Bytes: []byte("data: a\n\n"), Repeat: 1},
		{Verb: catalogue.Hold},
	}}
	c.Client.Script = []string{
		"var es = t.record(new EventSource(t.url))",
		"es.addEventListener('message', function () { t.log('answer', 42) })",
	}
	c.Client.Limit, c.Client.Settle = 1000, 50
	return c
}

// TestForged checks that an implementation that deceives the harness does not pass.
func TestForged(t *testing.T) {
	got := map[string]string{
		"forges-record: posts first":          "posted a record itself",
		"forges-record: reads the page":       "posted a record itself",
		"forges-record: loads the page again": "posted a record itself",
		"forges-record: replaces everything":  "no log entry 1",
		"invents-events: ":                    "events without a request: nothing has reached the server",
		"takes-native-class: ":                "takes-native-class:  defines no EventSource",
	}
	var forgers []implementation.Implementation
	for script, ways := range forging {
		for _, way := range ways {
			head := fmt.Sprintf("var way = %q\nvar answers = %s;\n", way, right)
			forgers = append(forgers, implementation.Implementation{
				Name:   script + ": " + way,
				Script: append([]byte(head), source(t, script)...),
			})
		}
	}
	honest := implementation.Implementation{Name: "honest", Script: source(t, "base")}
	native := implementation.Implementation{Name: "native"}
	results := runIn(t, inWindow, []catalogue.Case{forgedCase("test/forged")}, append(forgers, honest, native)...)
	require.Len(t, results, len(forgers)+2)
	for _, r := range results[len(forgers):] {
		require.Equal(t, catalogue.Pass, r.Verdict, "%s: %s", r.Target, r.Got)
	}
	for _, r := range results[:len(forgers)] {
		require.NotEqual(t, catalogue.Pass, r.Verdict, r.Target)
		require.Equal(t, got[strings.TrimSuffix(strings.TrimPrefix(r.Target, "chromium/"), "/window")], r.Got, r.Target)
	}
}

// TestInvented checks that events without a request are an error.
func TestInvented(t *testing.T) {
	var answers catalogue.Transcript
	require.NoError(t, json.Unmarshal([]byte(`{"events": [{"type": "error"}, {"type": "exception"}]}`), &answers))
	require.False(t, invented(&catalogue.Case{}, answers), "a stream that a policy blocks is not requested")
	for _, event := range []string{`{"type": "open"}`, `{"type": "other"}`} {
		require.NoError(t, json.Unmarshal([]byte(`{"events": [`+event+`]}`), &answers))
		require.True(t, invented(&catalogue.Case{}, answers))
		answers.Requests = []catalogue.SeenRequest{{}}
		require.False(t, invented(&catalogue.Case{}, answers))
		answers.Requests = nil
		require.False(t, invented(&catalogue.Case{Expect: catalogue.Expect{Requests: []catalogue.Request{}}}, answers), "a data: URL")
	}
}

// TestKey checks which pages are given a key for the record of a case.
func TestKey(t *testing.T) {
	attemptOf := func(drive []catalogue.Action) *attempt {
		c := &catalogue.Case{Drive: drive}
		return &attempt{instance: &refserver.Instance{Case: c}, keys: map[string]bool{}}
	}
	a := attemptOf(nil)
	require.Empty(t, a.newKey("empty"), "a request of a script")
	require.Empty(t, a.newKey("script"))
	require.NotEmpty(t, a.newKey("iframe"))
	require.Empty(t, a.newKey("iframe"), "the second page")

	old := attemptOf(nil)
	require.NotEmpty(t, old.newKey(""), "a browser that does not say what for")
	require.Empty(t, old.newKey(""))

	reloads := attemptOf(nil)
	reloads.instance.Case.Client.Reloads = true
	require.NotEqual(t, reloads.newKey(""), reloads.newKey(""))

	driven := attemptOf([]catalogue.Action{{Name: catalogue.Back}})
	require.NotEqual(t, driven.newKey("document"), driven.newKey("document"))
	require.Len(t, driven.keys, 2)
	require.Empty(t, driven.newKey("empty"))
}
