//go:build legacy

package main

import (
	"unsafe"

	"eventsource-wasm/wasm/eventstream"
)

// The build tag legacy adds what engines need that have no TextDecoder, and
// transports that buffer the whole response until it ends.

var text [chunkSize]uint16

// held passes how many characters of the response the transport has passed on, and
// how many it has not. Call it after each feed. It keeps only the tokens in the window
// that come before the action that it returns.
//
//go:wasmexport held
func held(handle, size, pending int32) int32 {
	count, action := connection(handle).Held(size, pending, window.tokens[:window.count])
	window.count = int32(count)
	return int32(action)
}

// whole returns the length in bytes of the complete characters in the first size
// bytes of the chunk. It excludes a last character that later bytes may complete.
//
//go:wasmexport whole
func whole(size int32) int32 { return int32(eventstream.Whole(window.chunk[:size])) }

// decode decodes the first size bytes of the chunk, writes them to text as
// UTF-16, and returns the number of code units.
//
//go:wasmexport decode
func decode(size int32) int32 { return int32(eventstream.Decode(window.chunk[:size], text[:])) }

// textAddress returns the address of text.
//
//go:wasmexport textAddress
func textAddress() int32 { return int32(uintptr(unsafe.Pointer(&text))) }
