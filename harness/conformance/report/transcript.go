package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// PageLines returns what the page of a case recorded, as views show it.
func (r *Result) PageLines() []string { return pageLines(r.Transcript) }

// ServerLines returns what the server received and sent, as views show it.
func (r *Result) ServerLines() []string { return serverLines(r.Transcript, true) }

// Limits of a transcript in a view. The JSON form has all of it.
const (
	maxLines  = 60  // of each side
	maxColumn = 300 // characters of a line
)

// lines are the first lines of a text that may be very long.
type lines struct {
	shown []string
	more  int // number of lines that are not shown
}

func (l *lines) add(format string, values ...any) {
	if len(l.shown) == maxLines {
		l.more++
		return
	}
	l.shown = append(l.shown, short(fmt.Sprintf(format, values...)))
}

// all returns the lines, and one that says how many are left out.
func (l *lines) all() []string {
	if l.more > 0 {
		return append(l.shown, fmt.Sprintf("… and %d more lines", l.more))
	}
	return l.shown
}

// pageLines returns what the page recorded.
func pageLines(t catalogue.Transcript) []string {
	var l lines
	for _, e := range t.Events {
		l.add("%5.0f ms  %s%s", e.MS, e, from(e))
	}
	for _, e := range t.Log {
		l.add("log       %s", e)
	}
	switch {
	case t.Error != "":
		l.add("error     %s", t.Error)
	case t.Broke != "":
		l.add("broke off %s", t.Broke)
	case t.Froze != "":
		l.add("froze     %s", t.Froze)
	case t.Missing != "":
		l.add("missing   %s", t.Missing)
	case !t.Complete:
		l.add("limit     reached before everything expected was recorded")
	case l.shown == nil:
		l.add("nothing")
	}
	return l.all()
}

// from returns the origin of an event as the end of a line, or "".
func from(e catalogue.SeenEvent) string {
	if e.Origin == nil {
		return ""
	}
	return fmt.Sprintf(", origin %q", *e.Origin)
}

// serverLines returns what the server received, with or without headers, and sent.
// Times count from the first request.
func serverLines(t catalogue.Transcript, headers bool) []string {
	var l lines
	for _, r := range t.Requests {
		start := t.Requests[0].Arrived
		l.add("%5.0f ms  %s", r.Arrived-start, r)
		for _, h := range r.Headers {
			if !headers {
				break
			}
			l.add("          %s: %s", h.Name, catalogue.Escape([]byte(h.Value)))
		}
		for _, s := range r.Sent {
			l.add("%5.0f ms  sent %s", s.MS-start, s)
		}
		if more := r.Writes - len(r.Sent); more > 0 {
			l.add("          writes not shown: %d", more)
		}
		if r.Ended >= 0 {
			l.add("%5.0f ms  ended by the server", r.Ended-start)
		}
		if r.Gone >= 0 {
			l.add("%5.0f ms  left by the client", r.Gone-start)
		}
	}
	if l.shown == nil {
		l.add("no request")
	}
	return l.all()
}

// short returns a text as one line of a view.
func short(text string) string { return visible(cut(text, maxColumn)) }

// cut shortens a text to a number of characters, and says how many are left out.
func cut(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return fmt.Sprintf("%s … and %d more characters", string(runes[:most]), len(runes)-most)
}

// visible returns a text with Go escapes for characters that are invisible or change
// how others look. The result is valid in XML.
func visible(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == '\n', strconv.IsPrint(r) && (r != '\uFFFD' || strings.HasPrefix(text[i:], "\uFFFD")):
			b.WriteRune(r)
		case r == '\uFFFD':
			fmt.Fprintf(&b, `\x%02x`, text[i]) // a byte that is not UTF-8
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}

// said returns everything that a case expects, an element a line, as its file says it.
func said(e catalogue.Expect) []string {
	return slices.Concat(elements("event", e.Events), elements("log entry", e.Log), elements("request", e.Requests))
}

func elements[T any](noun string, list []T) (lines []string) {
	if list != nil && len(list) == 0 {
		lines = append(lines, "no "+noun)
	}
	for i, element := range list {
		var text bytes.Buffer
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		if e.Encode(element) == nil { // always: it was read from JSON
			lines = append(lines, fmt.Sprintf("%s %d: %s", noun, i+1, bytes.TrimSpace(text.Bytes())))
		}
	}
	return lines
}

// firstLines returns the lines of a script or an expectation that a view shows.
func firstLines(all []string) []string {
	var l lines
	for _, line := range all {
		l.add("%s", line)
	}
	return l.all()
}
