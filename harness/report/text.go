package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/catalogue"
)

// A Text writes a document for people to read.
type Text struct {
	w      io.Writer
	colour bool // colour only repeats what a word says
}

// NewText writes to w, in colours if they are wanted.
func NewText(w io.Writer, colour bool) *Text { return &Text{w, colour} }

// Write writes what is not as expected, a summary of each target, and where the
// targets differ.
func (t *Text) Write(d *Document) {
	t.Failures(d)
	t.Summary(d)
	t.Comparison(d)
}

// Failures writes the results that are not as expected. Of errors that say the
// same it writes the first and how many there are.
func (t *Text) Failures(d *Document) {
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
func (t *Text) repetitions(d *Document, text string) {
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

func (t *Text) failure(c Case, r Result, target Target) {
	fmt.Fprintf(t.w, "%s  %s  %s\n", t.verdict(r.Verdict, strings.ToUpper(string(r.Verdict))), r.Case, r.Target)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(t.w, "      %-6s %s\n", name, indent(text))
		}
	}
	fmt.Fprintf(t.w, "      %s\n", c.Title)
	line(string(c.Level), c.Requirement)
	switch r.Verdict {
	case catalogue.Pass:
		line("want", "a failure: "+r.Reason)
		line("got", "a pass: take the case out of harness/runner/expectations.json")
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
	if target.Browser != "chromium" {
		command += " --browser " + target.Browser
	}
	return command + " --implementation " + cmp.Or(target.Path, target.Implementation)
}

// Summary writes a line for each target.
func (t *Text) Summary(d *Document) {
	for _, target := range d.Targets {
		counts := map[string]int{}
		total := 0
		for _, r := range d.Results {
			if r.Target == target.Name {
				counts[label(r)]++
				total++
			}
		}
		fmt.Fprintf(t.w, "%d cases, %s: %s   (%s)\n", total, target.Name, inWords(counts), seconds(target.Milliseconds))
	}
}

// label is what a result counts as.
func label(r Result) string {
	switch {
	case r.Verdict == catalogue.Pass && !r.Expected:
		return "unexpected pass"
	case r.Reason != "" && r.Expected:
		return "expected " + string(catalogue.Fail)
	}
	return string(r.Verdict)
}

// labels is the order in which counts are told.
var labels = []string{
	"pass", "fail", "timeout", "error", "unexpected pass", "expected fail", "info", "not-applicable", "skip",
}

func inWords(counts map[string]int) string {
	var words []string
	for _, label := range labels {
		if n := counts[label]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, label))
		}
	}
	if words == nil {
		return "none played"
	}
	return strings.Join(words, ", ")
}

// Comparison writes the verdicts of the cases in which the targets differ.
func (t *Text) Comparison(d *Document) {
	if len(d.Targets) < 2 {
		return
	}
	rows := d.differences()
	if rows == nil {
		fmt.Fprintln(t.w, "\nno case tells the targets apart")
		return
	}
	const heading = "the targets differ in"
	width := len(heading)
	for _, row := range rows {
		width = max(width, len(row.id))
	}
	fmt.Fprintf(t.w, "\n%-*s", width, heading)
	for _, target := range d.Targets {
		fmt.Fprintf(t.w, "  %s", target.Name)
	}
	fmt.Fprintln(t.w)
	for _, row := range rows {
		t.row(d, row, width)
	}
}

// row writes the verdicts of a case under the names of the targets.
func (t *Text) row(d *Document, row row, width int) {
	fmt.Fprintf(t.w, "%-*s", width, row.id)
	padding := "  "
	for i, target := range d.Targets {
		word := cmp.Or(string(row.verdicts[i]), "-")
		fmt.Fprint(t.w, padding, t.verdict(row.verdicts[i], word))
		padding = strings.Repeat(" ", max(2, 2+len(target.Name)-len(word)))
	}
	fmt.Fprintln(t.w)
}

// A row is a case and its verdicts, one for each target; "": not played there.
type row struct {
	id       string
	verdicts []catalogue.Verdict
}

// differences are the cases that have different verdicts.
func (d *Document) differences() []row {
	verdicts := map[[2]string]catalogue.Verdict{}
	for _, r := range d.Results {
		verdicts[[2]string{r.Case, r.Target}] = r.Verdict
	}
	var rows []row
	for _, c := range d.Cases {
		row := row{id: c.ID}
		for _, target := range d.Targets {
			row.verdicts = append(row.verdicts, verdicts[[2]string{c.ID, target.Name}])
		}
		if slices.ContainsFunc(row.verdicts, func(v catalogue.Verdict) bool { return v != row.verdicts[0] }) {
			rows = append(rows, row)
		}
	}
	return rows
}

// Colours of verdicts, as terminals number them.
var colours = map[catalogue.Verdict]int{
	catalogue.Pass:    32, // green
	catalogue.Fail:    31, // red
	catalogue.Timeout: 31,
	catalogue.Error:   35, // magenta
}

// verdict writes a word in the colour of a verdict.
func (t *Text) verdict(v catalogue.Verdict, word string) string {
	colour, ok := colours[v]
	if !ok || !t.colour {
		return word
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", colour, word)
}

// find is what the document says of a case.
func (d *Document) find(id string) Case {
	i := slices.IndexFunc(d.Cases, func(c Case) bool { return c.ID == id })
	if i < 0 {
		return Case{ID: id}
	}
	return d.Cases[i]
}

// target is what the document says of a target.
func (d *Document) target(name string) Target {
	i := slices.IndexFunc(d.Targets, func(t Target) bool { return t.Name == name })
	if i < 0 {
		return Target{Name: name}
	}
	return d.Targets[i]
}

func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n             ") }

func seconds(ms int64) string {
	return fmt.Sprintf("%.1fs", (time.Duration(ms) * time.Millisecond).Seconds())
}
