package catalogue

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var testEnv = Env{
	Origin:      "http://127.0.0.1:1000",
	OtherPort:   "http://127.0.0.1:2000",
	BlockedPort: "http://127.0.0.1:10080",
	OtherHost:   "http://localhost:1000",
	HTTPS:       "https://localhost:1000",
	HTTP2:       "https://h2.localhost:1000",
	Untrusted:   "https://untrusted.localhost:1000",
	Remote:      "http://remote.test:1000",
	HSTS:        "http://hsts.test:1000",
	Token:       "tok",
}

// judgeOf judges a transcript, in the JSON that a page sends, by an expectation,
// in the JSON of a case file.
func judgeOf(t *testing.T, level Level, expect, seen string) Judgement {
	t.Helper()
	c := Case{Level: level, Client: Client{Limit: 4000}}
	require.NoError(t, decodeStrict("expect", []byte(expect), &c.Expect))
	var transcript Transcript
	require.NoError(t, json.Unmarshal([]byte(seen), &transcript))
	return Judge(&c, &transcript, testEnv)
}

// is returns a judgement that does not rest on time alone, unless its verdict is
// timeout.
func is(v Verdict, want, got string) Judgement {
	return Judgement{Verdict: v, Want: want, Got: got, Timing: v == Timeout}
}

// tooLate returns the judgement of a failure that rests on time alone.
func tooLate(want, got string) Judgement {
	return Judgement{Verdict: Fail, Want: want, Got: got, Timing: true}
}

func TestJudge(t *testing.T) {
	const open = `{"type": "open", "readyState": 1}`
	message := func(members string) string {
		return `{"complete": true, "events": [{"type": "message", "data": "a", "lastEventId": "1", "origin": "http://127.0.0.1:2000",
			"class": "MessageEvent", "readyState": 1, "ms": 700, ` + members + `}]}`
	}
	request := func(members string) string {
		return `{"complete": true, "requests": [{"method": "GET", "target": "/case/tok/b?q", "arrived": 100, "ended": 200, "gone": -1,
			"headers": [["Host", "127.0.0.1:1000"], ["Last-Event-ID", "\\xE2\\x80\\xA6"], ["X", "a"], ["x", "b"]], ` + members + `}]}`
	}
	two := func(firstEnded, firstGone, secondArrived string) string {
		return `{"complete": true, "requests": [
			{"method": "GET", "target": "/case/tok/stream", "arrived": 100, "ended": ` + firstEnded + `, "gone": ` + firstGone + `},
			{"method": "GET", "target": "/case/tok/stream", "arrived": ` + secondArrived + `, "ended": -1, "gone": -1}]}`
	}
	log := func(entry string) string { return `{"complete": true, "log": [` + entry + `]}` }
	pass := Judgement{Verdict: Pass}

	tests := []struct {
		name, expect, seen string
		want               Judgement
	}{
		// Lists.
		{"nothing expected, nothing seen", `{"events": []}`, `{"complete": true}`, pass},
		{"a list that is absent is not judged", `{"log": []}`, message(`"source": 0`), pass},
		{"one event too many", `{"messages": ["a"]}`, `{"complete": true, "events": [` + open + `, {"type": "message", "data": "a", "readyState": 1}, {"type": "message", "data": "\ufeff\n", "readyState": 1}]}`,
			is(Fail, `no event 3`, `event 3: message "\ufeff\n", readyState 1`)},
		{"one event too few", `{"messages": ["a\nb"]}`, `{"complete": true, "events": [` + open + `]}`,
			is(Timeout, `event 2: message "a\nb"`, `no event 2`)},
		{"a difference matters more than a missing element", `{"events": ["a"], "requests": []}`, `{"complete": true, "requests": [{"method": "GET", "target": "/case/tok/stream"}]}`,
			is(Fail, `no request 1`, `request 1: GET {path}`)},
		{"everything was seen, but the page did not settle", `{"events": []}`, `{"complete": false}`,
			is(Timeout, "all of it within the limit", "all of it, but the limit of 4000 ms was reached")},
		{"nothing is expected of a page that reaches its limit", `{"requests": []}`, `{"complete": false}`, pass},
		{"an error remains an error, whatever was seen", `{"events": []}`, `{"complete": true, "error": "x.js defines no EventSource"}`,
			is(Error, "a case that can be run", "x.js defines no EventSource")},

		// Members of events.
		{"type", `{"events": [{"type": "message"}]}`, message(`"ms": 1`), pass},
		{"type differs", `{"events": [{"type": "open", "readyState": 1}]}`, message(`"ms": 1`),
			is(Fail, `event 1: open, readyState 1`, `event 1: message "a", lastEventId "1", readyState 1`)},
		{"type with a space is quoted", `{"events": [{"type": "a b"}]}`, `{"complete": true}`, is(Timeout, `event 1: "a b"`, `no event 1`)},
		{"data", `{"events": ["a"]}`, message(`"ms": 1`), pass},
		{"data differs", `{"events": ["a\nb"]}`, message(`"ms": 1`), is(Fail, `event 1: message "a\nb"`, `event 1: message "a"`)},
		{"data is missing", `{"events": [{"type": "error", "data": ""}]}`, `{"complete": true, "events": [{"type": "error"}]}`,
			is(Fail, `event 1: error ""`, `event 1: error undefined`)},
		{"lastEventId", `{"events": [{"type": "message", "lastEventId": "1"}]}`, message(`"ms": 1`), pass},
		{"lastEventId differs", `{"events": [{"type": "message", "lastEventId": ""}]}`, message(`"ms": 1`),
			is(Fail, `event 1: message, lastEventId ""`, `event 1: message, lastEventId "1"`)},
		{"origin", `{"events": [{"type": "message", "origin": "{other-port}"}]}`, message(`"ms": 1`), pass},
		{"origin differs", `{"events": [{"type": "message", "origin": "{origin}"}]}`, message(`"ms": 1`),
			is(Fail, `event 1: message, origin "{origin}"`, `event 1: message, origin "{other-port}"`)},
		{"class", `{"events": [{"type": "message", "class": "MessageEvent"}]}`, message(`"ms": 1`), pass},
		{"class differs", `{"events": [{"type": "message", "class": "Event"}]}`, message(`"ms": 1`),
			is(Fail, `event 1: message, class Event`, `event 1: message, class MessageEvent`)},
		{"readyState", `{"events": [{"type": "message", "readyState": 1}]}`, message(`"ms": 1`), pass},
		{"readyState differs", `{"events": [{"type": "message", "readyState": 2}]}`, message(`"ms": 1`),
			is(Fail, `event 1: message, readyState 2`, `event 1: message, readyState 1`)},
		{"time", `{"events": [{"type": "message", "min": 700, "max": 700}]}`, message(`"ms": 700`), pass},
		{"too early", `{"events": [{"type": "message", "min": 701}]}`, message(`"ms": 700.2`),
			is(Fail, `event 1: message, after 701 or more ms`, `event 1: message, after 700 ms`)},
		{"too late", `{"events": [{"type": "message", "max": 700}]}`, message(`"ms": 700.8`),
			tooLate(`event 1: message, after at most 700 ms`, `event 1: message, after 701 ms`)},
		{"repeated data", `{"events": [{"type": "message", "data": "ab", "repeat": 2}]}`, message(`"data": "abab"`), pass},
		{"counted events", `{"events": [{"type": "x", "data": "{n}!", "count": 2}]}`, `{"complete": true, "events": [{"type": "x", "data": "0!"}, {"type": "x", "data": "1!"}]}`, pass},
		{"long data", `{"events": [{"type": "message", "data": "a", "repeat": 4097}]}`, message(`"data": {"length": 4097, "fnv1a": "` + Summarise(strings.Repeat("a", 4097)).Hash + `"}`), pass},
		{"long data differs", `{"events": [{"type": "message", "data": "a", "repeat": 4097}]}`, message(`"data": {"length": 4097, "fnv1a": "00000000"}`),
			is(Fail, `event 1: message 4097 UTF-16 units with hash `+Summarise(strings.Repeat("a", 4097)).Hash, `event 1: message 4097 UTF-16 units with hash 00000000`)},
		{"data too long to show", `{"events": [{"type": "message", "data": "ab", "repeat": 100}]}`, message(`"data": "c"`),
			is(Fail, `event 1: message "`+strings.Repeat("ab", 60)+`" and 80 characters more`, `event 1: message "c"`)},

		// Log entries.
		{"entry", `{"log": [["a", {"x": [1, null, "{url}"]}]]}`, log(`["a", {"x": [1, null, "http://127.0.0.1:1000/case/tok/stream"]}]`), pass},
		{"name differs", `{"log": [["a", 1]]}`, log(`["b", 1]`), is(Fail, `log entry 1: "a" is 1`, `log entry 1: "b" is 1`)},
		{"value differs", `{"log": [["a", "<\u00a0"]]}`, log(`["a", ["<"]]`), is(Fail, `log entry 1: "a" is "<\u00a0"`, `log entry 1: "a" is ["<"]`)},
		{"number in a range", `{"log": [["ms", {"min": 5, "max": 9}]]}`, log(`["ms", 9]`), pass},
		{"number out of a range", `{"log": [["ms", {"min": 5, "max": 9}]]}`, log(`["ms", 10]`), tooLate(`log entry 1: "ms" is 5 to 9`, `log entry 1: "ms" is 10`)},
		{"not a number, for a range", `{"log": [["ms", {"min": 5}]]}`, log(`["ms", "7"]`), is(Fail, `log entry 1: "ms" is 5 or more`, `log entry 1: "ms" is "7"`)},

		// Members of requests.
		{"any request", `{"requests": [{}]}`, request(`"route": "b"`), pass},
		{"no request", `{"requests": [{}]}`, `{"complete": true}`, is(Timeout, `request 1: any request`, `no request 1`)},
		{"method", `{"requests": [{"method": "GET"}]}`, request(`"route": "b"`), pass},
		{"method differs", `{"requests": [{"method": "GET"}]}`, request(`"method": "OPTIONS"`), is(Fail, `request 1: GET`, `request 1: OPTIONS`)},
		{"path", `{"requests": [{"path": "{path:b}?q"}]}`, request(`"route": "b"`), pass},
		{"path differs", `{"requests": [{"path": "{path}"}]}`, request(`"route": "b"`), is(Fail, `request 1: {path}`, `request 1: {path:b}?q`)},
		{"whole URL", `{"requests": [{"path": "{url:b}?q"}]}`, request(`"route": "b"`), pass},
		{"whole URL differs", `{"requests": [{"path": "{other-port}{path:b}?q"}]}`, request(`"route": "b"`), is(Fail, `request 1: {other-port}{path:b}?q`, `request 1: {url:b}?q`)},
		{"over https", `{"requests": [{"secure": true, "path": "{https}/case/tok/b?q"}]}`, request(`"secure": true, "headers": [["Host", "localhost:1000"]]`), pass},
		{"not over https", `{"requests": [{"secure": true}]}`, request(`"route": "b"`), is(Fail, `request 1: over https`, `request 1: over http`)},
		{"header as bytes", `{"requests": [{"headers": {"last-event-id": "…"}}]}`, request(`"route": "b"`), pass},
		{"header of two lines", `{"requests": [{"headers": {"X": "a, b"}}]}`, request(`"route": "b"`), pass},
		{"header differs", `{"requests": [{"headers": {"Last-Event-ID": "\\x01"}}]}`, request(`"route": "b"`),
			is(Fail, `request 1: Last-Event-ID: \x01`, `request 1: Last-Event-ID: …`)},
		{"header is missing", `{"requests": [{"headers": {"Accept": "a"}}]}`, request(`"route": "b"`), is(Fail, `request 1: Accept: a`, `request 1: no Accept`)},
		{"no header", `{"requests": [{"headers": {"Origin": null}}]}`, request(`"route": "b"`), pass},
		{"header that must be absent", `{"requests": [{"headers": {"X": null}}]}`, request(`"route": "b"`), is(Fail, `request 1: no X`, `request 1: X: a, b`)},
		{"delay after the server ended", `{"requests": [{}, {"delay": {"min": 700, "max": 700}}]}`, two("200", "-1", "900"), pass},
		{"delay after the client left", `{"requests": [{}, {"delay": {"min": 700, "max": 700}}]}`, two("-1", "200", "900"), pass},
		{"delay after the earlier of both", `{"requests": [{}, {"delay": {"min": 700, "max": 700}}]}`, two("200", "300", "900"), pass},
		{"delay too short", `{"requests": [{}, {"delay": {"min": 701, "max": 2500}}]}`, two("200", "-1", "900"),
			is(Fail, `request 2: 701 to 2500 ms after the one before`, `request 2: 700 ms after the one before`)},
		{"delay of simultaneous requests", `{"requests": [{}, {"delay": {"min": 0}}]}`, two("-1", "-1", "900"),
			is(Fail, `request 2: 0 or more ms after the one before`, `request 2: while the one before had not ended`)},
		{"left by the client", `{"requests": [{"closed": {"max": 300}}]}`, request(`"gone": 400`), pass},
		{"left too late", `{"requests": [{"closed": {"max": 300}}]}`, request(`"gone": 500`),
			tooLate(`request 1: left by the client after at most 300 ms`, `request 1: left by the client after 400 ms`)},
		{"not left", `{"requests": [{"closed": {"max": 300}}]}`, request(`"gone": -1`),
			tooLate(`request 1: left by the client after at most 300 ms`, `request 1: not left by the client`)},
		{"counted requests", `{"requests": [{"method": "GET", "count": 2}]}`, two("200", "-1", "900"), pass},
		{"counted requests, one too few", `{"requests": [{"method": "GET", "count": 3}]}`, two("200", "-1", "900"), is(Timeout, `request 3: GET`, `no request 3`)},

		// Failures on time alone, and others.
		{"too late, and then something wrong", `{"events": [{"type": "open", "max": 5}, "b"]}`,
			`{"complete": true, "events": [{"type": "open", "ms": 9}, {"type": "message", "data": "a"}]}`,
			is(Fail, `event 2: message "b"`, `event 2: message "a"`)},
		{"too late, and otherwise wrong", `{"events": [{"type": "open", "readyState": 1, "max": 5}]}`,
			`{"complete": true, "events": [{"type": "open", "ms": 9}]}`,
			is(Fail, `event 1: open, readyState 1, after at most 5 ms`, `event 1: open, readyState 0, after 9 ms`)},
		{"too early", `{"events": [{"type": "open", "min": 5}]}`, `{"complete": true, "events": [{"type": "open", "ms": 4}]}`,
			is(Fail, `event 1: open, after 5 or more ms`, `event 1: open, after 4 ms`)},
		{"too late, and then nothing", `{"events": [{"type": "open", "max": 5}, "b"]}`, `{"complete": false, "events": [{"type": "open", "ms": 9}]}`,
			tooLate(`event 1: open, after at most 5 ms`, `event 1: open, after 9 ms`)},

		// Cases that the client broke off.
		{"a script that threw", `{"log": [["a", 1], ["b", 2]]}`, `{"log": [["a", 1]], "broke": "threw TypeError: x"}`,
			is(Fail, `log entry 2: "b" is 2`, `threw TypeError: x`)},
		{"a script that threw at its end", `{"log": [["a", 1]]}`, `{"log": [["a", 1]], "broke": "threw TypeError: x"}`,
			is(Fail, `a script that runs to its end`, `threw TypeError: x`)},
		{"something wrong, and a script that threw", `{"log": [["a", 1]]}`, `{"log": [["a", 2]], "broke": "threw TypeError: x"}`,
			is(Fail, `log entry 1: "a" is 1`, `log entry 1: "a" is 2`)},
		{"a page that froze", `{"events": ["a"]}`, `{"froze": "no answer"}`,
			Judgement{Verdict: Timeout, Want: `event 1: message "a"`, Got: "no answer"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, judgeOf(t, Must, tt.expect, tt.seen))
			require.Equal(t, tt.want, judgeOf(t, Should, tt.expect, tt.seen), "level should")
		})
	}
}

// TestJudgeRecords shows that an info case is not judged. Its result shows the
// members that the expectation names; of other elements, the most important.
func TestJudgeRecords(t *testing.T) {
	got := judgeOf(t, Info,
		`{"events": [{"type": "open"}, {"type": "error", "readyState": 2}], "requests": [{}, {"delay": {"min": 0}, "headers": {"Accept-Encoding": ""}}]}`,
		`{"complete": true, "events": [{"type": "open", "readyState": 1}, {"type": "message", "data": "x", "readyState": 1}, {"type": "error", "readyState": 0}],
		  "log": [["a", true]],
		  "requests": [{"method": "GET", "target": "/case/tok/stream", "ended": 10, "gone": -1},
		               {"method": "GET", "target": "/case/tok/stream", "arrived": 30, "ended": -1, "gone": -1, "headers": [["Accept-Encoding", "gzip"]]}]}`)
	require.Equal(t, Judgement{Verdict: Recorded,
		Got: `open; message "x", readyState 1; error, readyState 0; "a" is true; GET {path}; Accept-Encoding: gzip, 20 ms after the one before`}, got)
}

// TestJudgeNotRun shows that a case that did not run does not fail, whatever it
// expects.
func TestJudgeNotRun(t *testing.T) {
	impossible := &Case{Level: Must, Expect: Expect{Events: []Event{{Type: "open"}}}, Impossible: "needs two moons"}
	require.Equal(t, is(Skip, "", "needs two moons"), Judge(impossible, &Transcript{}, testEnv))
	require.Equal(t, is(NotApplicable, "", "no worker"), judgeOf(t, Must, `{"events": ["x"]}`, `{"missing": "no worker"}`))
}

func TestJudgeRecordsBriefly(t *testing.T) {
	got := judgeOf(t, Info, `{}`, `{"log": [["n",0],["n",1],["n",2],["n",3],["n",4],["n",5],["n",6],["n",7],["n",8],["n",9]]}`)
	require.True(t, strings.HasSuffix(got.Got, `; "n" is 7; 2 more`), got.Got)
}

func TestFill(t *testing.T) {
	for s, want := range map[string]string{
		"{origin}/x":           "http://127.0.0.1:1000/x",
		"{other-port}{path}":   "http://127.0.0.1:2000/case/tok/stream",
		"{other-host}":         "http://localhost:1000",
		"{other-port-host}":    "127.0.0.1:2000",
		"{https} {http2}":      "https://localhost:1000 https://h2.localhost:1000",
		"{untrusted}":          "https://untrusted.localhost:1000",
		"{remote} {hsts}":      "http://remote.test:1000 http://hsts.test:1000",
		"{page:b}":             "http://127.0.0.1:1000/case/tok/b/",
		"{page}":               "http://127.0.0.1:1000/case/tok/",
		"{url}?a":              "http://127.0.0.1:1000/case/tok/stream?a",
		"{url:b} {path:b-2}":   "http://127.0.0.1:1000/case/tok/b /case/tok/b-2",
		`{"a": {}} { origin }`: `{"a": {}} { origin }`,
	} {
		got, err := testEnv.Fill(s)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, s := range []string{"{origin:b}", "{n}", "{token}"} {
		_, err := testEnv.Fill(s)
		require.ErrorContains(t, err, "unknown placeholder "+s+"; expected {url}, {url:ROUTE}, ")
	}
}

func TestSelect(t *testing.T) {
	cases := []Case{{ID: "parse/cr"}, {ID: "parse/crlf"}, {ID: "field/id"}, {ID: "retry/stop-on-204"}, {ID: "retry/stop-on-503"}}
	tests := []struct {
		name     string
		patterns []string
		want     []string
	}{
		{"no pattern matches all", nil, []string{"parse/cr", "parse/crlf", "field/id", "retry/stop-on-204", "retry/stop-on-503"}},
		{"an id matches that case only", []string{"parse/cr"}, []string{"parse/cr"}},
		{"a group", []string{"parse"}, []string{"parse/cr", "parse/crlf"}},
		{"a group with its slash", []string{"parse/"}, []string{"parse/cr", "parse/crlf"}},
		{"a prefix", []string{"retry/stop-"}, []string{"retry/stop-on-204", "retry/stop-on-503"}},
		{"cases keep their order, and are not repeated", []string{"field/id", "parse/cr", "field"}, []string{"parse/cr", "field/id"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			selected, err := Select(cases, tt.patterns)
			require.NoError(t, err)
			var ids []string
			for _, c := range selected {
				ids = append(ids, c.ID)
			}
			require.Equal(t, tt.want, ids)
		})
	}
	for unknown, want := range map[string]string{
		"prase/cr": `catalogue: no case "prase/cr": did you mean parse/cr? (see harness list)`,
		"prase/":   `catalogue: no case "prase/": did you mean parse/? (see harness list)`,
		"bogus/":   `catalogue: no case "bogus/" (see harness list)`,
	} {
		_, err := Select(cases, []string{"parse", unknown})
		require.EqualError(t, err, want)
	}
}

// A client that reads late loses what it has not read when a connection breaks. An error
// in the place of an event may be due to that.
func TestLostWithConnection(t *testing.T) {
	const early = `[{"type": "open"}, {"type": "error"}]`
	tests := []struct {
		name   string
		last   Verb // step of the server
		events string
		timing bool
	}{
		{"an error in the place of an event, and the connection breaks", Reset, early, true},
		{"the connection ends", End, early, false},
		{"another event differs", Reset, `[{"type": "open"}, {"type": "message", "data": "b"}, {"type": "error"}]`, false},
		{"an earlier one differs", Reset, `[{"type": "message"}, {"type": "error"}]`, false},
		{"an error in the place of none", Reset, `[{"type": "open"}, {"type": "message", "data": "a"}, {"type": "error"}, {"type": "error"}]`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := Case{Server: []Connection{{{Verb: Send}, {Verb: tt.last}}}}
			var seen Transcript
			require.NoError(t, json.Unmarshal([]byte(`{"events": [{"type": "open"}, {"type": "message", "data": "a"}, {"type": "error"}]}`), &c.Expect))
			require.NoError(t, json.Unmarshal([]byte(`{"complete": true, "events": `+tt.events+`}`), &seen))
			j := Judge(&c, &seen, Env{})
			require.Equal(t, Fail, j.Verdict)
			require.Equal(t, tt.timing, j.Timing)
		})
	}
	withRoute := Case{Routes: map[string][]Connection{"b": {{{Verb: Cut}}}}}
	require.True(t, withRoute.breaks())
}
