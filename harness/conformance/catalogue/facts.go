package catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
)

// A fact is the comparison of one member.
type fact struct {
	kind      differenceKind // none, late or wrong
	want, got string
}

// equal returns the kind of a member that must be equal.
func equal(ok bool) differenceKind {
	if ok {
		return none
	}
	return wrong
}

// worst returns the worst kind of the facts.
func worst(facts []fact) (kind differenceKind) {
	for _, f := range facts {
		kind = max(kind, f.kind)
	}
	return kind
}

// inText returns both sides of the facts as text.
func inText(facts []fact) (want, got string) {
	var wants, gots []string
	for _, f := range facts {
		wants, gots = append(wants, f.want), append(gots, f.got)
	}
	return strings.Join(wants, ", "), strings.Join(gots, ", ")
}

// eventFacts compares events. An event of another type is shown in full.
func eventFacts(_ int, want Event, seen SeenEvent) []fact {
	if seen.Type != want.Type {
		w, _ := inText(eventFacts(0, want, SeenEvent{Type: want.Type}))
		return []fact{{wrong, w, seen.String()}}
	}
	var list []fact
	add := func(ok bool, name, want, got string) {
		list = append(list, fact{equal(ok), name + want, name + got})
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
		list = append(list, fact{r.compare(seen.MS), "after " + r.String(), "after " + inMS(seen.MS)})
	}
	return list
}

// entryFacts compares log entries.
func entryFacts(_ int, want, seen Entry) []fact {
	if r, ok := rangeOf(want.Value); ok {
		number, isNumber := seen.Value.(float64)
		kind := max(equal(want.Name == seen.Name && isNumber), r.compare(number))
		return []fact{{kind, quote(want.Name) + " is " + r.numbers(), seen.String()}}
	}
	return []fact{{equal(reflect.DeepEqual(want, seen)), want.String(), seen.String()}}
}

// requestFacts returns a function that compares a request of the list all.
func requestFacts(all []SeenRequest) func(int, Request, SeenRequest) []fact {
	return func(i int, want Request, seen SeenRequest) []fact {
		var list []fact
		add := func(ok bool, want, got string) { list = append(list, fact{equal(ok), want, got}) }
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
		if want.Secure {
			add(seen.Secure, "over https", overText(seen.Secure))
		}
		for _, name := range sortedKeys(want.Headers) {
			value := want.Headers[name]
			add(headerHolds(value, seen.header(name)), headerText(name, value), headerText(name, seen.header(name)))
		}
		if want.Delay != nil {
			delay, known := delayOf(all, i)
			kind := max(equal(known), want.Delay.compare(delay))
			list = append(list, fact{kind, want.Delay.String() + " after the one before", delayText(delay, known)})
		}
		if want.Closed != nil {
			kind, open := late, seen.Gone-seen.Arrived // late if the client has not left yet
			if seen.Gone >= 0 {
				kind = want.Closed.compare(open)
			}
			list = append(list, fact{kind, "left by the client after " + want.Closed.String(), goneText(seen, open)})
		}
		if list == nil {
			add(true, "any request", seen.String())
		}
		return list
	}
}

// delayOf returns the time from the end of the request before request i to its
// arrival.
func delayOf(all []SeenRequest, i int) (ms float64, known bool) {
	if i >= len(all) {
		return 0, false
	}
	end := all[i-1].end()
	return all[i].Arrived - end, end >= 0
}

func overText(secure bool) string {
	if secure {
		return "over https"
	}
	return "over http"
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

// end returns when either side ended the connection; -1: neither has.
func (r SeenRequest) end() float64 {
	switch {
	case r.Ended < 0:
		return r.Gone
	case r.Gone < 0:
		return r.Ended
	}
	return min(r.Ended, r.Gone)
}

// header returns the escaped value of a header, the values of several lines
// joined with commas; nil: there is none.
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

// url returns the whole URL of the request; without a Host header, its target.
func (r SeenRequest) url() string {
	host := r.header("Host")
	if host == nil {
		return r.Target
	}
	if r.Secure {
		return "https://" + *host + r.Target
	}
	return "http://" + *host + r.Target
}

// headerHolds reports whether two escaped values stand for the same bytes.
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

// compare returns late for a number above the range, and wrong for one below it.
func (r Range) compare(ms float64) differenceKind {
	switch {
	case r.Min != nil && ms < float64(*r.Min):
		return wrong
	case r.Max != nil && ms > float64(*r.Max):
		return late
	}
	return none
}

// String returns the range with its unit.
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

// rangeOf returns the range of an expected log value {"min": a, "max": b}.
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

// typeName returns an event type, quoted if it has characters that would not be
// seen otherwise.
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

// String returns all of the event but its time.
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

// String returns name and value, a value that is not a string as JSON.
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

// String returns method and target.
func (r SeenRequest) String() string { return r.Method + " " + r.Target }
