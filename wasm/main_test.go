package main

import (
	"math"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventsource"
	"eventsource-wasm/wasm/eventstream"
)

const (
	nothing     = int32(eventsource.Nothing)
	request     = int32(eventsource.Request)
	announce    = int32(eventsource.Announce)
	reestablish = int32(eventsource.Reestablish)
	fail        = int32(eventsource.Fail)
)

// functions are those that take a handle; their sizes and times are 0.
var functions = map[string]func(handle int32) int32{
	"respond": func(handle int32) int32 { return respond(handle, 0, 0) },
	"feed":    func(handle int32) int32 { return feed(handle, 0) },
	"end":     end,
	"delay":   delay,
	"elapse":  elapse,
	"close":   close,
}

func TestOneConnection(t *testing.T) {
	clear(slots[:])
	handle := open()
	require.Equal(t, announce, respond(handle, 200, put(0, "text/event-stream")))

	require.Equal(t, nothing, feed(handle, put(eventstream.Margin, "retry:70\nid:1\ndata:a\n\nda")))
	require.Equal(t, []eventstream.Token{
		{Kind: eventstream.ID, Start: 12, End: 13},
		{Kind: eventstream.Event, Start: 19, End: 20},
	}, window.tokens[:window.count])
	require.Equal(t, "retry:70\nid:1\ndata:a\n\nda", string(window.chunk[window.from:window.to]))

	require.Equal(t, reestablish, end(handle))
	require.EqualValues(t, 70, delay(handle))
	require.Equal(t, request, elapse(handle))
	require.Equal(t, fail, respond(handle, 204, 0))
	require.Equal(t, nothing, end(handle))
	require.Zero(t, close(handle))
}

func TestConnectionsDoNotMix(t *testing.T) {
	clear(slots[:])
	handles := []int32{open(), open(), open()}
	for i, handle := range handles {
		require.Equal(t, announce, respond(handle, 200, put(0, "text/event-stream")))
		feed(handle, put(eventstream.Margin, []string{"data:", "retry:1", ":\xE2\x82"}[i]))
	}
	for i, want := range []int32{1, 0, 0} {
		feed(handles[i], put(eventstream.Margin, "2\n\n"))
		require.Equal(t, want, window.count)
	}
	require.EqualValues(t, 3000, delay(handles[0]))
	require.EqualValues(t, 12, delay(handles[1]))

	close(handles[1])
	require.Equal(t, reestablish, end(handles[0]))
	require.Equal(t, reestablish, end(handles[2]))
}

func TestStaleHandles(t *testing.T) {
	clear(slots[:])
	closed := open()
	close(closed)
	reused := open()
	live := open()
	close(reused)
	again := open()
	require.Equal(t, closed%maxConnections, again%maxConnections, "the same slot")

	tests := []struct {
		name   string
		handle int32
	}{
		{"none", stale},
		{"zero", 0},
		{"an index alone", live % maxConnections},
		{"closed", closed},
		{"closed, its slot taken again", reused},
		{"not open yet", live + 1},
		{"of a time to come", live + maxConnections},
		{"of a time that was not", live - maxConnections},
		{"negative", -live},
		{"negative, in the slot of another", math.MinInt32 + live%maxConnections},
		{"the largest", math.MaxInt32},
		{"the smallest", math.MinInt32},
	}
	for _, tt := range tests {
		for name, function := range functions {
			before := slots
			require.EqualValues(t, stale, function(tt.handle), "%s of a handle that is %s", name, tt.name)
			require.Equal(t, before, slots, "%s of a handle that is %s", name, tt.name)
		}
	}
	require.Equal(t, reestablish, end(live))
	require.Equal(t, reestablish, end(again))
}

func TestTooManyConnections(t *testing.T) {
	clear(slots[:])
	handles := map[int32]bool{}
	for range maxConnections {
		handle := open()
		require.Positive(t, handle)
		handles[handle] = true
	}
	require.Len(t, handles, maxConnections)
	require.EqualValues(t, stale, open())

	for handle := range handles {
		require.Zero(t, close(handle))
		next := open()
		require.Positive(t, next)
		require.NotContains(t, handles, next)
		require.EqualValues(t, stale, open())
		break
	}
}

// A handle comes back only after its slot was taken 2^20-1 times.
func TestHandlesComeBackLate(t *testing.T) {
	clear(slots[:])
	first := open()
	close(first)
	for range 1<<20 - 2 {
		handle := open()
		if handle <= 0 || handle == first || handle%maxConnections != first%maxConnections {
			require.Fail(t, "a handle too soon", "%d", handle)
		}
		close(handle)
	}
	require.Equal(t, first, open())
}

// The offsets are those of the package comment and of polyfill/src/core.js.
func TestWindow(t *testing.T) {
	require.Zero(t, unsafe.Offsetof(window.from))
	require.EqualValues(t, 4, unsafe.Offsetof(window.to))
	require.EqualValues(t, 8, unsafe.Offsetof(window.count))
	require.EqualValues(t, 12, unsafe.Offsetof(window.tokens))
	require.EqualValues(t, 196632, unsafe.Offsetof(window.chunk))

	require.Len(t, window.tokens, eventstream.MaxTokens(chunkSize))
	require.EqualValues(t, 12, unsafe.Sizeof(window.tokens[0]))
	require.Len(t, window.chunk, eventstream.Margin+chunkSize)
}

func TestSizeOutOfRange(t *testing.T) {
	clear(slots[:])
	handle := open()
	for _, size := range []int32{-1, eventstream.Margin + chunkSize + 1, math.MaxInt32, math.MinInt32} {
		require.Panics(t, func() { respond(handle, 200, size) }, "size %d", size)
	}
	respond(handle, 200, put(0, "text/event-stream"))
	for _, size := range []int32{-4, chunkSize + 1, math.MaxInt32, math.MinInt32} {
		require.Panics(t, func() { feed(handle, size) }, "size %d", size)
	}
}

// put copies s into the chunk, behind margin bytes, and returns its size.
func put(margin int, s string) int32 {
	return int32(copy(window.chunk[margin:], s))
}
