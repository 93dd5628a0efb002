package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
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

// Failures writes the results that are not as expected. Of errors that are all
// the same on a target it writes the first and how many there are.
func (t *Text) Failures(d *Document) {
	same := map[string]int{}
	for _, r := range d.Results {
		if r.Verdict == catalogue.Error {
			same[r.Target+r.Got]++
		}
	}
	for _, r := range d.Results {
		n := same[r.Target+r.Got]
		if r.Expected || n == 0 && r.Verdict == catalogue.Error {
			continue
		}
		t.failure(d.find(r.Case), r, d.target(r.Target))
		if n > 1 {
			fmt.Fprintf(t.w, "      and %d more errors on %s that say the same\n", n-1, r.Target)
		}
		delete(same, r.Target+r.Got)
		fmt.Fprintln(t.w)
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
	verdicts := map[string]map[string]catalogue.Verdict{} // by case and target
	for _, r := range d.Results {
		if verdicts[r.Case] == nil {
			verdicts[r.Case] = map[string]catalogue.Verdict{}
		}
		verdicts[r.Case][r.Target] = r.Verdict
	}
	var differing []string
	width := 0
	for _, c := range d.Cases {
		row := slices.Collect(maps.Values(verdicts[c.ID]))
		slices.Sort(row)
		if len(slices.Compact(row)) > 1 {
			differing = append(differing, c.ID)
			width = max(width, len(c.ID))
		}
	}
	if differing == nil {
		fmt.Fprintln(t.w, "\nno case tells the targets apart")
		return
	}
	fmt.Fprintf(t.w, "\n%-*s", width, "the targets differ in")
	for _, target := range d.Targets {
		fmt.Fprintf(t.w, "  %s", target.Name)
	}
	fmt.Fprintln(t.w)
	for _, id := range differing {
		fmt.Fprintf(t.w, "%-*s", width, id)
		for _, target := range d.Targets {
			verdict := verdicts[id][target.Name]
			cell := fmt.Sprintf("%-*s", len(target.Name), cmp.Or(verdict, "-"))
			fmt.Fprintf(t.w, "  %s", t.verdict(verdict, cell))
		}
		fmt.Fprintln(t.w)
	}
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
