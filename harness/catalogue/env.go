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
	Token     string // the name under which the case is played
}

// StreamURL is the absolute URL of the case's stream.
func (e Env) StreamURL() string { return e.Origin + e.path("stream") }

// PageURL is the absolute URL of the page that plays the case.
func (e Env) PageURL() string { return e.Origin + e.path("") }

// RouteURL is the absolute URL of one of the case's routes.
func (e Env) RouteURL(name string) string { return e.Origin + e.path(name) }

func (e Env) path(name string) string { return "/case/" + e.Token + "/" + name }

var placeholder = regexp.MustCompile(`\{([a-z-]+)(?::([a-z0-9-]+))?\}`)

const placeholders = "{origin}, {other-port}, {other-host}, {page}, {url}, {path}, {url:ROUTE} or {path:ROUTE}"

// Fill replaces the placeholders in s.
func (e Env) Fill(s string) (string, error) {
	if !strings.Contains(s, "{") {
		return s, nil
	}
	var err error
	filled := placeholder.ReplaceAllStringFunc(s, func(whole string) string {
		m := placeholder.FindStringSubmatch(whole)
		name, route := m[1], m[2]
		switch {
		case name == "url" && route == "":
			return e.StreamURL()
		case name == "url":
			return e.RouteURL(route)
		case name == "path" && route == "":
			return e.path("stream")
		case name == "path":
			return e.path(route)
		case name == "page" && route == "":
			return e.PageURL()
		case name == "origin" && route == "":
			return e.Origin
		case name == "other-port" && route == "":
			return e.OtherPort
		case name == "other-host" && route == "":
			return e.OtherHost
		}
		if err == nil {
			err = fmt.Errorf("unknown placeholder %s; expected %s", whole, placeholders)
		}
		return whole
	})
	return filled, err
}

// routesIn are the names of the routes that placeholders in s refer to.
func routesIn(s string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		if m[2] != "" {
			names = append(names, m[2])
		}
	}
	return names
}

// unfill is the inverse of Fill, for people to read: their token and ports are
// others each time.
func (e Env) unfill(s string) string {
	if s == "" || e.Token == "" {
		return s
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
	} {
		if place.text != "" {
			s = strings.ReplaceAll(s, place.text, place.name)
		}
	}
	return s
}
