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

// A Terminal writes views of a report as text.
type Terminal struct {
	w      io.Writer
	colour bool // colour only repeats what a word already says
}

// NewTerminal returns a Terminal that writes to w, with or without colours. Whatever a
// report holds, w gets no control characters but those of the colours.
func NewTerminal(w io.Writer, colour bool) *Terminal { return &Terminal{printable{w, colour}, colour} }

// printable is a writer that makes what is written visible. Each call writes whole
// characters.
type printable struct {
	w      io.Writer
	colour bool
}

func (p printable) Write(b []byte) (int, error) {
	text := string(b)
	var out strings.Builder
	for p.colour {
		at := colourCode.FindStringIndex(text)
		if at == nil {
			break
		}
		out.WriteString(visible(text[:at[0]]) + text[at[0]:at[1]])
		text = text[at[1]:]
	}
	out.WriteString(visible(text))
	if _, err := io.WriteString(p.w, out.String()); err != nil {
		return 0, err
	}
	return len(b), nil
}

// colourCode is what paint writes around a text.
var colourCode = regexp.MustCompile(`\x1b\[\d*m`)

// Write writes the unexpected results, the flaky ones, a summary of each target, and
// where the targets differ.
func (t *Terminal) Write(r *Report) {
	t.Failures(r)
	t.Flaky(r)
	t.Summary(r)
	t.Comparison(r)
}

// Failures writes the unexpected results. Of errors of a target with the same text, it
// writes the first and the number of the others.
func (t *Terminal) Failures(r *Report) {
	written := map[string]bool{}
	detailed := 0
	for _, result := range r.Results {
		if result.Expected || written[errorText(result)] {
			continue
		}
		c := r.find(result.Case)
		t.failure(c, result, r.target(result.Target))
		if text := errorText(result); text != "" {
			written[text] = true
			t.repetitions(r, text)
		}
		if result.Kept() && detailed <= maxDetailed {
			if detailed++; detailed <= maxDetailed {
				t.sides(c, result)
			} else {
				fmt.Fprintf(t.w, "\n      both sides are shown of the first %d; run a case alone, or see --html FILE\n", maxDetailed)
			}
		}
		fmt.Fprintln(t.w)
	}
}

// maxDetailed is the number of failures of which the terminal shows both sides.
const maxDetailed = 3

// Flaky writes the results of cases that passed in some attempts, and not in others.
func (t *Terminal) Flaky(r *Report) {
	for _, result := range r.Results {
		if !result.Flaky() {
			continue
		}
		fmt.Fprintf(t.w, "%s  %s  %s\n", t.paint(flaky, "FLAKY"), result.Case, result.Target)
		for i, attempt := range result.Attempts {
			fmt.Fprintf(t.w, "      run %d  %s\n", i+1, indent(attempt.String()))
		}
		fmt.Fprintln(t.w)
	}
}

// errorText returns the target and the text of an error, or "" for another verdict.
func errorText(r Result) string {
	if r.Verdict != catalogue.Error {
		return ""
	}
	return r.Target + ": " + r.Got
}

// repetitions writes how many other errors have the same text.
func (t *Terminal) repetitions(r *Report, text string) {
	others := -1
	for _, result := range r.Results {
		if errorText(result) == text {
			others++
		}
	}
	if others > 0 {
		fmt.Fprintf(t.w, "      and %d more with the same error\n", others)
	}
}

// failure writes a result, what the case demands, and how to run it again.
func (t *Terminal) failure(c Case, r Result, target Target) {
	fmt.Fprintf(t.w, "%s  %s  %s\n", t.paint(labelOf(&r), strings.ToUpper(string(r.Verdict))), r.Case, r.Target)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(t.w, "      %-6s %s\n", name, indent(cut(text, maxFact)))
		}
	}
	fmt.Fprintf(t.w, "      %s\n", c.Title)
	line(string(c.Level), c.Requirement)
	switch r.Verdict {
	case catalogue.Pass:
		line("want", "a failure: "+r.Reason)
		line("got", "a pass: remove the case from the list of known failures")
	case catalogue.Error:
		line("error", r.Got)
	default:
		line("want", r.Want)
		line("got", r.Got+"   (first difference)")
	}
	line("again", Command(r.Case, target))
}

// sides writes what both sides do in a case and recorded.
func (t *Terminal) sides(c Case, r Result) {
	t.block("what the server recorded", serverLines(r.Transcript, false))
	t.block("what the client does", firstLines(c.Client))
	t.block("what the page recorded", pageLines(r.Transcript))
}

// block writes lines below a heading, unless there are none.
func (t *Terminal) block(heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(t.w, "\n      %s\n", heading)
	for _, line := range lines {
		fmt.Fprintln(t.w, strings.TrimRight("        "+line, " "))
	}
}

// Show writes everything that the catalogue says about a case.
func (t *Terminal) Show(c catalogue.Case) {
	d := Describe(c)
	fmt.Fprintf(t.w, "%s  %s\n      %s\n      %s\n      %s\n", c.ID, c.Level, c.Title, c.Requirement, c.SpecURL())
	if choice := c.Choice; choice != nil {
		at := choice.SpecURL()
		if choice.Step != "" {
			at += ", step " + choice.Step
		}
		fmt.Fprintf(t.w, "      left open: %s (%s)\n", choice.Permits, at)
	}
	if where := c.Contexts; len(where) < len(catalogue.Contexts) {
		fmt.Fprintf(t.w, "      runs in: %s\n", joinContexts(where))
	}
	if c.Impossible != "" {
		fmt.Fprintf(t.w, "      cannot be run: %s\n", c.Impossible)
	}
	t.block("what the server does", d.Server)
	t.block("what the client does", d.Client)
	t.block("what is expected", d.Expect)
}

func joinContexts(list []catalogue.Context) string {
	var names []string
	for _, c := range list {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

// Command returns the command that runs a case on a target again.
func Command(id string, target Target) string {
	command := "go run ./harness run " + id
	if target.Client != "" {
		return command + " --client " + shellWord(target.Implementation+"="+target.Client)
	}
	switch {
	case target.Remote:
		command += " --webdriver URL --capabilities JSON"
	case target.Browser != "chromium":
		command += " --browser " + target.Browser
	}
	command += " --implementation " + shellWord(cmp.Or(target.Path, target.Implementation))
	for _, argument := range target.Arguments {
		command += " --browser-argument " + shellWord(argument)
	}
	if target.Folder != "" {
		command += " --cases " + shellWord(target.Folder)
	}
	if target.Protocol != "" {
		command += " --protocol " + string(target.Protocol)
	}
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
func (t *Terminal) Summary(r *Report) {
	m := r.Matrix()
	for i, column := range m.Columns {
		total := 0
		var words []string
		for _, c := range m.Counts(i) {
			total += c.N
			words = append(words, fmt.Sprintf("%d %s", c.N, c.Name))
		}
		what := cmp.Or(strings.Join(words, ", "), "no cases")
		judged := ""
		if s := m.Score(i); s.Selected > 0 {
			judged = fmt.Sprintf("; %d of %s judged", s.Judged, count(s.Selected, "must case"))
		}
		fmt.Fprintf(t.w, "%s, %s%s: %s%s   (%s)\n", count(total, "case"), column.Name, column.Altered(), what, judged, seconds(column.Milliseconds))
		for _, loss := range column.Losses {
			noun := "browser"
			if column.Client != "" {
				noun = "client"
			}
			fmt.Fprintf(t.w, "      the %s failed: %s\n", noun, short(loss))
		}
	}
}

// warn writes a warning, if there is one.
func (t *Terminal) warn(warning string) {
	if warning != "" {
		fmt.Fprintf(t.w, "\nwarning: %s\n", warning)
	}
}

// Comparison writes the cases in which the verdicts of the targets differ; then the
// info cases in which the targets behaved differently.
func (t *Terminal) Comparison(r *Report) {
	if len(r.Targets) < 2 {
		return
	}
	m := r.Matrix()
	rows := m.pick(Row.differs)
	t.table("the targets differ in", m.Columns, rows)
	open := m.pick(Row.ToldApart)
	t.shown(m, open)
	if rows == nil && open == nil {
		fmt.Fprintln(t.w, "\nthe targets do not differ")
	}
}

// Overview writes a summary of each target, the cases that some target did not pass,
// and what was recorded where the targets differ.
func (t *Terminal) Overview(r *Report) {
	t.Summary(r)
	t.warn(Mixed(r.Targets))
	m := r.Matrix()
	t.table("not passed by all", m.Columns, m.pick(func(row Row) bool { return row.differs() || row.bad() }))
	t.shown(m, m.Differences())
}

// table writes the labels of rows. The names of the targets head the columns, a part a
// line.
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

// shown writes what was recorded in rows in which the targets differ.
func (t *Terminal) shown(m Matrix, rows []Row) {
	for _, row := range rows {
		if row.ToldApart() {
			fmt.Fprintf(t.w, "\nthe targets differ in %s (info)\n", row.ID)
		} else {
			fmt.Fprintf(t.w, "\nthe targets differ in %s\n      %-6s %s\n", row.ID, row.Level, row.Requirement)
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

// stack splits the labels of columns into lines of one part each, and returns the
// width of each column.
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

// cells writes a line of cells. Each is given without and with colour.
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

// label returns the word of a label in its colour.
func (t *Terminal) label(l *label) string { return t.paint(l, l.Word) }

// paint returns a text in the colour of a label.
func (t *Terminal) paint(l *label, text string) string {
	if l.colour == 0 || !t.colour {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", l.colour, text)
}

// find returns the description of a case.
func (r *Report) find(id string) Case {
	i := slices.IndexFunc(r.Cases, func(c Case) bool { return c.ID == id })
	if i < 0 {
		return Case{ID: id}
	}
	return r.Cases[i]
}

// target returns the target with a name.
func (r *Report) target(name string) Target {
	i := slices.IndexFunc(r.Targets, func(t Target) bool { return t.Name == name })
	if i < 0 {
		return Target{Name: name}
	}
	return r.Targets[i]
}

// Altered returns the protocol unless it was HTTP/1.1, and how the browser was changed
// before the cases ran, as the end of a sentence, or "".
func (t Target) Altered() (words string) {
	if t.Protocol != "" {
		words += ", over " + t.Protocol.Title()
	}
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
