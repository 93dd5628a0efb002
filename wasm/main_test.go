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
	none        = int32(-1) // returned by open when there are too many connections
)

// functions are the exported functions that take a handle. Their other arguments
// are 0.
var functions = map[string]func(handle int32) int32{
	"respond": func(handle int32) int32 { return respond(handle, 0, 0) },
	"feed":    func(handle int32) int32 { return feed(handle, 0) },
	"end":     end,
	"delay":   delay,
	"elapse":  elapse,
	"close":   func(handle int32) int32 { close(handle); return 0 },
}

func TestOneConnection(t *testing.T) {
	clear(places[:])
	handle := open()
	require.Equal(t, announce, respond(handle, 200, put("text/event-stream")))

	require.Equal(t, nothing, feed(handle, put("retry:70\nid:1\ndata:a\n\nda")))
	require.Equal(t, []eventstream.Token{
		{Kind: eventstream.ID, Start: 12, End: 13},
		{Kind: eventstream.Event, Start: 19, End: 20},
	}, window.tokens[:window.count])
	require.Equal(t, "retry:70\nid:1\ndata:a\n\nda", string(window.chunk[:24]))

	require.Equal(t, reestablish, end(handle))
	require.EqualValues(t, 70, delay(handle))
	require.Equal(t, request, elapse(handle))
	require.Equal(t, fail, respond(handle, 204, 0))
	require.Equal(t, nothing, end(handle))
	close(handle)
}

func TestConnectionsDoNotMix(t *testing.T) {
	clear(places[:])
	handles := []int32{open(), open(), open()}
	for i, handle := range handles {
		require.Equal(t, announce, respond(handle, 200, put("text/event-stream")))
		feed(handle, put([]string{"data:", "retry:1", ":\xE2\x82"}[i]))
	}
	for i, want := range []int32{1, 0, 0} {
		feed(handles[i], put("2\n\n"))
		require.Equal(t, want, window.count)
	}
	require.EqualValues(t, 3000, delay(handles[0]))
	require.EqualValues(t, 12, delay(handles[1]))

	close(handles[1])
	require.Equal(t, reestablish, end(handles[0]))
	require.Equal(t, reestablish, end(handles[2]))
}

// TestInvalidHandles checks that a handle that is closed, or was never returned,
// panics and changes no connection.
func TestInvalidHandles(t *testing.T) {
	clear(places[:])
	closed := open()
	close(closed)
	live := open()
	require.NotEqual(t, closed, live)
	require.Equal(t, closed%maxConnections, live%maxConnections, "the place is reused")

	for _, handle := range []int32{none, 0, 1, closed, -closed, -live, live + 1, live + maxConnections, math.MaxInt32, math.MinInt32} {
		before := places
		for name, function := range functions {
			require.Panics(t, func() { function(handle) }, "%s of %d", name, handle)
		}
		require.Equal(t, before, places, "%d", handle)
	}
	require.Equal(t, reestablish, end(live))
}

// TestFailedConnectionKeepsHandle checks that only close frees a handle.
func TestFailedConnectionKeepsHandle(t *testing.T) {
	clear(places[:])
	handle := open()
	require.Equal(t, fail, respond(handle, 404, 0))
	require.NotEqual(t, handle%maxConnections, open()%maxConnections)
	require.Equal(t, nothing, end(handle))
	close(handle)
}

// TestHandleOverflow checks that handles stay positive when they wrap around.
func TestHandleOverflow(t *testing.T) {
	clear(places[:])
	places[0].handle = -(math.MaxInt32 - maxConnections + 1) // the largest handle has been closed
	handle := open()
	require.EqualValues(t, maxConnections, handle)
	require.Equal(t, reestablish, end(handle))
}

func TestTooManyConnections(t *testing.T) {
	clear(places[:])
	handles := map[int32]bool{}
	for range maxConnections {
		handle := open()
		require.Positive(t, handle)
		handles[handle] = true
	}
	require.Len(t, handles, maxConnections)
	require.EqualValues(t, none, open())

	for handle := range handles {
		close(handle)
		require.Equal(t, handle%maxConnections, open()%maxConnections)
		require.EqualValues(t, none, open())
		break
	}
}

// TestWindowLayout checks the offsets in the package comment. TestABI checks those
// that JavaScript uses.
func TestWindowLayout(t *testing.T) {
	require.Zero(t, unsafe.Offsetof(window.count))
	require.EqualValues(t, 4, unsafe.Offsetof(window.tokens))
	require.EqualValues(t, 393232, unsafe.Offsetof(window.chunk))

	require.Len(t, window.tokens, eventstream.MaxTokens(chunkSize))
	require.EqualValues(t, 12, unsafe.Sizeof(window.tokens[0]))
	require.Len(t, window.chunk, chunkSize)
}

func TestSizeOutOfRange(t *testing.T) {
	clear(places[:])
	handle := open()
	for _, size := range []int32{-1, chunkSize + 1, math.MaxInt32, math.MinInt32} {
		require.Panics(t, func() { respond(handle, 200, size) }, "size %d", size)
	}
	respond(handle, 200, put("text/event-stream"))
	for _, size := range []int32{-1, chunkSize + 1, math.MaxInt32, math.MinInt32} {
		require.Panics(t, func() { feed(handle, size) }, "size %d", size)
	}
}

// put copies s into the chunk and returns its size.
func put(s string) int32 { return int32(copy(window.chunk[:], s)) }
