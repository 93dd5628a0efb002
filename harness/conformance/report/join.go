package report

import (
	"fmt"
	"slices"
)

// Join makes one document of several runs. A target that was played in more
// than one of them is told apart by a number: chromium/native, chromium/native#2.
func Join(runs ...*Report) *Report {
	joined := &Report{Format: Format, Version: Version}
	for i, d := range runs {
		if i == 0 || d.Started.Before(joined.Started) {
			joined.Started = d.Started
		}
		joined.Milliseconds += d.Milliseconds
		joined.add(d)
	}
	joined.Sort()
	return joined
}

// Only is the document with some of its targets.
func (d *Report) Only(wanted func(Target) bool) *Report {
	part := *d
	part.Targets = slices.DeleteFunc(slices.Clone(d.Targets), func(t Target) bool { return !wanted(t) })
	part.Results = slices.DeleteFunc(slices.Clone(d.Results), func(r Result) bool { return !part.has(r.Target) })
	return &part
}

func (d *Report) add(run *Report) {
	for _, c := range run.Cases {
		if !slices.ContainsFunc(d.Cases, func(known Case) bool { return known.ID == c.ID }) {
			d.Cases = append(d.Cases, c)
		}
	}
	names := map[string]string{}
	for _, t := range run.Targets {
		names[t.Name] = d.free(t.Name)
		t.Name = names[t.Name]
		d.Targets = append(d.Targets, t)
	}
	for _, r := range run.Results {
		r.Target = names[r.Target]
		d.Results = append(d.Results, r)
	}
}

// free is a name that no target has yet.
func (d *Report) free(name string) string {
	free := name
	for n := 2; d.has(free); n++ {
		free = fmt.Sprintf("%s#%d", name, n)
	}
	return free
}

func (d *Report) has(target string) bool {
	return slices.ContainsFunc(d.Targets, func(t Target) bool { return t.Name == target })
}
