// Package state has variables that are set before main, in different ways.
package state

import (
	"errors"
	"sync"
)

var (
	Variable = compute()
	Inlined  int32
	Callee   int32
	Copied   int32
	Pointer  int32
	Elements [4]int32
	Record   struct{ First, Second int32 }
	Function int32
	Static   int32
	Sliced   [4]int32
	Method   int32
	Spawned  int32
	Closed   int32
	Once     int32
	Main     int32
	Unset    int32
)

// ErrOther needs code that runs before main, but the core does not use it.
var ErrOther = errors.New("other")

var (
	source   = int32(5)
	function = setFunction
	pointer  = &Static
	slice    = Sliced[1:]
	setter   interface{ set(n int32) }
	guard    sync.Once
	count    int32
)

//go:noinline
func compute() int32 { return 12 }

func init() { set(42) }

func set(n int32) { Inlined = n }

func init() { callee() }

//go:noinline
func callee() { Callee = 7 }

func init() { Copied = source }

func init() { fill(&Pointer) }

//go:noinline
func fill(p *int32) { *p = 9 }

func init() { Elements[2] = 11 }

func init() { Record.Second = 13 }

func init() { function(3) }

//go:noinline
func setFunction(n int32) { Function = n }

func init() { *pointer = 4 }

func init() { slice[1] = 6 }

type number int32

func (*number) set(n int32) { Method = n }

func init() {
	setter = new(number)
	setter.set(8)
}

func init() { go spawn() }

//go:noinline
func spawn() { Spawned = 10 }

func init() { guard.Do(setOnce) }

func setOnce() { Once = 14 }

func init() {
	n := source
	call(func() { Closed = n })
}

//go:noinline
func call(f func()) { f() }

// Count is not called before main.
func Count(n int32) int32 {
	count += n
	return count
}
