package report

import (
	"fmt"
	"reflect"
	"slices"

	"eventsource-wasm/harness/conformance/catalogue"
)

// Join returns the reports of several runs as one. Runs of the same target with
// different cases, such as the shards of a run, become one target. Other targets with
// the same name get numbers: chromium/native, chromium/native#2.
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

// WithLevels returns the report with other levels of its cases, such as those of a later
// catalogue. Cases without another level keep theirs. A report in which none is another
// is returned as it is.
func (r *Report) WithLevels(levels map[string]catalogue.Level) *Report {
	changed := *r
	changed.Cases = slices.Clone(r.Cases)
	for i, c := range changed.Cases {
		if level, ok := levels[c.ID]; ok {
			changed.Cases[i].Level = level
		}
	}
	if reflect.DeepEqual(changed.Cases, r.Cases) {
		return r
	}
	return &changed
}

func (r *Report) add(run *Report) {
	for _, c := range run.Cases {
		if !slices.ContainsFunc(r.Cases, func(known Case) bool { return known.ID == c.ID }) {
			r.Cases = append(r.Cases, c)
		}
	}
	names := map[string]string{}
	for _, t := range run.Targets {
		if whole := r.continuedBy(run, t); whole != nil {
			whole.Milliseconds += t.Milliseconds
			names[t.Name] = t.Name
			continue
		}
		names[t.Name] = r.free(t.Name)
		t.Name = names[t.Name]
		r.Targets = append(r.Targets, t)
	}
	for _, result := range run.Results {
		result.Target = names[result.Target]
		r.Results = append(r.Results, result)
	}
}

// continuedBy returns the target whose run another run continues with other cases, or
// nil.
func (r *Report) continuedBy(run *Report, t Target) *Target {
	i := slices.IndexFunc(r.Targets, func(known Target) bool { return known.same(t) })
	if i < 0 {
		return nil
	}
	ran := map[string]bool{}
	for _, result := range r.Results {
		ran[result.Case] = ran[result.Case] || result.Target == t.Name
	}
	for _, result := range run.Results {
		if result.Target == t.Name && ran[result.Case] {
			return nil
		}
	}
	return &r.Targets[i]
}

// same reports whether two runs had the same target, apart from their cases and times.
func (t Target) same(other Target) bool {
	t.Started, t.Milliseconds = other.Started, other.Milliseconds
	return reflect.DeepEqual(t, other)
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
