package faults

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/implementation"
)

// TestChromium measures a few rows, for the browser's own EventSource, for the polyfill
// and for an implementation that makes mistakes.
func TestChromium(t *testing.T) {
	t.Parallel()
	chromium, err := browser.Find("chromium")
	if err != nil {
		t.Skip(err)
	}
	plan := Plan{Browsers: []Browser{chromium}}
	for _, name := range []string{"native", "polyfill", "testdata/forgetful.js"} {
		i, err := implementation.Load(name)
		require.NoError(t, err)
		plan.Implementations = append(plan.Implementations, i)
	}
	plan.Faults, err = Select([]string{"length-exceeded", "http2-goaway-error", "http3-goaway"})
	require.NoError(t, err)
	require.Len(t, plan.Faults, 3)

	results, err := Run(t.Context(), plan)
	require.NoError(t, err)
	require.Len(t, results.Cells, 9)
	for _, c := range results.Cells {
		if c.Implementation != "forgetful.js" {
			require.Equal(t, Passed, c.Result, "%s %s: %v", c.Fault, c.Implementation, c.Seen)
			require.Equal(t, 12, c.Events)
			require.Positive(t, c.Reconnections)
			continue
		}
		require.Equal(t, Failed, c.Result)
		require.Positive(t, c.Doubled)
		require.Equal(t, 1, c.Left)
	}
	require.Len(t, results.Failures(), 3)
}

// What is judged, without a browser: two events with a reconnection between them, and what
// may be wrong with it.
func TestJudge(t *testing.T) {
	good := func() (*cell, pageLog) {
		c := &cell{Fault: withDefaults([]*Fault{{Name: "x", count: 2}})[0], arrivals: []float64{1000, 2105}}
		return c, pageLog{Errors: []float64{2000}, Events: [][3]int{{1, 1, 1}, {2, 2, 1}}, Closed: 3000}
	}
	tests := []struct {
		name   string
		change func(*cell, *pageLog)
		want   string
	}{
		{"nothing is wrong", func(*cell, *pageLog) {}, ""},
		{"an event is missing", func(_ *cell, l *pageLog) { l.Events = l.Events[:1] }, "1 of 2 events did not come: 2"},
		{"an event comes again", func(_ *cell, l *pageLog) { l.Events = append(l.Events, [3]int{2, 2, 1}) }, "1 events came more than once: 2"},
		{"another last event ID", func(_ *cell, l *pageLog) { l.Events[1][1] = 7 }, "1 events with other data or another last event ID"},
		{"cut data", func(_ *cell, l *pageLog) { l.Events[1][2] = 0 }, "1 events with other data or another last event ID"},
		{"wrong order", func(_ *cell, l *pageLog) { l.Events[0], l.Events[1] = l.Events[1], l.Events[0] }, "1 events not in order"},
		{"too early", func(c *cell, _ *pageLog) { c.arrivals[1] = 2050 }, "reconnected after 50 ms: the reconnection time is 100 ms"},
		{"too late", func(c *cell, _ *pageLog) { c.arrivals[1] = 3700 }, "reconnected after 1700 ms: want at most 1.5s more than the reconnection time of 100 ms"},
		{"the fault itself delays", func(c *cell, _ *pageLog) { c.arrivals[1] = 3700; c.held = time.Second }, ""},
		{"the fault did not happen", func(_ *cell, l *pageLog) { l.Errors = nil }, "no reconnection: the fault did not reach the source"},
		{"no reconnection is needed", func(c *cell, l *pageLog) { l.Errors = nil; c.mild = true }, ""},
		{"failed", func(_ *cell, l *pageLog) { l.Failed = true }, "the source failed (readyState CLOSED)"},
		{"after close", func(_ *cell, l *pageLog) { l.After = 1 }, "1 events after close"},
		{"a listener is left", func(_ *cell, l *pageLog) { l.Kept = 2 }, "2 listeners on the page's objects more than at the first open event"},
		{"an uncaught error", func(_ *cell, l *pageLog) { l.Problems = []string{"oops"} }, "the page had an uncaught error: oops"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, log := good()
			tt.change(c, &log)
			var judged Cell
			judged.judge(c, log)
			require.Equal(t, tt.want, strings.Join(judged.Seen, "; "))
			require.Equal(t, tt.want == "", judged.Result == Passed)
		})
	}
}

// Every fault has a name of its own and says what happens, in both languages.
func TestTable(t *testing.T) {
	names := map[string]bool{}
	for _, f := range table {
		require.False(t, names[f.Name], f.Name)
		names[f.Name] = true
		require.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, f.Name)
		require.NotEmpty(t, f.Title)
		require.Regexp(t, `\.$`, f.What)
		require.NotEmpty(t, chinese[f.Name].title, f.Name)
		require.Regexp(t, `。$`, chinese[f.Name].what, f.Name)
	}
	require.Len(t, chinese, len(table), "translations of faults that do not exist")
	selected, err := Select([]string{"http2-goaway"})
	require.NoError(t, err)
	require.Len(t, selected, 3, "a name selects all that begin with its words")
	_, err = Select([]string{"nonsense"})
	require.ErrorContains(t, err, `unknown fault "nonsense": want one of reset-every-byte,`)
}

func TestResults(t *testing.T) {
	of := func(browser string, started time.Time, cells ...Cell) *Results {
		return &Results{Format: Format, Version: Version, Started: started, Faults: All()[:1], Browsers: []Engine{{browser, browser + " 1"}},
			Implementations: []Measured{{Name: "native"}}, Cells: cells}
	}
	name := table[0].Name
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	failed := Cell{Fault: name, Browser: "chromium", Implementation: "native", Result: Failed, Lost: 2, Left: 1, Seen: []string{"2 of 9 events did not come: 1 <2>"}}
	passed := Cell{Fault: name, Browser: "chromium", Implementation: "native", Result: Passed, Reconnections: 3, Late: 11.6}
	other := Cell{Fault: name, Browser: "firefox", Implementation: "native", Result: NotApplicable, Seen: []string{"no certificate"}}

	joined, err := Join(of("chromium", day, failed), of("chromium", day.Add(time.Hour), passed), of("firefox", day, other))
	require.NoError(t, err)
	require.Equal(t, []Cell{passed, other}, joined.Cells, "the latest document counts")
	require.Empty(t, joined.Failures())

	var content bytes.Buffer
	require.NoError(t, joined.JSON(&content))
	parsed, err := Parse("x.json", content.Bytes())
	require.NoError(t, err)
	require.Equal(t, joined.Cells, parsed.Cells)
	_, err = Parse("x.json", []byte(`{"format": "other"}`))
	require.ErrorContains(t, err, `x.json has format "other"`)

	var text, page bytes.Buffer
	joined.WriteTerminal(&text)
	require.Contains(t, text.String(), name+"  ok 3, +12 ms")
	require.Contains(t, text.String(), fmt.Sprintf("n/a  no certificate - %s in firefox", name))
	failing := of("chromium", day, failed)
	require.NoError(t, failing.HTML(&page))
	require.Contains(t, page.String(), "FAILED 2 lost, 1 left open")
	require.Contains(t, page.String(), "did not come: 1 &lt;2&gt;")
	page.Reset()
	require.NoError(t, failing.Content(&page, true))
	require.Contains(t, page.String(), "失败 丢失 2 个，1 个连接未关闭")
	require.NotContains(t, page.String(), "FAILED")
	require.NotContains(t, page.String(), "<html")
	require.Contains(t, page.String(), "<b>在每个字节处重置</b>")
}
