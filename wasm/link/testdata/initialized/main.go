// Command initialized has a variable that needs code to run before main.
package main

func main() {}

var start = compute()

//go:noinline
func compute() int32 { return 1 << 20 }

//go:wasmexport own
func own() int32 { return start }
