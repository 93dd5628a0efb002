package catalogue

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Verdict is what the judge concludes from a transcript.
type Verdict string

const (
	Pass          Verdict = "pass"           // what was seen is what was expected
	Fail          Verdict = "fail"           // something else was seen
	Timeout       Verdict = "timeout"        // the beginning of what was expected was seen, then nothing more
	Error         Verdict = "error"          // the case could not be run
	Skip          Verdict = "skip"           // the case was not run
	NotApplicable Verdict = "not-applicable" // the target cannot run the case
	Recorded      Verdict = "info"           // the case is not judged
)

// A Judgement is a verdict and its reason: the first difference between what
// was expected and what was seen, with invisible characters quoted. For an info
// case, Got is what was seen; for an error, what went wrong; for a case that was
// not run, why.
type Judgement struct {
	Verdict Verdict `json:"verdict"`
	Want    string  `json:"want,omitempty"`
	Got     string  `json:"got,omitempty"`

	// Timing reports whether a failure rests on time alone: something came after
	// an upper bound, had not come at the limit of the case, or was lost with a
	// connection because the client had not read it yet. A busy machine can cause
	// that, too.
	Timing bool `json:"timing,omitempty"`
}

// Judge compares what was seen in a case with what it expects. It is a pure
// function of its arguments. In Want and Got, addresses are replaced by their
// placeholders, so that two runs of a case can be compared.
func Judge(c *Case, t *Transcript, env Env) Judgement {
	j := judge(c, t, env)
	j.Want, j.Got = env.unfill(j.Want), env.unfill(j.Got)
	return j
}

func judge(c *Case, t *Transcript, env Env) Judgement {
	if c.Impossible != "" {
		return Judgement{Verdict: Skip, Got: c.Impossible}
	}
	if t.Missing != "" {
		return Judgement{Verdict: NotApplicable, Got: t.Missing}
	}
	if t.Error != "" {
		return Judgement{Verdict: Error, Want: "a case that can be run", Got: t.Error}
	}
	want, err := c.Expect.fill(env)
	if err != nil {
		return Judgement{Verdict: Error, Want: "a case that can be judged", Got: err.Error()}
	}
	if c.Level == Info {
		return Judgement{Verdict: Recorded, Got: describe(want, t)}
	}
	d := compare("event", want.Events, t.Events, eventFacts)
	d = d.or(compare("log entry", want.Log, t.Log, entryFacts))
	d = d.or(compare("request", want.Requests, t.Requests, requestFacts(t.Requests)))
	switch {
	case d.kind == wrong:
		return Judgement{Verdict: Fail, Want: d.want, Got: d.got, Timing: c.breaks() && unread(want.Events, t.Events)}
	case t.Broke != "":
		return Judgement{Verdict: Fail, Want: cmp.Or(d.want, "a script that runs to its end"), Got: t.Broke}
	case t.Froze != "":
		return Judgement{Verdict: Timeout, Want: cmp.Or(d.want, "a page that answers"), Got: t.Froze}
	case d.kind == late:
		return Judgement{Verdict: Fail, Want: d.want, Got: d.got, Timing: true}
	case d.kind == incomplete:
		return Judgement{Verdict: Timeout, Want: d.want, Got: d.got, Timing: true}
	case !t.Complete && !c.Expect.Empty():
		got := fmt.Sprintf("all of it, but the limit of %d ms was reached", c.Client.Limit)
		return Judgement{Verdict: Timeout, Want: "all of it within the limit", Got: got, Timing: true}
	}
	return Judgement{Verdict: Pass}
}

// breaks reports whether the server breaks a connection.
func (c *Case) breaks() bool {
	broken := func(s Step) bool { return s.Verb == Cut || s.Verb == Reset }
	for _, list := range append(slices.Collect(maps.Values(c.Routes)), c.Server) {
		if slices.ContainsFunc(list, func(steps Connection) bool { return slices.ContainsFunc(steps, broken) }) {
			return true
		}
	}
	return false
}

// unread reports whether the first event that differs is an error in the place of another
// event.
func unread(want []Event, seen []SeenEvent) bool {
	for i := range min(len(want), len(seen)) {
		if worst(eventFacts(i, want[i], seen[i])) == wrong {
			return seen[i].Type == "error" && want[i].Type != "error"
		}
	}
	return false
}

// A difference is a place where what was seen is not what is wanted.
type difference struct {
	kind      differenceKind
	want, got string
}

type differenceKind int

// The kinds of differences, worst last.
const (
	none       differenceKind = iota
	incomplete                // what was seen is right, but some of it is missing
	late                      // what was seen is right, but after an upper bound
	wrong                     // what was seen is wrong, or too much
)

// or returns the worse of two differences. Of two that are equally bad, it returns
// the first.
func (d difference) or(next difference) difference {
	if next.kind > d.kind {
		return next
	}
	return d
}

// compare returns the worst difference between two lists. If want is nil, there
// is none. facts compares the elements i of both lists; if seen has no such
// element, it is called with a zero value.
func compare[W any, S fmt.Stringer](noun string, want []W, seen []S, facts func(i int, want W, seen S) []fact) (d difference) {
	if want == nil {
		return difference{}
	}
	for i := range max(len(want), len(seen)) {
		label := fmt.Sprintf("%s %d: ", noun, i+1)
		if i >= len(want) {
			return d.or(difference{wrong, fmt.Sprintf("no %s %d", noun, i+1), label + seen[i].String()})
		}
		if i >= len(seen) {
			var nothing S
			w, _ := inText(facts(i, want[i], nothing))
			return d.or(difference{incomplete, label + w, fmt.Sprintf("no %s %d", noun, i+1)})
		}
		list := facts(i, want[i], seen[i])
		w, g := inText(list)
		if d = d.or(difference{worst(list), label + w, label + g}); d.kind == wrong {
			return d
		}
	}
	return d
}

// describe returns what was seen in a case that is not judged: of each element,
// the members that the expectation names.
func describe(want Expect, t *Transcript) string {
	all := describeList(want.Events, t.Events, eventFacts)
	all = append(all, describeList(want.Log, t.Log, entryFacts)...)
	all = append(all, describeList(want.Requests, t.Requests, requestFacts(t.Requests))...)
	if broke := cmp.Or(t.Broke, t.Froze); broke != "" {
		all = append(all, broke)
	}
	return strings.Join(all, "; ")
}

// describeList returns the text of what was seen, element by element. Long lists are cut.
func describeList[W any, S fmt.Stringer](want []W, seen []S, facts func(i int, want W, seen S) []fact) []string {
	const most = 8
	var texts []string
	for i, s := range seen {
		if i == most {
			return append(texts, fmt.Sprintf("%d more", len(seen)-most))
		}
		text := s.String()
		if i < len(want) {
			_, text = inText(facts(i, want[i], s))
		}
		texts = append(texts, text)
	}
	return texts
}
