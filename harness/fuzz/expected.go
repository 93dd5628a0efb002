package fuzz

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// expected returns what a client must see of a stream: the steps of the standard, carried
// out on each whole body. It shares no code with the polyfill.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
func (s stream) expected() (e catalogue.Expect) {
	state := func(n int) *int { return &n }
	e.Events, e.Requests = []catalogue.Event{}, []catalogue.Request{}
	lastEventID := ""
	for i, c := range s {
		header := map[string]*string{"Last-Event-ID": nil}
		if lastEventID != "" {
			// A header's value has no white space at its ends.
			sent := catalogue.Escape([]byte(strings.Trim(lastEventID, " \t")))
			header["Last-Event-ID"] = &sent
		}
		e.Requests = append(e.Requests, catalogue.Request{Headers: header})
		e.Events = append(e.Events, catalogue.Event{Type: "open", ReadyState: state(1)})
		body := c.body
		if i == len(s)-1 {
			body = append(bytes.Clone(body), ending...)
		}
		var events []catalogue.Event
		events, lastEventID = interpret(body, lastEventID)
		e.Events = append(e.Events, events...)
		if i < len(s)-1 {
			e.Events = append(e.Events, catalogue.Event{Type: "error", ReadyState: state(0)})
		}
	}
	return e
}

var lineEnd = regexp.MustCompile("\r\n|\n|\r")

// interpret returns the events of a body, of the types that pages listen to, and the last
// event ID string at its end.
func interpret(body []byte, lastEventID string) (events []catalogue.Event, last string) {
	text := strings.TrimPrefix(catalogue.DecodeUTF8(string(body)), "\ufeff")
	lines := lineEnd.Split(text, -1)
	var data, kind string
	id := lastEventID
	open := 1
	for _, line := range lines[:len(lines)-1] { // the last one has no end
		if line != "" {
			field, value, _ := strings.Cut(line, ":")
			value = strings.TrimPrefix(value, " ")
			switch field {
			case "event":
				kind = value
			case "data":
				data += value + "\n"
			case "id":
				if !strings.Contains(value, "\x00") {
					id = value
				}
			}
			continue
		}
		lastEventID = id
		if data != "" {
			sent, id := strings.TrimSuffix(data, "\n"), lastEventID
			if kind == "" {
				kind = "message"
			}
			if listened(kind) {
				events = append(events, catalogue.Event{Type: kind, Data: &sent, LastEventID: &id, ReadyState: &open})
			}
		}
		data, kind = "", ""
	}
	return events, lastEventID
}

// listened reports whether pages listen to events of a type.
func listened(kind string) bool {
	return kind == "message" || kind == lastType || slices.Contains(types, kind)
}
