package catalogue

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

//go:embed cases/*.json
var files embed.FS

// Load reads all cases, in the order of their files' names and within a file as
// they stand. Its error tells of every faulty case by file, id and key.
func Load() ([]Case, error) { return loadFrom(files) }

func loadFrom(fsys fs.FS) ([]Case, error) {
	names, err := fs.Glob(fsys, "cases/*.json")
	if err != nil {
		return nil, err
	}
	var cases []Case
	var faults []error
	seen := map[string]string{} // file by id
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		list, err := decodeFile(name, raw)
		faults = append(faults, err)
		for _, c := range list {
			if first, twice := seen[c.ID]; twice {
				faults = append(faults, fmt.Errorf("%s: %s: id: already stands in %s; expected an id of its own", name, c.ID, first))
			}
			seen[c.ID] = name
		}
		cases = append(cases, list...)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	return cases, nil
}

// decodeFile reads the cases of one file. The error joins the first fault of
// each case.
func decodeFile(name string, raw []byte) ([]Case, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("%s: %w; expected an array of cases", name, positioned(raw, err))
	}
	group := strings.TrimSuffix(path.Base(name), ".json")
	var cases []Case
	var faults []error
	for i, raw := range list {
		c, err := decodeCase(group, raw)
		if err != nil {
			who := c.ID
			if who == "" {
				who = fmt.Sprintf("case %d", i+1)
			}
			faults = append(faults, fmt.Errorf("%s: %s: %w", name, who, err))
			continue
		}
		cases = append(cases, c)
	}
	return cases, errors.Join(faults...)
}

// positioned adds the line to an error of JSON syntax.
func positioned(raw []byte, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	line := 1 + bytes.Count(raw[:syntax.Offset], []byte("\n"))
	return fmt.Errorf("line %d: %w", line, err)
}

// decodeCase reads a case, fills in its defaults and checks that it is one. With
// an error it returns what is known of the case, so that it can be named.
func decodeCase(group string, raw []byte) (Case, error) {
	var named struct{ ID string }
	_ = json.Unmarshal(raw, &named) // only to name the case; faults are found below

	c := Case{ID: named.ID, Client: Client{URL: "{url}", Limit: 4000, Settle: 200}}
	if err := decodeStrict("", raw, &c); err != nil {
		return c, err
	}
	c.OtherHosts = otherHost.Match(raw)
	if c.Server == nil {
		c.Server = []Connection{{{Verb: Respond, Head: defaultHead()}, {Verb: Hold}}}
	}
	if c.Contexts == nil {
		c.Contexts = c.defaultContexts()
	}
	return c, c.check(group)
}

// otherHost is a placeholder, or what scripts have in its place, for another name
// of the reference server.
var otherHost = regexp.MustCompile(`\{(other-host|https|http2|remote)\}|\bt\.(otherHost|https|http2|remote)\b`)

func defaultHead() Head {
	return Head{
		Status:  http.StatusOK,
		Reason:  http.StatusText(http.StatusOK),
		Headers: [][2]string{{"Content-Type", "text/event-stream"}},
		Framing: Chunked,
	}
}

// fromJSON reads the steps and makes what they leave out: the head before
// them and the hold after them.
func (c *Connection) fromJSON(at string, raw []byte) error {
	var steps []Step
	if err := decodeStrict(at, raw, &steps); err != nil {
		return err
	}
	if len(steps) == 0 || steps[0].Verb != Respond && steps[0].Verb != Raw {
		steps = slices.Insert(steps, 0, Step{Verb: Respond, Head: defaultHead()})
	}
	if !steps[len(steps)-1].Verb.last() {
		steps = append(steps, Step{Verb: Hold})
	}
	*c = steps
	return nil
}

// stepForm is a step as it is written: one verb with its value, and options.
type stepForm struct {
	Respond *Head   `json:"respond"`
	Raw     *string `json:"raw"`
	Send    *string `json:"send"`
	Pause   *int    `json:"pause"`
	Refuse  *int    `json:"refuse"`
	Headers *bool   `json:"headers"`
	End     *bool   `json:"end"`
	Cut     *bool   `json:"cut"`
	Reset   *bool   `json:"reset"`
	Hold    *bool   `json:"hold"`

	Repeat *int `json:"repeat"`
	Chunk  *int `json:"chunk"`
	Gap    *int `json:"gap"`
}

func (s *Step) fromJSON(at string, raw []byte) error {
	var form stepForm
	if err := decodeStrict(at, raw, &form); err != nil {
		return err
	}
	verbs := form.verbs()
	if len(verbs) != 1 {
		return fmt.Errorf("%s: %d verbs; expected one of respond, raw, send, pause, refuse, headers, end, cut, reset or hold", at, len(verbs))
	}
	*s = Step{Verb: verbs[0], Repeat: 1, Gap: DefaultGap}
	switch s.Verb {
	case Respond:
		s.Head = *form.Respond
	case Raw, Send:
		text := form.Send
		if s.Verb == Raw {
			text = form.Raw
		}
		b, err := Unescape(*text)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", at, s.Verb, err)
		}
		s.Bytes = b
	case Pause:
		s.Pause = milliseconds(*form.Pause)
	case Refuse:
		s.Pause = milliseconds(*form.Refuse)
	case Cut, Reset:
		s.Gap = LossGap
	}
	return s.options(at, form)
}

// verbs are those that the form has.
func (f stepForm) verbs() []Verb {
	var verbs []Verb
	for _, v := range []struct {
		verb  Verb
		given bool
	}{
		{Respond, f.Respond != nil}, {Raw, f.Raw != nil}, {Send, f.Send != nil},
		{Pause, f.Pause != nil}, {Refuse, f.Refuse != nil}, {Headers, isTrue(f.Headers)}, {End, isTrue(f.End)},
		{Cut, isTrue(f.Cut)}, {Reset, isTrue(f.Reset)}, {Hold, isTrue(f.Hold)},
	} {
		if v.given {
			verbs = append(verbs, v.verb)
		}
	}
	return verbs
}

func isTrue(b *bool) bool { return b != nil && *b }

// options takes over repeat, chunk and gap, which belong to send; a cut and a
// reset have a gap too.
func (s *Step) options(at string, form stepForm) error {
	for _, o := range []struct {
		key   string
		value *int
		least int
		of    []Verb
		take  func(n int)
	}{
		{"repeat", form.Repeat, 1, []Verb{Send}, func(n int) { s.Repeat = n }},
		{"chunk", form.Chunk, 1, []Verb{Send}, func(n int) { s.Chunk = n }},
		{"gap", form.Gap, 0, []Verb{Send, Cut, Reset}, func(n int) { s.Gap = milliseconds(n) }},
	} {
		switch {
		case o.value == nil:
		case !slices.Contains(o.of, s.Verb):
			return fmt.Errorf("%s.%s: stands beside %s; expected it beside %s only", at, o.key, s.Verb, oneOf(o.of))
		case *o.value < o.least:
			return fmt.Errorf("%s.%s: %d; expected %d or more", at, o.key, *o.value, o.least)
		default:
			o.take(*o.value)
		}
	}
	return nil
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// fromJSON starts from the default head, whose Content-Type goes if headers are
// given.
func (h *Head) fromJSON(at string, raw []byte) error {
	type form Head
	*h = defaultHead()
	h.Reason = ""
	if err := decodeStrict(at, raw, (*form)(h)); err != nil {
		return err
	}
	if h.Reason == "" {
		h.Reason = http.StatusText(h.Status)
	}
	return nil
}

// fromJSON takes a string for a message event with that data.
func (e *Event) fromJSON(at string, raw []byte) error {
	type form Event
	if len(raw) > 0 && raw[0] == '"' {
		e.Type = "message"
		return decodeStrict(at, raw, &e.Data)
	}
	return decodeStrict(at, raw, (*form)(e))
}

// fromJSON expands the shorthand "messages".
func (e *Expect) fromJSON(at string, raw []byte) error {
	var form struct {
		Events   []Event   `json:"events"`
		Messages []Event   `json:"messages"`
		Log      []Entry   `json:"log"`
		Requests []Request `json:"requests"`
	}
	if err := decodeStrict(at, raw, &form); err != nil {
		return err
	}
	*e = Expect{Events: form.Events, Log: form.Log, Requests: form.Requests}
	if form.Messages == nil {
		return nil
	}
	if form.Events != nil {
		return fmt.Errorf("%s: both events and messages; expected one of them", at)
	}
	e.Events = []Event{{Type: "open"}}
	for _, m := range form.Messages {
		if m.Type == "" {
			m.Type = "message"
		}
		e.Events = append(e.Events, m)
	}
	return nil
}

func (e *Entry) fromJSON(at string, raw []byte) error {
	if err := json.Unmarshal(raw, e); err != nil {
		return fmt.Errorf("%s: %s; expected a pair of name and value", at, abbreviate(raw))
	}
	return nil
}
