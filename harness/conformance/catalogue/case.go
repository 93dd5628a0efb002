// Package catalogue holds the conformance cases of server-sent events and the
// judge of what came of them. Cases are data, the judge is a pure function; the
// package opens no connection and knows no browser.
//
// A [Case] makes one claim: if the server does this (Server, Routes) and the
// page that (Client), then both of them must have seen those things (Expect).
// [Load] reads the cases from cases/GROUP.json, [Select] picks some by id, and
// [Judge] compares the [Transcript] of a played case with its claim.
//
// README.md describes the language of the files for those who write cases.
package catalogue

import (
	"encoding/json"
	"strings"
)

// A Case is one claim about an EventSource.
type Case struct {
	// ID is GROUP/NAME. It is permanent: no id is used again for another claim.
	ID string `json:"id"`

	// Title is what is done, Requirement what must follow. One after the other
	// they read as the message of a failure.
	Title       string `json:"title"`
	Requirement string `json:"requirement"`

	Level Level `json:"level"`

	// Spec is where the requirement stands: "html#dispatchMessage".
	Spec string `json:"spec"`

	// Contexts are those in which the client makes sense. After [Load] there is at
	// least one.
	Contexts []Context `json:"contexts,omitempty"`

	// Server is the script of the case's stream: its i-th connection plays
	// Server[i], or the last one if there are no more. A stream without a script
	// accepts the request and never answers.
	Server []Connection `json:"server,omitempty"`

	// Routes are further resources beside the stream, each with its own count
	// of connections.
	Routes map[string][]Connection `json:"routes,omitempty"`

	// Pages are further pages of the case, and scripts of its workers, by name.
	Pages map[string]Page `json:"pages,omitempty"`

	// HTTPS says that the case needs a browser that accepts the certificate of
	// the reference server, and finds that server under the names in .test.
	HTTPS bool `json:"https,omitempty"`

	// OtherHosts says that the case calls the reference server by other names than
	// that of its pages. [Load] sees it in the case.
	OtherHosts bool `json:"-"`

	Client Client `json:"client"`

	// Drive is what is done to the browser while the case's page, in a tab of
	// its own, does what Client says. Nil: the page does without.
	Drive []Action `json:"drive,omitempty"`

	// Alone says that nothing else is to be played meanwhile: the case is heavy,
	// measures time or memory, or takes connections that others would miss.
	Alone bool `json:"alone,omitempty"`

	Expect Expect `json:"expect"`

	// Impossible is why neither page nor driver can play the case; "": they can.
	Impossible string `json:"impossible,omitempty"`
}

// Group is the part of the id before the slash.
func (c *Case) Group() string {
	group, _, _ := strings.Cut(c.ID, "/")
	return group
}

// A Page is a page beside the case's own, or the script of a worker. It has the
// EventSource under test in it, then runs Script.
type Page struct {
	Headers [][2]string `json:"headers,omitempty"` // beside Content-Type and Cache-Control
	Charset string      `json:"charset,omitempty"` // "": utf-8
	Script  []string    `json:"script,omitempty"`  // lines of ES5, in which placeholders are filled
	Worker  bool        `json:"worker,omitempty"`  // it is the script of a classic worker
}

// A Level says what it means that a case does not hold.
type Level string

const (
	Must   Level = "must"   // required by a standard
	Should Level = "should" // recommended or expected of a good client
	Info   Level = "info"   // left open: what was seen is told, never judged
)

// A Client is what the page does. Without a script it constructs one
// EventSource and records its events until as many have come as are expected,
// then for Settle longer, then closes it.
type Client struct {
	// URL is the constructor's first argument.
	URL string `json:"url"`

	// Init is the constructor's second argument, as JSON; nil: not passed.
	Init json.RawMessage `json:"init,omitempty"`

	// Listen are the types listened to beside open, message and error.
	Listen []string `json:"listen,omitempty"`

	// Close calls close() before the end; nil: never.
	Close *CloseWhen `json:"close,omitempty"`

	// Script is the body of a function of t, in lines of ES5, in place of all of
	// the above. README.md lists the members of t.
	Script []string `json:"script,omitempty"`

	// Limit is when recording is given up, in milliseconds from its start.
	Limit int `json:"limit"`

	// Settle is how long recording goes on after the last expected thing came, in
	// milliseconds, to see what must not come.
	Settle int `json:"settle"`
}

// CloseWhen says when close() is called: in the nth event of type On, or in the
// same task as the constructor if On is "construct"; or, without On, by a
// timer, After milliseconds from construction.
type CloseWhen struct {
	On    string `json:"on,omitempty"`
	Nth   int    `json:"nth,omitempty"`
	After int    `json:"after,omitempty"`
}

// An Expect is the claim. Each list that is given is the whole of what may be
// seen, in order; nil: not judged. Of an element only the given members are
// compared.
type Expect struct {
	Events   []Event   `json:"events,omitempty"`
	Log      []Entry   `json:"log,omitempty"`
	Requests []Request `json:"requests,omitempty"`
}

// Empty tells whether nothing is expected of the page, so that it records until
// its script is done or the limit is over.
func (e Expect) Empty() bool { return e.Events == nil && e.Log == nil }

// EventCount is how many events the page must see; 0 too if they are not
// judged.
func (e Expect) EventCount() int {
	n := 0
	for _, event := range e.Events {
		n += max(event.Count, 1)
	}
	return n
}

// An Event is an expected event. A string in place of an object is a message
// event with that data.
type Event struct {
	Type        string  `json:"type"`
	Data        *string `json:"data,omitempty"`
	LastEventID *string `json:"lastEventId,omitempty"`
	Origin      *string `json:"origin,omitempty"`
	Class       *string `json:"class,omitempty"` // "Event" or "MessageEvent"
	ReadyState  *int    `json:"readyState,omitempty"`

	Repeat int `json:"repeat,omitempty"` // the data is Data this many times
	Count  int `json:"count,omitempty"`  // stands for this many events; {n} in Data counts them from 0

	Min *int `json:"min,omitempty"` // not before, milliseconds from construction
	Max *int `json:"max,omitempty"` // not after, milliseconds from construction
}

// An Entry is one call of a script's t.log, in JSON the pair of both.
type Entry struct {
	Name  string
	Value any // as encoding/json decodes it
}

// A Request is an expected request to the stream or one of its routes.
type Request struct {
	Method string `json:"method,omitempty"`

	// Path is the request target; or, if it begins with http, the whole URL as the
	// Host header gives it.
	Path string `json:"path,omitempty"`

	// Headers are the values of headers by name, as bytes with \xHH escapes. Nil
	// (JSON null): there is no such header.
	Headers map[string]*string `json:"headers,omitempty"`

	Secure bool `json:"secure,omitempty"` // it came over https

	Delay  *Range `json:"delay,omitempty"`  // from the end of the request before to this one's arrival
	Closed *Range `json:"closed,omitempty"` // from arrival until the client was gone

	Count int `json:"count,omitempty"` // stands for this many requests
}

// A Range is a time in milliseconds, both ends included; nil: no bound.
type Range struct {
	Min *int `json:"min,omitempty"`
	Max *int `json:"max,omitempty"`
}
