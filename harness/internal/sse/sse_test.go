package sse

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

// received is what a client makes of a stream.
type received struct {
	events []Event // ID is the last event ID string
	retry  int     // milliseconds; -1: none was sent
}

// receive parses a stream as the polyfill does.
func receive(stream []byte) received {
	var p eventstream.Parser
	p.Reset()
	p.Retry = -1
	tokens := make([]eventstream.Token, eventstream.MaxTokens(len(stream)))
	tokens = tokens[:p.Feed(stream, tokens)]

	r := received{retry: p.Retry}
	var e Event
	for _, t := range tokens {
		text := ""
		if t.End > 0 {
			text = string(stream[t.Start:t.End])
		}
		switch t.Kind {
		case eventstream.ID:
			e.ID = text
		case eventstream.Type:
			e.Type = text
		case eventstream.Data, eventstream.Event:
			e.Data = text
		case eventstream.Line:
			e.Data += "\n" + text
		}
		switch t.Kind {
		case eventstream.Event, eventstream.Dispatch:
			r.events = append(r.events, e)
			e.Type = ""
		case eventstream.Commit:
			e.Type = ""
		}
	}
	return r
}

func TestEvent(t *testing.T) {
	tests := []struct {
		name string
		in   Event
		wire string
		want Event // as a client receives it
	}{
		{"only data", Event{Data: "a"}, "data: a\n\n", Event{Data: "a"}},
		{"all fields", Event{"7", "tick", "a"}, "id: 7\nevent: tick\ndata: a\n\n", Event{"7", "tick", "a"}},
		{"empty data", Event{}, "data: \n\n", Event{}},
		{"a leading space", Event{" 7", " tick", " a"}, "id:  7\nevent:  tick\ndata:  a\n\n", Event{" 7", " tick", " a"}},
		{"a colon", Event{":", ":", ":"}, "id: :\nevent: :\ndata: :\n\n", Event{":", ":", ":"}},

		{"LF in data", Event{Data: "a\nb"}, "data: a\ndata: b\n\n", Event{Data: "a\nb"}},
		{"CRLF in data", Event{Data: "a\r\nb"}, "data: a\ndata: b\n\n", Event{Data: "a\nb"}},
		{"CR in data", Event{Data: "a\rb"}, "data: a\ndata: b\n\n", Event{Data: "a\nb"}},
		{"LF and CR are two ends of line", Event{Data: "a\n\rb"}, "data: a\ndata: \ndata: b\n\n", Event{Data: "a\n\nb"}},
		{"data ends with LF", Event{Data: "a\n"}, "data: a\ndata: \n\n", Event{Data: "a\n"}},
		{"data is LF", Event{Data: "\n"}, "data: \ndata: \n\n", Event{Data: "\n"}},
		{"data like fields", Event{Data: "a\n\nid: 7\r\nevent: x\rretry: 1"},
			"data: a\ndata: \ndata: id: 7\ndata: event: x\ndata: retry: 1\n\n", Event{Data: "a\n\nid: 7\nevent: x\nretry: 1"}},

		{"an id like fields", Event{"7\n\ndata: x\r\rretry: 1", "", "a"}, "id: 7  data: x  retry: 1\ndata: a\n\n", Event{"7  data: x  retry: 1", "", "a"}},
		{"an id with NUL", Event{"\x007", "", "a"}, "id:  7\ndata: a\n\n", Event{" 7", "", "a"}},
		{"a type like fields", Event{"", "x\r\ndata: b\n\n", "a"}, "event: x  data: b  \ndata: a\n\n", Event{"", "x  data: b  ", "a"}},
		{"NUL elsewhere", Event{"", "\x00", "\x00"}, "event: \x00\ndata: \x00\n\n", Event{"", "\x00", "\x00"}},
		{"not UTF-8", Event{Data: "\xff"}, "data: \xff\n\n", Event{Data: "\xff"}},
	}
	var stream []byte
	var all []Event
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := tt.in.Append([]byte("before"))
			require.Equal(t, "before"+tt.wire, string(b))
			require.Equal(t, received{[]Event{tt.want}, -1}, receive(b[len("before"):]))
		})
		stream = tt.in.Append(stream)
		if tt.want.ID == "" && all != nil {
			tt.want.ID = all[len(all)-1].ID // the client keeps the last one
		}
		all = append(all, tt.want)
	}
	require.Equal(t, received{all, -1}, receive(stream), "all in one stream")
}

func TestComment(t *testing.T) {
	tests := []struct{ text, wire string }{
		{"hello", ": hello\n"},
		{"", ": \n"},
		{"a\r\ndata: b\n\nid: 7\r", ": a\n: data: b\n: \n: id: 7\n: \n"},
	}
	for _, tt := range tests {
		b := AppendComment(nil, tt.text)
		require.Equal(t, tt.wire, string(b), "%q", tt.text)
		b = Event{Data: "after"}.Append(b)
		require.Equal(t, received{[]Event{{Data: "after"}}, -1}, receive(b), "%q", tt.text)
	}
}

func TestRetry(t *testing.T) {
	tests := []struct {
		time time.Duration
		wire string
		want int // milliseconds
	}{
		{time.Second, "retry: 1000\n\n", 1000},
		{1999 * time.Microsecond, "retry: 1\n\n", 1},
		{0, "retry: 0\n\n", 0},
		{-time.Second, "retry: 0\n\n", 0},
	}
	for _, tt := range tests {
		b := AppendRetry(nil, tt.time)
		require.Equal(t, tt.wire, string(b))
		require.Equal(t, received{nil, tt.want}, receive(b))
	}
}

// FuzzEvent checks that an event of any text arrives as one event, with the data
// that was sent, and changes nothing else.
func FuzzEvent(f *testing.F) {
	f.Add("7", "tick", "a\r\nb\rc\n")
	f.Add("\x00\r", "\n\ndata: x", "\ufeff\n\n\nid: 1")
	ends := strings.NewReplacer("\r\n", "\n", "\r", "\n")
	f.Fuzz(func(t *testing.T, id, kind, data string) {
		e := Event{"before" + id, "before" + kind, data}
		stream := Event{Data: "after"}.Append(AppendComment(e.Append(nil), data))
		sent := Event{withoutNUL.Replace(e.ID), oneLine.Replace(e.Type), ends.Replace(data)}
		require.Equal(t, received{[]Event{sent, {ID: sent.ID, Data: "after"}}, -1}, receive(stream))
	})
}

// Servers encode into memory that they already have.
func TestAppendDoesNotAllocate(t *testing.T) {
	e := Event{ID: "1234567", Type: "tick", Data: strings.Repeat("line\r\n", 20)}
	b := make([]byte, 0, 1<<10)
	require.Zero(t, testing.AllocsPerRun(100, func() { b = e.Append(AppendComment(AppendRetry(b[:0], time.Second), "x")) }))
}

func BenchmarkEvent(b *testing.B) {
	for _, size := range []int{20, 1 << 10, 1 << 20} {
		e := Event{Data: strings.Repeat("x", size)}
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			var buffer []byte
			for b.Loop() {
				buffer = e.Append(buffer[:0])
			}
		})
	}
}
