package fuzz

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// A Case is a case in the language of the catalogue: see
// harness/conformance/catalogue/README.md.
type Case struct {
	ID     string
	stream stream
}

func newCase(s stream, id string) Case { return Case{id, s} }

// Server returns what the server does, as JSON.
func (c Case) Server() string {
	text, _ := json.Marshal(c.server()) // strings and numbers only: it cannot fail
	return string(text)
}

type step map[string]any

func (c Case) server() (connections [][]step) {
	served := c.stream.caseOf()
	for _, script := range served.Server {
		var steps []step
		for _, s := range script {
			switch s.Verb {
			case catalogue.Send:
				steps = append(steps, step{"send": catalogue.Escape(s.Bytes), "gap": s.Gap.Milliseconds()})
			case catalogue.Headers:
				steps = append(steps, step{"headers": true})
			case catalogue.Cut:
				steps = append(steps, step{"cut": true, "gap": s.Gap.Milliseconds()})
			case catalogue.End:
				steps = append(steps, step{"end": true})
			}
		}
		connections = append(connections, steps)
	}
	return connections
}

// JSON returns the case as an element of a file of cases.
func (c Case) JSON() []byte {
	served := c.stream.caseOf()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("  ", "  ")
	_ = e.Encode(map[string]any{ // strings and numbers only: it cannot fail
		"id":          c.ID,
		"title":       served.Title,
		"requirement": served.Requirement,
		"level":       served.Level,
		"spec":        served.Spec,
		"server":      c.server(),
		"client":      map[string]any{"listen": expectedTypes(served.Expect), "limit": served.Client.Limit},
		"expect":      map[string]any{"events": served.Expect.Events, "requests": served.Expect.Requests},
	})
	return bytes.TrimSpace(b.Bytes())
}

// expectedTypes returns the types to listen to, beside those that every client records.
func expectedTypes(e catalogue.Expect) (all []string) {
	for _, event := range e.Events {
		if !slices.Contains([]string{"open", "message", "error"}, event.Type) && !slices.Contains(all, event.Type) {
			all = append(all, event.Type)
		}
	}
	return all
}

// File returns the cases of differences as a file of cases: name it fuzz.json.
func File(differences []Difference) []byte {
	var b bytes.Buffer
	for i, d := range differences {
		separator := ",\n  "
		if i == 0 {
			separator = "[\n  "
		}
		fmt.Fprintf(&b, "%s%s", separator, d.Case.JSON())
	}
	b.WriteString("\n]\n")
	return b.Bytes()
}

// String returns what was done in a browser as a line.
func (t Tally) String() string {
	return fmt.Sprintf("%s (%s): %d streams in %d writes, %d different   (%.1fs)",
		t.Browser, t.Version, t.Streams, t.Writes, t.Different, t.Duration.Seconds())
}

// String returns a difference as lines, with its stream.
func (d Difference) String() string {
	unsteady := ""
	if d.Unsteady {
		unsteady = "      the stream differed once and not again, so it is not minimised\n"
	}
	return fmt.Sprintf("DIFFERENT  %s  %s/%s, stream %d\n      server %s\n      want   %s\n      got    %s\n%s",
		d.Case.ID, d.Browser, d.Implementation, d.Number, abbreviate(d.Case.Server()), d.Judgement.Want, d.Judgement.Got, unsteady)
}

func abbreviate(text string) string {
	const most = 600
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + " …"
}

// Different reports whether an implementation differed on any stream.
func (r *Results) Different() bool {
	return slices.ContainsFunc(r.Tallies, func(t Tally) bool { return t.Different > 0 })
}
