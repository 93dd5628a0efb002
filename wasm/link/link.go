// Package link makes freestanding WebAssembly modules of Go programs.
package link

import (
	"fmt"
	"slices"
)

// stackSize is the size of the stack, in bytes. The stack lies at the bottom of
// memory and grows down, so that an overflow leads to addresses below zero,
// which WebAssembly takes for huge ones, and traps.
const stackSize = 16 << 10

const pageSize = 64 << 10

// Link returns the freestanding module.
func Link(stock, moved []byte) ([]byte, error) {
	p, err := readProgram(stock, moved)
	if err != nil {
		return nil, err
	}
	c := &core{program: p, functions: map[int64]*function{}}
	var exports []*function
	var names []string
	for _, e := range p.exports {
		if slices.Contains([]string{"run", "resume", "getsp", "_start", "_initialize"}, e.name) {
			continue
		}
		i := e.fn - p.imports
		if i < 0 || i >= len(p.bodies) {
			return nil, fmt.Errorf("link: malformed module: export %s", e.name)
		}
		locals, flat, err := c.decode(i)
		if err != nil {
			return nil, fmt.Errorf("link: export %s %w", e.name, err)
		}
		code, err := nest(flat)
		if err != nil {
			return nil, fmt.Errorf("link: export %s %w", e.name, err)
		}
		code, err = glue(code)
		if err != nil {
			return nil, fmt.Errorf("link: export %s %w", e.name, err)
		}
		exports = append(exports, &function{p.types[p.funcs[i]], locals, code})
		names = append(names, e.name)
		var callErr error
		each(code, func(in *instr) {
			if in.op == opCall && callErr == nil {
				callErr = c.add(in.n, nil)
			}
		})
		if callErr != nil {
			return nil, callErr
		}
	}
	if len(exports) == 0 {
		return nil, fmt.Errorf("link: the program exports no function (add //go:wasmexport)")
	}
	memory := c.relocate()

	all := exports
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

	w := new(writer)
	w.data = append(w.data, "\x00asm\x01\x00\x00\x00"...)
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
	w.section(sectionExport, len(names)+1, func(w *writer) {
		w.name("memory")
		w.byte(2, 0)
		for i, name := range names {
			w.name(name)
			w.byte(0)
			w.uint(uint64(i))
		}
	})
	w.section(sectionCode, len(all), func(w *writer) {
		for _, f := range all {
			w.sized(func(w *writer) {
				w.byte(f.locals...)
				w.code(f.code, index, []int64{end})
				w.byte(byte(opEnd))
			})
		}
	})
	return w.data, nil
}

// relocate moves the variables to where the stack ends, and returns where they
// end: the size of the memory.
func (c *core) relocate() int64 {
	var addresses []*instr
	for _, f := range c.functions {
		each(f.code, func(in *instr) {
			if in.address {
				addresses = append(addresses, in)
			}
		})
	}
	if len(addresses) == 0 {
		return stackSize
	}
	// The runtime's variables lie between ours, and their sizes are unknown, so
	// all move by the same distance; those with pointers only where ours have some.
	const alignment = 64
	first := c.zero[1].start
	for _, in := range addresses {
		if in.n < first {
			first = c.zero[0].start
		}
	}
	distance := first&^(alignment-1) - stackSize
	for _, in := range addresses {
		in.n -= distance
	}
	return c.zero[1].end - distance
}
