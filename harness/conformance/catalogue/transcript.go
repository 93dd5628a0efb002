package catalogue

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A Transcript is what both sides recorded while a case ran. The server recorded
// the requests, the page everything else.
type Transcript struct {
	Events   []SeenEvent   `json:"events"`
	Log      []Entry       `json:"log"`
	Error    string        `json:"error,omitempty"`   // why the case could not be run
	Missing  string        `json:"missing,omitempty"` // what the target lacks to run the case
	Broke    string        `json:"broke,omitempty"`   // how the client ended the case early: it threw, or opened a dialog
	Froze    string        `json:"froze,omitempty"`   // how the client's page stopped answering
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
	Sent    []Sent   `json:"sent,omitempty"`   // the first writes of the server, at most MaxSent
	Writes  int      `json:"writes,omitempty"` // the number of all its writes
	Ended   float64  `json:"ended"`            // when the server ended the connection, taken before its last write
	Gone    float64  `json:"gone"`             // when the client left a connection that the server had not ended
}

// Limits of what a transcript holds of the server's writes.
const (
	MaxSent      = 50  // writes of a connection
	MaxSentBytes = 200 // bytes of a write
)

// A Sent is one write of the server: part of a body, or bytes that a case sends
// raw.
type Sent struct {
	MS     float64 `json:"ms"`               // when the write began
	Head   string  `json:"head,omitempty"`   // "200 OK", if the head was sent with it
	Text   string  `json:"text,omitempty"`   // the first bytes, escaped
	Length int     `json:"length,omitempty"` // the number of all bytes, if Text has only the first of them
}

// NewSent returns what a transcript holds of a write. The head is nil if it was not part of it.
func NewSent(ms float64, head *Head, body []byte) Sent {
	s := Sent{MS: ms, Text: Escape(body[:min(len(body), MaxSentBytes)])}
	if head != nil {
		s.Head = strings.TrimSpace(fmt.Sprintf("%d %s", head.Status, head.Reason))
	}
	if len(body) > MaxSentBytes {
		s.Length = len(body)
	}
	return s
}

// String returns what was sent, without the time.
func (s Sent) String() string {
	var parts []string
	if s.Head != "" {
		parts = append(parts, "head "+s.Head)
	}
	if b, err := Unescape(s.Text); err == nil && (len(b) > 0 || s.Head == "") {
		parts = append(parts, quote(string(b)))
	}
	if s.Length > 0 {
		parts = append(parts, fmt.Sprintf("… %d bytes in all", s.Length))
	}
	return strings.Join(parts, " ")
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
