package report

import (
	"cmp"
	"fmt"
	"slices"

	"eventsource-wasm/harness/conformance/catalogue"
)

// Changes are the differences between a run and an earlier one, the baseline.
type Changes struct {
	Worse  []Change // passed then, and now does not pass or did not run
	Better []Change // passes now, and did not pass then
	Other  []Change // any other change of verdict
	New    []Change // did not run then
	Gone   []Change // did not pass then, and did not run now

	NotSelected int    // results of cases or targets that this run did not select
	Warning     string // why the two may not compare; "": they do
}

// A Change is the results of a case on a target, then and now; nil if it did not run.
type Change struct {
	Case, Target string
	Before, Now  *Result
}

// Compare returns what changed since the baseline. It fails if the two have no target
// in common, because then nothing is compared.
func Compare(baseline, now *Report) (Changes, error) {
	shared := func(t Target) bool { return baseline.has(t.Name) }
	if !slices.ContainsFunc(now.Targets, shared) {
		return Changes{}, fmt.Errorf("report: the baseline has none of the targets of this run: it has %[2]s, and the run has %[1]s",
			names(now.Targets), names(baseline.Targets))
	}
	before := map[[2]string]*Result{}
	for i, r := range baseline.Results {
		before[[2]string{r.Case, r.Target}] = &baseline.Results[i]
	}
	c := Changes{Warning: mismatch(baseline, now)}
	for i, r := range now.Results {
		key := [2]string{r.Case, r.Target}
		c.add(Change{r.Case, r.Target, before[key], &now.Results[i]})
		delete(before, key)
	}
	for i, r := range baseline.Results {
		switch {
		case before[[2]string{r.Case, r.Target}] == nil:
		case now.has(r.Target) && now.hasCase(r.Case):
			c.add(Change{r.Case, r.Target, &baseline.Results[i], nil})
		default:
			c.NotSelected++
		}
	}
	return c, nil
}

// mismatch returns a warning if a target ran over another protocol than in the baseline,
// or was judged by another version of the catalogue, or "".
func mismatch(baseline, now *Report) string {
	for _, t := range now.Targets {
		if was := baseline.target(t.Name).Protocol; baseline.has(t.Name) && was != t.Protocol {
			return fmt.Sprintf("the baseline was run over %s, and this run over %s", was.Title(), t.Protocol.Title())
		}
		before, after := baseline.target(t.Name).Suite.Catalogue, t.Suite.Catalogue
		if baseline.has(t.Name) && before != after {
			return fmt.Sprintf("the baseline was run with another version of the catalogue (%s, now %s), so cases may differ",
				cmp.Or(before, notRecorded), cmp.Or(after, notRecorded))
		}
	}
	return ""
}

func (c *Changes) add(change Change) {
	list := &c.Other
	switch before, now := change.Before, change.Now; {
	case before == nil:
		list = &c.New
	case now == nil && before.Verdict != catalogue.Pass:
		list = &c.Gone
	case now == nil:
		list = &c.Worse
	case before.Verdict == now.Verdict:
		return
	case before.Verdict == catalogue.Pass && now.Verdict != catalogue.Recorded:
		list = &c.Worse
	case now.Verdict == catalogue.Pass && isJudged(before.Verdict):
		list = &c.Better
	}
	*list = append(*list, change)
}

func names(targets []Target) string {
	list := ""
	for i, t := range targets {
		if i > 0 {
			list += ", "
		}
		list += t.Name
	}
	return list
}

// mostChanges is how many changes of a kind are written one by one. Changes for the
// worse are all written.
const mostChanges = 20

// Changes writes what changed since the baseline.
func (t *Terminal) Changes(c Changes) {
	fmt.Fprintf(t.w, "\nsince the baseline: %d worse, %d better, %d changed otherwise, %d new, %d gone\n",
		len(c.Worse), len(c.Better), len(c.Other), len(c.New), len(c.Gone))
	t.warn(c.Warning)
	failing := func(change Change) bool { return !labelOf(change.Now).Good }
	fails := slices.DeleteFunc(slices.Clone(c.New), func(change Change) bool { return !failing(change) })
	passes := slices.DeleteFunc(slices.Clone(c.New), failing)

	t.changes("worse", c.Worse, len(c.Worse))
	t.changes("better", c.Better, mostChanges)
	t.changes("changed", c.Other, mostChanges)
	t.changes("new", fails, mostChanges)
	t.changes("new", passes, mostChanges)
	t.changes("gone", c.Gone, mostChanges)
	if c.NotSelected > 0 {
		fmt.Fprintf(t.w, "not compared: %s of the baseline, which this run did not select\n", count(c.NotSelected, "result"))
	}
}

func (t *Terminal) changes(kind string, list []Change, most int) {
	for i, c := range list {
		if i == most {
			fmt.Fprintf(t.w, "%-7s  and %d more\n", kind, len(list)-most)
			return
		}
		fmt.Fprintf(t.w, "%-7s  %s  %s  ", kind, c.Case, c.Target)
		t.step(c)
	}
}

// step writes the labels of a change: then and now, or the only one.
func (t *Terminal) step(c Change) {
	if c.Before != nil {
		fmt.Fprintf(t.w, "%s -> ", t.label(labelOf(c.Before)))
	}
	if c.Now == nil {
		fmt.Fprintln(t.w, notRun.Name)
		return
	}
	t.result(c.Now)
}

// result writes the label of a result, and its reason.
func (t *Terminal) result(r *Result) {
	label := labelOf(r)
	fmt.Fprint(t.w, t.label(label))
	switch {
	case label == known:
		fmt.Fprintf(t.w, ": %s", short(r.Reason))
	case !label.Good && r.Got != "":
		fmt.Fprintf(t.w, ": %s", short(r.Got))
	}
	fmt.Fprintln(t.w)
}
