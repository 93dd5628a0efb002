// Command playground is the core of the site's page /play: the parser of package
// eventstream for one stream, and what each of its bytes is.
//
// It is built like command wasm, and translated to JavaScript. The layout of its
// window, in bytes:
//
//	offset        type
//	0             [32769]    tokens: kind, start and end, each an int32
//	393228        [65536]    chunk: bytes of the stream
//	458764        [65536]    parts: what each byte of the chunk is
//	524300        [65536]    text: UTF-16
package main

import (
	"unsafe"

	"eventsource-wasm/wasm/eventstream"
)

const chunkSize = 64 << 10 // the largest chunk and the largest annotated stream, in bytes

var window struct {
	tokens [chunkSize/2 + 1]eventstream.Token
	chunk  [chunkSize]byte
	parts  [chunkSize]eventstream.Part
	text   [chunkSize]uint16
}

var parser eventstream.Parser

func main() {}

// address returns the address of the window.
//
//lint:ignore U1000 JavaScript calls it.
//go:wasmexport address
func address() int32 { return int32(uintptr(unsafe.Pointer(&window))) }

// annotate writes to parts what each of the first size bytes of the chunk is.
//
//lint:ignore U1000 JavaScript calls it.
//go:wasmexport annotate
func annotate(size int32) { eventstream.Annotate(window.chunk[:size], window.parts[:size]) }

// begin begins a new stream.
//
//lint:ignore U1000 JavaScript calls it.
//go:wasmexport begin
func begin() {
	parser.Retry = -1
	parser.Reset()
}

// feed parses the first size bytes of the chunk, writes tokens, and returns how many.
//
//lint:ignore U1000 JavaScript calls it.
//go:wasmexport feed
func feed(size int32) int32 { return int32(parser.Feed(window.chunk[:size], window.tokens[:])) }

// retry returns the reconnection time that the stream has set, or -1.
//
//lint:ignore U1000 JavaScript calls it.
//go:wasmexport retry
func retry() int32 { return int32(parser.Retry) }

// whole returns the length of the complete characters in the first size bytes of the
// chunk.
//
//lint:ignore U1000 JavaScript calls it.
//go:wasmexport whole
func whole(size int32) int32 { return int32(eventstream.Whole(window.chunk[:size])) }

// decode decodes the first size bytes of the chunk to text, and returns the number of
// UTF-16 code units.
//
//lint:ignore U1000 JavaScript calls it.
//go:wasmexport decode
func decode(size int32) int32 {
	return int32(eventstream.Decode(window.chunk[:size], window.text[:]))
}
