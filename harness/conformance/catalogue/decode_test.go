package catalogue

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
)

// group returns a catalogue of one file, which holds the given cases.
func group(cases string) fstest.MapFS {
	return fstest.MapFS{"cases/parse.json": {Data: []byte("[" + cases + "]")}}
}

// with returns a valid case with more members.
func with(members string) string {
	return `{"id": "parse/x", "title": "Does", "requirement": "Follows.", "level": "must", "spec": "html#a", ` + members + `}`
}

// withChoice returns a case of level should with that choice.
func withChoice(choice string) string {
	return `{"id": "parse/x", "title": "Does", "requirement": "Follows.", "level": "should", "spec": "html#a", "choice": ` + choice + `}`
}

func TestLoadRefuses(t *testing.T) {
	const good = `"expect": {"messages": []}`
	tests := []struct {
		name, cases, want string
	}{
		{"JSON syntax", "\n{]", `cases/parse.json: line 2: invalid character ']' looking for beginning of object key string; expected an array of cases`},
		{"not an object", `7`, `cases/parse.json: case 1: 7; expected an object`},
		{"no id", `{"title": "Does"}`, `case 1: id: ""; expected GROUP/NAME in lower-case letters, digits and hyphens`},
		{"bad id", `{"id": "Parse/x"}`, `Parse/x: id: "Parse/x"; expected GROUP/NAME`},
		{"id of another group", `{"id": "field/x"}`, `field/x: id: is in the file of group parse; expected parse/… or another file`},
		{"id twice", with(good) + "," + with(good), `parse/x: id: is also in cases/parse.json; expected another id`},
		{"no title", `{"id": "parse/x"}`, `parse/x: title: missing; expected a phrase that says what is done`},
		{"no requirement", `{"id": "parse/x", "title": "Does"}`, `requirement: missing; expected a sentence that says what must follow`},
		{"bad level", `{"id": "parse/x", "title": "Does", "requirement": "Follows.", "level": "REQUIRED"}`, `level: "REQUIRED"; expected must, should, info or extension`},
		{"spec without anchor", `{"id": "parse/x", "title": "Does", "requirement": "Follows.", "level": "must", "spec": "html"}`, `spec: "html"; expected STANDARD#ANCHOR`},
		{"unknown standard", `{"id": "parse/x", "title": "Does", "requirement": "Follows.", "level": "must", "spec": "htm#a"}`, `spec: unknown standard "htm"`},
		{"must with a choice", with(`"choice": {"spec": "html#a", "permits": "May."}`), `choice: the level is must; expected should or info, or no choice`},
		{"choice of an unknown standard", withChoice(`{"spec": "htm#a", "permits": "May."}`), `choice.spec: unknown standard "htm"`},
		{"choice without a reason", withChoice(`{"spec": "html#a"}`), `choice.permits: missing; expected a sentence that says what else a client may do`},
		{"step that is not a number", withChoice(`{"spec": "html#a", "step": "a.2", "permits": "May."}`), `choice.step: "a.2"; expected the number of a step, for example 15.2`},
		{"unknown key", with(`"sever": []`), `parse/x: sever: unknown key; expected id, title, requirement, level, spec, choice, contexts, server, routes, pages, https, http1, client, drive, alone, expect or impossible`},
		{"key in another spelling", with(`"Server": []`), `parse/x: Server: unknown key`},
		{"key twice", with(`"client": {}, "client": {}`), `parse/x: client: key is repeated; expected it once`},
		{"null", with(`"title": null`), `parse/x: title: key is repeated`},
		{"wrong type", with(`"client": {"limit": "4000"}`), `parse/x: client.limit: "4000"; expected a whole number`},
		{"fraction", with(`"client": {"limit": 0.5}`), `parse/x: client.limit: 0.5; expected a whole number`},
		{"null for a number", with(`"client": {"limit": null}`), `parse/x: client.limit: null; expected a whole number`},
		{"null for a list", with(`"server": null`), `parse/x: server: null; expected an array`},
		{"no limit", with(`"client": {"limit": 0}, ` + good), `client.limit: 0; expected more than 0 milliseconds`},
		{"syntax of no code", with(`"client": {"syntax": "async () => 1", "script": ["t.done()"]}, ` + good), `client.syntax: the script does not evaluate any code; expected a script with new Function(…), or no syntax`},
		{"a script that reloads nothing", with(`"client": {"reloads": true, "script": ["t.record(new EventSource(t.url))"]}, ` + good), `client.reloads: the script never calls location.reload(); expected it to, or no reloads`},
		{"a script that reloads", with(`"client": {"script": ["t.record(new EventSource(t.url))", "location.reload()"]}, ` + good), `client.script: calls location.reload(), and a page is loaded once; expected reloads: true beside it`},
		{"negative settle", with(`"client": {"settle": -1}, ` + good), `client.settle: -1; expected 0 or more milliseconds`},
		{"script and url", with(`"client": {"script": [""], "url": "x"}, ` + good), `client.script: together with url, init, listen or close`},
		{"close in two ways", with(`"client": {"close": {"on": "open", "after": 3}}, ` + good), `client.close: expected {"on": TYPE, "nth": N}`},
		{"no connection", with(`"server": [], ` + good), `server: empty; expected at least one connection`},
		{"unknown verb", with(`"server": [[{"sendd": "x"}]]`), `parse/x: server[0][0].sendd: unknown key; expected respond, raw, send, pause`},
		{"no verb", with(`"server": [[{"gap": 3}]]`), `parse/x: server[0][0]: 0 verbs; expected one of respond, raw, send, pause`},
		{"two verbs", with(`"server": [[{"send": "x", "end": true}]]`), `parse/x: server[0][0]: 2 verbs; expected one of`},
		{"verb with the value false", with(`"server": [[{"end": false}]]`), `parse/x: server[0][0].end: false; expected true`},
		{"bad escape", with(`"server": [[{"send": "\\xG0"}]]`), `parse/x: server[0][0].send: bad escape "\\xG0"; expected \xHH with two hex digits, or \\`},
		{"option of another verb", with(`"server": [[{"pause": 5, "repeat": 2}]]`), `server[0][0].repeat: is an option of send only, and this is pause`},
		{"gap of an end", with(`"server": [[{"end": true, "gap": 0}]]`), `server[0][0].gap: is an option of send, cut or reset only, and this is end`},
		{"option too small", with(`"server": [[{"send": "x", "chunk": 0}]]`), `server[0][0].chunk: 0; expected 1 or more`},
		{"steps after the last", with(`"server": [[{"end": true}, {"send": "x"}]], ` + good), `server[0]: step 2: end: more steps follow; expected it to be the last`},
		{"a head that is not the first step", with(`"server": [[{"send": "x"}, {"respond": {}}]], ` + good), `server[0]: step 3: respond: expected it to be the first`},
		{"bad status", with(`"server": [[{"respond": {"status": 20}}]], ` + good), `respond.status: 20; expected 100 to 999`},
		{"bad framing", with(`"server": [[{"respond": {"framing": "open"}}]], ` + good), `respond.framing: "open"; expected chunked, close or length`},
		{"length without its framing", with(`"server": [[{"respond": {"length": 3}}]], ` + good), `respond.length: the framing is chunked; expected framing length`},
		{"header of one element", with(`"server": [[{"respond": {"headers": [["A"]]}}]], ` + good), `server[0][0].respond.headers[0]: ["A"]; expected a pair of strings`},
		{"route named like the stream", with(`"routes": {"stream": [[]]}, ` + good), `routes.stream: bad name`},
		{"page named like a route", with(`"routes": {"b": [[]]}, "pages": {"b": {}}, ` + good), `pages.b: is also the name of a route; expected another name`},
		{"page named like the result", with(`"pages": {"result": {}}, ` + good), `pages.result: bad name`},
		{"unknown placeholder in a page", with(`"pages": {"b": {"script": ["", "f('{uri}')"]}}, ` + good), `pages.b.script[1]: unknown placeholder {uri}`},
		{"unknown placeholder in a page's header", with(`"pages": {"b": {"headers": [["A", "{uri}"]]}}, ` + good), `pages.b.headers: A: unknown placeholder {uri}`},
		{"two actions in one element", with(`"drive": [{"gc": true, "wait": 5}], ` + good), `drive[0]: 2 actions; expected one of until, wait, navigate, back, tab, offline, hidden, frozen, gc, click or decline`},
		{"placeholder of a missing page", with(`"drive": [{"gc": true}, {"navigate": "{page:b}"}], ` + good), `drive[1]: no page "b"; expected one of the case's pages`},
		{"nothing expected", with(`"expect": {}`), `expect: empty; expected events, messages, log or requests, or the level info`},
		{"nothing expected of the page", with(`"expect": {"requests": []}`), `expect: neither events nor log`},
		{"events and messages", with(`"expect": {"events": [], "messages": []}`), `expect: has both events and messages; expected one of them`},
		{"log without a script", with(`"expect": {"log": [["a", 1]]}`), `expect.log: the case has no client.script`},
		{"log entry of three", with(`"expect": {"log": [["a", 1, 2]]}`), `expect.log[0]: ["a", 1, 2]; expected a pair of name and value`},
		{"event without a type", with(`"expect": {"events": [{"data": "x"}]}`), `expect.events[0].type: missing; expected an event type`},
		{"unknown member of an event", with(`"expect": {"events": [{"type": "open", "ID": "x"}]}`), `expect.events[0].ID: unknown key; expected type, data, lastEventId`},
		{"repeat without data", with(`"expect": {"events": [{"type": "open", "repeat": 2}]}`), `expect.events[0].repeat: the event has no data`},
		{"delay of the first request", with(`"expect": {"events": [], "requests": [{"delay": {}}]}`), `expect.requests[0].delay: the first request has no previous one`},
		{"unknown placeholder in a header", with(`"server": [[{"respond": {"headers": [["A", "{origine}"]]}}]], ` + good), `server[0].respond.headers: A: unknown placeholder {origine}; expected {url}, {url:ROUTE}, {path}`},
		{"unknown placeholder in the URL", with(`"client": {"url": "{uri}"}, ` + good), `client.url: unknown placeholder {uri}`},
		{"unknown placeholder in an event", with(`"expect": {"events": [{"type": "open", "origin": "{org}"}]}`), `expect.events[0]: unknown placeholder {org}`},
		{"placeholder of a missing route", with(`"client": {"url": "{url:b}"}, ` + good), `client.url: no route "b"; expected one of the case's routes`},
		{"bad escape in a header", with(`"expect": {"events": [], "requests": [{"headers": {"A": "\\q"}}]}`), `expect.requests[0].headers.A: bad escape "\\q"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadFrom(group(tt.cases))
			require.ErrorContains(t, err, tt.want)
			require.ErrorContains(t, err, "cases/parse.json: ")
		})
	}
}

func TestLoadNamesEveryFaultyCase(t *testing.T) {
	_, err := loadFrom(group(`{"id": "parse/a"}, {"id": "parse/b"}`))
	require.ErrorContains(t, err, "parse/a: title")
	require.ErrorContains(t, err, "parse/b: title")
}

// TestConnection shows which steps a script is decoded to.
func TestConnection(t *testing.T) {
	respond := Step{Verb: Respond, Repeat: 1, Gap: DefaultGap, Head: defaultHead()}
	made := Step{Verb: Respond, Head: defaultHead()}
	hold := Step{Verb: Hold}
	step := func(s Step) Step {
		s.Repeat, s.Gap = max(s.Repeat, 1), max(s.Gap, DefaultGap)
		if s.Verb == Cut || s.Verb == Reset {
			s.Gap = LossGap
		}
		return s
	}
	notFound := respond
	notFound.Head = Head{Status: 404, Reason: "Not Found", Headers: [][2]string{}, Framing: Close}

	tests := []struct {
		name, written string
		want          Connection
	}{
		{"an empty script is a head and a hold", `[]`, Connection{made, hold}},
		{"a send gets a head before it and a hold after it", `[{"send": "a\\xFF\\\\"}]`,
			Connection{made, step(Step{Verb: Send, Bytes: []byte("a\xFF\\")}), hold}},
		{"an end stays the last step", `[{"end": true}]`, Connection{made, step(Step{Verb: End})}},
		{"a raw response gets no head", `[{"raw": "x"}, {"cut": true}]`,
			Connection{step(Step{Verb: Raw, Bytes: []byte("x")}), step(Step{Verb: Cut})}},
		{"an empty head is the default", `[{"respond": {}}, {"reset": true}]`, Connection{respond, step(Step{Verb: Reset})}},
		{"headers given replace Content-Type", `[{"respond": {"status": 404, "headers": [], "framing": "close"}}, {"hold": true}]`,
			Connection{notFound, step(Step{Verb: Hold})}},
		{"options of a send", `[{"send": "x", "repeat": 3, "chunk": 2, "gap": 70}, {"hold": true}]`,
			Connection{made, {Verb: Send, Bytes: []byte("x"), Repeat: 3, Chunk: 2, Gap: 70 * time.Millisecond}, step(Step{Verb: Hold})}},
		{"a refusal is not the last step", `[{"refuse": 20}, {"cut": true, "gap": 0}]`,
			Connection{made, step(Step{Verb: Refuse, Pause: 20 * time.Millisecond}), {Verb: Cut, Repeat: 1}}},
		{"a pause", `[{"pause": 20}, {"headers": true}, {"hold": true}]`,
			Connection{made, step(Step{Verb: Pause, Pause: 20 * time.Millisecond}), step(Step{Verb: Headers}), step(Step{Verb: Hold})}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got Connection
			require.NoError(t, decodeStrict("server[0]", []byte(tt.written), &got))
			require.Equal(t, tt.want, got)
		})
	}
}

func TestWrites(t *testing.T) {
	tests := []struct {
		name string
		step Step
		want []string
	}{
		{"one write", Step{Bytes: []byte("ab{n}"), Repeat: 1}, []string{"ab{n}"}},
		{"repeated in one write", Step{Bytes: []byte("a{n},"), Repeat: 3}, []string{"a0,a1,a2,"}},
		{"split", Step{Bytes: []byte("abcde"), Repeat: 1, Chunk: 2}, []string{"ab", "cd", "e"}},
		{"repeated and split", Step{Bytes: []byte("abc"), Repeat: 2, Chunk: 4}, []string{"abca", "bc"}},
		{"nothing", Step{Repeat: 1}, []string{""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, write := range tt.step.Writes() {
				got = append(got, string(write))
			}
			require.Equal(t, tt.want, got)
		})
	}
}

// TestDefaults shows the values of members that a file leaves out.
func TestDefaults(t *testing.T) {
	cases, err := loadFrom(group(with(`"expect": {"messages": ["a", {"data": "b", "lastEventId": "1"}]}`)))
	require.NoError(t, err)
	c := cases[0]
	require.Equal(t, Client{URL: "{url}", Limit: 4000, Settle: 200}, c.Client)
	require.Equal(t, []Connection{{{Verb: Respond, Head: defaultHead()}, {Verb: Hold}}}, c.Server)
	require.Equal(t, []Event{
		{Type: "open"},
		{Type: "message", Data: text("a")},
		{Type: "message", Data: text("b"), LastEventID: text("1")},
	}, c.Expect.Events)
	require.Equal(t, 3, c.Expect.EventCount())
	require.True(t, strings.HasPrefix(c.Source, "{\"id\": \"parse/x\", "), c.Source)
	require.Equal(t, "parse", c.Group())
	require.Equal(t, "https://html.spec.whatwg.org/multipage/#a", c.SpecURL())
}

// TestOtherHosts shows which words make a case one that calls other hosts.
func TestOtherHosts(t *testing.T) {
	tests := []struct {
		member string
		want   bool
	}{
		{`"client": {"url": "{url}"}`, false},
		{`"client": {"url": "{other-port}{path}"}`, false},
		{`"client": {"script": ["first.https = part.remote", "t.record(first)"]}`, false},
		{`"client": {"url": "{other-host}{path}"}`, true},
		{`"client": {"url": "{http2}{path}"}, "https": true`, true},
		{`"client": {"script": ["t.record(new EventSource(t.remote + t.path))"]}, "https": true`, true},
	}
	for _, tt := range tests {
		cases, err := loadFrom(group(with(tt.member + `, "expect": {"messages": ["a"]}`)))
		require.NoError(t, err)
		require.Equal(t, tt.want, cases[0].OtherHosts, tt.member)
	}
}

func text(s string) *string { return &s }
