// Command wasm is the polyfill's core: the functions that JavaScript calls.
//
// The same source is built in two ways: by the Go toolchain alone, as a wasip1
// program, and by package link, which keeps only the functions exported here
// and drops the Go runtime. Tests check that both builds give the same bytes for
// the same calls.
//
// A handle identifies a connection from open to close. Passing any other number
// panics, which is a trap in WebAssembly, and changes nothing.
//
// The core imports nothing and makes no callbacks. JavaScript writes bytes to
// the window, a fixed region of memory, calls an exported function, and reads the
// tokens that it left there. The layout of the window, in bytes:
//
//	offset        type
//	0             int32      number of tokens
//	4             [32769]    tokens: kind, start and end, each an int32
//	393232        [65536]    chunk: bytes of the response body
package main

import (
	"unsafe"

	"eventsource-wasm/wasm/eventstream"
)

const (
	chunkSize      = 64 << 10 // the largest chunk that feed takes, in bytes
	maxConnections = 1 << 10
	maxHandle      = 1<<31 - 1
)

var window struct {
	count  int32
	tokens [chunkSize/2 + 1]eventstream.Token
	chunk  [chunkSize]byte
}

// A place holds one connection. The place of a connection is at the index
// handle % maxConnections.
type place struct {
	machine

	// handle identifies the connection. If the place is free, it is the handle
	// of the previous connection, negated, or 0 if there was none.
	handle int32
}

var places [maxConnections]place

func main() {}

// connection returns the place of the connection with the given handle. It
// panics if there is no such connection.
func connection(handle int32) *place {
	p := &places[uint32(handle)%maxConnections]
	if handle <= 0 || p.handle != handle {
		panic("not the handle of a connection")
	}
	return p
}

// address returns the address of the window.
//
//lint:ignore U1000 JavaScript calls it.
//go:wasmexport address
func address() int32 { return int32(uintptr(unsafe.Pointer(&window))) }

// open opens a connection and returns its handle, or -1 if maxConnections are
// open already. The first action of a connection is Request.
//
//go:wasmexport open
func open() int32 {
	for i := range places {
		if p := &places[i]; p.handle <= 0 {
			// The next odd multiple of maxConnections, plus the index.
			p.handle = (2*maxConnections-p.handle)&maxHandle | maxConnections | int32(i)
			p.Open()
			return p.handle
		}
	}
	return -1
}

// feed parses the next bytes of the response body, the first size bytes of the
// chunk. It writes tokens to the window and returns the action to take after them.
//
//go:wasmexport feed
func feed(handle, size int32) int32 {
	count, action := connection(handle).Feed(window.chunk[:size], window.tokens[:])
	window.count = int32(count)
	return int32(action)
}

// delay returns the reconnection time in milliseconds.
//
//go:wasmexport delay
func delay(handle int32) int32 { return int32(connection(handle).Delay()) }

// elapse reports that the reconnection time has passed. It returns the next
// action.
//
//go:wasmexport elapse
func elapse(handle int32) int32 { return int32(connection(handle).Elapse()) }

// close closes the connection and invalidates its handle.
//
//go:wasmexport close
func close(handle int32) {
	p := connection(handle)
	p.Close()
	p.handle = -handle
}
