package catalogue

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLoadRefusesWhatHasNoEffect shows that a case cannot say something that no
// run would ever notice.
func TestLoadRefusesWhatHasNoEffect(t *testing.T) {
	const good = `"expect": {"messages": []}`
	tests := []struct {
		name, members, want string
	}{
		// Times and ranges.
		{"negative pause", `"server": [[{"pause": -5}]], ` + good, `server[0][0].pause: -5; expected more than 0 milliseconds`},
		{"refusal of no time", `"server": [[{"refuse": 0}]], ` + good, `server[0][0].refuse: 0; expected more than 0 milliseconds`},
		{"event with min above max", `"expect": {"events": [{"type": "open", "min": 9, "max": 8}]}`, `expect.events[0]: min 9 is above max 8; expected a range`},
		{"event with a negative bound", `"expect": {"events": [{"type": "open", "min": -1}]}`, `expect.events[0].min: -1; expected 0 or more`},
		{"delay with min above max", `"expect": {"events": [], "requests": [{}, {"delay": {"min": 9, "max": 8}}]}`, `expect.requests[1].delay: min 9 is above max 8; expected a range`},
		{"closed with min above max", `"expect": {"events": [], "requests": [{"closed": {"min": 9, "max": 8}}]}`, `expect.requests[0].closed: min 9 is above max 8; expected a range`},
		{"log with min above max", `"client": {"script": ["t.log('n', 1)"]}, "expect": {"log": [["n", {"min": 9, "max": 8}]]}`, `expect.log[0]: min 9 is above max 8; expected a range`},

		// Words.
		{"unknown class", `"expect": {"events": [{"type": "open", "class": "Evnt"}]}`, `expect.events[0].class: "Evnt"; expected Event or MessageEvent`},
		{"unknown readyState", `"expect": {"events": [{"type": "open", "readyState": 3}]}`, `expect.events[0].readyState: 3; expected 0, 1 or 2`},
		{"a path that is none", `"expect": {"events": [], "requests": [{"path": "stream"}]}`, `expect.requests[0].path: "stream"; expected a path that begins with / or a whole URL`},
		{"false for a switch", `"expect": {"events": [], "requests": [{"secure": false}]}`, `expect.requests[0].secure: false; expected true`},
		{"false for alone", `"alone": false, ` + good, `alone: false; expected true`},

		// Listeners.
		{"a type that nobody sends", `"client": {"listen": ["ping"]}, "server": [[{"send": "event: pong\ndata: ping\n\n"}]], ` + good, `client.listen[0]: no event of type "ping" is sent or expected; expected another type`},
		{"a type that is recorded anyway", `"client": {"listen": ["error"]}, ` + good, `client.listen[0]: "error" is recorded anyway; expected another type`},
		{"a type twice", `"client": {"listen": ["a", "a"]}, "server": [[{"send": "event: a\n\n"}]], ` + good, `client.listen[1]: "a" is listed twice; expected each once`},
		{"close in an event without a listener", `"client": {"close": {"on": "ping"}}, ` + good, `client.close.on: "ping"; expected construct, open, message, error or a type of client.listen`},
		{"close in the nth construction", `"client": {"close": {"on": "construct", "nth": 2}}, ` + good, `client.close: expected {"on": TYPE, "nth": N}, {"on": "construct"} or {"after": MILLISECONDS}`},

		// Steps.
		{"headers after raw", `"server": [[{"raw": "x"}, {"headers": true}]], ` + good, `server[0]: step 2: headers: the head was sent before; expected it before any other write`},
		{"headers after send", `"server": [[{"send": "x"}, {"headers": true}]], ` + good, `server[0]: step 3: headers: the head was sent before; expected it before any other write`},
		{"headers twice", `"routes": {"b": [[{"headers": true}, {"headers": true}]]}, ` + good, `routes.b[0]: step 3: headers: the head was sent before; expected it before any other write`},
		{"framing by hand", `"server": [[{"respond": {"headers": [["content-length", "3"]]}}]], ` + good, `server[0]: step 1: respond.headers: content-length is set by framing; expected framing, or raw`},
		{"bad name of a header", `"server": [[{"respond": {"headers": [["X y", "3"]]}}]], ` + good, `server[0]: step 1: respond.headers: "X y" is not the name of a header; expected a token, or raw`},
		{"negative length", `"server": [[{"respond": {"framing": "length", "length": -1}}]], ` + good, `server[0]: step 1: respond.length: -1; expected 0 or more bytes`},

		// What is not used.
		{"an unused route", `"routes": {"next": [[]]}, "client": {"url": "{url}?nextt"}, ` + good, `routes.next: is not used; expected {url:next}, {path:next} or its name in a script`},
		{"an unused page", `"pages": {"frame": {}}, ` + good, `pages.frame: is not used; expected {page:frame} or its name in a script`},
		{"a page that only uses itself", `"pages": {"frame": {"script": ["'{page:frame}'"]}}, ` + good, `pages.frame: is not used`},
		{"a script that logs nothing", `"client": {"script": ["t.record(new EventSource(t.url))"]}, "expect": {"log": [["a", 1]]}`, `expect.log: client.script never calls t.log`},
		{"a script that records nothing", `"client": {"script": ["t.log('a', 1)"]}, "expect": {"events": [{"type": "open"}]}`, `expect.events: client.script never calls t.record`},
		{"an https origin without https", `"client": {"url": "{http2}{path}"}, ` + good, `https: missing; expected true, because the case uses {http2}`},
		{"https without such an origin", `"https": true, ` + good, `https: the case uses none of {https}, {http2}, {remote} or {hsts}; expected one of them, or no https`},

		// ES5.
		{"a script that does not parse", `"client": {"script": ["var a = 1", "var = 2"]}, ` + good, `client.script[1]: Unexpected token =; expected ES5`},
		{"a script that is newer than ES5", `"client": {"script": ["var a", "", "a = () => 1"]}, ` + good, `client.script[2]: `},
		{"a template literal", "\"client\": {\"script\": [\"var a = `x`\"]}, " + good, `client.script[0]: `},
		{"syntax that parsers of ES5 overlook", `"client": {"script": ["var a", "f(a,)"]}, ` + good, `client.script[1]: comma after the last parameter or argument; expected ES5`},
		{"a script that is not closed", `"client": {"script": ["f(function () {"]}, ` + good, `client.script[0]: `},
		{"a page's script", `"pages": {"frame": {"script": ["", "let a = '{url}'"]}}, "client": {"script": ["t.frame(t.pages.frame)"]}, ` + good, `pages.frame.script[1]: `},
		{"an expression of a driver", `"drive": [{"until": "window.a =>"}], ` + good, `drive[0].until: `},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadFrom(group(with(tt.members)))
			require.ErrorContains(t, err, "cases/parse.json: parse/x: "+tt.want)
		})
	}
}

// TestLoadAccepts shows what the checks must not refuse.
func TestLoadAccepts(t *testing.T) {
	tests := []struct{ name, members string }{
		{"a route in a header", `"routes": {"next": [[]]}, "server": [[{"respond": {"status": 301, "headers": [["Location", "{path:next}"]]}}]]`},
		{"a route by its name in a script", `"routes": {"next": [[]]}, "client": {"script": ["t.record(new EventSource('next'))"]}`},
		{"a route by its name in the URL", `"routes": {"next": [[]]}, "client": {"url": "next?a"}`},
		{"a page of a driver", `"pages": {"next": {}}, "drive": [{"navigate": "{page:next}"}]`},
		{"a page of another page", `"pages": {"a": {"script": ["open('{page:b}')"]}, "b": {}}, "client": {"script": ["t.record(t.frame(t.pages.a))"]}`},
		{"a type with an escape", `"client": {"listen": ["a\u0000b"]}, "server": [[{"send": "event:a\\x00b\n\n"}]]`},
		{"a type without the control character of the one sent", `"client": {"listen": ["ab"]}, "server": [[{"send": "event:a\\x00b\n\n"}]]`},
		{"a type that is expected", `"client": {"listen": ["b"]}, "server": [[{"send": "\\xFF"}]], "expect": {"events": [{"type": "open"}, {"type": "b"}]}`},
		{"close in a listened event", `"client": {"listen": ["b"], "close": {"on": "b"}}, "server": [[{"send": "event: b\n\n"}]]`},
		{"a script with return", `"client": {"script": ["if (t.url) return", "t.record()"]}`},
		{"a driver that restores", `"drive": [{"offline": true}, {"offline": false}]`},
		{"a delay of any length", `"expect": {"events": [], "requests": [{}, {"delay": {}}]}`},
		{"the untrusted origin without https", `"client": {"url": "{untrusted}{path}"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(tt.members, `"expect"`) {
				tt.members += `, "expect": {"messages": []}`
			}
			_, err := loadFrom(group(with(tt.members)))
			require.NoError(t, err)
		})
	}
}
