// Command start exports a function for each way in which code that runs before
// main can set a variable. A core does not run such code.
package main

import (
	"runtime"

	"eventsource-wasm/wasm/link/testdata/start/state"
)

func main() { state.Main = 1 }

var local = compute()

//go:noinline
func compute() int32 { return 1 << 20 }

//go:wasmexport initialized
func initialized() int32 { return local }

//go:wasmexport other
func other() int32 { return state.Variable }

//go:wasmexport inlined
func inlined() int32 { return state.Inlined }

//go:wasmexport callee
func callee() int32 { return state.Callee }

//go:wasmexport copied
func copied() int32 { return state.Copied }

//go:wasmexport pointer
func pointer() int32 { return state.Pointer }

//go:wasmexport element
func element(i int32) int32 { return state.Elements[i] }

//go:wasmexport field
func field() int32 { return state.Record.First }

//go:wasmexport function
func function() int32 { return state.Function }

//go:wasmexport static
func static() int32 { return state.Static }

//go:wasmexport sliced
func sliced(i int32) int32 { return state.Sliced[i] }

//go:wasmexport method
func method() int32 { return state.Method }

//go:wasmexport spawned
func spawned() int32 { return state.Spawned }

//go:wasmexport closed
func closed() int32 { return state.Closed }

//go:wasmexport once
func once() int32 { return state.Once }

//go:wasmexport mainSets
func mainSets() int32 { return state.Main }

//go:wasmexport cpus
func cpus() int32 { return int32(runtime.NumCPU()) }

// unset and untouched use variables that no code sets before main.
//
//go:wasmexport unset
func unset() int32 { return state.Unset }

//go:wasmexport untouched
func untouched() int32 { return state.Count(3) }
