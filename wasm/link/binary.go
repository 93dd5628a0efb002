package link

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A reader reads values of WebAssembly's binary format from the front of data.
// After a failure, data is empty and all values are zero.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
	r.data = nil
}

func (r *reader) bytes(n int) []byte {
	if n > len(r.data) {
		r.fail("ends too early")
		return nil
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) byte() byte { return byte(r.fixed(1)) }

// fixed reads a little-endian number of size bytes, at most 8.
func (r *reader) fixed(size int) uint64 {
	var b [8]byte
	copy(b[:], r.bytes(size))
	return binary.LittleEndian.Uint64(b[:])
}

// uint reads an unsigned LEB128 number of at most 32 bits.
func (r *reader) uint() uint32 {
	n, size := binary.Uvarint(r.data)
	if size <= 0 || n > math.MaxUint32 {
		r.fail("has an invalid number")
		return 0
	}
	r.data = r.data[size:]
	return uint32(n)
}

// int reads a signed LEB128 number of at most 64 bits.
func (r *reader) int() (n int64) {
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		n |= int64(b&0x7F) << shift
		if b < 0x80 {
			if b&0x40 != 0 {
				n |= -1 << min(shift+7, 63)
			}
			return n
		}
	}
	r.fail("has an invalid number")
	return 0
}

// count reads the length of a vector, whose elements take at least one byte each.
func (r *reader) count() int {
	n := int(r.uint())
	if n > len(r.data) {
		r.fail("ends too early")
		return 0
	}
	return n
}

func (r *reader) name() string { return string(r.bytes(r.count())) }

// A writer appends values in WebAssembly's binary format to data.
type writer struct {
	data []byte
}

func (w *writer) bytes(b ...byte) { w.data = append(w.data, b...) }

func (w *writer) fixed(n uint64, size int) {
	w.bytes(binary.LittleEndian.AppendUint64(nil, n)[:size]...)
}

func (w *writer) uint(n int) { w.data = binary.AppendUvarint(w.data, uint64(n)) }

func (w *writer) int(n int64) {
	for n < -0x40 || n > 0x3F {
		w.bytes(byte(n&0x7F | 0x80))
		n >>= 7
	}
	w.bytes(byte(n & 0x7F))
}

func (w *writer) name(s string) {
	w.uint(len(s))
	w.data = append(w.data, s...)
}

// sized writes the size of what f writes, then what f writes.
func (w *writer) sized(f func(w *writer)) {
	var inner writer
	f(&inner)
	w.name(string(inner.data))
}

// section writes a section of n elements. It writes nothing if n is 0.
func (w *writer) section(id byte, n int, f func(w *writer)) {
	if n == 0 {
		return
	}
	w.bytes(id)
	w.sized(func(w *writer) {
		w.uint(n)
		f(w)
	})
}
