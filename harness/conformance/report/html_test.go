package report

import (
	"bytes"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"

	"eventsource-wasm/harness/internal/atomicfile"
)

func itoa(n int) string { return strconv.Itoa(n) }

// attacks are texts that would become markup if they were not escaped.
const attacks = "</pre></details></style></title><script>alert(1)</script><img src=x onerror=alert(1)>" +
	`"><svg onload=alert(1)> ' onmouseover='alert(1) ]]></failure><!-- {{.}} ${x} javascript:alert(1) &lt;b&gt;` +
	"\x00\x01\x1b[31m\x7f\u0085\u202e\u2066\u2028\ufeff\ufffe\ufffd\xff\xed\xa0\x80\r\n"

// filled returns the report with a text in every place that a page, a server or a case
// controls.
func filled(text string) *Report {
	r := example()
	for i := range r.Targets {
		t := &r.Targets[i]
		t.BrowserVersion, t.UserAgent, t.Context, t.Path = text, text, text, text
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		c.Title, c.Requirement, c.Spec, c.Expect = text, text, "html#"+text, []string{text}
		c.Server, c.Client = []string{text}, []string{text, text}
	}
	for i := range r.Results {
		result := &r.Results[i]
		result.Want, result.Got = text, text
		if result.Reason != "" {
			result.Reason = text
		}
		result.Transcript = catalogue.Transcript{
			Error:    text,
			Events:   []catalogue.SeenEvent{{Type: text, Data: &catalogue.Text{Value: text}, LastEventID: &catalogue.Text{Hash: text}, Origin: &text, Class: text}},
			Log:      []catalogue.Entry{{Name: text, Value: text}, {Name: text, Value: []any{text}}},
			Requests: []catalogue.SeenRequest{{Route: text, Method: text, Target: text, Headers: []catalogue.Header{{Name: text, Value: text}}}},
		}
	}
	return r
}

func hostile() *Report { return filled(attacks) }

// TestHTMLEscapes checks that the elements and attributes of a page do not depend on
// what was recorded.
func TestHTMLEscapes(t *testing.T) {
	tags := func(r *Report) []string {
		var b bytes.Buffer
		require.NoError(t, r.HTML(&b, nil))
		for _, char := range b.String() {
			require.True(t, char == '\n' || strconv.IsPrint(char) && char != '\ufffe', "%U", char)
		}
		tag := regexp.MustCompile(`<[^>]*>`)
		value := regexp.MustCompile(`"[^"]*"`)
		all := tag.FindAllString(b.String(), -1)
		for i := range all {
			all[i] = value.ReplaceAllString(all[i], `""`)
		}
		return all
	}
	require.Equal(t, tags(filled("harmless")), tags(hostile()))
}

// TestTerminalEscapes checks that what was recorded does not control the terminal.
func TestTerminalEscapes(t *testing.T) {
	var b strings.Builder
	text := NewTerminal(&b, false)
	r := hostile()
	text.Write(r)
	text.Overview(r)
	changes, err := Compare(r, r)
	require.NoError(t, err)
	changes.Worse = []Change{{"a", "b", &r.Results[0], &r.Results[1]}}
	text.Changes(changes)
	for _, char := range b.String() {
		require.True(t, char == '\n' || strconv.IsPrint(char), "%U", char)
	}
}

func TestVisible(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain, ünï ✓\n", "plain, ünï ✓\n"},
		{"\x00\x1b[31m\r", `\x00\x1b[31m\r`},
		{"a\u202eb\u00a0", `a\u202eb\u00a0`},
		{"\xff\ufffd", "\\xff\ufffd"},
		{"\ufffe\U000e0001", `\ufffe\U000e0001`},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, visible(tt.in))
	}
}

// TestPageSize checks that a page stays small, however much a run has recorded.
func TestPageSize(t *testing.T) {
	r := example()
	many := make([]catalogue.SeenEvent, 10_000)
	for i := range many {
		many[i] = catalogue.SeenEvent{Type: strings.Repeat("x", 2*maxColumn)}
	}
	for i := range r.Results {
		r.Results[i].Transcript.Events = many
	}
	lines := pageLines(r.Results[0].Transcript)
	require.Len(t, lines, maxLines+1)
	require.Contains(t, lines[0], " more characters")
	require.Equal(t, "… and 9941 more lines", lines[maxLines])

	var size counter
	require.NoError(t, r.HTML(&size, nil))
	require.Less(t, int(size), len(r.Results)*maxLines*maxColumn+maxTranscripts/8)

	p := page{Report: r, Matrix: r.Matrix()}
	p.choose(3 * maxLines * maxColumn)
	require.NotEmpty(t, p.shown)
	require.Less(t, len(p.shown), len(r.Results))
	for result := range p.shown {
		require.False(t, result.Expected, "unexpected results come first")
	}
}

type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

func TestWriteTable(t *testing.T) {
	r := example()
	path := t.TempDir() + "/README.md"
	write := func(content string) { require.NoError(t, atomicfile.Write(path, []byte(content))) }
	read := func() string {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(content)
	}

	write("a\n<!-- peers -->\nold\n<!-- /peers -->\nb\n")
	require.NoError(t, r.WriteTable(path))
	once := read()
	require.Equal(t, "a\n<!-- peers -->\n"+r.table()+"<!-- /peers -->\nb\n", once)
	require.NoError(t, r.WriteTable(path))
	require.Equal(t, once, read(), "it can be written again")

	write("nothing")
	require.ErrorContains(t, r.WriteTable(path), "has no place for the table: add the lines <!-- peers --> and <!-- /peers -->")
}

// The page of a site is for people, in their language: it names what was judged, and says
// nothing about expectations. The rest of its elements are the same in both languages.
func TestHTMLOfSite(t *testing.T) {
	r := &Report{
		Cases:   []Case{{ID: "parse/lf", Title: "Ends lines with LF", Requirement: "Each LF ends a line.", Level: "must"}, {ID: "mine/x", Title: "Is mine", Level: "must"}},
		Targets: []Target{{Name: "chromium/native/window", Browser: "chromium", Implementation: "native", Context: "window", Hidden: []string{"fetch", "Proxy"}}},
		Results: []Result{
			{Target: "chromium/native/window", Case: "parse/lf", Verdict: catalogue.Fail, Expected: true, Reason: "a bug"},
			{Target: "chromium/native/window", Case: "mine/x", Verdict: catalogue.Fail},
		},
	}
	page := func(site *Site) string {
		var b strings.Builder
		require.NoError(t, r.HTML(&b, site))
		return b.String()
	}
	english, chinese := page(&Site{URL: "/results/"}), page(&Site{URL: "/results/", Chinese: true})
	require.Contains(t, page(nil), "1 of 2 results is not as expected")
	for _, text := range []string{english, chinese} {
		require.NotContains(t, text, "as expected")
		require.NotContains(t, text, "Not as expected")
	}
	require.Contains(t, english, "<title>EventSource (native) in chromium – EventSource conformance</title>")
	require.Contains(t, english, "<h2>Cases that failed</h2>")
	for _, part := range []string{
		`<html lang="zh">`, "<title>chromium 中的 EventSource（native） – EventSource 一致性测试</title>", "<h2>失败的用例</h2>",
		`行以 LF 结尾。 <strong lang="en">Each LF ends a line.</strong>`, `<span lang="en">Is mine.</span>`, "<small>解析 · 1 个用例</small>", "已知失败", "，隐藏了 fetch、Proxy</small>",
	} {
		require.Contains(t, chinese, part)
	}
	// What is left in English is marked as such, is an id, or is what was recorded.
	require.NotRegexp(t, `<(h[1-5]|p|dt|label|summary)( [^>]*)?>[A-Z][a-z]+ [a-z]+`, chinese)
}
