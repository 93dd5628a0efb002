package link

import (
	"fmt"
	"slices"
)

// The sections of a module that the linker reads or writes.
const (
	sectionCustom   = 0
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionMemory   = 5
	sectionGlobal   = 6
	sectionExport   = 7
	sectionCode     = 10
)

// A valtype is a WebAssembly value type.
type valtype = byte

const (
	i32 valtype = 0x7F
	i64 valtype = 0x7E
	f32 valtype = 0x7D
	f64 valtype = 0x7C
)

// A signature is a function type: a valtype for each parameter and each result.
type signature struct{ params, results string }

// A module is the part of a WebAssembly module that the linker reads.
type module struct {
	types    []signature
	imports  int            // number of imported functions, which come first
	funcs    []int          // types of the other functions
	bodies   [][]byte       // locals and code of the other functions
	exports  []export       // exported functions
	names    map[int]string // names of functions, in which punctuation is replaced
	producer string         // version of the compiler
}

type export struct {
	name string
	fn   int
}

const pageSize = 64 << 10

func readModule(data []byte) (*module, error) {
	m := &module{names: map[int]string{}}
	r := &reader{data: data}
	if string(r.bytes(8)) != "\x00asm\x01\x00\x00\x00" {
		return nil, fmt.Errorf("link: not a WebAssembly module (build the program with GOARCH=wasm)")
	}
	for len(r.data) > 0 {
		id := r.byte()
		s := &reader{data: r.bytes(r.count())}
		if r.err != nil {
			break
		}
		m.readSection(id, s)
		if s.err != nil {
			return nil, fmt.Errorf("link: malformed module: section %d %w", id, s.err)
		}
	}
	if r.err != nil {
		return nil, fmt.Errorf("link: malformed module: it %w", r.err)
	}
	if len(m.bodies) != len(m.funcs) || slices.ContainsFunc(m.funcs, func(t int) bool { return t >= len(m.types) }) {
		return nil, fmt.Errorf("link: malformed module: a function has no body or no type")
	}
	return m, nil
}

func (m *module) readSection(id byte, r *reader) {
	switch id {
	case sectionCustom:
		switch r.name() {
		case "producers":
			m.readProducers(r)
		case "name":
			m.readNames(r)
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
				r.fail("imports something other than a function")
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
			name, isFunction, index := r.name(), r.byte() == 0, int(r.uint())
			if isFunction {
				m.exports = append(m.exports, export{name, index})
			}
		}
	case sectionCode:
		for range r.count() {
			m.bodies = append(m.bodies, r.bytes(r.count()))
		}
	}
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

// readNames reads the names of functions, which are in a subsection.
func (m *module) readNames(r *reader) {
	for len(r.data) > 0 {
		isFunctions := r.byte() == 1
		s := &reader{data: r.bytes(r.count())}
		if !isFunctions {
			continue
		}
		for range s.count() {
			index := int(s.uint())
			m.names[index] = s.name()
		}
		if s.err != nil {
			r.fail("%w", s.err)
		}
	}
}

// write encodes the new module, which needs memory bytes of memory.
func (c *core) write(memory int64) []byte {
	all := c.all()
	var types []signature
	for _, f := range all {
		if !slices.Contains(types, f.signature) {
			types = append(types, f.signature)
		}
	}
	e := &encoder{&writer{[]byte("\x00asm\x01\x00\x00\x00")}, map[int64]int{}, map[int64]int{}, nil}
	for i, fn := range c.order {
		e.functions[fn] = len(c.exports) + i
	}
	globals := c.globals()
	for i, g := range globals {
		e.globals[g] = i
	}

	e.section(sectionType, len(types), func(w *writer) {
		for _, t := range types {
			w.bytes(0x60)
			w.name(t.params)
			w.name(t.results)
		}
	})
	e.section(sectionFunction, len(all), func(w *writer) {
		for _, f := range all {
			w.uint(slices.Index(types, f.signature))
		}
	})
	e.section(sectionMemory, 1, func(w *writer) {
		w.bytes(0) // it has no maximum
		w.uint(int(memory+pageSize-1) / pageSize)
	})
	e.section(sectionGlobal, len(globals), func(w *writer) {
		for _, g := range globals {
			w.bytes(typeOf(g), 1) // variable
			w.data = append(w.data, zeros[typeOf(g)]...)
			w.bytes(byte(opEnd))
		}
	})
	e.section(sectionExport, 1+len(c.exports), func(w *writer) {
		w.name("memory")
		w.bytes(2, 0)
		for i, f := range c.exports {
			w.name(f.export)
			w.bytes(0)
			w.uint(i)
		}
	})
	e.section(sectionCode, len(all), func(w *writer) {
		for _, f := range all {
			w.sized(func(w *writer) {
				(&encoder{w, e.functions, e.globals, map[int64]int{}}).function(f)
			})
		}
	})
	return e.data
}

// zeros are the instructions for a zero of each type.
var zeros = map[valtype]string{
	i64: string([]byte{byte(opI64Const), 0}),
	f32: string([]byte{byte(opF32Const), 0, 0, 0, 0}),
	f64: string([]byte{byte(opF64Const), 0, 0, 0, 0, 0, 0, 0, 0}),
}

// function encodes the body of f, with the locals that it uses.
func (e *encoder) function(f *function) {
	for _, id := range f.params {
		e.locals[id] = len(e.locals)
	}
	types := []valtype{i64, i32, f64, f32}
	used := make([][]int64, len(types))
	each(f.code, func(in *instr) {
		if _, isParam := e.locals[in.n]; isLocal(in.op) && !isParam {
			i := slices.Index(types, f.locals[in.n])
			if !slices.Contains(used[i], in.n) {
				used[i] = append(used[i], in.n)
			}
		}
	})
	groups := new(writer)
	n := 0
	for i, ids := range used {
		if len(ids) > 0 {
			groups.uint(len(ids))
			groups.bytes(types[i])
			n++
		}
		for _, id := range ids {
			e.locals[id] = len(e.locals)
		}
	}
	e.uint(n)
	e.bytes(groups.data...)

	e.code(f.code, []int64{end})
	switch n := len(f.code); {
	case n > 0 && f.code[n-1].op == opReturn:
		e.data = e.data[:len(e.data)-1] // the end of the function returns too
	case f.export != "" && f.results != "":
		e.bytes(byte(opUnreachable)) // every path has returned
	}
	e.bytes(byte(opEnd))
}
