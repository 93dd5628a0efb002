package bench

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"eventsource-wasm/harness/internal/sse"
)

// firstNumber is the number of the first event of a stream. All numbers have the
// same number of digits, so a page need not look for the end of one.
const (
	firstNumber = 10_000_000
	digits      = 8
)

// A stream is a number of events of one form, numbered from [firstNumber].
type stream struct {
	name   string
	what   string   // the form in words: "20 B"
	count  int      // of events
	offset int      // of the number in an event's data, in UTF-16 code units
	types  []string // the types of its events; nil: only message
	crlf   bool     // lines end with CRLF, not LF
	rate   int      // events a second; 0: as fast as possible
	event  func(number int) sse.Event
}

// streams are those of the kinds that send a whole stream at once.
var streams = []stream{
	{name: "small", what: "20 B", count: 200_000, event: ascii(20)},
	{name: "crlf", what: "20 B with CRLF", count: 200_000, crlf: true, event: ascii(20)},
	{name: "medium", what: "1 KB", count: 50_000, event: ascii(1 << 10)},
	{name: "large", what: "1 MB", count: 100, event: ascii(1 << 20)},
	{name: "cjk", what: "1 KB of CJK text", count: 50_000, event: cjk(1 << 10)},
	{name: "typed", what: "120 B of JSON, with event and id", count: 100_000, offset: len(`{"n":`), types: typedNames, event: typed(120)},
}

// title describes the stream: "200,000 events of 20 B".
func (s stream) title() string {
	title := thousands(s.count) + " events of " + s.what
	if s.rate > 0 {
		title += ", " + thousands(s.rate) + " a second"
	}
	return title
}

// shortened returns the stream with one event in factor, but at least five.
func (s stream) shortened(factor int) stream {
	s.count = max(s.count/factor, 5)
	return s
}

// append appends an event as it is sent.
func (s stream) append(b []byte, number int) []byte {
	from := len(b)
	b = s.event(number).Append(b)
	if s.crlf {
		b = append(b[:from], bytes.ReplaceAll(b[from:], []byte("\n"), []byte("\r\n"))...)
	}
	return b
}

// bytes returns the whole stream.
func (s stream) bytes() []byte {
	size := len(s.append(nil, firstNumber))
	all := make([]byte, 0, s.count*(size+size/8))
	for i := range s.count {
		all = s.append(all, firstNumber+i)
	}
	return all
}

// ascii returns a maker of events with size bytes of ASCII as data. Neighbouring
// events differ in all of their text.
func ascii(size int) func(number int) sse.Event {
	text := sync.OnceValue(func() string {
		var b strings.Builder
		for i := range size + '~' - '!' {
			b.WriteByte('!' + byte(i*7%('~'-'!')))
		}
		return b.String()
	})
	return func(number int) sse.Event {
		return sse.Event{Data: strconv.Itoa(number) + text()[number%('~'-'!'):][:size-digits]}
	}
}

// cjk returns a maker of events with size bytes of Chinese characters as data,
// except for the number and the bytes left over.
func cjk(size int) func(number int) sse.Event {
	const alphabet = 1000
	return func(number int) sse.Event {
		b := strconv.AppendInt(make([]byte, 0, size), int64(number), 10)
		left := size - digits
		for i := number; left >= 3; i++ {
			b = utf8.AppendRune(b, '一'+rune(i*7%alphabet))
			left -= 3
		}
		return sse.Event{Data: string(b) + "..."[:left]}
	}
}

var typedNames = []string{"added", "changed", "removed"}

// typed returns a maker of events with a type, an id, and about size bytes of JSON.
func typed(size int) func(number int) sse.Event {
	return func(number int) sse.Event {
		name := typedNames[number%len(typedNames)]
		b := fmt.Appendf(nil, `{"n":%d,"type":%q,"user":{"id":%d,"name":"Ada"},"tags":["x","yz"],"text":"`, number, name, number%977)
		for i := number; len(b) < size-2; i++ {
			b = append(b, 'a'+byte(i%26))
		}
		return sse.Event{ID: strconv.Itoa(number), Type: name, Data: string(b) + `"}`}
	}
}

// paced returns a stream of 120-byte events. The number of each is followed by the
// time at which the event was made, in microseconds since 1970.
func paced(name string, count, rate int) stream {
	text := ascii(120)
	return stream{name: name, what: "120 B", count: count, rate: rate, event: func(number int) sse.Event {
		stamp := fmt.Sprintf("%d %d ", number, time.Now().UnixMicro())
		return sse.Event{Data: stamp + text(number).Data[len(stamp):]}
	}}
}

// A checksum covers the UTF-16 code units of the data of a stream's events. For
// each it becomes 31 times itself plus the unit, in 32 bits. No stream has
// characters outside the Basic Multilingual Plane.
type checksum int32

func (h checksum) add(data string) checksum {
	for _, unit := range data {
		h = h<<5 - h + checksum(unit)
	}
	return h
}

// checksum returns the checksum of the whole stream.
func (s stream) checksum() checksum {
	var h checksum
	for i := range s.count {
		h = h.add(s.event(firstNumber + i).Data)
	}
	return h
}
