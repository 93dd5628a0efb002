//go:build legacy

package main

import (
	"unsafe"

	"eventsource-wasm/wasm/eventstream"
)

// With the tag legacy, the core is for engines that have no decoder of their
// own either, and whose transport holds all of a response until its end.

var text [chunkSize]uint16

// held takes how many characters of the response its transport holds, after each
// feed, and returns the action; of the tokens in the window, only those are left
// that come before it.
//
//go:wasmexport held
func held(handle, size int32) int32 {
	count, action := connection(handle).Held(size, window.tokens[:window.count])
	window.count = int32(count)
	return int32(action)
}

// whole returns how many of the first size bytes of chunk are whole characters:
// all but those of a last one that the next bytes may continue.
//
//go:wasmexport whole
func whole(size int32) int32 { return int32(eventstream.Whole(window.chunk[:size])) }

// decode leaves the text of the first size bytes of chunk in text, as UTF-16, and
// returns how many code units it has.
//
//go:wasmexport decode
func decode(size int32) int32 { return int32(eventstream.Decode(window.chunk[:size], text[:])) }

// textAddress returns where in memory text is.
//
//go:wasmexport textAddress
func textAddress() int32 { return int32(uintptr(unsafe.Pointer(&text))) }
