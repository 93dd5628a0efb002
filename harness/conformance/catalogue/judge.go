package catalogue

import (
	"fmt"
	"strings"
)

// A Verdict is what is concluded from a transcript.
type Verdict string

const (
	Pass          Verdict = "pass"           // saw what was expected
	Fail          Verdict = "fail"           // saw something else
	Timeout       Verdict = "timeout"        // saw a beginning of what was expected, then no more
	Error         Verdict = "error"          // could not be played
	Skip          Verdict = "skip"           // was not played
	NotApplicable Verdict = "not-applicable" // cannot be played on this target
	Recorded      Verdict = "info"           // is not judged
)

// A Judgement is a verdict and its reason: the first difference between what
// was expected and what was seen, invisible characters quoted. Of a recorded
// case Got is what was seen, of an error what went wrong, of one that was not
// played why.
type Judgement struct {
	Verdict Verdict `json:"verdict"`
	Want    string  `json:"want,omitempty"`
	Got     string  `json:"got,omitempty"`
}

// Judge compares what was seen of c with what it expects. It is a pure function
// of its arguments. Want and Got name places by their placeholders, so that two
// plays of a case can be compared.
func Judge(c *Case, t *Transcript, env Env) Judgement {
	j := judge(c, t, env)
	j.Want, j.Got = env.unfill(j.Want), env.unfill(j.Got)
	return j
}

func judge(c *Case, t *Transcript, env Env) Judgement {
	if c.Impossible != "" {
		return Judgement{Skip, "", c.Impossible}
	}
	if t.Missing != "" {
		return Judgement{NotApplicable, "", t.Missing}
	}
	if t.Error != "" {
		return Judgement{Error, "a case that can be played", t.Error}
	}
	want, err := c.Expect.fill(env)
	if err != nil {
		return Judgement{Error, "a case that can be judged", err.Error()}
	}
	if c.Level == Info {
		return Judgement{Recorded, "", record(want, t)}
	}
	var missing difference
	for _, d := range []difference{
		compare("event", want.Events, t.Events, eventFacts),
		compare("log entry", want.Log, t.Log, entryFacts),
		compare("request", want.Requests, t.Requests, requestFacts(t.Requests)),
	} {
		switch {
		case d.kind == departed:
			return Judgement{Fail, d.want, d.got}
		case missing.kind == none:
			missing = d
		}
	}
	if missing.kind == ended {
		return Judgement{Timeout, missing.want, missing.got}
	}
	if !t.Complete && !c.Expect.Empty() {
		return Judgement{Timeout, "all of it in time", fmt.Sprintf("all of it, but the limit of %d ms was over", c.Client.Limit)}
	}
	return Judgement{Verdict: Pass}
}

// A difference is where the things seen leave the things wanted.
type difference struct {
	kind      differenceKind
	want, got string
}

type differenceKind int

const (
	none     differenceKind = iota
	ended                   // right so far, then nothing
	departed                // wrong, or one too many
)

// compare walks both lists to the first difference. A nil list of wanted things
// differs from nothing. facts compares the i-th ones, of which the second may
// be a zero value that stands for none.
func compare[W any, S fmt.Stringer](noun string, want []W, seen []S, facts func(i int, want W, seen S) []fact) difference {
	if want == nil {
		return difference{}
	}
	for i := range max(len(want), len(seen)) {
		label := fmt.Sprintf("%s %d: ", noun, i+1)
		if i >= len(want) {
			return difference{departed, fmt.Sprintf("no %s %d", noun, i+1), label + seen[i].String()}
		}
		if i >= len(seen) {
			var nothing S
			w, _ := say(facts(i, want[i], nothing))
			return difference{ended, label + w, fmt.Sprintf("no %s %d", noun, i+1)}
		}
		list := facts(i, want[i], seen[i])
		if !holds(list) {
			w, g := say(list)
			return difference{departed, label + w, label + g}
		}
	}
	return difference{}
}

// record tells what was seen of a case that is not judged: of each thing what
// the expectation names.
func record(want Expect, t *Transcript) string {
	all := tell(want.Events, t.Events, eventFacts)
	all = append(all, tell(want.Log, t.Log, entryFacts)...)
	all = append(all, tell(want.Requests, t.Requests, requestFacts(t.Requests))...)
	return strings.Join(all, "; ")
}

// tell is the seen side of compare, at most some things long.
func tell[W any, S fmt.Stringer](want []W, seen []S, facts func(i int, want W, seen S) []fact) []string {
	const most = 8
	var told []string
	for i, s := range seen {
		if i == most {
			return append(told, fmt.Sprintf("%d more", len(seen)-most))
		}
		text := s.String()
		if i < len(want) {
			_, text = say(facts(i, want[i], s))
		}
		told = append(told, text)
	}
	return told
}
