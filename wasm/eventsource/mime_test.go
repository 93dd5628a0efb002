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
	{"the exact type", "text/event-stream", true},
	{"no header", "", false},
	{"a blank header", " \t", false},
	{"a different subtype", "text/plain", false},
	{"HTML", "text/html", false},
	{"JSON", "application/json", false},
	{"an unknown type", "text/x-bogus", false},
	{"a different type with the same subtype", "test/event-stream", false},
	{"a longer subtype", "text/event-streamx", false},
	{"a shorter subtype", "text/event", false},
	{"a capital as the last letter", "text/event-streaM", true},
	{"a different last letter", "text/event-strean", false},
	{"a control character one bit from the slash", "text\x0Fevent-stream", false},
	{"a CR one bit from the hyphen", "text/event\rstream", false},
	{"not a MIME type", "x bogus", false},
	{"no slash", "text", false},
	{"only a slash", "/", false},
	{"an empty type", "/event-stream", false},
	{"an empty subtype", "text/", false},
	{"an empty subtype and a parameter", "text/;a=b", false},
	{"a slash at the end", "text/event-stream/", false},
	{"two adjacent slashes", "text//event-stream", false},
	{"a word after the subtype", "text/event-stream foo", false},
	{"a space before the slash", "text /event-stream", false},
	{"a space after the slash", "text/ event-stream", false},

	{"an invalid byte in the subtype", "text/event-@stream", false},
	{"an essence in a parameter", "text/html;text/event-stream", false},
	{"another essence in a parameter", "text/event-stream;a/b", true},
	{"an element with an invalid byte is ignored", "text/event-stream, text/ev@nt", true},

	{"case is ignored", "TEXT/Event-Stream", true},
	{"charset", "text/event-stream; charset=utf-8", true},
	{"charset, no space after the semicolon", "text/event-stream;charset=utf-8", true},
	{"charset, quoted and in capitals", `text/event-stream; charset="UTF-8"`, true},
	{"another charset", "text/event-stream;charset=windows-1252", true},
	{"an alias of the charset", "text/event-stream;charset=utf8", true},
	{"an unknown parameter", "text/event-stream;foo=bar", true},
	{"a parameter without a value", "text/event-stream;foo", true},
	{"a trailing semicolon", "text/event-stream;", true},
	{"trailing semicolons", "text/event-stream;;;", true},
	{"an invalid parameter", "text/event-stream; /\x00\xFF", true},
	{"whitespace around the type", " text/event-stream \t;a=b", true},
	{"all kinds of HTTP whitespace", "\r\n\t text/event-stream\r\n\t ", true},
	{"whitespace that is not HTTP whitespace", "\vtext/event-stream", false},
	{"a no-break space", "\xA0text/event-stream", false},
	{"NUL before the type", "\x00text/event-stream", false},
	{"NUL after the subtype", "text/event-stream\x00", false},
	{"NUL inside the subtype", "text/event\x00-stream", false},
	{"a byte above ASCII after the subtype", "text/event-stream\x80", false},
	{"a comment in parentheses", "text/event-stream(comment)", false},
	{"quotes around the type", `"text/event-stream"`, false},
	{"a quote inside the subtype", `text/event"-stream"`, false},
	{"the same hash as text/event-stream, to the base 1021", "lollmmkilnp/qpmjnmkoimlpn", false},
	{"a prefix", "x-text/event-stream", false},
	{"a suffix", "text/event-stream+json", false},
	{"all but the last letter", "text/event-strea", false},
	{"the same length", "text/event-strean", false},
	{"the slash at another position", "tex/tevent-stream", false},

	// Several headers arrive joined by ", ".
	{"two headers, the last one decides", "text/html, text/event-stream", true},
	{"two headers, the last one decides, reversed", "text/event-stream, text/html", false},
	{"two headers joined without a space", "text/html,text/event-stream", true},
	{"two headers with parameters", "text/html;charset=utf-8, text/event-stream;a=b", true},
	{"three headers, the last one decides", "text/event-stream, text/event-stream, text/html", false},
	{"an invalid header is skipped", "text/event-stream, bogus", true},
	{"an invalid header before it is skipped", "bogus, text/event-stream", true},
	{"an invalid header with a quote is skipped", `text/event-stream, "text/html`, true},
	{"a header with an empty type is skipped", "text/event-stream, /html", true},
	{"a header with an empty subtype is skipped", "text/event-stream, text/", true},
	{"a header with two slashes is skipped", "text/event-stream, text/html/x", true},
	{"a header with a quoted string after the subtype is skipped", `text/event-stream, text/html"a"`, true},
	{"a header with a word after the subtype is skipped", "text/event-stream, text/html foo", true},
	{"empty headers are skipped", "text/event-stream, , ,", true},
	{"empty headers before it are skipped", ",, text/event-stream", true},
	{"whitespace in a header before it is skipped", "text /html, text/event-stream", true},
	{"whitespace in a header after it is skipped", "text/event-stream, text /html", true},
	{"a header with a byte above ASCII in the type is skipped", "text/event-stream, te\xE9xt/html", true},
	{"a header with a byte above ASCII in the subtype is skipped", "text/event-stream, text/ht\xFFml", true},
	{"a header with parentheses in the type is skipped", "text/event-stream, (text)/html", true},
	{"a header with parentheses in the subtype is skipped", "text/event-stream, text/html(comment)", true},
	{"a header with NUL is skipped", "text/event-stream, text/html\x00", true},
	{"a header of other token bytes is not skipped", "text/event-stream, !#$%&'*+-.^_`|~09azAZ/!#$%&'*+-.^_`|~09azAZ", false},
	{"*/* is skipped", "text/event-stream, */*", true},
	{"*/* with a parameter is skipped", "text/event-stream, */*;q=0.8", true},
	{"only */*", "*/*", false},
	{"text/* is not skipped", "text/event-stream, text/*", false},
	{"*/a is not skipped", "text/event-stream, */a", false},
	{"a quoted comma does not separate", `text/event-stream;a="b, text/html"`, true},
	{"a quoted comma does not separate, reversed", `text/html;a="b, text/event-stream"`, false},
	{"a comma after a quoted string separates", `text/event-stream;a="b", text/html`, false},
	{"an escaped quote does not end the string", `text/event-stream;a="\", text/html, "`, true},
	{"an escaped backslash does not escape the quote", `text/event-stream;a="\\", text/html`, false},
	{"a backslash outside a quoted string does not escape", `text/event-stream;a=\", text/html, "`, true},
	{"an unterminated string extends to the end", `text/event-stream;a=", text/html`, true},
	{"an unterminated string with a trailing backslash", `text/event-stream;a="\`, true},
	{"a header that starts with a quoted string is skipped", `text/event-stream, "a, text/html"`, true},
}

func TestContentType(t *testing.T) {
	for _, tt := range contentTypes {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, isEventStream([]byte(tt.in)), "%q", tt.in)
		})
	}
}

// FuzzContentType compares isEventStream with the steps of the standards.
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

		// 6-8. Continue after the comma, if there is one.
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

// parse parses a MIME type and returns its essence, or "" on failure.
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
