// Package catalogue holds the conformance cases for server-sent events, and the
// judge of what was seen in them. Cases are data, and the judge is a pure
// function. The package opens no connections and knows nothing about browsers.
//
// A [Case] makes one claim: if the server does this (Server, Routes) and the
// page does that (Client), then both of them see those things (Expect).
// [Load] reads the cases from cases/GROUP.json, [Select] picks cases by id, and
// [Judge] compares the [Transcript] of a case that ran with its claim.
//
// The language of the files is described in README.md. Its words are in tables, from
// which the decoder, the error messages and the README's tables are made:
// verbs of the server's scripts, actions of drivers, addresses, and the tools
// that a script is given.
package catalogue

import (
	"encoding/json"
	"strings"
)

// A Case is one claim about an EventSource.
type Case struct {
	// ID is GROUP/NAME. It is permanent, and never used again for another claim.
	ID string `json:"id"`

	// Title says what is done, Requirement what must follow. Together they are the
	// message of a failure.
	Title       string `json:"title"`
	Requirement string `json:"requirement"`

	Level Level `json:"level"`

	// Spec is the place in a standard that requires it: "html#dispatchMessage".
	Spec string `json:"spec"`

	// Choice is the place in a standard that permits something else. A case of
	// level must has none.
	Choice *Choice `json:"choice,omitempty"`

	// Contexts are those in which the client makes sense. After [Load], there is
	// at least one.
	Contexts []Context `json:"contexts,omitempty"`

	// Server has the scripts of the case's stream: Server[i] answers connection i,
	// and the last script answers all later ones too. The default accepts every
	// request and never answers.
	Server []Connection `json:"server,omitempty"`

	// Routes are further resources, by name. Each counts its own connections.
	Routes map[string][]Connection `json:"routes,omitempty"`

	// Pages are further pages and workers' scripts, by name.
	Pages map[string]Page `json:"pages,omitempty"`

	// HTTPS reports whether the case needs a browser that accepts the certificate
	// of the reference server and finds that server under the names of [Hosts].
	HTTPS bool `json:"https,omitempty"`

	// OtherHosts reports whether the case calls the reference server by another
	// host name than that of its pages. [Load] finds that out.
	OtherHosts bool `json:"-"`

	// Scheme is the first address that the case uses whose scheme or protocol is a part
	// of its meaning, such as {https}; "": none. [Load] finds that out.
	Scheme string `json:"-"`

	// HTTP1 is the reason why the case can run over HTTP/1.1 only, if its addresses and
	// its steps do not show one: see [Case.NeedsHTTP1].
	HTTP1 string `json:"http1,omitempty"`

	Client Client `json:"client"`

	// Drive is what a driver does to the browser while the case's page, in a tab
	// of its own, runs the client. Without it, the case needs no driver.
	Drive []Action `json:"drive,omitempty"`

	// Alone reports whether no other case may run at the same time, because this
	// one is heavy, measures time or memory, or opens many connections.
	Alone bool `json:"alone,omitempty"`

	Expect Expect `json:"expect"`

	// Source is the case as its file has it, for people to read.
	Source string `json:"-"`

	// Impossible is the reason why neither a page nor a driver can run the case.
	Impossible string `json:"impossible,omitempty"`
}

// Group returns the part of the id before the slash.
func (c *Case) Group() string {
	group, _, _ := strings.Cut(c.ID, "/")
	return group
}

// A Page is a page beside the case's own, or the script of a worker. It loads
// the EventSource under test, then runs Script.
type Page struct {
	Headers [][2]string `json:"headers,omitempty"` // beside Content-Type and Cache-Control
	Charset string      `json:"charset,omitempty"` // utf-8 by default
	Script  []string    `json:"script,omitempty"`  // lines of ES5 with placeholders
	Worker  bool        `json:"worker,omitempty"`  // whether it is the script of a classic worker
}

// A Level says how binding the requirement of a case is.
type Level string

const (
	Must   Level = "must"   // required by a standard
	Should Level = "should" // recommended, or expected of a good client
	// Extension is what some implementations offer beyond the standard. Only those that
	// claim it are judged.
	Extension Level = "extension"

	Info Level = "info" // left open: what was seen is recorded, never judged
)

var levels = []Level{Must, Should, Info, Extension}

// A Choice is what a standard leaves open, and where it does so.
type Choice struct {
	Spec    string `json:"spec"`           // "html#dom-eventsource"
	Step    string `json:"step,omitempty"` // the step of the algorithm there, if it is one: "15.2"
	Permits string `json:"permits"`        // a sentence
}

// A Client is what the page does. Without a script, it constructs one
// EventSource and records its events. When it has seen as many as are expected,
// it records for Settle longer, then closes the source.
type Client struct {
	// URL is the constructor's first argument.
	URL string `json:"url"`

	// Init is the constructor's second argument, as JSON. Without it,
	// none is passed.
	Init json.RawMessage `json:"init,omitempty"`

	// Listen are the event types to record beside open, message and error.
	Listen []string `json:"listen,omitempty"`

	// Close calls close() before the end.
	Close *CloseWhen `json:"close,omitempty"`

	// Script is the body of a function of t, in lines of ES5. It replaces all of
	// the above. README.md lists the members of t.
	Script []string `json:"script,omitempty"`

	// Syntax is JavaScript newer than ES5, which the script evaluates. In an engine
	// that cannot parse it, the case is not applicable.
	Syntax string `json:"syntax,omitempty"`

	// Reloads reports whether the script loads the page of the case again. Other pages
	// are loaded once, so that an implementation cannot get a second key for a record.
	Reloads bool `json:"reloads,omitempty"`

	// Limit is the longest time to record, in milliseconds.
	Limit int `json:"limit"`

	// Settle is the time to record after the last thing expected was seen, in
	// milliseconds. It shows what must not follow.
	Settle int `json:"settle"`
}

// CloseWhen is the moment at which close() is called: in event Nth of type On;
// or directly after the constructor, if On is "construct"; or, without On, by a
// timer, After milliseconds later.
type CloseWhen struct {
	On    string `json:"on,omitempty"`
	Nth   int    `json:"nth,omitempty"`
	After int    `json:"after,omitempty"`
}

// An Expect is what must be seen. A list holds everything that may be seen of its
// kind, in order; nil: not judged. Of each element, only the members that are
// given are compared.
type Expect struct {
	Events   []Event   `json:"events,omitempty"`
	Log      []Entry   `json:"log,omitempty"`
	Requests []Request `json:"requests,omitempty"`
}

// Empty reports whether nothing is expected of the page. Then it records until
// its script is done, or until the limit.
func (e Expect) Empty() bool { return e.Events == nil && e.Log == nil }

// EventCount returns the number of events that the page must see; 0 if they are
// not judged.
func (e Expect) EventCount() int {
	n := 0
	for _, event := range e.Events {
		n += max(event.Count, 1)
	}
	return n
}

// An Event is an expected event. In JSON, a string stands for a message event
// with that data.
type Event struct {
	Type        string  `json:"type"`
	Data        *string `json:"data,omitempty"`
	LastEventID *string `json:"lastEventId,omitempty"`
	Origin      *string `json:"origin,omitempty"`
	Class       *string `json:"class,omitempty"` // "Event" or "MessageEvent"
	ReadyState  *int    `json:"readyState,omitempty"`

	Repeat int `json:"repeat,omitempty"` // the data is Data, this many times
	Count  int `json:"count,omitempty"`  // stands for this many events; {n} in Data counts them from 0

	Min *int `json:"min,omitempty"` // earliest time, in milliseconds from construction
	Max *int `json:"max,omitempty"` // latest time, in milliseconds from construction
}

// An Entry is one call of a script's t.log. In JSON it is a pair of name and
// value.
type Entry struct {
	Name  string
	Value any // as encoding/json decodes it
}

// A Request is an expected request to the stream or one of its routes.
type Request struct {
	Method string `json:"method,omitempty"`

	// Path is the request target; or, if it begins with http, the whole URL, whose
	// host is that of the Host header.
	Path string `json:"path,omitempty"`

	// Headers are the values of headers by name, as bytes with \xHH escapes;
	// nil, or null in JSON, if the request has no such header.
	Headers map[string]*string `json:"headers,omitempty"`

	Secure bool `json:"secure,omitempty"` // whether it came over https

	Delay  *Range `json:"delay,omitempty"`  // from the end of the previous request to the arrival of this one
	Closed *Range `json:"closed,omitempty"` // from its arrival until the client had left

	Count int `json:"count,omitempty"` // stands for this many requests
}

// A Range is a range of times in milliseconds, both bounds included; nil: no
// bound.
type Range struct {
	Min *int `json:"min,omitempty"`
	Max *int `json:"max,omitempty"`
}
