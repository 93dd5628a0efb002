package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// serverScript returns what the server does in a case, a line for each step, with the
// bytes that it sends and the times at which it does, from the arrival of the request.
func serverScript(c catalogue.Case) (lines []string) {
	lines = routeScript("", c.Server)
	for _, name := range slices.Sorted(maps.Keys(c.Routes)) {
		lines = append(lines, routeScript("route "+name+", ", c.Routes[name])...)
	}
	return lines
}

// routeScript returns the steps of the connections of a route.
func routeScript(route string, connections []catalogue.Connection) (lines []string) {
	for i, steps := range connections {
		which := fmt.Sprintf("connection %d", i+1)
		switch {
		case len(connections) == 1:
			which = "each connection"
		case i == len(connections)-1:
			which += " and all later ones"
		}
		lines = append(lines, route+which)
		lines = append(lines, connectionScript(steps)...)
	}
	return lines
}

// connectionScript returns the steps of a connection. They take place as in package
// refserver: the head is sent with what follows it, and a gap precedes each write but
// the first.
func connectionScript(steps []catalogue.Step) (lines []string) {
	var now time.Duration
	var head *catalogue.Head // that was not sent yet
	wrote := false
	at := func(format string, values ...any) {
		lines = append(lines, fmt.Sprintf("%5d ms  ", now.Milliseconds())+fmt.Sprintf(format, values...))
	}
	wait := func(s catalogue.Step) {
		if wrote {
			now += s.Gap
		}
	}
	write := func() {
		wrote = true
		if head == nil {
			return
		}
		at("head %s", strings.TrimSpace(fmt.Sprintf("%d %s", head.Status, head.Reason)))
		for _, h := range headersOf(*head) {
			lines = append(lines, "          "+h)
		}
		head = nil
	}
	for _, s := range steps {
		switch s.Verb {
		case catalogue.Respond:
			head = &s.Head
		case catalogue.Send, catalogue.Raw:
			wait(s)
			write()
			at("%s %s%s", s.Verb, quoted(s.Bytes), pieces(s))
			now += s.Gap * time.Duration(s.WriteCount()-1)
		case catalogue.Headers:
			write()
		case catalogue.Pause:
			now += s.Pause
		case catalogue.Refuse:
			at("refuse other connections to this port for %d ms", s.Pause.Milliseconds())
		case catalogue.End:
			write()
			at("end the body and close the connection")
		case catalogue.Cut:
			wait(s)
			at("close the connection without ending the body")
		case catalogue.Reset:
			wait(s)
			at("reset the connection")
		case catalogue.Hold:
			open := "keep the connection open"
			if !wrote {
				open += " without an answer"
			}
			at("%s", open)
		default:
			at("%s", s.Verb)
		}
	}
	return lines
}

// headersOf returns the lines of a head, with the one that its framing may add.
func headersOf(h catalogue.Head) (lines []string) {
	for _, pair := range h.Headers {
		lines = append(lines, pair[0]+": "+pair[1])
	}
	if h.Framing == catalogue.Length {
		lines = append(lines, fmt.Sprintf("Content-Length: %d", h.Length))
	}
	return lines
}

// quoted returns bytes as a Go string, so that line ends and bytes that are not UTF-8
// are visible.
func quoted(b []byte) string { return fmt.Sprintf("%q", b) }

// pieces says how the text of a step is repeated and split, or is "".
func pieces(s catalogue.Step) (words string) {
	if s.Repeat > 1 {
		words = fmt.Sprintf(", %d times", s.Repeat)
		if s.Chunk == 0 {
			words += " in one write"
		}
	}
	if s.Chunk > 0 {
		words += fmt.Sprintf(", in writes of %s", count(s.Chunk, "byte"))
		if n := s.WriteCount(); n > 1 && s.Gap > 0 {
			words += fmt.Sprintf(", one every %d ms", s.Gap.Milliseconds())
		}
	}
	return words
}

// clientScript returns what the client does in a case: what its page runs, its further
// pages and what the driver does.
func clientScript(c catalogue.Case) (lines []string) {
	lines = c.Client.Script
	if lines == nil {
		lines = plainClient(c.Client)
	}
	lines = slices.Clone(lines)
	for _, name := range slices.Sorted(maps.Keys(c.Pages)) {
		kind := "page "
		if c.Pages[name].Worker {
			kind = "worker "
		}
		lines = append(lines, "", kind+name)
		for _, line := range c.Pages[name].Script {
			lines = append(lines, "  "+line)
		}
	}
	if c.Drive != nil {
		lines = append(lines, "", "driver")
	}
	for _, a := range c.Drive {
		lines = append(lines, "  "+actionText(a))
	}
	return lines
}

// plainClient returns a client without a script of its own as JavaScript.
func plainClient(c catalogue.Client) (lines []string) {
	arguments := fmt.Sprintf("%q", c.URL)
	if c.Init != nil {
		arguments += ", " + string(c.Init)
	}
	lines = append(lines, fmt.Sprintf("source = new EventSource(%s)", arguments))
	for _, name := range c.Listen {
		lines = append(lines, fmt.Sprintf("source.addEventListener(%q, record)", name))
	}
	switch when := c.Close; {
	case when == nil:
	case when.On == "construct":
		lines = append(lines, "source.close()")
	case when.On != "":
		lines = append(lines, fmt.Sprintf("source.close() in %s event %d", when.On, max(when.Nth, 1)))
	default:
		lines = append(lines, fmt.Sprintf("source.close() after %d ms", when.After))
	}
	return lines
}

// actionText returns an action of a driver.
func actionText(a catalogue.Action) string {
	switch a.Name {
	case catalogue.Wait:
		return fmt.Sprintf("wait %d ms", a.Wait.Milliseconds())
	case catalogue.Offline, catalogue.Hidden, catalogue.Frozen:
		return fmt.Sprintf("%s %t", a.Name, a.On)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s", a.Name, a.Text))
}
