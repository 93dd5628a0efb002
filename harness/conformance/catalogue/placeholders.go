package catalogue

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

type placeholderEntry struct {
	name    string // as in {name}
	of      string // what NAME is in {name:NAME}: "ROUTE" or "PAGE"; "": it takes no name
	member  string // of t, by which a script reads it; "": scripts cannot
	other   bool   // it has another host name than the page
	trusted bool   // it needs a browser that trusts the server, and finds its names
	means   string // for README.md
	value   func(e Env, of string) string
}

// placeholders is the vocabulary of addresses. [Env.Fill], its error messages,
// the members of t with which scripts read addresses, and the table in README.md
// are made from it.
var placeholders = []placeholderEntry{
	{
		"url", "", "url", false, false, "The stream",
		func(e Env, _ string) string { return e.StreamURL() },
	},
	{
		"url", "ROUTE", "urls", false, false, "A route",
		Env.RouteURL,
	},
	{
		"path", "", "path", false, false, "The path of the stream",
		func(e Env, _ string) string { return e.path("stream") },
	},
	{
		"path", "ROUTE", "", false, false, "The path of a route",
		Env.path,
	},
	{
		"page", "", "", false, false, "The page, or the script of the worker",
		func(e Env, _ string) string { return e.clientURL() },
	},
	{
		"page", "PAGE", "pages", false, false, "A further page",
		Env.FurtherURL,
	},
	{
		"origin", "", "origin", false, false, "The origin of the page",
		func(e Env, _ string) string { return e.Origin },
	},
	{
		"host", "", "", false, false, "The host and port of that origin",
		func(e Env, _ string) string { return hostOf(e.Origin) },
	},
	{
		"other-port", "", "otherPort", false, false, "An origin with the same host and another port",
		func(e Env, _ string) string { return e.OtherPort },
	},
	{
		"other-port-host", "", "", false, false, "The host and port of that origin",
		func(e Env, _ string) string { return hostOf(e.OtherPort) },
	},
	{
		"blocked-port", "", "blockedPort", false, false, "An origin with the same host and a port that fetch blocks",
		func(e Env, _ string) string { return e.BlockedPort },
	},
	{
		"other-host", "", "otherHost", true, false, "An origin with another host name; names below it work too",
		func(e Env, _ string) string { return e.OtherHost },
	},
	{
		"https", "", "https", true, true, "An `https:` origin that speaks HTTP/1.1",
		func(e Env, _ string) string { return e.HTTPS },
	},
	{
		"http2", "", "http2", true, true, "An `https:` origin that speaks HTTP/2",
		func(e Env, _ string) string { return e.HTTP2 },
	},
	{
		"untrusted", "", "untrusted", true, false, "An `https:` origin with a certificate that no browser accepts",
		func(e Env, _ string) string { return e.Untrusted },
	},
	{
		"remote", "", "remote", true, true, "An `http:` origin whose host is not a name of this machine",
		func(e Env, _ string) string { return e.Remote },
	},
	{
		"hsts", "", "hsts", true, true, "Another such origin, for the case that makes browsers remember it as `https:` only",
		func(e Env, _ string) string { return e.HSTS },
	},
}

// hostOf returns the host and the port of an origin.
func hostOf(origin string) string {
	_, host, _ := strings.Cut(origin, "://")
	return host
}

// String returns the placeholder as it is written in a case.
func (p placeholderEntry) String() string {
	if p.of == "" {
		return "{" + p.name + "}"
	}
	return "{" + p.name + ":" + p.of + "}"
}

var placeholderForm = regexp.MustCompile(`\{([a-z][a-z0-9-]*)(?::([a-z0-9-]+))?\}`)

// Fill replaces the placeholders in s.
func (e Env) Fill(s string) (string, error) {
	if !strings.Contains(s, "{") {
		return s, nil
	}
	var err error
	filled := placeholderForm.ReplaceAllStringFunc(s, func(whole string) string {
		r := referencesIn(whole)[0]
		entry, ok := r.entry()
		if ok {
			return entry.value(e, r.of)
		}
		if err == nil {
			err = fmt.Errorf("unknown placeholder %s; expected %s", whole, oneOf(placeholderNames()))
		}
		return whole
	})
	return filled, err
}

func placeholderNames() []string {
	var names []string
	for _, entry := range placeholders {
		names = append(names, entry.String())
	}
	return names
}

// Addresses returns the members of t with which a script of the case reads
// addresses: strings, and objects of strings by name.
func (c *Case) Addresses(env Env) map[string]any {
	of := map[string][]string{
		"ROUTE": slices.Collect(maps.Keys(c.Routes)),
		"PAGE":  slices.Collect(maps.Keys(c.Pages)),
	}
	addresses := map[string]any{}
	for _, entry := range placeholders {
		switch {
		case entry.member == "":
		case entry.of == "":
			addresses[entry.member] = entry.value(env, "")
		default:
			named := map[string]string{}
			for _, name := range of[entry.of] {
				named[name] = entry.value(env, name)
			}
			addresses[entry.member] = named
		}
	}
	return addresses
}

// A reference is a placeholder {name} or {name:of} in a text.
type reference struct{ name, of string }

// referencesIn returns the placeholders in s, known or not.
func referencesIn(s string) []reference {
	var found []reference
	for _, m := range placeholderForm.FindAllStringSubmatch(s, -1) {
		found = append(found, reference{m[1], m[2]})
	}
	return found
}

func (r reference) entry() (entry placeholderEntry, ok bool) {
	for _, entry := range placeholders {
		if entry.name == r.name && (entry.of == "") == (r.of == "") {
			return entry, true
		}
	}
	return placeholderEntry{}, false
}

// addressesIn returns the addresses that a case uses, as it is written: its
// placeholders, and the members of t in its scripts.
func addressesIn(raw string) []placeholderEntry {
	var used []placeholderEntry
	for _, r := range referencesIn(raw) {
		if entry, ok := r.entry(); ok {
			used = append(used, entry)
		}
	}
	for _, member := range membersUsed(raw) {
		for _, entry := range placeholders {
			if entry.member == member {
				used = append(used, entry)
			}
		}
	}
	return used
}

// unfill is the inverse of Fill. It makes texts of different runs comparable,
// because each run has other ports and another token.
func (e Env) unfill(s string) string {
	if s == "" || e.Token == "" {
		return s
	}
	if e.inWorker() {
		s = strings.ReplaceAll(s, e.clientURL(), "{page}")
	}
	for _, base := range []struct{ text, name string }{
		{e.PageURL(), "url"},
		{e.path(""), "path"},
	} {
		resource := regexp.MustCompile(regexp.QuoteMeta(base.text) + `[a-z0-9-]+`)
		s = resource.ReplaceAllStringFunc(s, func(found string) string {
			route := strings.TrimPrefix(found, base.text)
			if route == "stream" {
				return "{" + base.name + "}"
			}
			return "{" + base.name + ":" + route + "}"
		})
	}
	s = strings.ReplaceAll(s, e.PageURL(), "{page}")
	for _, entry := range placeholders {
		if text := entry.value(e, ""); entry.of == "" && strings.HasPrefix(text, "http") {
			s = strings.ReplaceAll(s, text, entry.String())
		}
	}
	return s
}
