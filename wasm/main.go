// Command wasm is the polyfill's core: what the JavaScript around it may call.
//
// It is built in two ways from this one source: by the Go toolchain alone, as
// any program for wasip1, and by package link, which keeps the functions
// exported here and nothing else of Go. The two behave alike, byte for byte.
//
// A connection is named by its handle. Every function that takes one answers
// [stale] if the connection was closed or never was.
//
// The core calls nothing back. It is handed bytes in the window, and leaves
// tokens there:
//
//	offset        type
//	0             int32      from: the text of the chunk begins at chunk[from]
//	4             int32      to: and ends before chunk[to]
//	8             int32      count of tokens
//	12            [16385]    tokens: kind, start, end, each an int32
//	196632        [32771]    chunk: room for 3 bytes, then up to 32,768 of the body
package main

import (
	"unsafe"

	"eventsource-wasm/wasm/eventsource"
	"eventsource-wasm/wasm/eventstream"
)

const (
	chunkSize      = 32 << 10 // the most bytes that feed takes at once
	maxConnections = 1 << 10
	stale          = -1
)

var window struct {
	from, to, count int32
	tokens          [chunkSize/2 + 1]eventstream.Token
	chunk           [eventstream.Margin + chunkSize]byte
}

// slots hold the connections. A handle is an index into it, in the low ten
// bits, and the number of times the slot was taken before, so that a handle
// that outlives its connection is known.
var slots [maxConnections]struct {
	taken      bool
	generation int32
	connection eventsource.Connection
}

func main() {}

func lookup(handle int32) *eventsource.Connection {
	slot := &slots[uint32(handle)%maxConnections]
	if !slot.taken || slot.generation != handle/maxConnections {
		return nil
	}
	return &slot.connection
}

// address returns where in memory the window is.
//
//go:wasmexport address
func address() int32 { return int32(uintptr(unsafe.Pointer(&window))) }

// open makes a connection and returns its handle, whose first action is to
// request; or stale if there are too many.
//
//go:wasmexport open
func open() int32 {
	for i := range slots {
		slot := &slots[i]
		if !slot.taken {
			slot.taken = true
			slot.generation = slot.generation%(1<<20-1) + 1
			slot.connection.Open()
			return slot.generation*maxConnections + int32(i)
		}
	}
	return stale
}

// respond takes the response's status and its Content-Type header, which is in
// the first size bytes of chunk, and returns the action.
//
//go:wasmexport respond
func respond(handle, status, size int32) int32 {
	c := lookup(handle)
	if c == nil {
		return stale
	}
	return int32(c.Respond(status, window.chunk[:size]))
}

// feed takes the next size bytes of the body, which are in chunk behind its
// margin, leaves tokens, and returns the action that comes after them.
//
//go:wasmexport feed
func feed(handle, size int32) int32 {
	c := lookup(handle)
	if c == nil {
		return stale
	}
	from, to, count, action := c.Feed(window.chunk[:eventstream.Margin+size], window.tokens[:])
	window.from, window.to, window.count = int32(from), int32(to), int32(count)
	return int32(action)
}

// end takes the end of the response, or that none came, and returns the action.
//
//go:wasmexport end
func end(handle int32) int32 {
	c := lookup(handle)
	if c == nil {
		return stale
	}
	return int32(c.End())
}

// delay returns the reconnection time in milliseconds.
//
//go:wasmexport delay
func delay(handle int32) int32 {
	c := lookup(handle)
	if c == nil {
		return stale
	}
	return c.Delay()
}

// elapse takes that the reconnection time has passed, and returns the action.
//
//go:wasmexport elapse
func elapse(handle int32) int32 {
	c := lookup(handle)
	if c == nil {
		return stale
	}
	return int32(c.Elapse())
}

// close gives the connection up, and its handle.
//
//go:wasmexport close
func close(handle int32) int32 {
	c := lookup(handle)
	if c == nil {
		return stale
	}
	slots[uint32(handle)%maxConnections].taken = false
	return 0
}
