//go:build plus

package main

import "eventsource-wasm/wasm/eventsource"

// The build tag plus adds a policy for reconnecting to each connection. The policy is
// that of the standard until set changes it. Random numbers are from 0 to 65,535.
type machine = eventsource.Reconnector

// set changes a setting of a connection's policy.
//
//lint:ignore U1000 JavaScript calls it.
//go:wasmexport set
func set(handle, setting, value int32) {
	connection(handle).Set(eventsource.Setting(setting), value)
}

// retryAfter returns the delay in milliseconds that a Retry-After header asks for: the
// first size bytes of the chunk. date is the time until then, if the header is a date.
//
//go:wasmexport retryAfter
func retryAfter(size, date int32) int32 {
	return int32(eventsource.RetryAfter(window.chunk[:size], int(date)))
}

// respond passes the status of the response, its Content-Type header, which is the
// first size bytes of the chunk, and the result of retryAfter. It returns the next
// action, plus 16 times the reason why the connection ended last.
//
//go:wasmexport respond
func respond(handle, status, size, retryAfter, random int32) int32 {
	c := connection(handle)
	action := c.Respond(int(status), window.chunk[:size], int(retryAfter), int(random))
	return int32(action) | int32(c.Reason)<<4
}

// end reports that the response has ended, that the request failed, or that something
// else has changed. It returns the next action, as respond does.
//
//go:wasmexport end
func end(handle, reason, random int32) int32 {
	c := connection(handle)
	action := c.End(eventsource.Reason(reason), int(random))
	return int32(action) | int32(c.Reason)<<4
}
