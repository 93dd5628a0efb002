package bench

import (
	"fmt"
	"slices"

	"eventsource-wasm/harness/conformance/implementation"
)

// Worse compares results with earlier ones, the baseline. It returns, in words, each
// comparison with native that became worse by more than its spread, and how many
// comparisons both results have. The spread is the width of the confidence interval,
// in whichever of the two it is wider.
//
// Machines differ, but much less in such ratios than in figures. Native itself and
// fetch are not compared: they change with the browser, not with the code here.
func (r *Results) Worse(baseline *Results) (worse []string, compared int) {
	for _, t := range r.Tables {
		i := slices.IndexFunc(baseline.Tables, func(b *Table) bool { return b.Kind == t.Kind && b.Stream == t.Stream })
		if i < 0 {
			continue
		}
		for _, row := range t.Rows {
			if row.Implementation == implementation.Native || row.Implementation == floor {
				continue
			}
			w, n := t.worse(row, baseline.Tables[i])
			worse = append(worse, w...)
			compared += n
		}
	}
	return worse, compared
}

// worse compares a row with the same row of an earlier table.
func (t *Table) worse(row *Row, baseline *Table) (worse []string, compared int) {
	old := baseline.row(row.Implementation)
	if old == nil {
		return nil, 0
	}
	for i, c := range t.Comparisons {
		j := slices.Index(baseline.Comparisons, c)
		if c.With != implementation.Native || j < 0 || row.Compared[i] == nil || old.Compared[j] == nil {
			continue
		}
		compared++
		now, before := row.Compared[i], old.Compared[j]
		loss := now.Median - before.Median
		if t.more(c.Column) {
			loss = -loss
		}
		if loss > max(now.High-now.Low, before.High-before.Low) {
			worse = append(worse, fmt.Sprintf("%s %s of %s: %s was %s in the baseline, is %s",
				t.Kind, t.Stream, row.Implementation, t.title(c), c.text(before), c.text(now)))
		}
	}
	return worse, compared
}

// more reports whether a higher figure is better in a column.
func (t *Table) more(column string) bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Name == column && c.More })
}
