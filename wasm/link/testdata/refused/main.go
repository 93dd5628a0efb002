// Command refused exports a function for each construct that a core cannot use.
package main

import (
	"errors"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"
	"unsafe"
)

func main() {}

var (
	list    []int32
	table   map[int32]int32
	queue   chan int32
	weekday = [...]string{"Mon", "Tue"}
	primes  = [...]int32{2, 3, 5, 7}
	speaker interface{ speak() int32 }
	hook    func() int32
	empty   any
)

type cat struct{ age int32 }

func (c cat) speak() int32 { return c.age }

//go:wasmexport grow
func grow(n int32) int32 { return first(n) }

//go:noinline
func first(n int32) int32 { return second(n) }

//go:noinline
func second(n int32) int32 {
	list = append(list, n)
	return int32(len(list))
}

//go:wasmexport allocate
func allocate(n int32) int32 {
	list = make([]int32, n)
	return 0
}

//go:wasmexport escape
func escape(n int32) int32 {
	list = (&[4]int32{n, n, n, n})[:]
	return 0
}

//go:wasmexport concatenate
func concatenate(n int32) int32 { return int32(len(join(weekday[n]))) }

//go:noinline
func join(s string) string { return s + s }

//go:wasmexport lookup
func lookup(n int32) int32 { return table[n] }

//go:wasmexport send
func send(n int32) { queue <- n }

//go:wasmexport spawn
func spawn() { go release() }

//go:wasmexport dynamic
func dynamic() int32 { return speaker.speak() }

//go:wasmexport closure
func closure() int32 { return hook() }

//go:wasmexport assertion
func assertion() int32 {
	if c, ok := empty.(interface{ speak() int32 }); ok {
		return c.speak()
	}
	return 0
}

//go:wasmexport box
func box(n int32) { empty = n }

//go:wasmexport remember
func remember(n int32) { hook = func() int32 { return n } }

//go:wasmexport later
func later(n int32) (m int32) {
	for range n {
		defer release()
	}
	return m
}

//go:noinline
func release() { list = nil }

//go:wasmexport text
func text(n int32) int32 { return int32(weekday[n][0]) }

//go:wasmexport prime
func prime(n int32) int32 { return primes[n] }

//go:wasmexport schedule
func schedule() { runtime.Gosched() }

//go:wasmexport tangle
func tangle(n int32) (m int32) {
	if n > 10 {
		goto inside
	}
again:
	m += n
inside:
	n -= 3
	if n > 0 {
		goto again
	}
	return m
}

//go:wasmexport huge
func huge(n int32) int32 {
	var table [5000]int32
	table[uint32(n)%5000] = n
	return table[uint32(n*n)%5000]
}

//go:wasmexport deep
func deep(n int32) int32 {
	var table [3000]int32
	table[uint32(n)%3000] = deeper(n)
	return table[uint32(n*n)%3000]
}

//go:noinline
func deeper(n int32) int32 {
	var table [3000]int32
	table[uint32(n)%3000] = n
	return table[uint32(n*n)%3000]
}

//go:wasmexport deferred
func deferred() {
	list = list[:0]
	defer release()
}

//go:wasmexport recovered
func recovered(n int32) (m int32) {
	defer func() {
		if recover() != nil {
			m = 1
		}
	}()
	return 10 / n
}

var mutex sync.Mutex

//go:wasmexport locked
func locked() {
	mutex.Lock()
	mutex.Unlock()
}

//go:wasmexport printed
func printed(n int32) { println(n) }

//go:wasmexport clock
func clock() int64 { return time.Now().Unix() }

//go:wasmexport file
func file(n int32) int32 {
	m, _ := os.Stdout.Write(unsafe.Slice((*byte)(unsafe.Pointer(&list)), n))
	return int32(m)
}

//go:wasmexport imported
func imported(n int32) int32 { return host(n) }

//go:wasmimport env host
func host(n int32) int32

//go:wasmexport complexes
func complexes(x, y float64) float64 { return real(complex(x, y) / complex(y, x)) }

var bytes [64]byte

//go:wasmexport sorted
func sorted() int32 {
	slices.Sort(bytes[:])
	return int32(bytes[0])
}

//go:wasmexport sortedBy
func sortedBy() int32 {
	slices.SortFunc(bytes[:], func(a, b byte) int { return int(a) - int(b) })
	return int32(bytes[0])
}

//go:wasmexport sine
func sine(x float64) float64 { return math.Sin(x) }

//go:wasmexport number
func number(n int32) int32 {
	return int32(len(strconv.AppendInt(bytes[:0], int64(n), 10)))
}

var errLarge = errors.New("large")

//go:wasmexport failing
func failing(n int32) bool { return check(n) != nil }

//go:noinline
func check(n int32) error {
	if n > 3 {
		return errLarge
	}
	return nil
}

//go:wasmexport phrase
func phrase(n int32) int32 {
	s := "a phrase"
	return int32(s[n])
}

//go:wasmexport kind
func kind(n int32) int32 {
	var x any = &list
	if n > 3 {
		x = &table
	}
	if _, ok := x.(*[]int32); ok {
		return 1
	}
	return 2
}
