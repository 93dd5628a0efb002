package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// WriteTerminal writes the tables as text.
func (r *Results) WriteTerminal(w io.Writer) {
	fmt.Fprintf(w, "%s, %s\n", r.Browser, r.System)
	fmt.Fprintln(w, r.Builds())
	if r.Quick {
		fmt.Fprintln(w, "quick run: do not quote these figures")
	}
	for _, t := range r.Tables {
		fmt.Fprintln(w)
		t.writeTerminal(w)
	}
	for i, text := range r.Errors() {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, "ERROR", text)
	}
}

// Builds returns what was measured, and with which version of the suite, in words.
func (r *Results) Builds() string {
	var list []string
	for _, m := range r.Implementations {
		list = append(list, m.String())
	}
	suite := "suite " + r.Revision
	if r.Revision == "" {
		suite = "suite of unknown version"
	}
	return strings.Join(append(list, suite), ", ")
}

func (t *Table) writeTerminal(w io.Writer) {
	fmt.Fprintf(w, "%s %s: %s\n", t.Kind, t.Stream, t.Title)
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, strings.Join(t.head(), "\t")+"\t")
	for _, row := range t.Rows {
		fmt.Fprintln(out, strings.Join(t.cells(row), "\t")+"\t")
	}
	out.Flush()
}

// head returns the titles of the columns: the median of each figure, the spread of
// the first, the comparisons.
func (t *Table) head() []string {
	rounds := fmt.Sprintf("%d rounds", t.Rounds)
	if t.Rounds == 1 {
		rounds = "1 round"
	}
	head := []string{pad(rounds, t.width())}
	for i, c := range t.Columns {
		head = append(head, c.Unit)
		if i == 0 {
			head = append(head, "spread")
		}
	}
	for _, c := range t.Comparisons {
		head = append(head, t.title(c))
	}
	return head
}

// cells returns the cells of a row, in the order of head.
func (t *Table) cells(row *Row) []string {
	cells := []string{pad(row.Implementation, t.width())}
	for i, c := range t.Columns {
		value, measured := row.Median[c.Name]
		cells = append(cells, figure(value, measured))
		if i == 0 {
			cells = append(cells, fmt.Sprintf("%.0f %%", row.Spread*100))
		}
	}
	for i, c := range t.Comparisons {
		cells = append(cells, c.text(row.Compared[i]))
	}
	return cells
}

// width returns the width of the first column, which is aligned to the left.
func (t *Table) width() int {
	width := len("10 rounds")
	for _, row := range t.Rows {
		width = max(width, utf8.RuneCountInString(row.Implementation))
	}
	return width
}

func pad(s string, width int) string { return fmt.Sprintf("%-*s", width, s) }

// title returns the title of a comparison: "x native", after the unit of the column
// unless it is the first.
func (t *Table) title(c Comparison) string {
	sign := " x "
	if c.As == Difference {
		sign = " - "
	}
	for _, column := range t.Columns[1:] {
		if column.Name == c.Column {
			return column.Unit + sign + c.With
		}
	}
	return strings.TrimSpace(sign + c.With)
}

// text returns an estimate with its confidence interval.
func (c Comparison) text(e *Estimate) string {
	format := "%.2f"
	if c.As == Difference {
		format = "%+.2f"
	}
	switch {
	case e == nil:
		return "-"
	case e.Low == e.High:
		return fmt.Sprintf(format, e.Median)
	}
	return fmt.Sprintf(format+" ("+format+" to "+format+")", e.Median, e.Low, e.High)
}
