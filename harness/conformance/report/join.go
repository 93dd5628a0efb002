package report

import (
	"fmt"
	"slices"
)

// Join returns the reports of several runs as one. Targets with the same name get
// numbers: chromium/native, chromium/native#2.
func Join(runs ...*Report) *Report {
	joined := &Report{Format: Format, Version: Version}
	for i, r := range runs {
		if i == 0 || r.Started.Before(joined.Started) {
			joined.Started = r.Started
		}
		joined.Milliseconds += r.Milliseconds
		joined.add(r)
	}
	joined.Sort()
	return joined
}

// Only returns the report of the wanted targets.
func (r *Report) Only(wanted func(Target) bool) *Report {
	part := *r
	part.Targets = slices.DeleteFunc(slices.Clone(r.Targets), func(t Target) bool { return !wanted(t) })
	part.Results = slices.DeleteFunc(slices.Clone(r.Results), func(result Result) bool { return !part.has(result.Target) })
	return &part
}

func (r *Report) add(run *Report) {
	for _, c := range run.Cases {
		if !slices.ContainsFunc(r.Cases, func(known Case) bool { return known.ID == c.ID }) {
			r.Cases = append(r.Cases, c)
		}
	}
	names := map[string]string{}
	for _, t := range run.Targets {
		names[t.Name] = r.free(t.Name)
		t.Name = names[t.Name]
		r.Targets = append(r.Targets, t)
	}
	for _, result := range run.Results {
		result.Target = names[result.Target]
		r.Results = append(r.Results, result)
	}
}

// free returns a name that no target has: the given one, or with a number.
func (r *Report) free(name string) string {
	free := name
	for n := 2; r.has(free); n++ {
		free = fmt.Sprintf("%s#%d", name, n)
	}
	return free
}

func (r *Report) hasCase(id string) bool {
	return slices.ContainsFunc(r.Cases, func(c Case) bool { return c.ID == id })
}

func (r *Report) has(target string) bool {
	return slices.ContainsFunc(r.Targets, func(t Target) bool { return t.Name == target })
}
