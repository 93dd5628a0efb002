package catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
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
// case Got is what was seen, of an error what went wrong.
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

// A fact is one member that is compared.
type fact struct {
	ok        bool
	want, got string
}

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

func holds(facts []fact) bool {
	for _, f := range facts {
		if !f.ok {
			return false
		}
	}
	return true
}

// say puts both sides of the facts into words.
func say(facts []fact) (want, got string) {
	var wants, gots []string
	for _, f := range facts {
		wants, gots = append(wants, f.want), append(gots, f.got)
	}
	return strings.Join(wants, ", "), strings.Join(gots, ", ")
}

func eventFacts(_ int, want Event, seen SeenEvent) []fact {
	if seen.Type != want.Type {
		w, _ := say(eventFacts(0, want, SeenEvent{Type: want.Type}))
		return []fact{{false, w, seen.String()}}
	}
	var list []fact
	add := func(ok bool, name, want, got string) {
		list = append(list, fact{ok, name + want, name + got})
	}
	if want.Data == nil {
		add(true, typeName(want.Type), "", "")
	} else {
		text := Summarise(*want.Data)
		add(seen.Data != nil && *seen.Data == text, typeName(want.Type)+" ", text.String(), seen.Data.String())
	}
	if want.LastEventID != nil {
		text := Summarise(*want.LastEventID)
		add(seen.LastEventID != nil && *seen.LastEventID == text, "lastEventId ", text.String(), seen.LastEventID.String())
	}
	if want.Origin != nil {
		add(seen.Origin != nil && *seen.Origin == *want.Origin, "origin ", quote(*want.Origin), quotePointer(seen.Origin))
	}
	if want.Class != nil {
		add(seen.Class == *want.Class, "class ", *want.Class, seen.Class)
	}
	if want.ReadyState != nil {
		add(seen.ReadyState == *want.ReadyState, "readyState ", fmt.Sprint(*want.ReadyState), fmt.Sprint(seen.ReadyState))
	}
	if r := (Range{want.Min, want.Max}); want.Min != nil || want.Max != nil {
		add(r.holds(seen.MS), "after ", r.String(), inMS(seen.MS))
	}
	return list
}

func entryFacts(_ int, want, seen Entry) []fact {
	if r, ok := rangeOf(want.Value); ok {
		number, isNumber := seen.Value.(float64)
		return []fact{{want.Name == seen.Name && isNumber && r.holds(number), quote(want.Name) + " is " + r.numbers(), seen.String()}}
	}
	return []fact{{reflect.DeepEqual(want, seen), want.String(), seen.String()}}
}

// requestFacts compares requests, knowing those before them.
func requestFacts(all []SeenRequest) func(int, Request, SeenRequest) []fact {
	return func(i int, want Request, seen SeenRequest) []fact {
		var list []fact
		add := func(ok bool, want, got string) { list = append(list, fact{ok, want, got}) }
		if want.Method != "" {
			add(seen.Method == want.Method, want.Method, seen.Method)
		}
		if want.Path != "" {
			target := seen.Target
			if strings.HasPrefix(want.Path, "http") {
				target = seen.url()
			}
			add(target == want.Path, want.Path, target)
		}
		for _, name := range sortedKeys(want.Headers) {
			value := want.Headers[name]
			add(headerHolds(value, seen.header(name)), headerText(name, value), headerText(name, seen.header(name)))
		}
		if want.Delay != nil {
			delay, known := delayOf(all, i)
			add(known && want.Delay.holds(delay), want.Delay.String()+" after the one before", delayText(delay, known))
		}
		if want.Closed != nil {
			open := seen.Gone - seen.Arrived
			left := seen.Gone >= 0 && want.Closed.holds(open)
			add(left, "left by the client after "+want.Closed.String(), goneText(seen, open))
		}
		if list == nil {
			add(true, "any request", seen.String())
		}
		return list
	}
}

// delayOf is the time from the end of the request before the i-th to the i-th.
func delayOf(all []SeenRequest, i int) (ms float64, known bool) {
	if i >= len(all) {
		return 0, false
	}
	end := all[i-1].end()
	return all[i].Arrived - end, end >= 0
}

func delayText(ms float64, known bool) string {
	if !known {
		return "while the one before had not ended"
	}
	return inMS(ms) + " after the one before"
}

func goneText(r SeenRequest, open float64) string {
	if r.Gone < 0 {
		return "not left by the client"
	}
	return "left by the client after " + inMS(open)
}

// end is when the connection ended, by whichever side; -1: it has not.
func (r SeenRequest) end() float64 {
	switch {
	case r.Ended < 0:
		return r.Gone
	case r.Gone < 0:
		return r.Ended
	}
	return min(r.Ended, r.Gone)
}

// header is the value of a header, those of several lines joined with commas;
// nil: there is none.
func (r SeenRequest) header(name string) *string {
	var values []string
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, name) {
			values = append(values, Escape([]byte(h.Value)))
		}
	}
	if values == nil {
		return nil
	}
	value := strings.Join(values, ", ")
	return &value
}

// url is the whole URL of the request, as far as it tells.
func (r SeenRequest) url() string {
	host := r.header("Host")
	if host == nil {
		return r.Target
	}
	return "http://" + *host + r.Target
}

// headerHolds compares two escaped values as bytes.
func headerHolds(want, seen *string) bool {
	if want == nil || seen == nil {
		return want == nil && seen == nil
	}
	w, errWant := Unescape(*want)
	s, errSeen := Unescape(*seen)
	return errWant == nil && errSeen == nil && bytes.Equal(w, s)
}

func headerText(name string, value *string) string {
	if value == nil {
		return "no " + name
	}
	return name + ": " + *value
}

func (r Range) holds(ms float64) bool {
	return (r.Min == nil || ms >= float64(*r.Min)) && (r.Max == nil || ms <= float64(*r.Max))
}

// String is the range with its unit.
func (r Range) String() string { return r.numbers() + " ms" }

func (r Range) numbers() string {
	switch {
	case r.Min == nil && r.Max == nil:
		return "any"
	case r.Max == nil:
		return fmt.Sprintf("%d or more", *r.Min)
	case r.Min == nil:
		return fmt.Sprintf("at most %d", *r.Max)
	}
	return fmt.Sprintf("%d to %d", *r.Min, *r.Max)
}

// rangeOf reads an expected log value {"min": a, "max": b}.
func rangeOf(value any) (Range, bool) {
	object, ok := value.(map[string]any)
	if !ok || len(object) == 0 {
		return Range{}, false
	}
	var r Range
	for key, bound := range object {
		number, isNumber := bound.(float64)
		n := int(number)
		switch {
		case isNumber && key == "min":
			r.Min = &n
		case isNumber && key == "max":
			r.Max = &n
		default:
			return Range{}, false
		}
	}
	return r, true
}

func inMS(ms float64) string { return fmt.Sprintf("%d ms", int(math.Round(ms))) }

// typeName is an event type as it is, quoted if that needs to be seen.
func typeName(s string) string {
	if quoted := quote(s); quoted != `"`+s+`"` || s == "" || strings.Contains(s, " ") {
		return quoted
	}
	return s
}

func quotePointer(s *string) string {
	if s == nil {
		return "undefined"
	}
	return quote(*s)
}

// String tells all of the event but its time.
func (e SeenEvent) String() string {
	text := typeName(e.Type)
	if e.Data != nil {
		text += " " + e.Data.String()
	}
	if e.LastEventID != nil && *e.LastEventID != (Text{}) {
		text += ", lastEventId " + e.LastEventID.String()
	}
	return fmt.Sprintf("%s, readyState %d", text, e.ReadyState)
}

// String tells name and value, as JSON if it is no string.
func (e Entry) String() string {
	if s, ok := e.Value.(string); ok {
		return quote(e.Name) + " is " + quote(s)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e.Value); err != nil {
		return fmt.Sprintf("%q is %v", e.Name, e.Value)
	}
	return quote(e.Name) + " is " + strings.TrimSpace(out.String())
}

// String tells method and target.
func (r SeenRequest) String() string { return r.Method + " " + r.Target }
