// Package sample has functions that a core can contain. Tests run them natively
// and linked, and compare the results.
package sample

import (
	"bytes"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync/atomic"
	"unsafe"
)

// Memory is the state that the functions change and that tests compare.
var Memory [4096]byte

var (
	words   [256]uint64
	records [16]record
	numbers [512]int32
	last    *record
)

type record struct {
	small  int8
	large  int64
	ratio  float64
	name   [24]byte
	inside struct{ a, b int16 }
}

// Reset makes all variables zero.
func Reset() {
	Memory = [4096]byte{}
	words = [256]uint64{}
	records = [16]record{}
	numbers = [512]int32{}
	last = nil
	pairs = [16]pair{}
	counter = 0
	total.Store(0)
}

func Arithmetic(a, b int32) int32 { return a*b + a - b ^ a&b | a&^b }

func Divide(a, b int32) int32 {
	q, r := int64(a)*4294967311/int64(b), int64(a)%int64(b)
	return int32(q) ^ int32(r) ^ a/b ^ a%b ^ int32(uint32(a)/uint32(b)) ^ int32(int64(uint64(a)<<40)/int64(b))
}

func Wide(a, b int32) int32 {
	hi, lo := bits.Mul64(uint64(a)*0x9E3779B97F4A7C15, uint64(b))
	return int32(hi) ^ int32(lo>>32) ^ int32(bits.TrailingZeros64(lo)) ^ int32(bits.Len32(uint32(a))) ^ int32(bits.OnesCount64(hi))
}

func Narrow(a, b int32) int32 {
	x, y := int8(a), int16(b)
	x += int8(b)
	y *= int16(x)
	z := uint8(a) - uint8(b)
	if x < int8(y) {
		return int32(x) - int32(z)
	}
	Memory[0] = byte(x)
	return int32(int8(Memory[0])) + int32(y)<<8 + int32(uint16(y))
}

func Shifts(a, b int32) int32 {
	s := uint32(b) % 70
	return a<<s ^ a>>s ^ int32(uint32(a)>>s) ^ int32(int64(a)>>(s+20)) ^ int32(bits.RotateLeft32(uint32(a), int(b))) ^ int32(uint8(a)>>s)
}

func Compare(a, b int32, x float64) (n int32) {
	for i, yes := range [...]bool{a < b, a <= b, uint32(a) < uint32(b), int64(a) > int64(b), x < float64(a), x >= float64(b), x != x, a == b, int8(a) != int8(b)} {
		if yes {
			n |= 1 << i
		}
	}
	return n
}

func Floats(a int32, x float64) float64 {
	y := math.Floor(x*float64(a)) + math.Sqrt(math.Abs(x))
	if y > 1e9 || -y > 1e9 {
		y = float64(float32(y) / 3)
	}
	return math.Copysign(math.Trunc(y)-float64(uint32(a)), x) + float64(math.Float64bits(x)>>60)
}

// Truncate only converts numbers for which Go defines the result, or for which
// WebAssembly and the test's architecture agree.
func Truncate(x float64) int32 {
	if x < -1e9 || x > 1e9 || x != x {
		return 1
	}
	n := int32(int64(x)) ^ int32(x)
	if x >= 0 {
		n ^= int32(uint64(x)) ^ int32(uint32(float32(x)))
	}
	return n
}

func Index(a, b int32) int32 {
	Memory[a]++
	return int32(Memory[b%4096]) + int32(words[a%256])
}

func Slice(a, b int32) (sum int32) {
	for _, c := range Memory[a:b] {
		sum += int32(c)
	}
	s := Memory[a:b:4000]
	return sum + int32(len(s)) + int32(cap(s)) + int32(s[0])
}

func Move(a, b int32) int32 {
	n := copy(Memory[uint16(a)%4096:], Memory[uint16(b)%4096:][:uint16(a^b)%512])
	words[n%256] = uint64(n)
	return int32(n)
}

func Zero(a, b int32) int32 {
	clear(Memory[a:b])
	clear(words[:])
	return int32(words[3]) + int32(Memory[a])
}

func Equal(a, b int32) (n int32) {
	x, y := Memory[:uint8(a)], Memory[uint8(b):][:uint8(a)]
	if string(x) == string(y) {
		n |= 1
	}
	if string(x) < string(y) {
		n |= 2
	}
	if [8]byte(Memory[8:16]) == [8]byte(Memory[uint8(a):]) {
		n |= 4
	}
	return n
}

func Find(a, b int32) int32 {
	return int32(bytes.IndexByte(Memory[uint16(a)%4096:], byte(b))) + int32(strings.IndexByte(last.text(), byte(a)))
}

func (r *record) text() string {
	if r == nil {
		return ""
	}
	return unsafe.String(&r.name[0], len(r.name))
}

func Word(a int32) int32 {
	switch string(Memory[:uint32(a)%8]) {
	case "":
		return 1
	case "id":
		return 2
	case "data":
		return 3
	case "event":
		return 4
	}
	return 0
}

func Sort(a, b int32) int32 {
	s := Memory[uint16(a)%2048:][:uint16(b)%128]
	for i := range s {
		for j := i; j > 0 && s[j-1] > s[j]; j-- {
			s[j-1], s[j] = s[j], s[j-1]
		}
	}
	if len(s) == 0 {
		return -1
	}
	low, high := 0, len(s)
	for low < high {
		if middle := int(uint(low+high) / 2); s[middle] < byte(b) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return int32(low)
}

// Quicksort is recursive and calls a generic function.
func Quicksort(a, b int32) int32 {
	s := numbers[:uint16(a)%512]
	for i := range s {
		b = b*1664525 + 1013904223
		s[i] = b >> (uint32(a) % 28)
	}
	quicksort(s)
	if !slices.IsSorted(s) {
		return -1
	}
	return largest(s) ^ int32(largest(words[:]))
}

func quicksort(s []int32) {
	for len(s) > 1 {
		pivot, i, j := s[len(s)/2], 0, len(s)-1
		for {
			for s[i] < pivot {
				i++
			}
			for s[j] > pivot {
				j--
			}
			if i >= j {
				break
			}
			s[i], s[j] = s[j], s[i]
			i, j = i+1, j-1
		}
		quicksort(s[:i])
		s = s[i:]
	}
}

//go:noinline
func largest[T int32 | uint64](s []T) (l T) {
	for _, x := range s {
		l = max(l, x)
	}
	return l
}

func Hash(a, b int32) int32 {
	h := uint32(2166136261)
	for i := range uint32(b) % 300 {
		h = (h ^ uint32(Memory[(uint32(a)+i)%4096])) * 16777619
		Memory[i] ^= byte(h >> 24)
	}
	return int32(h)
}

func Records(a, b int32, x float64) float64 {
	r := &records[uint32(a)%16]
	r.small += int8(b)
	r.large += int64(a) * int64(b)
	r.ratio = x / 2
	r.name[uint32(b)%24] = byte(a)
	r.inside.a, r.inside.b = int16(a), int16(b)
	records[uint32(b)%16] = *r
	if last != nil && *last == *r {
		last.large--
	}
	last = r
	sum := 0.0
	for _, r := range records {
		sum += float64(r.small) + float64(int32(r.large)) + float64(r.inside.b)
		for _, c := range r.name {
			sum += float64(c)
		}
	}
	return sum + x
}

func Recursion(a int32) int32 { return descend(uint32(a) % 40) }

//go:noinline
func descend(n uint32) int32 {
	var space [8]int32
	space[n%8] = int32(n)
	if n == 0 {
		return 1
	}
	return descend(n-1) + space[n%8] - descend(n/2)
}

func Loops(a, b int32) (n int32) {
outer:
	for i := range uint32(a) % 50 {
		for j := i; ; j++ {
			switch {
			case j > 60:
				continue outer
			case int32(j)*b%17 == 3:
				break outer
			case j%5 == 2:
				continue
			}
			n += int32(i ^ j)
		}
	}
	return n
}

func Jumps(a, b int32) (n int32) {
	i := uint32(a) % 100
again:
	if i > 50 {
		n += b
		i -= 7
		goto again
	}
	if n%2 == 0 && i > 0 {
		n--
		goto done
	}
	n += 3
	if i > 0 {
		i--
		goto again
	}
done:
	return n
}

func Decisions(a, b int32) int32 {
	if a > b && (a%3 == 0 || b%5 == 0 && a%2 == 0) || a == -b {
		a, b = b, a
	} else if a < 0 {
		return decide(a) - decide(b)
	}
	if n := decide(a); n > 4 {
		return n
	}
	return min(a, b) + max(a/2, b)
}

//go:noinline
func decide(a int32) int32 {
	switch uint32(a) % 23 {
	case 0, 7:
		return 1
	case 1:
		return 14
	case 2, 3, 4:
		a++
		fallthrough
	case 5:
		return a
	case 9, 10, 11, 12, 13, 14, 15:
		return -a
	}
	return 3
}

func Inlined(a, b int32) (n int32) {
	add := func(m int32) { n += m }
	for i := range upTo(uint32(a) % 20) {
		add(larger(int32(i), b))
	}
	return n + int32(larger(float64(a), float64(b)))
}

func upTo(n uint32) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		for i := uint32(0); i < n && yield(i); i++ {
		}
	}
}

func larger[T int32 | float64](a, b T) T {
	if a > b {
		return a
	}
	return b
}

// Mixed passes and returns values of many types.
func Mixed(a, b int32, x float64) float64 {
	words[0]++
	c, d, e, f, g, h := mix(int8(a), a < b, uint16(b), float32(x), Memory[:uint8(a)], x, uint32(a))
	i, j, k, l, m, n := mix(int8(c), d, uint16(g), e, Memory[g:][:uint8(b)], f, h)
	if d != j {
		return float64(c) - float64(e) + f
	}
	return float64(i) + float64(k) + l - float64(m)*float64(n)
}

//go:noinline
func mix(a int8, b bool, c uint16, d float32, e []byte, f float64, g uint32) (int16, bool, float32, float64, uint8, uint32) {
	if b {
		for _, x := range e {
			g = g*31 + uint32(x)
		}
		d -= float32(a)
	}
	if len(e) > 200 {
		return int16(c) >> 3, !b, d, -f, uint8(g), ^g
	}
	return int16(c) + int16(a), b != (g%3 == 0), d * 2, f + float64(words[0]), uint8(c >> 4), g >> 1
}

// Conversions narrows values that it passes, and passes some that are not used.
func Conversions(a, b int32) int32 {
	c, d := convert(a < b, int64(b), int8(b), uint16(a))
	return c + int32(d)
}

//go:noinline
func convert(less bool, wide int64, small int8, unsigned uint16) (int32, int8) {
	words[1]++
	Memory[uint16(small)%4096] = byte(small)
	n := int32(small)
	for i := range uint32(unsigned) % 5 {
		if less {
			small = int8(n) - int8(i)
		} else {
			wide += int64(small) >> i
		}
		n, _ = halve(n, uint8(small))
	}
	m, k := halve(int32(wide), uint8(n))
	return n ^ m, int8(k) + small
}

//go:noinline
func halve(n int32, by uint8) (int32, uint32) {
	words[2] += uint64(by)
	return n / 2, uint32(by) >> 1
}

func Panics(a int32) int32 {
	if a < 0 {
		panic("sample: negative")
	}
	var r *record
	if a%2 == 0 {
		r = &records[0]
	}
	r.small++
	return int32(r.small)
}

var (
	counter int32
	total   atomic.Uint64
)

// Atomics uses atomic operations, which are plain ones in WebAssembly.
func Atomics(a, b int32) int32 {
	old := total.Add(uint64(a))
	total.Or(uint64(b))
	total.CompareAndSwap(old+uint64(a), uint64(b))
	return atomic.AddInt32(&counter, a) + atomic.SwapInt32(&counter, b) + int32(total.Load())
}

func MinMax(a int32, x float64) float64 {
	y := float64(a) / 2
	if a%7 == 0 {
		y = math.NaN()
	}
	z := math.Copysign(0, x)
	return min(x, y, z) + max(x, y) + max(z, 0) + float64(min(float32(x), float32(a)))
}

// LongDivision panics if b or c is 0, or if the quotient overflows.
func LongDivision(a, b, c int32) int32 {
	q, r := bits.Div64(uint64(uint32(a)>>12), uint64(b), uint64(c)<<20)
	s, t := bits.Div32(uint32(a)>>12, uint32(b), uint32(c))
	return int32(q^r>>20) ^ int32(s^t)
}

func Runes(a int32) (n int32) {
	for i := range Memory[:16] {
		Memory[i] = byte(a >> (i % 8 * 4))
	}
	for i, r := range unsafe.String(&Memory[0], 16) {
		n = n*31 + r + int32(i)
	}
	return n
}

// KeptFrame needs a frame in memory, from which it passes arguments of all types.
func KeptFrame(a, b int32, x float64) (sum float64) {
	var table [8]float64
	var small [8]int8
	i := uint32(a) % 8
	small[i] = int8(b)
	for j := range table {
		y, z, c, ok, d := scale(x, float32(b), small[j], uint16(j), a > b, int64(a)<<20)
		table[j] = y + float64(z)
		small[j] = c
		if ok {
			sum += float64(d)
		}
	}
	return sum + table[i] + float64(small[i])
}

//go:noinline
func scale(x float64, y float32, a int8, b uint16, c bool, d int64) (float64, float32, int8, bool, uint16) {
	words[3] += uint64(b)
	return x * float64(a), y / 3, a - int8(b), c != (d < 0), b << 3
}

type pair struct{ a, b int32 }

var pairs [16]pair

// Pairs copies whole structs, of which it then passes and reads parts.
func Pairs(a, b int32) int32 {
	p := &pairs[uint32(a)%16]
	*p = pair{a, b}
	q, r := swapped(*p), pairs[uint32(b)%16]
	if q == r {
		return 1
	}
	pairs[3] = half(q, r)
	return q.a ^ r.b + sumOf([3]int16{int16(a), int16(b), 7}) + int32(firstOf(pairs[3]))
}

//go:noinline
func swapped(p pair) pair {
	words[4]++
	return pair{p.b, p.a}
}

//go:noinline
func half(p, q pair) (r pair) {
	words[5]++
	r = p
	r.b = q.a
	return r
}

//go:noinline
func sumOf(s [3]int16) int32 {
	words[6]++
	return int32(s[0]) + int32(s[1])*int32(s[2])
}

//go:noinline
func firstOf(p pair) int8 {
	words[7]++
	return int8(p.a >> 8)
}

func Library(a int32, x float64) float64 {
	return math.Mod(float64(a), x) + math.FMA(x, float64(a), x) + float64(bits.Reverse32(uint32(a))) + float64(bits.ReverseBytes64(uint64(a)))
}

// Stores changes variables before it panics.
func Stores(a, b int32, x float64) int32 {
	Memory[0]++
	numbers[0] += a
	if a%3 == 0 {
		Memory[1] = byte(a)
		words[1] = uint64(b)
		*(*float64)(unsafe.Pointer(&Memory[8])) = x
		copy(Memory[100:], Memory[uint8(a):][:uint8(b)])
		panic("sample: a multiple of 3")
	}
	if a%5 == 0 {
		Memory[uint16(b)%4096]++
		store(a, b)
		numbers[b] = a
	}
	clear(Memory[50:60])
	return numbers[0] + int32(words[1]) + int32(Memory[uint8(a)])
}

//go:noinline
func store(a, b int32) {
	Memory[2] = byte(a + b)
	if b%7 == 0 {
		Memory[3]++
		panic("sample: a multiple of 7")
	}
}

func Pointer(a int32) int32 {
	p := (*int32)(unsafe.Pointer(&Memory[uint32(a)%4000&^3]))
	*p += a
	return *p
}

func LargeFrame(a, b int32) (n int32) {
	var table [1000]int32
	fill(&table, a)
	for i := range table {
		n ^= table[i] * int32(i)
	}
	return n ^ table[uint32(b)%1000]
}

//go:noinline
func fill(table *[1000]int32, a int32) {
	for i := range table {
		table[i] = a
		a = a*1664525 + 1013904223
	}
}
