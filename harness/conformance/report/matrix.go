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

// A label is what a result counts as.
type label struct {
	Word    string // in a cell
	Symbol  string // beside the word, so that colour is never needed
	Name    string // in a count
	Meaning string // in the legend
	Class   string // of the page's style
	Good    bool   // nothing to look at
	Silent  bool   // it says nothing about the target
	colour  int    // as terminals number them; 0: none
}

// labels are all there are, in the order in which they are told.
var labels = []*label{
	passed, failed, timedOut, broken, surprising, known, recorded, notApplicable, skipped, notPlayed,
}

var (
	passed        = &label{"pass", "✓", "pass", "What was seen is what the case expects.", "pass", true, false, 32}
	failed        = &label{"fail", "✗", "fail", "Something else was seen than the case expects.", "fail", false, false, 31}
	timedOut      = &label{"timeout", "…", "timeout", "What was seen began as expected; then nothing more came until the limit of the case.", "timeout", false, false, 31}
	broken        = &label{"error", "!", "error", "The case could not be played, so it says nothing about the target.", "error", false, false, 35}
	surprising    = &label{"unexpected", "★", "unexpected pass", "It passed, but is listed as a known failure: the list is out of date.", "unexpected", false, false, 31}
	known         = &label{"known", "≈", "known to fail", "It failed, as the list of known failures says, which gives the reason.", "known", false, false, 33}
	recorded      = &label{"info", "i", "info", "The standard leaves this open. What was seen is told and compared, never judged.", "info", true, false, 0}
	notApplicable = &label{"n/a", "○", "not-applicable", "The case cannot be played on this target.", "quiet", true, true, 0}
	skipped       = &label{"skip", "–", "skip", "The case was left out.", "quiet", true, true, 0}
	notPlayed     = &label{"-", "", "not played", "The run of this target did not have the case.", "quiet", true, true, 0}
)

// labelOf is the label of a result; nil was not played.
func labelOf(r *Result) *label {
	switch {
	case r == nil:
		return notPlayed
	case r.Verdict == catalogue.Pass && !r.Expected:
		return surprising
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

// A Matrix is a document laid out: a row for each case, a column for each
// target.
type Matrix struct {
	Columns []Column
	Groups  []Group
}

// A Column is a target.
type Column struct {
	Target
	Label string // the name without the parts that all targets share
}

// A Group is the cases whose ids begin alike.
type Group struct {
	Name string
	Rows []Row
}

// A Row is a case.
type Row struct {
	Case
	Cells []Cell // one for each column
}

// A Cell is a result; nil: the case was not played on that target.
type Cell struct{ *Result }

// Label is what the result counts as.
func (c Cell) Label() *label { return labelOf(c.Result) }

// says tells whether the result says something about its target. An error counts
// against it, but does not tell what it does.
func (c Cell) says() bool { return !c.Label().Silent && c.Label() != broken }

// Matrix lays the document out.
func (d *Report) Matrix() Matrix {
	results := map[[2]string]*Result{}
	for i, r := range d.Results {
		results[[2]string{r.Case, r.Target}] = &d.Results[i]
	}
	var m Matrix
	labels := distinct(d.Targets)
	for i, t := range d.Targets {
		m.Columns = append(m.Columns, Column{t, labels[i]})
	}
	for _, c := range d.Cases {
		row := Row{Case: c}
		for _, t := range d.Targets {
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

// distinct takes from the names of targets the parts that are the same in all.
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

// Uniform tells whether the row has one label only.
func (r Row) Uniform() bool {
	return !slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.Label() != r.Cells[0].Label() })
}

// differs tells whether the row has different labels, of those that say
// something about a target.
func (r Row) differs() bool {
	said := r.said()
	return slices.ContainsFunc(said, func(c Cell) bool { return c.Label() != said[0].Label() })
}

// ToldApart tells whether targets have shown different things, in a case that
// is not judged.
func (r Row) ToldApart() bool {
	said := r.said()
	return slices.ContainsFunc(said, func(c Cell) bool { return c.Label() == recorded && !alike(c.Got, said[0].Got) }) && !r.differs()
}

// Notable tells whether there is something to look at in the row.
func (r Row) Notable() bool { return r.differs() || r.ToldApart() || r.bad() }

// bad tells whether a target does not do what the case asks for.
func (r Row) bad() bool {
	return slices.ContainsFunc(r.Cells, func(c Cell) bool { return !c.Label().Good })
}

// said are the cells that say something about their target.
func (r Row) said() []Cell {
	return slices.DeleteFunc(slices.Clone(r.Cells), func(c Cell) bool { return !c.says() })
}

// A Shown is one of the different things that targets have shown in a case.
type Shown struct {
	Cell             // of the first of them
	Columns []Column // of all
}

// Who names the targets.
func (s Shown) Who() string {
	var names []string
	for _, c := range s.Columns {
		names = append(names, c.Label)
	}
	return strings.Join(names, ", ")
}

// Shown tells apart what targets have shown in a row of the matrix. Those that
// passed come first.
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

// Differences are the rows in which targets differ: in how they are judged or, if
// they are not, in what they have shown.
func (m Matrix) Differences() []Row {
	return m.pick(func(r Row) bool { return r.differs() || r.ToldApart() })
}

// How far times may be apart that count as the same, as a part of the longer
// one and in milliseconds.
const (
	someTime = 0.25
	sameTime = 100
)

var times = regexp.MustCompile(`\d+ ms`)

// alike tells whether two records of a case that is not judged say the same, but
// for small differences of time.
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

// milliseconds reads what times matches.
func milliseconds(text string) float64 {
	ms, _ := strconv.ParseFloat(strings.TrimSuffix(text, " ms"), 64)
	return ms
}

// A Score is how many of the judged cases passed, and how many others are known
// to fail.
type Score struct{ Passed, Known, Judged int }

func (s Score) String() string { return fmt.Sprintf("%d of %d", s.Passed, s.Judged) }

// Class is that of the label which the score is shown as.
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

// Score counts the cases of the group whose level is must, in a column.
func (g Group) Score(column int) (s Score) {
	for _, row := range g.Rows {
		label := row.Cells[column].Label()
		if row.Level != catalogue.Must || label.Silent || label == recorded {
			continue
		}
		s.Judged++
		switch label {
		case passed, surprising:
			s.Passed++
		case known:
			s.Known++
		}
	}
	return s
}

// Score counts those of all groups.
func (m Matrix) Score(column int) (s Score) {
	for _, g := range m.Groups {
		s = s.plus(g.Score(column))
	}
	return s
}

func (s Score) plus(other Score) Score {
	return Score{s.Passed + other.Passed, s.Known + other.Known, s.Judged + other.Judged}
}

// A Count is how many results of a column count as something.
type Count struct {
	*label
	N int
}

// Counts counts the results of a column; those that are none are left out.
func (m Matrix) Counts(column int) (counts []Count) {
	n := map[*label]int{}
	for row := range m.rows {
		n[row.Cells[column].Label()]++
	}
	for _, l := range labels {
		if n[l] > 0 && l != notPlayed {
			counts = append(counts, Count{l, n[l]})
		}
	}
	return counts
}

// pick is the rows that a function holds of.
func (m Matrix) pick(wanted func(Row) bool) (rows []Row) {
	for row := range m.rows {
		if wanted(row) {
			rows = append(rows, row)
		}
	}
	return rows
}

// rows are those of all groups.
func (m Matrix) rows(yield func(Row) bool) {
	for _, g := range m.Groups {
		for _, row := range g.Rows {
			if !yield(row) {
				return
			}
		}
	}
}
