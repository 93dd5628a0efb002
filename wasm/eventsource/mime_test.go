package eventsource

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var contentTypes = []struct {
	name, in string
	want     bool
}{
	{"the type", "text/event-stream", true},
	{"no header", "", false},
	{"an empty header", " \t", false},
	{"other types", "text/plain", false},
	{"HTML", "text/html", false},
	{"JSON", "application/json", false},
	{"an unknown type", "text/x-bogus", false},
	{"another type of the same subtype", "test/event-stream", false},
	{"a longer one", "text/event-streamx", false},
	{"a shorter one", "text/event", false},
	{"a capital at the end", "text/event-streaM", true},
	{"another letter at the end", "text/event-strean", false},
	{"control characters one bit away", "text\x0Fevent-stream", false},
	{"a CR one bit away", "text/event\rstream", false},
	{"no type at all", "x bogus", false},
	{"no slash", "text", false},
	{"a slash alone", "/", false},
	{"no type before the slash", "/event-stream", false},
	{"no subtype", "text/", false},
	{"no subtype but a parameter", "text/;a=b", false},
	{"two slashes", "text/event-stream/", false},
	{"two slashes inside", "text//event-stream", false},
	{"words behind it", "text/event-stream foo", false},
	{"a space inside", "text /event-stream", false},
	{"a space behind the slash", "text/ event-stream", false},

	{"case is ignored", "TEXT/Event-Stream", true},
	{"charset", "text/event-stream; charset=utf-8", true},
	{"charset without a space", "text/event-stream;charset=utf-8", true},
	{"charset in quotes and capitals", `text/event-stream; charset="UTF-8"`, true},
	{"another charset", "text/event-stream;charset=windows-1252", true},
	{"an alias", "text/event-stream;charset=utf8", true},
	{"another parameter", "text/event-stream;foo=bar", true},
	{"a semicolon behind it", "text/event-stream;", true},
	{"semicolons behind it", "text/event-stream;;;", true},
	{"a parameter that is none", "text/event-stream; /\x00\xFF", true},
	{"spaces around it", " text/event-stream \t;a=b", true},
	{"all HTTP whitespace around it", "\r\n\t text/event-stream\r\n\t ", true},
	{"other whitespace", "\vtext/event-stream", false},
	{"a no-break space", "\xA0text/event-stream", false},
	{"NUL before it", "\x00text/event-stream", false},
	{"NUL behind it", "text/event-stream\x00", false},
	{"NUL inside", "text/event\x00-stream", false},
	{"bytes that are no token", "text/event-stream\x80", false},
	{"parentheses", "text/event-stream(comment)", false},
	{"quotes around it", `"text/event-stream"`, false},
	{"a quote inside", `text/event"-stream"`, false},

	// Several header lines arrive joined by ", ".
	{"of two lines the last decides", "text/html, text/event-stream", true},
	{"of two lines the last decides, turned", "text/event-stream, text/html", false},
	{"a list without spaces", "text/html,text/event-stream", true},
	{"parameters on both", "text/html;charset=utf-8, text/event-stream;a=b", true},
	{"of three lines the last decides", "text/event-stream, text/event-stream, text/html", false},
	{"an invalid one is skipped", "text/event-stream, bogus", true},
	{"an invalid one before it", "bogus, text/event-stream", true},
	{"an invalid one with quotes is skipped", `text/event-stream, "text/html`, true},
	{"an invalid one without a type is skipped", "text/event-stream, /html", true},
	{"an invalid one without a subtype is skipped", "text/event-stream, text/", true},
	{"an invalid one with two slashes is skipped", "text/event-stream, text/html/x", true},
	{"an invalid one with a quote behind it is skipped", `text/event-stream, text/html"a"`, true},
	{"an invalid one with words behind it is skipped", "text/event-stream, text/html foo", true},
	{"empty ones are skipped", "text/event-stream, , ,", true},
	{"empty ones before it", ",, text/event-stream", true},
	{"any type is skipped", "text/event-stream, */*", true},
	{"any type with parameters is skipped", "text/event-stream, */*;q=0.8", true},
	{"any type alone", "*/*", false},
	{"any text is a type of its own", "text/event-stream, text/*", false},
	{"a star is a token", "text/event-stream, */a", false},
	{"a comma in quotes does not separate", `text/event-stream;a="b, text/html"`, true},
	{"a comma in quotes does not separate, turned", `text/html;a="b, text/event-stream"`, false},
	{"a comma behind quotes separates", `text/event-stream;a="b", text/html`, false},
	{"an escaped quote does not end quotes", `text/event-stream;a="\", text/html, "`, true},
	{"an escaped backslash does not escape", `text/event-stream;a="\\", text/html`, false},
	{"a backslash outside quotes does not escape", `text/event-stream;a=\", text/html, "`, true},
	{"quotes that do not end take all", `text/event-stream;a=", text/html`, true},
	{"a backslash at the end", `text/event-stream;a="\`, true},
	{"quotes that begin an element", `text/event-stream, "a, text/html"`, true},
}

func TestContentType(t *testing.T) {
	for _, tt := range contentTypes {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, isEventStream([]byte(tt.in)), "%q", tt.in)
		})
	}
}

// FuzzContentType compares with the standards' words.
func FuzzContentType(f *testing.F) {
	for _, tt := range contentTypes {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, header string) {
		require.Equal(t, essence(header) == "text/event-stream", isEventStream([]byte(header)))
	})
}

// essence extracts a MIME type from a header and returns its essence.
//
// https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
func essence(header string) string {
	// 5. For each value of values: let temporaryMimeType be the result of
	// parsing value. If it is failure or its essence is "*/*", continue.
	extracted := ""
	for _, value := range split(header) {
		if parsed := parse(value); parsed != "" && parsed != "*/*" {
			extracted = parsed
		}
	}
	return extracted
}

// split gets, decodes, and splits a header.
//
// https://fetch.spec.whatwg.org/#header-value-get-decode-and-split
func split(input string) []string {
	var values []string
	value := ""
	for {
		// 1. Collect a sequence of code points that are not " or ,.
		n := strings.IndexAny(input+",", `",`)
		value, input = value+input[:n], input[n:]

		// 2. At a ": collect an HTTP quoted string.
		if strings.HasPrefix(input, `"`) {
			n := quoted(input)
			value, input = value+input[:n], input[n:]
			if input != "" {
				continue
			}
		}

		// 3-5. Remove tabs and spaces around the value and append it.
		values = append(values, strings.Trim(value, "\t "))
		value = ""

		// 6-8. Go on behind the comma, if there is one.
		if input == "" {
			return values
		}
		input = input[1:]
	}
}

// quoted returns the length of the HTTP quoted string that input begins with.
//
// https://fetch.spec.whatwg.org/#collect-an-http-quoted-string
func quoted(input string) int {
	for i := 1; i < len(input); i++ {
		switch input[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return len(input)
}

// parse parses a MIME type and returns its essence, or nothing on failure.
//
// https://mimesniff.spec.whatwg.org/#parse-a-mime-type
func parse(input string) string {
	// 1-7. The type stands before the first slash.
	typ, rest, found := strings.Cut(strings.Trim(input, "\t\n\r "), "/")
	if !found || !isToken(typ) {
		return ""
	}

	// 8-10. The subtype stands before the first semicolon.
	subtype, _, _ := strings.Cut(rest, ";")
	subtype = strings.TrimRight(subtype, "\t\n\r ")
	if !isToken(subtype) {
		return ""
	}
	return strings.ToLower(typ + "/" + subtype)
}

func isToken(s string) bool {
	const token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	return s != "" && strings.Trim(s, token) == ""
}
