package bench

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"time"

	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
)

// Format and Version name the JSON form of [Results]. The version grows when a
// reader of the last one would misread the next.
const (
	Format  = "eventsource-bench"
	Version = 2
)

// Results are what was measured, with everything needed to understand it.
type Results struct {
	Format       string    `json:"format"`
	Version      int       `json:"version"`
	Revision     string    `json:"revision,omitempty"` // of the suite: see [report.Suite]; "": not recorded
	Command      string    `json:"command,omitempty"`  // that measures again; "": not recorded
	Started      time.Time `json:"started"`
	Milliseconds int64     `json:"milliseconds"` // from start to end
	Browser      string    `json:"browser"`      // as it reports itself
	System       string    `json:"system"`       // "linux/amd64, 2 CPUs"
	Quick        bool      `json:"quick"`        // little was measured: do not quote the figures

	// Implementations are those of all tables.
	Implementations []Measured `json:"implementations"`

	Tables []*Table `json:"tables"`
}

// A Measured is an implementation with the build that was measured.
type Measured struct {
	Name  string       `json:"name"`
	Build report.Build `json:"build,omitzero"`
}

// String returns the name and the build, if there is one.
func (m Measured) String() string {
	if build := m.Build.String(); build != "" {
		return m.Name + " " + build
	}
	return m.Name
}

// newResults returns results without tables.
func newResults(started time.Time, browser string, implementations []implementation.Implementation) *Results {
	r := &Results{
		Format:   Format,
		Version:  Version,
		Revision: report.ThisSuite().Revision,
		Started:  started.UTC().Truncate(time.Second),
		Browser:  browser,
		System:   fmt.Sprintf("%s/%s, %d CPUs", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
	}
	for _, i := range implementations {
		r.Implementations = append(r.Implementations, Measured{i.Name, i.Build()})
	}
	return r
}

// finish fills in what follows from the samples.
func (r *Results) finish(started time.Time) {
	for _, table := range r.Tables {
		table.summarise()
	}
	r.Milliseconds = time.Since(started).Milliseconds()
}

// A Table holds one kind of measurement on one stream.
type Table struct {
	Kind        string       `json:"kind"`
	Stream      string       `json:"stream"`
	Title       string       `json:"title"`
	Rounds      int          `json:"rounds"` // planned
	Columns     []Column     `json:"columns"`
	Comparisons []Comparison `json:"comparisons"`
	Axes        *Axes        `json:"axes,omitempty"` // of the samples' curves
	Rows        []*Row       `json:"rows"`
}

// A Column is a figure that each sample has.
type Column struct {
	Name string `json:"name"`
	Unit string `json:"unit"`
	More bool   `json:"more"` // higher is better
}

// A Comparison compares a column with that of another implementation.
type Comparison struct {
	Column string `json:"column"`
	With   string `json:"with"` // an implementation
	As     string `json:"as"`   // Ratio or Difference
}

// How figures are compared.
const (
	Ratio      = "ratio"      // own / other
	Difference = "difference" // own - other
)

// Axes are those of the plot of curves.
type Axes struct {
	X           string  `json:"x"`    // title
	Step        float64 `json:"step"` // from one value of a curve to the next
	Y           string  `json:"y"`    // title
	Logarithmic bool    `json:"logarithmic,omitempty"`
}

// A Row is one implementation.
type Row struct {
	Implementation string             `json:"implementation"`
	Median         map[string]float64 `json:"median"` // by column
	Spread         float64            `json:"spread"` // of the first column: (largest - smallest) / median

	// Compared holds the table's comparisons; null where no round has both figures.
	Compared []*Estimate `json:"compared"`

	Samples []Sample `json:"samples"` // in order of rounds
}

// An Estimate is the median over the rounds, with a 95 % confidence interval.
type Estimate struct {
	Median float64 `json:"median"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// A Sample is one measurement.
type Sample struct {
	Round   int                `json:"round"`
	Figures map[string]float64 `json:"figures,omitempty"` // by column; none if there is an error
	Curve   []float64          `json:"curve,omitempty"`   // see the table's Axes
	Error   string             `json:"error,omitempty"`
}

func newTable(k kind, s stream, rounds int, implementations []implementation.Implementation) *Table {
	t := &Table{
		Kind:        k.name,
		Stream:      s.name,
		Title:       k.title(s),
		Rounds:      rounds,
		Columns:     k.columns,
		Comparisons: k.comparisons,
		Axes:        k.axes,
	}
	for _, i := range implementations {
		t.Rows = append(t.Rows, &Row{Implementation: i.Name})
	}
	return t
}

// row returns the row of an implementation, or nil.
func (t *Table) row(implementation string) *Row {
	i := slices.IndexFunc(t.Rows, func(r *Row) bool { return r.Implementation == implementation })
	if i < 0 {
		return nil
	}
	return t.Rows[i]
}

func (t *Table) add(implementation string, s Sample) {
	row := t.row(implementation)
	row.Samples = append(row.Samples, s)
}

// summarise fills in what follows from the samples, and sorts the rows: the best
// comes first.
func (t *Table) summarise() {
	first := t.Columns[0]
	for _, row := range t.Rows {
		row.Median = map[string]float64{}
		for _, column := range t.Columns {
			if figures := row.figures(column.Name); figures != nil {
				row.Median[column.Name] = median(figures)
			}
		}
		row.Spread = spread(row.figures(first.Name))
	}
	for _, row := range t.Rows {
		for _, c := range t.Comparisons {
			row.Compared = append(row.Compared, c.compare(row, t.row(c.With)))
		}
	}
	slices.SortStableFunc(t.Rows, func(a, b *Row) int { return cmp.Compare(first.rank(a), first.rank(b)) })
}

// rank is lower for a better row. A row without figures is the worst.
func (c Column) rank(r *Row) float64 {
	value, measured := r.Median[c.Name]
	switch {
	case !measured:
		return math.Inf(1)
	case c.More:
		return -value
	}
	return value
}

// figures returns a column of all samples that have it.
func (r *Row) figures(column string) (list []float64) {
	for _, s := range r.Samples {
		if value, ok := s.Figures[column]; ok {
			list = append(list, value)
		}
	}
	return list
}

// compare compares two rows round by round, or returns nil if they have no round in
// common.
func (c Comparison) compare(own, other *Row) *Estimate {
	list := c.byRound(own, other)
	if list == nil {
		return nil
	}
	low, high := interval(list)
	return &Estimate{median(list), low, high}
}

// byRound returns the comparison of each round that both rows have.
func (c Comparison) byRound(own, other *Row) (list []float64) {
	if other == nil {
		return nil
	}
	for _, a := range own.Samples {
		for _, b := range other.Samples {
			x, hasX := a.Figures[c.Column]
			y, hasY := b.Figures[c.Column]
			switch {
			case a.Round != b.Round || !hasX || !hasY:
			case c.As == Difference:
				list = append(list, x-y)
			case y != 0:
				list = append(list, x/y)
			}
		}
	}
	return list
}

// median returns the middle value, or the mean of the two in the middle.
func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// interval returns a 95 % confidence interval of the median: the innermost pair of
// values, as many from the smallest as from the largest, between which the median of
// the population lies with that probability, whatever the distribution is. Of fewer
// than six values it returns the smallest and the largest, which is less certain.
func interval(list []float64) (low, high float64) {
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	// The probability that at most k of n values are smaller than the median.
	below, ways, k := 0.0, 1.0, 0
	for ; k < n/2; k++ {
		below += ways * math.Pow(0.5, float64(n))
		if below > 0.025 {
			break
		}
		ways *= float64(n-k) / float64(k+1)
	}
	k = max(k, 1)
	return sorted[k-1], sorted[n-k]
}

// spread returns the distance of the smallest from the largest value, as a
// fraction of the median.
func spread(list []float64) float64 {
	if len(list) == 0 || median(list) == 0 {
		return 0
	}
	return (slices.Max(list) - slices.Min(list)) / math.Abs(median(list))
}

// Complete reports whether every measurement succeeded.
func (r *Results) Complete() bool { return r.Errors() == nil }

// Errors returns the errors of all measurements, in words.
func (r *Results) Errors() (list []string) {
	for _, t := range r.Tables {
		for _, row := range t.Rows {
			for _, s := range row.Samples {
				if s.Error != "" {
					list = append(list, fmt.Sprintf("%s %s of %s, round %d: %s", t.Kind, t.Stream, row.Implementation, s.Round, s.Error))
				}
			}
		}
	}
	return list
}

// JSON writes the results as JSON, for [Read].
func (r *Results) JSON(w io.Writer) error {
	content, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(content, '\n'))
	return err
}

// Read reads results that [Results.JSON] has written.
func Read(path string) (*Results, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	return Parse(path, content)
}

// Parse decodes results in JSON. The path is for error messages.
func Parse(path string, content []byte) (*Results, error) {
	var head struct {
		Format  string
		Version int
	}
	if err := json.Unmarshal(content, &head); err != nil {
		return nil, fmt.Errorf("bench: %s is not JSON: %w (make it again: harness bench --json %[1]s)", path, err)
	}
	switch {
	case head.Format != Format:
		return nil, fmt.Errorf("bench: %s has format %q: want %q, as harness bench --json writes it", path, head.Format, Format)
	case head.Version < Version:
		return nil, fmt.Errorf("bench: %s has format version %d, and this harness reads version %d: make it again with harness bench --json", path, head.Version, Version)
	case head.Version > Version:
		return nil, fmt.Errorf("bench: %s has format version %d, and this harness reads version %d: use the harness that wrote it, or a newer one", path, head.Version, Version)
	}
	var r Results
	if err := json.Unmarshal(content, &r); err != nil {
		return nil, fmt.Errorf("bench: %s: %w", path, err)
	}
	return &r, nil
}
