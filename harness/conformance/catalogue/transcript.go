package catalogue

import (
	"encoding/json"
	"fmt"
)

// A Transcript is what both sides recorded while a case ran. The server recorded
// the requests, the page everything else.
type Transcript struct {
	Events   []SeenEvent   `json:"events"`
	Log      []Entry       `json:"log"`
	Error    string        `json:"error,omitempty"`   // why the case could not be run
	Missing  string        `json:"missing,omitempty"` // what the target lacks to run the case
	Complete bool          `json:"complete"`          // false: recording ended at its limit
	Requests []SeenRequest `json:"requests"`          // to the stream and its routes, in order of arrival
}

// A SeenEvent is an event as its listener saw it.
type SeenEvent struct {
	Type        string  `json:"type"`
	Data        *Text   `json:"data,omitempty"` // nil: undefined
	LastEventID *Text   `json:"lastEventId,omitempty"`
	Origin      *string `json:"origin,omitempty"`
	Class       string  `json:"class"`
	ReadyState  int     `json:"readyState"` // of the source at that moment
	MS          float64 `json:"ms"`         // since construction
}

// A SeenRequest is a request as the reference server saw it. Times are in
// milliseconds since the same moment for all requests of a run; -1: never.
type SeenRequest struct {
	Route   string   `json:"route"` // "": the stream
	Method  string   `json:"method"`
	Target  string   `json:"target"`
	Secure  bool     `json:"secure,omitempty"` // whether it came over TLS
	Headers []Header `json:"headers"`          // in their order
	Arrived float64  `json:"arrived"`
	Ended   float64  `json:"ended"` // when the server ended the connection, taken before its last write
	Gone    float64  `json:"gone"`  // when the client left a connection that the server had not ended
}

// A Header is one header line; its value holds raw bytes. In JSON it is a pair of
// name and escaped value.
type Header struct {
	Name, Value string
}

// MarshalJSON encodes the header as a pair of strings.
func (h Header) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]string{h.Name, Escape([]byte(h.Value))})
}

// UnmarshalJSON decodes what MarshalJSON encodes.
func (h *Header) UnmarshalJSON(b []byte) error {
	var pair [2]string
	if err := json.Unmarshal(b, &pair); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	value, err := Unescape(pair[1])
	if err != nil {
		return fmt.Errorf("header %s: %w", pair[0], err)
	}
	*h = Header{pair[0], string(value)}
	return nil
}

// MarshalJSON encodes the entry as a pair.
func (e Entry) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]any{e.Name, e.Value})
}

// UnmarshalJSON decodes what MarshalJSON encodes.
func (e *Entry) UnmarshalJSON(b []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(b, &pair); err != nil {
		return fmt.Errorf("log entry: %w", err)
	}
	if len(pair) != 2 {
		return fmt.Errorf("log entry: %d elements; expected name and value", len(pair))
	}
	if err := json.Unmarshal(pair[0], &e.Name); err != nil {
		return fmt.Errorf("log entry: name: %w", err)
	}
	return json.Unmarshal(pair[1], &e.Value)
}
