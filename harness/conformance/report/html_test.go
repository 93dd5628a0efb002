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

// attacks are texts that would be something else than text if they were not
// escaped.
const attacks = "</pre></details></style></title><script>alert(1)</script><img src=x onerror=alert(1)>" +
	`"><svg onload=alert(1)> ' onmouseover='alert(1) ]]></failure><!-- {{.}} ${x} javascript:alert(1) &lt;b&gt;` +
	"\x00\x01\x1b[31m\x7f\u0085\u202e\u2066\u2028\ufeff\ufffe\ufffd\xff\xed\xa0\x80\r\n"

// filled is the document with a text in every place that a page, a server or a
// file of cases can put one.
func filled(text string) *Report {
	d := document()
	for i := range d.Targets {
		t := &d.Targets[i]
		t.BrowserVersion, t.UserAgent, t.Context, t.Path = text, text, text, text
	}
	for i := range d.Cases {
		c := &d.Cases[i]
		c.Title, c.Requirement, c.Spec, c.Expect = text, text, "html#"+text, []string{text}
	}
	for i := range d.Results {
		r := &d.Results[i]
		r.Want, r.Got = text, text
		if r.Reason != "" {
			r.Reason = text
		}
		r.Transcript = catalogue.Transcript{
			Error:    text,
			Events:   []catalogue.SeenEvent{{Type: text, Data: &catalogue.Text{Value: text}, LastEventID: &catalogue.Text{Hash: text}, Origin: &text, Class: text}},
			Log:      []catalogue.Entry{{Name: text, Value: text}, {Name: text, Value: []any{text}}},
			Requests: []catalogue.SeenRequest{{Route: text, Method: text, Target: text, Headers: []catalogue.Header{{Name: text, Value: text}}}},
		}
	}
	return d
}

func hostile() *Report { return filled(attacks) }

// Whatever was seen, the page has the same elements with the same attributes.
func TestHostile(t *testing.T) {
	tags := func(d *Report) []string {
		var b bytes.Buffer
		require.NoError(t, d.HTML(&b, nil))
		for _, r := range b.String() {
			require.True(t, r == '\n' || strconv.IsPrint(r) && r != '\ufffe', "%U", r)
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

// A terminal is not told what to do either.
func TestHostileText(t *testing.T) {
	var b strings.Builder
	text := NewTerminal(&b, false)
	d := hostile()
	text.Write(d)
	text.Overview(d)
	changes, err := Compare(d, d)
	require.NoError(t, err)
	changes.Worse = []Change{{"a", "b", &d.Results[0], &d.Results[1]}}
	text.Changes(changes)
	for _, r := range b.String() {
		require.True(t, r == '\n' || strconv.IsPrint(r), "%U", r)
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

// A page stays loadable, whatever a run has recorded.
func TestLimits(t *testing.T) {
	d := document()
	many := make([]catalogue.SeenEvent, 10_000)
	for i := range many {
		many[i] = catalogue.SeenEvent{Type: strings.Repeat("x", 2*maxColumn)}
	}
	for i := range d.Results {
		d.Results[i].Transcript.Events = many
	}
	lines := pageLines(d.Results[0].Transcript)
	require.Len(t, lines, maxLines+1)
	require.Contains(t, lines[0], " characters more")
	require.Equal(t, "… and 9941 lines more", lines[maxLines])

	var size counter
	require.NoError(t, d.HTML(&size, nil))
	require.Less(t, int(size), len(d.Results)*maxLines*maxColumn+maxTranscripts/8)

	p := page{Report: d, Matrix: d.Matrix()}
	p.choose(3 * maxLines * maxColumn)
	require.NotEmpty(t, p.shown)
	require.Less(t, len(p.shown), len(d.Results))
	for r := range p.shown {
		require.False(t, r.Expected, "what is not as expected comes first")
	}
}

type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

func TestWriteTable(t *testing.T) {
	d := document()
	path := t.TempDir() + "/README.md"
	write := func(content string) { require.NoError(t, atomicfile.Write(path, []byte(content))) }
	read := func() string {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(content)
	}

	write("a\n<!-- peers -->\nold\n<!-- /peers -->\nb\n")
	require.NoError(t, d.WriteTable(path))
	once := read()
	require.Equal(t, "a\n<!-- peers -->\n"+d.table()+"<!-- /peers -->\nb\n", once)
	require.NoError(t, d.WriteTable(path))
	require.Equal(t, once, read(), "it can be written again")

	write("nothing")
	require.ErrorContains(t, d.WriteTable(path), "has no place for the table: put the lines <!-- peers --> and <!-- /peers --> there")
}
