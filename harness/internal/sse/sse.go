// Package sse writes the event stream format of the HTML Standard.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
//
// Its functions append to a byte slice, as those of package strconv do, so that a
// server can write many blocks at once and reuse the memory:
//
//	b := sse.AppendRetry(nil, time.Second)
//	b = sse.Event{ID: "7", Type: "price", Data: "42.10"}.Append(b)
//	w.Write(b)
//
// No text can end its field early, begin another field or end the event. Bytes
// that are not UTF-8 are written as they are; a client reads them as U+FFFD.
//
// A [Writer] sends blocks to a client of an HTTP server. Package eventstream, in wasm,
// reads the format.
package sse

import (
	"strconv"
	"strings"
	"time"
)

// An Event is an event to dispatch. Its fields have the names of MessageEvent's
// attributes.
type Event struct {
	// ID becomes the client's last event ID. The empty string writes no id
	// field, and the client keeps the last event ID that it has.
	//
	// An id field cannot hold CR or LF, and clients ignore one with a NUL: each
	// of the three is written as a space.
	ID string

	// Type is the event's type; the empty string means "message". CR and LF are
	// written as spaces.
	Type string

	// Data may hold lines that end with CRLF, LF or CR. Each is written as a data
	// field of its own, and the client receives them joined by LF.
	Data string
}

// Append appends the event to b, with the blank line that dispatches it.
func (e Event) Append(b []byte) []byte {
	if e.ID != "" {
		b = appendLine(b, "id: ", withoutNUL.Replace(e.ID))
	}
	if e.Type != "" {
		b = appendLine(b, "event: ", oneLine.Replace(e.Type))
	}
	b = appendLines(b, "data: ", e.Data)
	return append(b, '\n')
}

// AppendComment appends text as a comment, which clients ignore: one for each of
// its lines. A comment needs no blank line after it.
func AppendComment(b []byte, text string) []byte { return appendLines(b, ": ", text) }

// AppendRetry appends a block that sets the client's reconnection time, which is
// rounded down to milliseconds. A negative time counts as 0.
func AppendRetry(b []byte, reconnectionTime time.Duration) []byte {
	b = append(b, "retry: "...)
	b = strconv.AppendInt(b, max(0, reconnectionTime.Milliseconds()), 10)
	return append(b, "\n\n"...)
}

var (
	oneLine    = strings.NewReplacer("\r", " ", "\n", " ")
	withoutNUL = strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ")
)

// appendLines appends each line of text as a line that begins with prefix.
func appendLines(b []byte, prefix, text string) []byte {
	for {
		end := lineEnd(text)
		b = appendLine(b, prefix, text[:end])
		if end == len(text) {
			return b
		}
		if strings.HasPrefix(text[end:], "\r\n") {
			end++
		}
		text = text[end+1:]
	}
}

// appendLine appends one line. The space at the end of its prefix is the one that
// clients remove, so that a space at the start of text is kept.
func appendLine(b []byte, prefix, text string) []byte {
	b = append(b, prefix...)
	b = append(b, text...)
	return append(b, '\n')
}

// lineEnd returns the index of the first CR or LF, or the length of text.
func lineEnd(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	if i := strings.IndexByte(text, '\r'); i >= 0 {
		return i
	}
	return len(text)
}
