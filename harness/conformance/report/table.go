package report

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"eventsource-wasm/harness/internal/atomicfile"
)

// WriteTable writes a table of how many must cases each target passed into a Markdown
// file, between the lines <!-- peers --> and <!-- /peers -->.
func (r *Report) WriteTable(path string) error {
	return writeBetween(path, "peers", r.table())
}

// writeBetween replaces what stands in a file between the lines <!-- NAME --> and
// <!-- /NAME -->.
func writeBetween(path, name, table string) error {
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	before, rest, begun := bytes.Cut(content, []byte(begin))
	_, after, ended := bytes.Cut(rest, []byte(end))
	if !begun || !ended {
		return fmt.Errorf("report: %s has no place for the table: add the lines %s and %s",
			path, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	if err := atomicfile.Write(path, slices.Concat(before, []byte(begin+table+end), after)); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// table returns a Markdown table with a row for each group and a column for each
// target.
func (r *Report) table() string {
	m := r.Matrix()
	var b strings.Builder
	line := func(first, second string, cell func(column int) string) {
		fmt.Fprintf(&b, "| %s | %s |", first, second)
		for i := range m.Columns {
			fmt.Fprintf(&b, " %s |", cell(i))
		}
		fmt.Fprintln(&b)
	}
	line("", "must", func(i int) string { return strings.TrimSuffix(visible(m.Columns[i].Label), ".js") })
	line("---", "---:", func(int) string { return "---:" })
	scores := func(name string, score func(int) Score) {
		judged := 0
		for i := range m.Columns {
			judged = max(judged, score(i).Judged)
		}
		if judged == 0 {
			return
		}
		line(name, strconv.Itoa(judged), func(i int) string {
			switch s := score(i); s.Judged {
			case 0:
				return "–"
			case judged:
				return strconv.Itoa(s.Passed)
			default:
				return s.String()
			}
		})
	}
	scores("**all**", m.Score)
	for _, g := range m.Groups {
		scores(g.Name, g.Score)
	}
	if slices.ContainsFunc(r.Results, func(result Result) bool { return labelOf(&result) == flaky }) {
		line("flaky", "", func(i int) string { return strconv.Itoa(m.count(i, flaky)) })
	}
	line("build", "", func(i int) string {
		if m.Columns[i].Implementation == "native" {
			return "–"
		}
		return buildCell(m.Columns[i].Build)
	})
	line("date", "", func(i int) string { return m.Columns[i].Started.Format(time.DateOnly) })
	line("browser", "", func(i int) string { return visible(m.Columns[i].BrowserVersion) })
	return b.String()
}
