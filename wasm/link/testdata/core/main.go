// Command core exports the functions of package sample.
package main

import (
	"unsafe"

	"eventsource-wasm/wasm/link/testdata/sample"
)

func main() {}

//go:wasmexport memoryOf
func memoryOf() int32 { return int32(uintptr(unsafe.Pointer(&sample.Memory))) }

// All wasmexport types.
//
//go:wasmexport mixed
func mixed(flag bool, small int32, large int64, single float32, p unsafe.Pointer, unsigned uint32) float64 {
	sum := float64(small) + float64(large) + float64(single) + float64(unsigned) + float64(*(*byte)(p))
	if flag {
		sum = -sum
	}
	return sum
}

//go:wasmexport isOdd
func isOdd(n int64) bool { return n%2 != 0 }

//go:wasmexport nothing
func nothing() {}

//go:wasmexport endless
func endless(n int32) int32 { return deeper(n) }

func deeper(n int32) int32 {
	space := [4]int32{n, n, n, n}
	return deeper(n+1) + space[uint32(n)%4]
}

//go:wasmexport arithmetic
func arithmetic(a, b int32) int32 { return sample.Arithmetic(a, b) }

//go:wasmexport divide
func divide(a, b int32) int32 { return sample.Divide(a, b) }

//go:wasmexport wide
func wide(a, b int32) int32 { return sample.Wide(a, b) }

//go:wasmexport narrow
func narrow(a, b int32) int32 { return sample.Narrow(a, b) }

//go:wasmexport shifts
func shifts(a, b int32) int32 { return sample.Shifts(a, b) }

//go:wasmexport compare
func compare(a, b int32, x float64) int32 { return sample.Compare(a, b, x) }

//go:wasmexport floats
func floats(a int32, x float64) float64 { return sample.Floats(a, x) }

//go:wasmexport truncate
func truncate(x float64) int32 { return sample.Truncate(x) }

//go:wasmexport index
func index(a, b int32) int32 { return sample.Index(a, b) }

//go:wasmexport slice
func slice(a, b int32) int32 { return sample.Slice(a, b) }

//go:wasmexport move
func move(a, b int32) int32 { return sample.Move(a, b) }

//go:wasmexport zero
func zero(a, b int32) int32 { return sample.Zero(a, b) }

//go:wasmexport equal
func equal(a, b int32) int32 { return sample.Equal(a, b) }

//go:wasmexport word
func word(a int32) int32 { return sample.Word(a) }

//go:wasmexport sort
func sort(a, b int32) int32 { return sample.Sort(a, b) }

//go:wasmexport hash
func hash(a, b int32) int32 { return sample.Hash(a, b) }

//go:wasmexport records
func records(a, b int32, x float64) float64 { return sample.Records(a, b, x) }

//go:wasmexport recursion
func recursion(a int32) int32 { return sample.Recursion(a) }

//go:wasmexport loops
func loops(a, b int32) int32 { return sample.Loops(a, b) }

//go:wasmexport jumps
func jumps(a, b int32) int32 { return sample.Jumps(a, b) }

//go:wasmexport decisions
func decisions(a, b int32) int32 { return sample.Decisions(a, b) }

//go:wasmexport inlined
func inlined(a, b int32) int32 { return sample.Inlined(a, b) }

//go:wasmexport panics
func panics(a int32) int32 { return sample.Panics(a) }

//go:wasmexport pointer
func pointer(a int32) int32 { return sample.Pointer(a) }

//go:wasmexport largeFrame
func largeFrame(a, b int32) int32 { return sample.LargeFrame(a, b) }
