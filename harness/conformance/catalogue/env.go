package catalogue

import (
	"fmt"
	"regexp"
	"strings"
)

// An Env is where a case is played: what its placeholders stand for.
type Env struct {
	Origin    string // of the page: "http://127.0.0.1:4001"
	OtherPort string // another origin on the same host
	OtherHost string // an origin with another host name
	HTTPS     string // an https origin, spoken over HTTP/1.1
	HTTP2     string // an https origin, spoken over HTTP/2
	Remote    string // an http origin whose name is not one of this machine; https is spoken at the same port
	Token     string // the name under which the case is played

	Context Context // where the client runs
}

// StreamURL is the absolute URL of the case's stream.
func (e Env) StreamURL() string { return e.Origin + e.path("stream") }

// PageURL is the absolute URL of the page that plays the case.
func (e Env) PageURL() string { return e.Origin + e.path("") }

// clientURL is the absolute URL of what runs the client: the page, or the
// script of a worker.
func (e Env) clientURL() string {
	if e.inWorker() {
		return e.PageURL() + "worker.js"
	}
	return e.PageURL()
}

func (e Env) inWorker() bool { return e.Context != "" && e.Context != Window }

// FurtherURL is the absolute URL of one of the case's further pages.
func (e Env) FurtherURL(name string) string { return e.Origin + e.path(name) + "/" }

// RouteURL is the absolute URL of one of the case's routes.
func (e Env) RouteURL(name string) string { return e.Origin + e.path(name) }

func (e Env) path(name string) string { return "/case/" + e.Token + "/" + name }

var placeholder = regexp.MustCompile(`\{([a-z][a-z0-9-]*)(?::([a-z0-9-]+))?\}`)

const placeholders = "{origin}, {other-port}, {other-host}, {other-port-host}, {https}, {http2}, {remote}, {page}, {page:NAME}, {url}, {path}, {url:ROUTE} or {path:ROUTE}"

// Fill replaces the placeholders in s.
func (e Env) Fill(s string) (string, error) {
	if !strings.Contains(s, "{") {
		return s, nil
	}
	var err error
	filled := placeholder.ReplaceAllStringFunc(s, func(whole string) string {
		m := placeholder.FindStringSubmatch(whole)
		name, of := m[1], m[2]
		if value, ok := e.value(name, of); ok {
			return value
		}
		if err == nil {
			err = fmt.Errorf("unknown placeholder %s; expected %s", whole, placeholders)
		}
		return whole
	})
	return filled, err
}

// value is what {name} or {name:of} stands for.
func (e Env) value(name, of string) (value string, ok bool) {
	if of != "" {
		switch name {
		case "url":
			return e.RouteURL(of), true
		case "path":
			return e.path(of), true
		case "page":
			return e.FurtherURL(of), true
		}
		return "", false
	}
	switch name {
	case "url":
		return e.StreamURL(), true
	case "path":
		return e.path("stream"), true
	case "page":
		return e.clientURL(), true
	case "origin":
		return e.Origin, true
	case "other-port":
		return e.OtherPort, true
	case "other-host":
		return e.OtherHost, true
	case "other-port-host":
		return strings.TrimPrefix(e.OtherPort, "http://"), true
	case "https":
		return e.HTTPS, true
	case "http2":
		return e.HTTP2, true
	case "remote":
		return e.Remote, true
	}
	return "", false
}

// A reference is a placeholder {kind:name}.
type reference struct{ kind, name string }

// referencesIn are the placeholders in s that refer to a route or a page.
func referencesIn(s string) []reference {
	var found []reference
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		if m[2] != "" {
			found = append(found, reference{m[1], m[2]})
		}
	}
	return found
}

// unfill is the inverse of Fill, for people to read: their token and ports are
// others each time.
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
	for _, place := range []struct{ text, name string }{
		{e.PageURL(), "{page}"},
		{e.Origin, "{origin}"},
		{e.OtherPort, "{other-port}"},
		{e.OtherHost, "{other-host}"},
		{e.HTTPS, "{https}"},
		{e.HTTP2, "{http2}"},
		{e.Remote, "{remote}"},
	} {
		if place.text != "" {
			s = strings.ReplaceAll(s, place.text, place.name)
		}
	}
	return s
}
