package report

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A label is the word for a result in all views. It says more than the verdict: whether
// a failure is known, or a case did not run.
type label struct {
	Word    string // in a cell
	Symbol  string // beside the word, for readers without colours
	Name    string // in a count
	Meaning string // in the legend
	Class   string // of the page's style
	Good    bool   // needs no attention
	Silent  bool   // says nothing about the target
	colour  int    // as terminals number them; 0: none
}

// labels are all labels, in the order in which views list them.
var labels = []*label{
	passed, flaky, failed, timedOut, broken, surprising, known, recorded, notApplicable, skipped, notRun,
}

var (
	passed        = &label{"pass", "✓", "pass", "What was recorded is what the case expects.", "pass", true, false, 32}
	flaky         = &label{"flaky", "~", "flaky", "The case failed on time alone, and passed when it ran again, alone. This counts as a pass.", "flaky", false, false, 33}
	failed        = &label{"fail", "✗", "fail", "What was recorded is not what the case expects.", "fail", false, false, 31}
	timedOut      = &label{"timeout", "…", "timeout", "The record begins as expected, but is not complete: the time limit of the case was reached.", "timeout", false, false, 31}
	broken        = &label{"error", "!", "error", "The case could not be run. This says nothing about the target.", "error", false, false, 35}
	surprising    = &label{"unexpected", "★", "unexpected pass", "The case passed, but is listed as a known failure: the list is out of date.", "unexpected", false, false, 31}
	known         = &label{"known", "≈", "known to fail", "The case failed, as the list of known failures says, with the reason.", "known", false, false, 33}
	recorded      = &label{"info", "i", "info", "The standard leaves this open. What was recorded is shown and compared, but not judged.", "info", true, false, 0}
	notApplicable = &label{"n/a", "○", "not-applicable", "The case cannot be run on this target.", "quiet", true, true, 0}
	skipped       = &label{"skip", "–", "skip", "The case cannot be run in any browser.", "quiet", true, true, 0}
	notRun        = &label{"-", "", "not run", "The case was not part of the run of this target.", "quiet", true, true, 0}
)

// labelOf returns the label of a result; nil means that the case did not run.
func labelOf(r *Result) *label {
	switch {
	case r == nil:
		return notRun
	case r.Verdict == catalogue.Pass && !r.Expected:
		return surprising
	case r.Verdict == catalogue.Pass && r.Flaky():
		return flaky
	case r.Reason != "" && r.Expected:
		return known
	}
	switch r.Verdict {
	case catalogue.Pass:
		return passed
	case catalogue.Fail:
		return failed
	case catalogue.Timeout:
		return timedOut
	case catalogue.Recorded:
		return recorded
	case catalogue.NotApplicable:
		return notApplicable
	case catalogue.Skip:
		return skipped
	}
	return broken
}

// A Matrix is a report with a row for each case and a column for each target.
type Matrix struct {
	Columns []Column
	Groups  []Group
}

// A Column is a target of a matrix.
type Column struct {
	Target
	Label string // the name, without the parts that all targets share
}

// A Group is the cases with the same first part of the id.
type Group struct {
	Name string
	Rows []Row
}

// A Row is a case of a matrix.
type Row struct {
	Case
	Cells []Cell // one for each column
}

// A Cell is a result, or nil if the case did not run on that target.
type Cell struct{ *Result }

// Label returns the label of the result.
func (c Cell) Label() *label { return labelOf(c.Result) }

// behaviour returns the label, without a difference between passes.
func (c Cell) behaviour() *label {
	if c.Label() == flaky {
		return passed
	}
	return c.Label()
}

// says reports whether the result says how its target behaves. An error does not.
func (c Cell) says() bool { return !c.Label().Silent && c.Label() != broken }

// Matrix returns the report as a matrix.
func (r *Report) Matrix() Matrix {
	results := map[[2]string]*Result{}
	for i, result := range r.Results {
		results[[2]string{result.Case, result.Target}] = &r.Results[i]
	}
	var m Matrix
	labels := distinct(r.Targets)
	for i, t := range r.Targets {
		m.Columns = append(m.Columns, Column{t, labels[i]})
	}
	for _, c := range r.Cases {
		row := Row{Case: c}
		for _, t := range r.Targets {
			row.Cells = append(row.Cells, Cell{results[[2]string{c.ID, t.Name}]})
		}
		name, _, _ := strings.Cut(c.ID, "/")
		i := slices.IndexFunc(m.Groups, func(g Group) bool { return g.Name == name })
		if i < 0 {
			i = len(m.Groups)
			m.Groups = append(m.Groups, Group{Name: name})
		}
		m.Groups[i].Rows = append(m.Groups[i].Rows, row)
	}
	return m
}

// distinct returns the names of targets without the parts that are the same in all.
func distinct(targets []Target) []string {
	var names []string
	var parts [][]string
	for _, t := range targets {
		names = append(names, t.Name)
		parts = append(parts, strings.Split(t.Name, "/"))
	}
	for _, p := range parts {
		if len(targets) == 1 || len(p) != len(parts[0]) {
			return names
		}
	}
	short := make([]string, len(parts))
	for i := range parts {
		var own []string
		for j, part := range parts[i] {
			if slices.ContainsFunc(parts, func(p []string) bool { return p[j] != part }) {
				own = append(own, part)
			}
		}
		short[i] = strings.Join(own, "/")
	}
	return short
}

// Uniform reports whether all cells of the row have the same label.
func (r Row) Uniform() bool {
	return !slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.Label() != r.Cells[0].Label() })
}

// differs reports whether the row has different labels, not counting those that say
// nothing about a target.
func (r Row) differs() bool {
	said := r.said()
	return slices.ContainsFunc(said, func(c Cell) bool { return c.behaviour() != said[0].behaviour() })
}

// ToldApart reports whether targets behaved differently in an info case.
func (r Row) ToldApart() bool {
	said := r.said()
	return slices.ContainsFunc(said, func(c Cell) bool { return c.Label() == recorded && !alike(c.Got, said[0].Got) }) && !r.differs()
}

// Notable reports whether the row needs attention.
func (r Row) Notable() bool { return r.differs() || r.ToldApart() || r.bad() }

// bad reports whether a target did not pass.
func (r Row) bad() bool {
	return slices.ContainsFunc(r.Cells, func(c Cell) bool { return !c.Label().Good })
}

// said returns the cells that say how their target behaves.
func (r Row) said() []Cell {
	return slices.DeleteFunc(slices.Clone(r.Cells), func(c Cell) bool { return !c.says() })
}

// A Shown is one of several ways in which targets behaved in a case.
type Shown struct {
	Cell             // of the first target
	Columns []Column // all targets that behaved so
}

// Who names the targets.
func (s Shown) Who() string {
	var names []string
	for _, c := range s.Columns {
		names = append(names, c.Label)
	}
	return strings.Join(names, ", ")
}

// Shown returns the ways in which targets behaved in a row. Those that passed come
// first.
func (m Matrix) Shown(r Row) (all []Shown) {
	for i, c := range r.Cells {
		if !c.says() {
			continue
		}
		same := func(s Shown) bool { return s.Label() == c.Label() && alike(s.Got, c.Got) }
		at := slices.IndexFunc(all, same)
		if at < 0 {
			at = len(all)
			all = append(all, Shown{Cell: c})
		}
		all[at].Columns = append(all[at].Columns, m.Columns[i])
	}
	slices.SortStableFunc(all, func(a, b Shown) int {
		return cmp.Compare(slices.Index(labels, a.Label()), slices.Index(labels, b.Label()))
	})
	return all
}

// Differences returns the rows in which targets differ: in their labels or, in an info
// case, in what was recorded.
func (m Matrix) Differences() []Row {
	return m.pick(func(r Row) bool { return r.differs() || r.ToldApart() })
}

// Times count as the same if they differ by at most this part of the longer one, or by
// at most so many milliseconds.
const (
	someTime = 0.25
	sameTime = 100
)

var times = regexp.MustCompile(`\d+ ms`)

// alike reports whether two records of an info case are the same, apart from small
// differences in time.
func alike(a, b string) bool {
	if times.ReplaceAllString(a, "") != times.ReplaceAllString(b, "") {
		return false
	}
	as, bs := times.FindAllString(a, -1), times.FindAllString(b, -1)
	for i := range as {
		x, y := milliseconds(as[i]), milliseconds(bs[i])
		if math.Abs(x-y) > max(sameTime, someTime*max(x, y)) {
			return false
		}
	}
	return true
}

// milliseconds returns the number in a match of times.
func milliseconds(text string) float64 {
	ms, _ := strconv.ParseFloat(strings.TrimSuffix(text, " ms"), 64)
	return ms
}

// A Score counts must cases: all that were selected, those of them that were judged,
// and of these the ones that passed and the ones that are known to fail.
type Score struct{ Passed, Known, Judged, Selected int }

func (s Score) String() string { return fmt.Sprintf("%d of %d", s.Passed, s.Judged) }

// Unjudged returns the number of cases that were selected and not judged.
func (s Score) Unjudged() int { return s.Selected - s.Judged }

// Class returns the class of the label that the score is shown as.
func (s Score) Class() string {
	switch s.Judged {
	case 0:
		return skipped.Class
	case s.Passed:
		return passed.Class
	case s.Passed + s.Known:
		return known.Class
	}
	return failed.Class
}

// Score counts the must cases of the group in a column.
func (g Group) Score(column int) (s Score) {
	for _, row := range g.Rows {
		label := row.Cells[column].Label()
		if row.Level != catalogue.Must || label == notRun {
			continue
		}
		s.Selected++
		if label.Silent {
			continue
		}
		s.Judged++
		switch label {
		case passed, flaky, surprising:
			s.Passed++
		case known:
			s.Known++
		}
	}
	return s
}

// Score counts the must cases in a column.
func (m Matrix) Score(column int) (s Score) {
	for _, g := range m.Groups {
		s = s.plus(g.Score(column))
	}
	return s
}

func (s Score) plus(other Score) Score {
	return Score{s.Passed + other.Passed, s.Known + other.Known, s.Judged + other.Judged, s.Selected + other.Selected}
}

// A Count is the number of results with a label in a column.
type Count struct {
	*label
	N int
}

// Counts counts the results of a column by label, without cases that did not run.
func (m Matrix) Counts(column int) (counts []Count) {
	n := map[*label]int{}
	for row := range m.rows {
		n[row.Cells[column].Label()]++
	}
	for _, l := range labels {
		if n[l] > 0 && l != notRun {
			counts = append(counts, Count{l, n[l]})
		}
	}
	return counts
}

// count returns the number of results of a column with a label.
func (m Matrix) count(column int, l *label) int {
	for _, c := range m.Counts(column) {
		if c.label == l {
			return c.N
		}
	}
	return 0
}

// pick returns the rows for which wanted returns true.
func (m Matrix) pick(wanted func(Row) bool) (rows []Row) {
	for row := range m.rows {
		if wanted(row) {
			rows = append(rows, row)
		}
	}
	return rows
}

// rows yields the rows of all groups.
func (m Matrix) rows(yield func(Row) bool) {
	for _, g := range m.Groups {
		for _, row := range g.Rows {
			if !yield(row) {
				return
			}
		}
	}
}
