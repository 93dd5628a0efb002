// Command core exports the functions of package sample.
package main

import (
	"unsafe"

	"eventsource-wasm/wasm/link/testdata/sample"
)

func main() {}

//go:wasmexport memoryOf
func memoryOf() int32 { return int32(uintptr(unsafe.Pointer(&sample.Memory))) }

// everyType has parameters of all types that //go:wasmexport allows.
//
//go:wasmexport everyType
func everyType(flag bool, small int32, large int64, single float32, p unsafe.Pointer, unsigned uint32) float64 {
	sum := float64(small) + float64(large) + float64(single) + float64(unsigned) + float64(*(*byte)(p))
	if flag {
		sum = -sum
	}
	return sum
}

//go:wasmexport isOdd
func isOdd(n int64) bool { return n%2 != 0 }

//go:wasmexport half
func half(x float32) float32 { return x / 2 }

//go:wasmexport nothing
func nothing() {}

// descend needs a frame of 12,000 bytes, and only sometimes a second one.
//
//go:wasmexport descend
func descend(n int32) int32 {
	var table [3000]int32
	table[uint32(n)%3000] = n
	if n > 0 {
		table[1] = descend(n - 1)
	}
	return table[uint32(n*n)%3000]
}

// endless and bottomless never return. Each call of endless needs a frame in
// memory; bottomless needs none.
//
//go:wasmexport endless
func endless(n int32) int32 {
	space := [4]int32{n, n, n, n}
	return endless(n+1) + space[uint32(n)%4]
}

//go:wasmexport bottomless
func bottomless(n int32) int32 { return bottomless(n+1) + n }

// convert converts x to an integer type. If x is out of range, the result is up to
// the compiler, but always the same.
//
//go:wasmexport convert
func convert(to int32, x float64) float64 {
	switch to {
	case 0:
		return float64(int64(x))
	case 1:
		return float64(uint64(x))
	case 2:
		return float64(int64(float32(x)))
	case 3:
		return float64(uint64(float32(x)))
	case 4:
		return float64(int32(x))
	}
	return float64(uint32(x))
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

//go:wasmexport atomics
func atomics(a, b int32) int32 { return sample.Atomics(a, b) }

//go:wasmexport minMax
func minMax(a int32, x float64) float64 { return sample.MinMax(a, x) }

//go:wasmexport longDivision
func longDivision(a, b int32) int32 { return sample.LongDivision(a, b, a^b) }

//go:wasmexport runes
func runes(a int32) int32 { return sample.Runes(a) }

//go:wasmexport keptFrame
func keptFrame(a, b int32, x float64) float64 { return sample.KeptFrame(a, b, x) }

//go:wasmexport pairs
func pairs(a, b int32) int32 { return sample.Pairs(a, b) }

//go:wasmexport library
func library(a int32, x float64) float64 { return sample.Library(a, x) }

//go:wasmexport stores
func stores(a, b int32, x float64) int32 { return sample.Stores(a, b, x) }

//go:wasmexport pointer
func pointer(a int32) int32 { return sample.Pointer(a) }

//go:wasmexport largeFrame
func largeFrame(a, b int32) int32 { return sample.LargeFrame(a, b) }

//go:wasmexport quicksort
func quicksort(a, b int32) int32 { return sample.Quicksort(a, b) }

//go:wasmexport mixed
func mixed(a, b int32, x float64) float64 { return sample.Mixed(a, b, x) }

//go:wasmexport find
func find(a, b int32) int32 { return sample.Find(a, b) }

//go:wasmexport conversions
func conversions(a, b int32) int32 { return sample.Conversions(a, b) }

// The runtime for GOOS=js exports functions of these names.
//
//go:wasmexport run
func run() int32 { return 1 }

//go:wasmexport resume
func resume() int32 { return 2 }

//go:wasmexport getsp
func getsp() int32 { return 3 }
