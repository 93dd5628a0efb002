package catalogue

import (
	"fmt"
	"strconv"
	"strings"
)

// fill returns the expectation in an environment: placeholders are replaced, and
// elements with a count are written out.
func (e Expect) fill(env Env) (Expect, error) {
	f := filler{env: env}
	var filled Expect
	if e.Events != nil {
		filled.Events = []Event{}
	}
	for i, event := range e.Events {
		f.at = fmt.Sprintf("expect.events[%d]", i)
		for n := range max(event.Count, 1) {
			filled.Events = append(filled.Events, f.event(event, n))
		}
	}
	if e.Log != nil {
		filled.Log = []Entry{}
	}
	for i, entry := range e.Log {
		f.at = fmt.Sprintf("expect.log[%d]", i)
		filled.Log = append(filled.Log, Entry{entry.Name, f.value(entry.Value)})
	}
	if e.Requests != nil {
		filled.Requests = []Request{}
	}
	for i, request := range e.Requests {
		f.at = fmt.Sprintf("expect.requests[%d]", i)
		for range max(request.Count, 1) {
			filled.Requests = append(filled.Requests, f.request(request))
		}
	}
	return filled, f.err
}

// A filler replaces placeholders and keeps the first error.
type filler struct {
	env Env
	at  string
	err error
}

func (f *filler) text(s string) string {
	filled, err := f.env.Fill(s)
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("%s: %w", f.at, err)
	}
	return filled
}

func (f *filler) pointer(s *string) *string {
	if s == nil {
		return nil
	}
	filled := f.text(*s)
	return &filled
}

// event returns the event numbered n, from 0, of those that e stands for.
func (f *filler) event(e Event, n int) Event {
	if e.Data != nil {
		data := *e.Data
		if e.Count > 0 {
			data = strings.ReplaceAll(data, "{n}", strconv.Itoa(n))
		}
		data = strings.Repeat(f.text(data), max(e.Repeat, 1))
		e.Data = &data
	}
	e.LastEventID = f.pointer(e.LastEventID)
	e.Origin = f.pointer(e.Origin)
	return e
}

// value replaces the placeholders in the strings of a JSON value.
func (f *filler) value(v any) any {
	switch v := v.(type) {
	case string:
		return f.text(v)
	case []any:
		filled := make([]any, len(v))
		for i := range v {
			filled[i] = f.value(v[i])
		}
		return filled
	case map[string]any:
		filled := make(map[string]any, len(v))
		for key := range v {
			filled[key] = f.value(v[key])
		}
		return filled
	}
	return v
}

func (f *filler) request(r Request) Request {
	r.Path = f.text(r.Path)
	if r.Headers == nil {
		return r
	}
	headers := make(map[string]*string, len(r.Headers))
	for name, value := range r.Headers {
		headers[name] = f.pointer(value)
		if value == nil {
			continue
		}
		if _, err := Unescape(*headers[name]); err != nil && f.err == nil {
			f.err = fmt.Errorf("%s.headers.%s: %w", f.at, name, err)
		}
	}
	r.Headers = headers
	return r
}
