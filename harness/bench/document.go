package bench

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"eventsource-wasm/harness/internal/atomicfile"
)

// Format and Version name the JSON form of a [Document]. The version grows when
// a reader of the last one would misread the next.
const (
	Format  = "eventsource-bench"
	Version = 1
)

// A Document is what was measured. It needs nothing else to be understood.
type Document struct {
	Format       string    `json:"format"`
	Version      int       `json:"version"`
	Started      time.Time `json:"started"`
	Milliseconds int64     `json:"milliseconds"` // from start to end
	Browser      string    `json:"browser"`      // as it calls itself
	System       string    `json:"system"`       // "linux/amd64, 2 CPUs"
	Quick        bool      `json:"quick"`        // little was measured: the figures say nothing
	Tables       []*Table  `json:"tables"`
}

// newDocument is a document of what begins to be measured.
func newDocument(started time.Time, browser string) *Document {
	return &Document{
		Format:  Format,
		Version: Version,
		Started: started.UTC().Truncate(time.Second),
		Browser: browser,
		System:  fmt.Sprintf("%s/%s, %d CPUs", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
	}
}

// A Table is one kind of measurement on one stream.
type Table struct {
	Kind        string       `json:"kind"`
	Stream      string       `json:"stream"`
	Title       string       `json:"title"`
	Rounds      int          `json:"rounds"` // that were planned
	Columns     []Column     `json:"columns"`
	Comparisons []Comparison `json:"comparisons"`
	Rows        []*Row       `json:"rows"`
}

// A Column is a figure that each sample has.
type Column struct {
	Name string `json:"name"`
	Unit string `json:"unit"`
	More bool   `json:"more"` // more of it is better
}

// A Comparison is of a column, with another implementation.
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

// A Row is one implementation. Compared are the comparisons of the table, each
// the median of what the rounds gave; null where nothing can be compared.
type Row struct {
	Implementation string             `json:"implementation"`
	Median         map[string]float64 `json:"median"` // by column
	Spread         float64            `json:"spread"` // of the first column: (largest - smallest) / median
	Compared       []*float64         `json:"compared"`
	Samples        []Sample           `json:"samples"` // in order of rounds
}

// A Sample is one measurement.
type Sample struct {
	Round   int                `json:"round"`
	Figures map[string]float64 `json:"figures,omitempty"` // by column; none if there is an error

	// Curve is, of latency, the hundredths of its distribution in ms; of memory,
	// the heap in MB, every 0.5 s; of a soak, memory in MB, every 5 s.
	Curve []float64 `json:"curve,omitempty"`

	Error string `json:"error,omitempty"`
}

func newTable(k kind, s stream, rounds int, implementations []Implementation) *Table {
	t := &Table{
		Kind:        k.name,
		Stream:      s.name,
		Title:       k.title(s),
		Rounds:      rounds,
		Columns:     k.columns,
		Comparisons: k.comparisons,
	}
	for _, i := range implementations {
		t.Rows = append(t.Rows, &Row{Implementation: i.Name})
	}
	return t
}

// row is that of an implementation; nil: there is none.
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

// summarise fills in all that follows from the samples, and sorts the rows: the
// best comes first.
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

// rank is smaller for a better row. One without figures is the worst.
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

// figures are those of a column, of all samples that have it.
func (r *Row) figures(column string) (list []float64) {
	for _, s := range r.Samples {
		if value, ok := s.Figures[column]; ok {
			list = append(list, value)
		}
	}
	return list
}

// compare compares two rows round by round, and is the median of that; nil: they
// have no round in common.
func (c Comparison) compare(own, other *Row) *float64 {
	if other == nil {
		return nil
	}
	var list []float64
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
	if list == nil {
		return nil
	}
	m := median(list)
	return &m
}

// median is the middle, or the mean of the two in the middle.
func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// spread is how far figures are apart, as a part of their median.
func spread(list []float64) float64 {
	if len(list) == 0 || median(list) == 0 {
		return 0
	}
	return (slices.Max(list) - slices.Min(list)) / math.Abs(median(list))
}

// Complete tells whether nothing went wrong.
func (d *Document) Complete() bool { return d.Errors() == nil }

// Errors are all that went wrong, in words.
func (d *Document) Errors() (list []string) {
	for _, t := range d.Tables {
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

// WriteJSON writes the document to a file, which is replaced as a whole or not
// at all.
func (d *Document) WriteJSON(path string) error {
	content, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return err
	}
	return atomicfile.Write(path, append(content, '\n'))
}
