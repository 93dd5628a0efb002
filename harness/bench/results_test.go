package bench

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/report"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMedian(t *testing.T) {
	tests := []struct {
		in             []float64
		median, spread float64
	}{
		{[]float64{3}, 3, 0},
		{[]float64{4, 1, 2}, 2, 1.5},
		{[]float64{4, 1, 3, 2}, 2.5, 1.2},
		{[]float64{-4, -1, -2}, -2, 1.5},
		{[]float64{0, 0, 1}, 0, 0},
	}
	for _, tt := range tests {
		require.Equal(t, tt.median, median(tt.in), "%v", tt.in)
		require.Equal(t, tt.spread, spread(tt.in), "%v", tt.in)
	}
	require.Zero(t, spread(nil))
}

// TestInterval checks the ranks of the bounds against tables of the sign test.
func TestInterval(t *testing.T) {
	tests := []struct{ n, low, high int }{
		{1, 1, 1}, {2, 1, 2}, {5, 1, 5}, {6, 1, 6}, {8, 1, 8}, {9, 2, 8}, {11, 2, 10}, {12, 3, 10}, {20, 6, 15}, {25, 8, 18}, {41, 14, 28},
	}
	for _, tt := range tests {
		var list []float64
		for i := range tt.n {
			list = append(list, float64(tt.n-i))
		}
		low, high := interval(list)
		require.Equal(t, []int{tt.low, tt.high}, []int{int(low), int(high)}, "%d values", tt.n)
	}
}

func TestCompare(t *testing.T) {
	row := func(figures ...float64) *Row {
		row := &Row{}
		for i, f := range figures {
			s := Sample{Round: i + 1, Figures: map[string]float64{"x": f}}
			if f < 0 {
				s = Sample{Round: i + 1, Error: "failed"}
			}
			row.Samples = append(row.Samples, s)
		}
		return row
	}
	value := func(median, low, high float64) *Estimate { return &Estimate{median, low, high} }
	tests := []struct {
		name       string
		own, other *Row
		as         string
		want       *Estimate
	}{
		{"a slow round slows down both", row(10, 1, 10), row(5, 0.5, 5), Ratio, value(2, 2, 2)},
		{"the middle one of the rounds counts", row(10, 10, 10), row(5, 1, 20), Ratio, value(2, 0.5, 10)},
		{"a difference is own - other", row(3, 4, 5), row(1, 1, 1), Difference, value(3, 2, 4)},
		{"a round in which one failed does not count", row(10, -1, 30), row(5, 1, -1), Ratio, value(2, 2, 2)},
		{"no round in common", row(10, -1), row(-1, 5), Ratio, nil},
		{"nothing to compare with", row(10), nil, Ratio, nil},
		{"no ratio to zero", row(10), row(0), Ratio, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, Comparison{"x", "other", tt.as}.compare(tt.own, tt.other))
		})
	}
}

func TestFigure(t *testing.T) {
	tests := []struct {
		value float64
		want  string
	}{
		{1234567, "1,230,000"}, {123456, "123,000"}, {12345, "12,300"}, {999.6, "1,000"}, {123.4, "123"},
		{12.34, "12.3"}, {1.234, "1.23"}, {0.1234, "0.123"}, {0.01234, "0.0123"}, {0.00012, "0.0001"},
		{0, "0"}, {-12.34, "-12.3"}, {-1234, "-1,230"}, {50, "50.0"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, figure(tt.value, true))
	}
	require.Equal(t, "-", figure(0, false))
}

// example returns results with everything they can hold.
func example() *Results {
	sample := func(round int, rate, cpu float64) Sample {
		return Sample{Round: round, Figures: map[string]float64{"rate": rate, "cpu": cpu}}
	}
	throughput := &Table{
		Kind: "throughput", Stream: "small", Title: "200,000 events of 20 B", Rounds: 2,
		Columns:     []Column{{"rate", "events/s", true}, {"cpu", "CPU ms", false}},
		Comparisons: []Comparison{{"rate", "native", Ratio}, {"cpu", "native", Difference}},
		Rows: []*Row{
			{Implementation: "native", Samples: []Sample{sample(1, 300_000, 700), sample(2, 310_000, 600)}},
			{Implementation: "a <peer>", Samples: []Sample{{Round: 1, Error: "chromium hangs"}, {Round: 2, Error: "chromium hangs"}}},
			{Implementation: ours, Samples: []Sample{sample(1, 2_400_000, 100), sample(2, 2_170_000, 110)}},
		},
	}
	curve := func(round int, p99 float64, curve ...float64) Sample {
		return Sample{Round: round, Figures: map[string]float64{"p99": p99}, Curve: curve}
	}
	latency := &Table{
		Kind: "latency", Stream: "paced", Title: "7,000 events", Rounds: 1,
		Columns: []Column{{"p99", "p99 ms", false}},
		Axes:    &Axes{X: "% of events", Step: 1, Y: "ms", Logarithmic: true},
		Rows: []*Row{
			{Implementation: "native", Samples: []Sample{curve(1, 1.2, 0.1, 0.2, 1.2)}},
			{Implementation: ours, Samples: []Sample{curve(1, 1.1, 0.1, 0.3, 1.1)}},
		},
	}
	r := &Results{
		Format: Format, Version: Version, Revision: "v0.2.0", Command: "go run ./harness bench throughput latency", Started: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Milliseconds: 1500,
		Browser: "Chromium 156.0.7800.0", System: "linux/amd64, 2 CPUs",
		Implementations: []Measured{
			{"native", report.Build{}},
			{"a <peer>", report.Build{SHA256: "1111111111111111111111111111111111111111111111111111111111111111"}},
			{ours, report.Build{Version: "0.2.0", SHA256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}},
		},
		Tables: []*Table{throughput, latency},
	}
	for _, table := range r.Tables {
		table.summarise()
	}
	return r
}

func TestTerminal(t *testing.T) {
	var b bytes.Buffer
	example().WriteTerminal(&b)
	golden(t, "example.txt", b.Bytes())
}

func TestMarkdown(t *testing.T) {
	r := example()
	medium := *r.Tables[0]
	medium.Stream = "medium"
	medium.Rows = medium.Rows[1:] // without the polyfill
	r.Tables = slices.Insert(r.Tables, 1, &medium)
	golden(t, "example.md", []byte(r.Markdown()))
}

func TestJSON(t *testing.T) {
	var content bytes.Buffer
	require.NoError(t, example().JSON(&content))
	golden(t, "example.json", content.Bytes())
	path := filepath.Join(t.TempDir(), "bench.json")
	require.NoError(t, os.WriteFile(path, content.Bytes(), 0o644))

	read, err := Read(path)
	require.NoError(t, err)
	require.Equal(t, example(), read)
}

// TestParse checks that results of another form are refused with a next step.
func TestParse(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"not JSON", "oh", "bench: x.json is not JSON: invalid character 'o' looking for beginning of value (make it again: harness bench --json x.json)"},
		{"another format", `{"format": "other", "version": 2}`, `bench: x.json has format "other": want "eventsource-bench", as harness bench --json writes it`},
		{"an older version", `{"format": "eventsource-bench", "version": 1}`, "bench: x.json has format version 1, and this harness reads version 2: make it again with harness bench --json"},
		{"a newer version", `{"format": "eventsource-bench", "version": 3}`, "bench: x.json has format version 3, and this harness reads version 2: use the harness that wrote it, or a newer one"},
		{"another type", `{"format": "eventsource-bench", "version": 2, "tables": 1}`, "bench: x.json: json: cannot unmarshal number into Go struct field Results.tables of type []*bench.Table"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("x.json", []byte(tt.content))
			require.EqualError(t, err, tt.want)
		})
	}
	_, err := Read("none.json")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestHTML(t *testing.T) {
	var page bytes.Buffer
	require.NoError(t, example().HTML(&page))
	golden(t, "example.html", page.Bytes())
	requireWellFormed(t, page.Bytes())
}

// requireWellFormed checks that every element of a page is closed, and that the page
// stands alone: it has no scripts and loads nothing.
func requireWellFormed(t *testing.T, page []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(page))
	d.Strict = false
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		require.NotContains(t, []string{"script", "link", "img", "iframe"}, element.Name.Local)
		for _, a := range element.Attr {
			require.False(t, strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "src" || a.Name.Local == "href", "%+v", a)
			require.NotContains(t, a.Value, "NaN")
		}
	}
	require.NotContains(t, string(page), "url(")
	require.NotContains(t, string(page), "ZgotmplZ")
}

// golden compares with testdata/NAME, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}
