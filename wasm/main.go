// Command wasm is the polyfill's core: what the JavaScript around it may call.
//
// It is built in two ways from this one source: by the Go toolchain alone, as
// any program for wasip1, and by package link, which keeps the functions
// exported here and nothing else of Go. The two behave alike, byte for byte.
//
// A connection is named by its handle, which may be used until the connection is
// closed, and is then free for another.
//
// The core calls nothing back. It is handed bytes in the window, and leaves
// tokens there:
//
//	offset        type
//	0             int32      count of tokens
//	4             [16385]    tokens: kind, start, end, each an int32
//	196624        [32768]    chunk: bytes of the body
package main

import (
	"unsafe"

	"eventsource-wasm/wasm/eventsource"
	"eventsource-wasm/wasm/eventstream"
)

const (
	chunkSize      = 32 << 10 // the most bytes that feed takes at once
	maxConnections = 1 << 10
)

var window struct {
	count  int32
	tokens [chunkSize/2 + 1]eventstream.Token
	chunk  [chunkSize]byte
}

var connections [maxConnections]eventsource.Connection

func main() {}

// connection returns what the handle names.
func connection(handle int32) *eventsource.Connection {
	return &connections[uint32(handle)%maxConnections]
}

// address returns where in memory the window is.
//
//go:wasmexport address
func address() int32 { return int32(uintptr(unsafe.Pointer(&window))) }

// open makes a connection and returns its handle, whose first action is to
// request; or -1 if there are too many.
//
//go:wasmexport open
func open() int32 {
	for handle := range connections {
		if c := &connections[handle]; c.Closed() {
			c.Open()
			return int32(handle)
		}
	}
	return -1
}

// respond takes the response's status and its Content-Type header, which is in
// the first size bytes of chunk, and returns the action.
//
//go:wasmexport respond
func respond(handle, status, size int32) int32 {
	return int32(connection(handle).Respond(int(status), window.chunk[:size]))
}

// feed takes the next size bytes of the body, which are in chunk, leaves tokens,
// and returns the action that comes after them.
//
//go:wasmexport feed
func feed(handle, size int32) int32 {
	count, action := connection(handle).Feed(window.chunk[:size], window.tokens[:])
	window.count = int32(count)
	return int32(action)
}

// end takes the end of the response, or that none came, and returns the action.
//
//go:wasmexport end
func end(handle int32) int32 { return int32(connection(handle).End()) }

// delay returns the reconnection time in milliseconds.
//
//go:wasmexport delay
func delay(handle int32) int32 { return int32(connection(handle).Delay()) }

// elapse takes that the reconnection time has passed, and returns the action.
//
//go:wasmexport elapse
func elapse(handle int32) int32 { return int32(connection(handle).Elapse()) }

// close gives the connection up, and its handle.
//
//go:wasmexport close
func close(handle int32) { connection(handle).Close() }
