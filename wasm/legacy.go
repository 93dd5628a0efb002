//go:build legacy

package main

import (
	"unsafe"

	"eventsource-wasm/wasm/eventstream"
)

// With the tag legacy, the core is for engines that have no decoder of their
// own either.

var text [eventstream.Margin + chunkSize]uint16

// decode leaves the text of the chunk that was fed last in text, as UTF-16, and
// returns how many code units it has.
//
//go:wasmexport decode
func decode() int32 {
	return int32(eventstream.Decode(window.chunk[window.from:window.to], text[:]))
}

// textAddress returns where in memory text is.
//
//go:wasmexport textAddress
func textAddress() int32 { return int32(uintptr(unsafe.Pointer(&text))) }
