package bench

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/implementation"
)

// Markdown returns the tables in Markdown, each with its command, its date and the
// build of the polyfill. A kind that was measured with several streams has one
// table: a row for each stream, a column for each implementation.
func (r *Results) Markdown() string {
	var b strings.Builder
	for i := 0; i < len(r.Tables); {
		tables := r.Tables[i:]
		if end := slices.IndexFunc(tables, func(t *Table) bool { return t.Kind != tables[0].Kind }); end >= 0 {
			tables = tables[:end]
		}
		i += len(tables)
		fmt.Fprintf(&b, "### %s\n\n%s\n\n", tables[0].Kind, r.caption(tables[0]))
		if len(tables) > 1 {
			b.WriteString(r.byStream(tables))
		} else {
			b.WriteString(tables[0].markdown())
		}
		b.WriteString("\n")
	}
	return b.String()
}

// caption returns what stands above a table, one sentence a line.
func (r *Results) caption(t *Table) string {
	rounds := fmt.Sprintf("medians of %d rounds", t.Rounds)
	if t.Rounds == 1 {
		rounds = "one round"
	}
	lines := []string{fmt.Sprintf("%s, %s: %s, %s.", r.Started.Format(time.DateOnly), r.buildOf(ours), r.Browser, rounds)}
	if r.Command != "" {
		lines = append(lines, "`"+r.Command+"`")
	}
	return strings.Join(lines, "\n")
}

// buildOf returns the build of an implementation with its name, in Markdown.
func (r *Results) buildOf(name string) string {
	i := slices.IndexFunc(r.Implementations, func(m Measured) bool { return m.Name == name })
	if i < 0 || r.Implementations[i].Build.Short() == "" {
		return name + ", build not recorded"
	}
	build := r.Implementations[i].Build
	return strings.ReplaceAll(name+" "+build.Version+" `"+build.Short()+"`", "  ", " ")
}

// byStream returns the first figure of several tables in one, and how the polyfill
// compares.
func (r *Results) byStream(tables []*Table) string {
	names := r.names(tables)
	first := tables[0].Columns[0]
	head, rule := []string{first.Unit}, []string{"---"}
	for _, name := range names {
		head, rule = append(head, name), append(rule, "---:")
	}
	for _, c := range tables[0].Comparisons {
		head, rule = append(head, ours+" "+tables[0].title(c)), append(rule, "---:")
	}
	lines := [][]string{head, rule}
	for _, t := range tables {
		line := []string{t.Stream}
		for _, name := range names {
			text := "-"
			if row := t.row(name); row != nil {
				value, measured := row.Median[first.Name]
				text = figure(value, measured)
			}
			line = append(line, text)
		}
		for i, c := range t.Comparisons {
			text := "-"
			if row := t.row(ours); row != nil {
				text = c.text(row.Compared[i])
			}
			line = append(line, text)
		}
		lines = append(lines, line)
	}
	return markdownTable(lines)
}

// names returns the implementations of tables: native, the polyfill, then the others
// in the order of the first table.
func (r *Results) names(tables []*Table) (names []string) {
	for _, t := range tables {
		for _, row := range t.Rows {
			if !slices.Contains(names, row.Implementation) {
				names = append(names, row.Implementation)
			}
		}
	}
	rank := func(name string) int { return slices.Index([]string{ours, implementation.Native}, name) }
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(rank(b), rank(a)) })
	return names
}

// markdown returns the whole table.
func (t *Table) markdown() string {
	head := t.head()
	rule := []string{"---"}
	for range head[1:] {
		rule = append(rule, "---:")
	}
	lines := [][]string{head, rule}
	for _, row := range t.Rows {
		lines = append(lines, t.cells(row))
	}
	return markdownTable(lines)
}

// inMarkdown escapes what has a meaning in the cells of a table.
var inMarkdown = strings.NewReplacer("|", `\|`, "<", "&lt;", "&", "&amp;")

func markdownTable(lines [][]string) string {
	var b strings.Builder
	for _, cells := range lines {
		for _, cell := range cells {
			b.WriteString("| " + inMarkdown.Replace(strings.TrimSpace(cell)) + " ")
		}
		b.WriteString("|\n")
	}
	return b.String()
}
