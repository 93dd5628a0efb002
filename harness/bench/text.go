package bench

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// WriteText writes the tables for people to read.
func (d *Document) WriteText(w io.Writer) {
	fmt.Fprintf(w, "%s, %s\n", d.Browser, d.System)
	if d.Quick {
		fmt.Fprintln(w, "measured quickly: the figures say nothing")
	}
	for _, t := range d.Tables {
		fmt.Fprintln(w)
		t.writeText(w)
	}
	for i, text := range d.Errors() {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, "ERROR", text)
	}
}

func (t *Table) writeText(w io.Writer) {
	fmt.Fprintf(w, "%s %s: %s\n", t.Kind, t.Stream, t.Title)
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, strings.Join(t.head(), "\t")+"\t")
	for _, row := range t.Rows {
		fmt.Fprintln(out, strings.Join(t.cells(row), "\t")+"\t")
	}
	out.Flush()
}

// head is the titles of the columns: the median of each figure, the spread of
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

// width is that of the first column, whose text stands left.
func (t *Table) width() int {
	width := len("10 rounds")
	for _, row := range t.Rows {
		width = max(width, utf8.RuneCountInString(row.Implementation))
	}
	return width
}

func pad(s string, width int) string { return fmt.Sprintf("%-*s", width, s) }

// title is what a comparison is called: "x native", and before it the unit of
// the column if that is not the first.
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

func (c Comparison) text(value *float64) string {
	switch {
	case value == nil:
		return "-"
	case c.As == Difference:
		return fmt.Sprintf("%+.2f", *value)
	}
	return fmt.Sprintf("%.2f", *value)
}

// figure writes a figure with three digits that count.
func figure(value float64, measured bool) string {
	if !measured {
		return "-"
	}
	digits := 2 - int(math.Floor(math.Log10(max(math.Abs(value), 0.01))))
	if digits > 0 {
		return strconv.FormatFloat(value, 'f', digits, 64)
	}
	scale := math.Pow10(-digits)
	return thousands(int(math.Round(value/scale) * scale))
}
