package catalogue

import (
	"fmt"
	"slices"
	"strings"
)

// A Protocol is a version of HTTP over which cases run.
type Protocol string

const (
	HTTP1 Protocol = "h1" // over TCP without TLS: the reference server sends every byte itself
	HTTP2 Protocol = "h2"
	HTTP3 Protocol = "h3"
)

// Protocols are all protocols.
var Protocols = []Protocol{HTTP1, HTTP2, HTTP3}

// ParseProtocol returns the protocol with a name.
func ParseProtocol(name string) (Protocol, error) {
	if p := Protocol(name); slices.Contains(Protocols, p) {
		return p, nil
	}
	return "", fmt.Errorf("unknown protocol %q: want %s", name, oneOf(Protocols))
}

// Title returns the name for people: "HTTP/2".
func (p Protocol) Title() string {
	switch p {
	case HTTP2:
		return "HTTP/2"
	case HTTP3:
		return "HTTP/3"
	}
	return "HTTP/1.1"
}

// Scheme returns the scheme of the origins of cases: browsers speak HTTP/2 and HTTP/3
// over TLS only.
func (p Protocol) Scheme() string {
	if p == HTTP2 || p == HTTP3 {
		return "https"
	}
	return "http"
}

// NeedsHTTP1 returns why a case can run over HTTP/1.1 only, or "".
func (c *Case) NeedsHTTP1() string {
	if c.HTTP1 != "" {
		return c.HTTP1
	}
	if c.Scheme != "" {
		return "the case is about the scheme or the protocol of " + c.Scheme
	}
	for _, connection := range c.connections() {
		if reason := connection.needsHTTP1(); reason != "" {
			return reason
		}
	}
	return ""
}

// needsHTTP1 returns why only a connection of HTTP/1.1 can run the script, or "".
func (c Connection) needsHTTP1() string {
	for _, step := range c {
		switch step.Verb {
		case Raw:
			return "the server writes the bytes of HTTP/1.1 itself (raw)"
		case Refuse:
			return "a port that refuses connections shows only in a protocol that opens one for each request (refuse)"
		}
		for _, h := range step.Head.Headers {
			// https://www.rfc-editor.org/rfc/rfc9113.html#section-8.2.1
			if strings.Trim(h[1], " \t") != h[1] {
				return "only HTTP/1.1 allows white space around the value of a header (" + h[0] + ")"
			}
		}
	}
	return ""
}

// fixedScheme returns the first of the addresses whose scheme or protocol is a part of
// its meaning, or "".
func fixedScheme(addresses []placeholderEntry) string {
	for _, entry := range addresses {
		if entry.other && entry.name != "other-host" {
			return entry.String()
		}
	}
	return ""
}
