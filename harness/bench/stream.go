package bench

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// firstNumber is the number of the first event of a stream. All numbers have
// eight digits, so that a page finds them without looking for their end.
const firstNumber = 10_000_000

// A stream is events of one sort, numbered from [firstNumber].
type stream struct {
	name   string
	what   string   // in words: "20 B"
	count  int      // of events
	offset int      // of the number in an event's data, in UTF-16 code units
	types  []string // of the events, beside message
	rate   int      // of events a second; 0: as fast as they go
	event  func(b []byte, number int) []byte
}

var streams = []stream{
	{name: "small", what: "20 B", count: 200_000, event: ascii(20, "\n")},
	{name: "crlf", what: "20 B with CRLF", count: 200_000, event: ascii(20, "\r\n")},
	{name: "medium", what: "1 KB", count: 50_000, event: ascii(1<<10, "\n")},
	{name: "large", what: "1 MB", count: 100, event: ascii(1<<20, "\n")},
	{name: "cjk", what: "1 KB of CJK text", count: 50_000, event: cjk(1 << 10)},
	{name: "typed", what: "120 B of JSON, with event and id", count: 100_000, offset: len(`{"n":`), types: typedNames, event: typed(120)},
}

// title says what the stream is: "200,000 events of 20 B".
func (s stream) title() string {
	title := thousands(s.count) + " events of " + s.what
	if s.rate > 0 {
		title += ", " + thousands(s.rate) + " a second"
	}
	return title
}

// shortened is the stream with a part of its events, one in factor.
func (s stream) shortened(factor int) stream {
	s.count = max(s.count/factor, 10)
	return s
}

// bytes is the whole stream.
func (s stream) bytes() []byte {
	size := len(s.event(nil, firstNumber))
	all := make([]byte, 0, s.count*(size+size/8))
	for i := range s.count {
		all = s.event(all, firstNumber+i)
	}
	return all
}

// ascii is an event of one data line of size bytes. No two neighbours have the
// same text.
func ascii(size int, newline string) func([]byte, int) []byte {
	text := sync.OnceValue(func() string {
		var b strings.Builder
		for i := range size + '~' - '!' {
			b.WriteByte('!' + byte(i*7%('~'-'!')))
		}
		return b.String()
	})
	return func(b []byte, number int) []byte {
		b = append(b, "data: "...)
		b = strconv.AppendInt(b, int64(number), 10)
		b = append(b, text()[number%('~'-'!'):][:size-8]...)
		b = append(b, newline...)
		return append(b, newline...)
	}
}

// cjk is an event of one data line of size bytes, of Chinese characters but for
// the number and what is left over.
func cjk(size int) func([]byte, int) []byte {
	const alphabet = 1000
	return func(b []byte, number int) []byte {
		b = append(b, "data: "...)
		b = strconv.AppendInt(b, int64(number), 10)
		left := size - 8
		for i := number; left >= 3; i++ {
			b = utf8.AppendRune(b, '一'+rune(i*7%alphabet))
			left -= 3
		}
		b = append(b, "..."[:left]...)
		return append(b, "\n\n"...)
	}
}

var typedNames = []string{"added", "changed", "removed"}

// typed is an event with a type, an id, and about size bytes of JSON.
func typed(size int) func([]byte, int) []byte {
	return func(b []byte, number int) []byte {
		name := typedNames[number%len(typedNames)]
		b = fmt.Appendf(b, "event: %s\nid: %d\ndata: ", name, number)
		from := len(b)
		b = fmt.Appendf(b, `{"n":%d,"type":%q,"user":{"id":%d,"name":"Ada"},"tags":["x","yz"],"text":"`, number, name, number%977)
		for i := number; len(b)-from < size-2; i++ {
			b = append(b, 'a'+byte(i%26))
		}
		return append(b, "\"}\n\n"...)
	}
}

// paced is a stream of events that bear the time at which they are made.
func paced(name string, count, rate int) stream {
	text := ascii(120, "")
	return stream{name: name, what: "120 B", count: count, rate: rate, event: func(b []byte, number int) []byte {
		from := len(b)
		b = text(b, number)
		stamp := b[from+len("data: 10000000") : from+len("data: 10000000 1763800000123456 ")]
		copy(stamp, fmt.Sprintf(" %d ", time.Now().UnixMicro()))
		return append(b, "\n\n"...)
	}}
}

// A checksum is over the UTF-16 code units of the data of all events of a
// stream: 31 h + unit for each, in 32 bits. None of our streams goes beyond the
// Basic Multilingual Plane.
type checksum int32

func (h checksum) add(data string) checksum {
	for _, unit := range data {
		h = h<<5 - h + checksum(unit)
	}
	return h
}

// checksum is that of the data of all events.
func (s stream) checksum() checksum {
	var h checksum
	var b []byte
	for i := range s.count {
		b = s.event(b[:0], firstNumber+i)
		_, data, _ := strings.Cut(string(b), "data: ")
		h = h.add(strings.TrimRight(data, "\r\n"))
	}
	return h
}
