// Command foreign uses a variable that another package initializes before main.
package main

import "eventsource-wasm/wasm/link/testdata/foreign/clock"

func main() {}

//go:wasmexport start
func start() int32 { return clock.Start }
