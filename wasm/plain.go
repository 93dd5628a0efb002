//go:build !plus

package main

import "eventsource-wasm/wasm/eventsource"

// The build tag plus replaces this file by plus.go.
type machine = eventsource.Connection

// respond passes the status of the response and its Content-Type header, the
// first size bytes of the chunk. It returns the next action.
//
//go:wasmexport respond
func respond(handle, status, size int32) int32 {
	return int32(connection(handle).Respond(int(status), window.chunk[:size]))
}

// end reports that the response has ended, or that the request failed. It
// returns the next action.
//
//go:wasmexport end
func end(handle int32) int32 { return int32(connection(handle).End()) }
