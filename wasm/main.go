// Command wasm is the polyfill's core: what the JavaScript around it may call.
//
// It is built in two ways from this one source: by the Go toolchain alone, as
// any program for wasip1, and by package link, which keeps the functions
// exported here and nothing else of Go. The two behave alike, byte for byte.
//
// A connection is named by its handle from open to close. Any other number is no
// handle, and to use one is an error: the call panics, which in WebAssembly is a
// trap, and has touched nothing.
//
// The core calls nothing back. It is handed bytes in the window, and leaves
// tokens there:
//
//	offset        type
//	0             int32      count of tokens
//	4             [32769]    tokens: kind, start, end, each an int32
//	393232        [65536]    chunk: bytes of the body
package main

import (
	"unsafe"

	"eventsource-wasm/wasm/eventsource"
	"eventsource-wasm/wasm/eventstream"
)

const (
	chunkSize      = 64 << 10 // the most bytes that feed takes at once
	maxConnections = 1 << 10
	maxHandle      = 1<<31 - 1
)

var window struct {
	count  int32
	tokens [chunkSize/2 + 1]eventstream.Token
	chunk  [chunkSize]byte
}

// A place is where a connection is. The handle's remainder says which.
type place struct {
	eventsource.Connection
	handle int32 // of the connection; the last one's, negative, if the place is free
}

var places [maxConnections]place

func main() {}

// connection returns the place of the connection that the handle names.
func connection(handle int32) *place {
	p := &places[uint32(handle)%maxConnections]
	if handle <= 0 || p.handle != handle {
		panic("not the handle of a connection")
	}
	return p
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
	for i := range places {
		if p := &places[i]; p.handle <= 0 {
			// The next odd multiple of maxConnections, and the place.
			p.handle = (2*maxConnections-p.handle)&maxHandle | maxConnections | int32(i)
			p.Open()
			return p.handle
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
func close(handle int32) {
	p := connection(handle)
	p.Close()
	p.handle = -handle
}
