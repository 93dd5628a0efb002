package link

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// The sections of a module, by their number.
const (
	sectionCustom   = 0
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionMemory   = 5
	sectionGlobal   = 6
	sectionExport   = 7
	sectionCode     = 10
	sectionData     = 11
)

// A valtype is the type of a value.
type valtype = byte

const (
	i32 valtype = 0x7F
	i64 valtype = 0x7E
	f32 valtype = 0x7D
	f64 valtype = 0x7C
)

// A signature is the type of a function.
type signature struct {
	params, results string // of valtypes
}

// A module is what the linker reads of a WebAssembly module.
type module struct {
	types    []signature
	imports  int      // number of imported functions, which come first
	funcs    []int    // types of the other functions
	bodies   [][]byte // and their bodies: locals and code
	exports  []export // of functions
	memory   []byte   // as the data segments fill it
	producer string   // version of the compiler
}

type export struct {
	name string
	fn   int // index, imports counted
}

// maxMemory bounds what data segments may fill, in bytes. Go's take some 2 MB.
const maxMemory = 64 << 20

func readModule(data []byte) (*module, error) {
	m := new(module)
	r := &reader{data: data}
	if string(r.bytes(8)) != "\x00asm\x01\x00\x00\x00" {
		return nil, fmt.Errorf("link: not a WebAssembly module (want what `go build` writes for GOARCH=wasm)")
	}
	for len(r.data) > 0 && r.err == nil {
		id := r.byte()
		s := &reader{data: r.bytes(r.count())}
		m.section(id, s)
		if s.err != nil {
			return nil, fmt.Errorf("link: malformed module: section %d %w", id, s.err)
		}
	}
	if r.err != nil {
		return nil, fmt.Errorf("link: malformed module: %w", r.err)
	}
	if len(m.bodies) != len(m.funcs) {
		return nil, fmt.Errorf("link: malformed module: %d functions have %d bodies", len(m.funcs), len(m.bodies))
	}
	for _, t := range m.funcs {
		if t >= len(m.types) {
			return nil, fmt.Errorf("link: malformed module: type %d of %d", t, len(m.types))
		}
	}
	return m, nil
}

func (m *module) section(id byte, r *reader) {
	switch id {
	case sectionCustom:
		if r.name() == "producers" {
			m.readProducers(r)
		}
	case sectionType:
		for range r.count() {
			r.byte()
			m.types = append(m.types, signature{r.name(), r.name()})
		}
	case sectionImport:
		for range r.count() {
			r.name()
			r.name()
			if r.byte() != 0 {
				r.fail("imports what is no function")
			}
			r.uint()
			m.imports++
		}
	case sectionFunction:
		for range r.count() {
			m.funcs = append(m.funcs, int(r.uint()))
		}
	case sectionExport:
		for range r.count() {
			e := export{name: r.name()}
			function := r.byte() == 0
			e.fn = int(r.uint())
			if function {
				m.exports = append(m.exports, e)
			}
		}
	case sectionCode:
		for range r.count() {
			m.bodies = append(m.bodies, r.bytes(r.count()))
		}
	case sectionData:
		for range r.count() {
			r.uint()
			in := decodeOne(r)
			r.byte() // end
			m.fill(r, in.n, r.bytes(r.count()))
		}
	}
}

func (m *module) fill(r *reader, at int64, data []byte) {
	if at < 0 || at+int64(len(data)) > maxMemory {
		r.fail("fills memory beyond %d bytes", maxMemory)
		return
	}
	if missing := int(at) + len(data) - len(m.memory); missing > 0 {
		m.memory = append(m.memory, make([]byte, missing)...)
	}
	copy(m.memory[at:], data)
}

func (m *module) readProducers(r *reader) {
	for range r.count() {
		field := r.name()
		for range r.count() {
			name, version := r.name(), r.name()
			if field == "processed-by" && name == "Go cmd/compile" {
				m.producer = version
			}
		}
	}
}

// A reader takes values off the front of data. After a failure it gives zeros.
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
		return make([]byte, min(n, 8))
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) byte() byte { return r.bytes(1)[0] }

func (r *reader) fixed(n int) uint64 {
	var b [8]byte
	copy(b[:], r.bytes(n))
	return binary.LittleEndian.Uint64(b[:])
}

// uint reads an unsigned number of at most 32 bits.
func (r *reader) uint() uint32 {
	n, size := binary.Uvarint(r.data)
	if size <= 0 || n > math.MaxUint32 {
		r.fail("has a bad number")
		return 0
	}
	r.data = r.data[size:]
	return uint32(n)
}

// count reads the number of things that follow; each takes a byte or more.
func (r *reader) count() int {
	n := int(r.uint())
	if n > len(r.data) {
		r.fail("ends too early")
		return 0
	}
	return n
}

func (r *reader) name() string { return string(r.bytes(r.count())) }

// int reads a signed number of at most 64 bits.
func (r *reader) int() int64 {
	var n int64
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		n |= int64(b&0x7F) << shift
		if b < 0x80 {
			if shift+7 < 64 && b&0x40 != 0 {
				n |= -1 << (shift + 7)
			}
			return n
		}
	}
	r.fail("has a bad number")
	return 0
}

// A writer appends values in the binary format.
type writer struct {
	data []byte
}

func (w *writer) byte(b ...byte) { w.data = append(w.data, b...) }

func (w *writer) uint(n uint64) { w.data = binary.AppendUvarint(w.data, n) }

func (w *writer) int(n int64) {
	for n < -0x40 || n > 0x3F {
		w.byte(byte(n&0x7F | 0x80))
		n >>= 7
	}
	w.byte(byte(n & 0x7F))
}

func (w *writer) fixed(n uint64, size int) {
	w.data = append(w.data, binary.LittleEndian.AppendUint64(nil, n)[:size]...)
}

func (w *writer) name(s string) {
	w.uint(uint64(len(s)))
	w.data = append(w.data, s...)
}

// sized writes what f writes, after its length.
func (w *writer) sized(f func(w *writer)) {
	var inner writer
	f(&inner)
	w.name(string(inner.data))
}

// section writes a section of n things.
func (w *writer) section(id byte, n int, f func(w *writer)) {
	w.byte(id)
	w.sized(func(w *writer) {
		w.uint(uint64(n))
		f(w)
	})
}

const pageSize = 64 << 10

// write writes the module, which has memory bytes of memory.
func (c *core) write(memory int64) []byte {
	var all []*function
	for _, e := range c.exports {
		all = append(all, e.function)
	}
	index := map[int64]int{}
	for _, fn := range c.order {
		index[fn] = len(all)
		all = append(all, c.functions[fn])
	}
	var types []signature
	for _, f := range all {
		if !slices.Contains(types, f.signature) {
			types = append(types, f.signature)
		}
	}

	w := &writer{[]byte("\x00asm\x01\x00\x00\x00")}
	w.section(sectionType, len(types), func(w *writer) {
		for _, t := range types {
			w.byte(0x60)
			w.name(t.params)
			w.name(t.results)
		}
	})
	w.section(sectionFunction, len(all), func(w *writer) {
		for _, f := range all {
			w.uint(uint64(slices.Index(types, f.signature)))
		}
	})
	w.section(sectionMemory, 1, func(w *writer) {
		w.byte(0)
		w.uint(uint64((memory + pageSize - 1) / pageSize))
	})
	globals := c.globals()
	if len(globals) > 0 {
		w.section(sectionGlobal, len(globals), func(w *writer) {
			for _, g := range globals {
				typ := globalType(g)
				w.byte(typ, 1)
				switch typ {
				case i64:
					w.byte(byte(opI64Const), 0)
				case f32:
					w.byte(byte(opF32Const), 0, 0, 0, 0)
				case f64:
					w.byte(byte(opF64Const), 0, 0, 0, 0, 0, 0, 0, 0)
				}
				w.byte(byte(opEnd))
			}
		})
	}
	w.section(sectionExport, 1+len(c.exports), func(w *writer) {
		w.name("memory")
		w.byte(2, 0)
		for i, e := range c.exports {
			w.name(e.name)
			w.byte(0)
			w.uint(uint64(i))
		}
	})
	w.section(sectionCode, len(all), func(w *writer) {
		for _, f := range all {
			w.sized(func(w *writer) {
				e := &encoder{w, index, map[int64]int{}, map[int64]int{}}
				for i, g := range globals {
					e.globals[g] = i
				}
				e.function(f)
			})
		}
	})
	return w.data
}

// function writes the locals and the code of f.
func (e *encoder) function(f *function) {
	for i, id := range f.params {
		e.locals[id] = i
	}
	types := map[valtype][]int64{}
	each(f.code, func(in *instr) {
		if isLocal(in.op) {
			typ := f.locals[in.n]
			if _, ok := e.locals[in.n]; !ok && !slices.Contains(types[typ], in.n) {
				types[typ] = append(types[typ], in.n)
			}
		}
	})
	e.uint(uint64(len(types)))
	next := len(f.params)
	for _, typ := range []valtype{i64, i32, f64, f32} {
		if ids := types[typ]; len(ids) > 0 {
			e.uint(uint64(len(ids)))
			e.byte(typ)
			for _, id := range ids {
				e.locals[id] = next
				next++
			}
		}
	}
	e.code(f.code, []int64{end})
	if n := len(f.code); n > 0 && f.code[n-1].op == opReturn {
		e.data = e.data[:len(e.data)-1]
	} else if f.exported && f.signature.results != "" {
		e.byte(byte(opUnreachable))
	}
	e.byte(byte(opEnd))
}
