package report

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A Terminal writes a document for people to read.
type Terminal struct {
	w      io.Writer
	colour bool // colour only repeats what a word says
}

// NewTerminal writes to w, in colours if they are wanted.
func NewTerminal(w io.Writer, colour bool) *Terminal { return &Terminal{w, colour} }

// Write writes what is not as expected, a summary of each target, and where the
// targets differ.
func (t *Terminal) Write(d *Report) {
	t.Failures(d)
	t.Summary(d)
	t.Comparison(d)
}

// Failures writes the results that are not as expected. Of errors that say the
// same it writes the first and how many there are.
func (t *Terminal) Failures(d *Report) {
	told := map[string]bool{}
	for _, r := range d.Results {
		if r.Expected || told[errorText(r)] {
			continue
		}
		t.failure(d.find(r.Case), r, d.target(r.Target))
		if text := errorText(r); text != "" {
			told[text] = true
			t.repetitions(d, text)
		}
		fmt.Fprintln(t.w)
	}
}

// errorText is what an error says, and of which target; "": it is none.
func errorText(r Result) string {
	if r.Verdict != catalogue.Error {
		return ""
	}
	return r.Target + ": " + r.Got
}

// repetitions writes how many other errors say the same.
func (t *Terminal) repetitions(d *Report, text string) {
	others := -1
	for _, r := range d.Results {
		if errorText(r) == text {
			others++
		}
	}
	if others > 0 {
		fmt.Fprintf(t.w, "      and %d more that say the same\n", others)
	}
}

func (t *Terminal) failure(c Case, r Result, target Target) {
	fmt.Fprintf(t.w, "%s  %s  %s\n", t.paint(labelOf(&r), strings.ToUpper(string(r.Verdict))), visible(r.Case), visible(r.Target))
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(t.w, "      %-6s %s\n", name, indent(visible(text)))
		}
	}
	fmt.Fprintf(t.w, "      %s\n", visible(c.Title))
	line(string(c.Level), c.Requirement)
	switch r.Verdict {
	case catalogue.Pass:
		line("want", "a failure: "+r.Reason)
		line("got", "a pass: take the case out of harness/conformance/runner/expectations.json")
	case catalogue.Error:
		line("error", r.Got)
	default:
		line("want", r.Want)
		line("got", r.Got+"        <- first difference")
	}
	line("again", Command(r.Case, target))
}

// Command plays a case on a target again.
func Command(id string, target Target) string {
	command := "go run ./harness run " + id
	switch {
	case target.Remote:
		command += " --webdriver URL --capabilities JSON"
	case target.Browser != "chromium":
		command += " --browser " + target.Browser
	}
	command += " --implementation " + shellWord(cmp.Or(target.Path, target.Implementation))
	if target.Emulates != "" {
		command += " --profile " + target.Emulates
	}
	if target.Hidden != nil {
		command += " --hide " + strings.Join(target.Hidden, ",")
	}
	if target.Context != "" {
		command += " --context " + target.Context
	}
	return command
}

// shellWord returns a text as one word of a POSIX shell.
func shellWord(text string) string {
	if plainWord.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9@%_+=:,./-]+$`)

// Summary writes a line for each target.
func (t *Terminal) Summary(d *Report) {
	m := d.Matrix()
	for i, column := range m.Columns {
		total := 0
		var words []string
		for _, c := range m.Counts(i) {
			total += c.N
			words = append(words, fmt.Sprintf("%d %s", c.N, c.Name))
		}
		what := cmp.Or(strings.Join(words, ", "), "none played")
		fmt.Fprintf(t.w, "%s, %s%s: %s   (%s)\n", count(total, "case"), column.Name, visible(column.Altered()), what, seconds(column.Milliseconds))
	}
}

// warn writes a warning, if there is one.
func (t *Terminal) warn(warning string) {
	if warning != "" {
		fmt.Fprintf(t.w, "\nwarning: %s\n", warning)
	}
}

// Comparison writes the labels of the cases that tell the targets apart, and
// then what the targets have shown of those that are not judged.
func (t *Terminal) Comparison(d *Report) {
	if len(d.Targets) < 2 {
		return
	}
	m := d.Matrix()
	rows := m.pick(Row.differs)
	t.table("the targets differ in", m.Columns, rows)
	open := m.pick(Row.ToldApart)
	t.shown(m, open)
	if rows == nil && open == nil {
		fmt.Fprintln(t.w, "\nno case tells the targets apart")
	}
}

// Overview writes a summary of each target, the labels of all cases that are not
// simply passed by all, and what was seen where the targets differ.
func (t *Terminal) Overview(d *Report) {
	t.Summary(d)
	t.warn(Mixed(d.Targets))
	m := d.Matrix()
	t.table("not passed by all", m.Columns, m.pick(func(r Row) bool { return r.differs() || r.bad() }))
	t.shown(m, m.Differences())
}

// table writes the labels of rows under the names of the targets, whose parts
// stand one over the other.
func (t *Terminal) table(heading string, columns []Column, rows []Row) {
	if rows == nil {
		return
	}
	first := len(heading)
	for _, row := range rows {
		first = max(first, len(row.ID))
	}
	parts, widths := stack(columns, len("unexpected"))
	for _, line := range parts {
		fmt.Fprintf(t.w, "\n%-*s", first, heading)
		t.cells(widths, func(column int) (string, string) { return line[column], line[column] })
		heading = ""
	}
	fmt.Fprintln(t.w)
	for _, row := range rows {
		fmt.Fprintf(t.w, "%-*s", first, row.ID)
		t.cells(widths, func(column int) (string, string) {
			label := row.Cells[column].Label()
			return label.Word, t.label(label)
		})
		fmt.Fprintln(t.w)
	}
}

// shown writes what the targets have shown in rows in which they differ.
func (t *Terminal) shown(m Matrix, rows []Row) {
	for _, row := range rows {
		if row.ToldApart() {
			fmt.Fprintf(t.w, "\nthe targets differ in %s, which is open to them\n", row.ID)
		} else {
			fmt.Fprintf(t.w, "\nthe targets differ in %s\n      %-6s %s\n", row.ID, row.Level, visible(row.Requirement))
		}
		for _, shown := range m.Shown(row) {
			word := ""
			if !row.ToldApart() {
				word = t.label(shown.Label()) + "  "
			}
			fmt.Fprintf(t.w, "      %s%s\n", word, shown.Who())
			if shown.Got != "" {
				fmt.Fprintf(t.w, "            %s\n", short(shown.Got))
			}
		}
	}
}

// stack splits the labels of columns: each line holds one part of each.
func stack(columns []Column, least int) (lines [][]string, widths []int) {
	widths = make([]int, len(columns))
	for i, column := range columns {
		widths[i] = least
		for j, part := range strings.Split(column.Label, "/") {
			if j == len(lines) {
				lines = append(lines, make([]string, len(columns)))
			}
			lines[j][i] = part
			widths[i] = max(widths[i], len(part))
		}
	}
	return lines, widths
}

// cells writes a line of cells: what each says, and that in colour.
func (t *Terminal) cells(widths []int, cell func(column int) (plain, painted string)) {
	padding := ""
	for i, width := range widths {
		plain, painted := cell(i)
		if plain == "" {
			padding += strings.Repeat(" ", 2+width)
			continue
		}
		fmt.Fprint(t.w, padding, "  ", painted)
		padding = strings.Repeat(" ", max(0, width-len(plain)))
	}
}

// label writes the word of a label in its colour.
func (t *Terminal) label(l *label) string { return t.paint(l, l.Word) }

// paint writes a text in the colour of a label.
func (t *Terminal) paint(l *label, text string) string {
	if l.colour == 0 || !t.colour {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", l.colour, text)
}

// find is what the document says of a case.
func (d *Report) find(id string) Case {
	i := slices.IndexFunc(d.Cases, func(c Case) bool { return c.ID == id })
	if i < 0 {
		return Case{ID: id}
	}
	return d.Cases[i]
}

// target is what the document says of a target.
func (d *Report) target(name string) Target {
	i := slices.IndexFunc(d.Targets, func(t Target) bool { return t.Name == name })
	if i < 0 {
		return Target{Name: name}
	}
	return d.Targets[i]
}

// Altered returns how the browser was changed before the cases ran, as the end of a
// sentence, or "".
func (t Target) Altered() (words string) {
	if t.Emulates != "" {
		words += ", emulating " + t.Emulates
	}
	if t.Hidden != nil {
		words += ", without " + strings.Join(t.Hidden, ", ")
	}
	return words
}

func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n             ") }

func seconds(ms int64) string {
	return fmt.Sprintf("%.1fs", (time.Duration(ms) * time.Millisecond).Seconds())
}
