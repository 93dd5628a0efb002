package client

import (
	"fmt"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// NeedsOf returns the abilities that a case needs of a client. If no client can run it,
// the reason says why; "" otherwise.
func NeedsOf(c *catalogue.Case) (needs []string, reason string) {
	switch {
	case c.Impossible != "":
		return nil, c.Impossible
	case c.Client.Script != nil:
		return nil, "has a script for a page"
	case c.Drive != nil:
		return nil, "needs a browser's driver"
	case len(c.Pages) > 0:
		return nil, "has further pages"
	case c.HTTPS:
		return nil, "needs the server's certificate"
	case !c.RunsIn(catalogue.Window):
		return nil, "is about workers"
	case c.Expect.Log != nil:
		return nil, "needs a page's log"
	}
	if reason := pageOnly(c); reason != "" {
		return nil, reason
	}
	for _, n := range []struct {
		ability string
		needed  bool
	}{{reconnect, reconnects(c)}, {closing, c.Client.Close != nil && c.Client.Close.On != ""}, {cookies, usesCookies(c)}, {cors, crossesOrigins(c)}} {
		if n.needed {
			needs = append(needs, n.ability)
		}
	}
	return needs, ""
}

// pageOnly returns why a case makes sense in a page only, or "".
func pageOnly(c *catalogue.Case) string {
	for _, scheme := range []string{"about:", "data:", "file:", "ftp:"} {
		if strings.HasPrefix(c.Client.URL, scheme) {
			return "opens a URL that is not http"
		}
	}
	for _, name := range []string{"{untrusted}", "{https}", "{http2}", "{remote}", "{hsts}"} {
		if strings.Contains(c.Client.URL, name) {
			return "needs names of the reference server"
		}
	}
	if !strings.HasPrefix(c.Client.URL, "http") && !strings.HasPrefix(c.Client.URL, "{") {
		return "opens a relative URL"
	}
	for _, e := range c.Expect.Events {
		if e.Type == "exception" {
			return "is about the constructor"
		}
	}
	for _, r := range c.Expect.Requests {
		for name := range r.Headers {
			if slices.Contains(pageHeaders, strings.ToLower(name)) || strings.HasPrefix(strings.ToLower(name), "sec-") {
				return fmt.Sprintf("is about the header %s of a page", name)
			}
		}
	}
	return ""
}

// pageHeaders are request headers that only a page has, in lower case.
var pageHeaders = []string{"referer", "accept-language", "user-agent", "priority", "x-requested-with"}

// reconnects reports whether the client of a case has to open the stream again.
func reconnects(c *catalogue.Case) bool {
	opens := 0
	for _, e := range c.Expect.Events {
		switch {
		case e.Type == "open":
			opens += max(e.Count, 1)
		case e.Type == "error" && e.ReadyState != nil && *e.ReadyState == 0:
			return true
		}
	}
	return opens > 1 || len(c.Server) > 1 || requestCount(c.Expect) > 1
}

// requestCount returns the number of requests that a case expects.
func requestCount(e catalogue.Expect) (n int) {
	for _, r := range e.Requests {
		n += max(r.Count, 1)
	}
	return n
}

func usesCookies(c *catalogue.Case) bool {
	for _, r := range c.Expect.Requests {
		for name := range r.Headers {
			if strings.EqualFold(name, "Cookie") {
				return true
			}
		}
	}
	return anyHeader(c, func(name, _ string) bool { return strings.EqualFold(name, "Set-Cookie") })
}

// crossesOrigins reports whether a case is about origins: that of the page, those that
// may read a response, or those that no page may request.
func crossesOrigins(c *catalogue.Case) bool {
	for _, r := range c.Expect.Requests {
		for name := range r.Headers {
			if strings.EqualFold(name, "Origin") {
				return true
			}
		}
	}
	other := func(text string) bool {
		return strings.Contains(text, "{other-") || strings.Contains(text, "{blocked-port}")
	}
	return c.Client.Init != nil || other(c.Client.URL) ||
		anyHeader(c, func(name, value string) bool { return other(value) })
}

// anyHeader reports whether a header of a response fits.
func anyHeader(c *catalogue.Case, fits func(name, value string) bool) bool {
	scripts := slices.Clone(c.Server)
	for _, route := range c.Routes {
		scripts = append(scripts, route...)
	}
	for _, script := range scripts {
		for _, step := range script {
			for _, h := range step.Head.Headers {
				if fits(h[0], h[1]) {
					return true
				}
			}
		}
	}
	return false
}

// missing returns why a client cannot run a case, or "".
func missing(c *catalogue.Case, f Features) string {
	needs, reason := NeedsOf(c)
	if reason != "" {
		return reason
	}
	if canFeed(f) {
		if !feedable(c) {
			return "the client is a parser, and the case is about the connection"
		}
		return ""
	}
	for _, ability := range needs {
		if !slices.Contains(f.Can, ability) {
			return "the client cannot " + map[string]string{
				reconnect: "reconnect", closing: "close a stream in a listener", cookies: "store cookies", cors: "apply the rules for origins",
			}[ability]
		}
	}
	if r := reduce(c, f); r.Expect.Requests == nil && len(r.Expect.Events) == 0 && len(c.Expect.Events) > 0 {
		return "the client reports nothing that the case is about"
	}
	return ""
}

// feedable reports whether a parser alone can run a case: its stream is one response,
// and what is expected are events with data.
func feedable(c *catalogue.Case) bool {
	if len(c.Server) != 1 || len(c.Routes) > 0 || c.Client.Close != nil || c.Client.URL != "{url}" || reconnects(c) {
		return false
	}
	for i, step := range c.Server[0] {
		switch step.Verb {
		case catalogue.Raw, catalogue.Refuse:
			return false
		case catalogue.Respond:
			isStream := func(h [2]string) bool {
				return strings.EqualFold(h[0], "Content-Type") && strings.HasPrefix(h[1], "text/event-stream")
			}
			if i != 0 || step.Head.Status != 200 || !slices.ContainsFunc(step.Head.Headers, isStream) || step.Head.Framing == catalogue.Length {
				return false
			}
		}
	}
	if anyHeader(c, func(name, _ string) bool { return strings.EqualFold(name, "Content-Encoding") }) {
		return false
	}
	opened := false
	for _, e := range c.Expect.Events {
		opened = opened || e.Type == "open"
	}
	return opened
}

// ownEvent reports whether an event is one of the client's own, which it dispatches
// without data.
func ownEvent(eventType string, hasData bool) bool {
	return (eventType == "open" || eventType == "error") && !hasData
}

// reduce returns a case that expects only what a client reports.
func reduce(c *catalogue.Case, f Features) *catalogue.Case {
	reports := func(what string) bool { return slices.Contains(f.Reports, what) }
	reduced := *c
	if canFeed(f) {
		reduced.Expect.Requests = nil
	}
	if c.Expect.Events == nil {
		return &reduced
	}
	reduced.Expect.Events = []catalogue.Event{}
	for _, e := range c.Expect.Events {
		if ownEvent(e.Type, e.Data != nil) && !reports(e.Type) {
			continue
		}
		e.Class = nil
		if !reports("lastEventId") {
			e.LastEventID = nil
		}
		if !reports("origin") {
			e.Origin = nil
		}
		if !reports("readyState") {
			e.ReadyState = nil
		}
		reduced.Expect.Events = append(reduced.Expect.Events, e)
	}
	return &reduced
}
