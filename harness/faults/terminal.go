package faults

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Legend explains the cells of a table.
const Legend = "ok 3, +12 ms: every event came once, in order; the source reconnected 3 times, the latest time 12 ms after its reconnection time"

// Text returns a cell of the table in a few words.
func (c *Cell) Text() string { return c.text(english) }

// words are those of a cell.
type words struct{ notApplicable, failed, lost, doubled, left, separator string }

var english = words{NotApplicable, "FAILED", "%d lost", "%d doubled", "%d left open", ", "}

func (c *Cell) text(in words) string {
	switch {
	case c == nil:
		return "-"
	case c.Result == NotApplicable:
		return in.notApplicable
	case c.Result == Failed:
		var counts []string
		for _, count := range []struct {
			n      int
			format string
		}{{c.Lost, in.lost}, {c.Doubled, in.doubled}, {c.Left, in.left}} {
			if count.n > 0 {
				counts = append(counts, fmt.Sprintf(count.format, count.n))
			}
		}
		return strings.TrimSpace(in.failed + " " + strings.Join(counts, in.separator))
	}
	text := fmt.Sprintf("ok %d", c.Reconnections)
	if c.Reconnections > 0 {
		text += fmt.Sprintf(", %+.0f ms", c.Late)
	}
	return text
}

// WriteTerminal writes a table for each browser, and what was seen of cells that failed or
// are not applicable.
func (r *Results) WriteTerminal(w io.Writer) {
	for _, b := range r.Browsers {
		fmt.Fprintf(w, "\n%s\n", b.Version)
		out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprint(out, "fault")
		for _, m := range r.Implementations {
			fmt.Fprintf(out, "\t%s", m.Name)
		}
		fmt.Fprintln(out)
		for _, f := range r.Faults {
			fmt.Fprint(out, f.Name)
			for _, m := range r.Implementations {
				fmt.Fprintf(out, "\t%s", r.cell(f.Name, b.Name, m.Name).Text())
			}
			fmt.Fprintln(out)
		}
		out.Flush()
	}
	fmt.Fprintf(w, "\n%s\n", Legend)
	for _, note := range r.notes() {
		fmt.Fprintln(w, note)
	}
	failed := len(r.Failures())
	fmt.Fprintf(w, "%d cells, %d failed (%s)\n", len(r.Cells), failed, (time.Duration(r.Milliseconds) * time.Millisecond).Round(time.Second))
}

// notes returns what was seen of cells that failed or are not applicable, cells with the
// same text together.
func (r *Results) notes() (notes []string) {
	index := map[string]int{}
	for _, result := range []string{NotApplicable, Failed} {
		for _, c := range r.Cells {
			if c.Result != result {
				continue
			}
			what := fmt.Sprintf("%s  %s: %s", result, c.Fault, strings.Join(c.Seen, "; "))
			who := c.Browser + "/" + c.Implementation
			if result == NotApplicable {
				what, who = fmt.Sprintf("%s  %s", result, strings.Join(c.Seen, "; ")), c.Fault+" in "+c.Browser
			}
			if i, ok := index[what]; ok {
				if !strings.HasSuffix(notes[i], who) {
					notes[i] += ", " + who
				}
				continue
			}
			index[what] = len(notes)
			notes = append(notes, what+" - "+who)
		}
	}
	return notes
}
