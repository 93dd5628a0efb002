// Command adder exports one function.
package main

func main() {}

var total int32

// add adds n to the total and returns it.
//
//go:wasmexport add
func add(n int32) int32 {
	total += n
	return total
}
