// Package link turns a Go program into a freestanding WebAssembly module, which
// contains the functions that the program exports and nothing of the Go runtime.
//
// The Go toolchain links the whole runtime into a WebAssembly program, about two
// megabytes. A program that does not allocate, starts no goroutines and keeps its
// state in plain variables does not need it. Such a program is called a core
// here. [Link] takes the module that the toolchain built for it and transforms it
// in these steps, each in a file of its own:
//
//	listing.go   find functions, lines and variables in the listing of the compiler
//	wrapper.go   start at the exported functions
//	core.go      follow their calls
//	refuse.go    refuse what needs the runtime, and say where and why
//	start.go     refuse what needs code that runs before main
//	shape.go     split functions into segments; drop the code that suspends and resumes them
//	frame.go     pass arguments and results directly, not on Go's stack in memory
//	stack.go     refuse what needs a larger stack
//	inline.go    inline functions that are called once
//	flow.go      write jumps as blocks and loops
//	tidy.go      drop blocks and branches that have no effect
//	reduce.go    use only instructions of WebAssembly 1.0, and fewer of them
//	locals.go    use fewer locals
//	memory.go    move the variables to low addresses
//	module.go    write the module
//
// The result is small, has no imports and runs on any WebAssembly engine. Bugs in
// the program still end in a trap: indexes, nil pointers and the depth of the
// stack are checked. A program that is not a core is refused with an error that
// names the construct, the line, and the path of calls that leads there.
//
// The package is not a compiler and not a general optimizer: it only reads code
// that the Go compiler writes.
//
// Only Go's linker knows which constants in the code are addresses. To find them,
// the program is linked twice, at different addresses: the constants that differ
// are addresses. See [Build].
package link

import (
	"fmt"
	"slices"
	"strings"
)

// Link returns the freestanding module of the program. It exports its memory and
// the named functions, or all functions that the program exports if no names are
// given.
func (p *Program) Link(exports ...string) ([]byte, error) {
	read, err := readProgram(p)
	if err != nil {
		return nil, err
	}
	return read.link(exports)
}

func (p *program) link(exports []string) ([]byte, error) {
	c := &core{program: p, functions: map[int64]*function{}}
	names := p.exported()
	for _, name := range exports {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("link: the program does not export a function %s (mark it with //go:wasmexport; exported are: %s)", name, strings.Join(names, ", "))
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("link: the program does not export a function (mark one with //go:wasmexport)")
	}
	for _, e := range p.exports {
		if slices.Contains(names, e.name) && (len(exports) == 0 || slices.Contains(exports, e.name)) {
			if err := c.addExport(e); err != nil {
				return nil, err
			}
		}
	}
	c.dropFrames()
	if err := c.checkStack(); err != nil {
		return nil, err
	}
	c.inline()
	for _, f := range c.all() {
		if f.segments == nil {
			continue
		}
		f.code = structure(f.segments)
		for changed := true; changed; changed = f.coalesce() {
			f.code = reduce(tidy(f.code, []int64{end}))
		}
		f.share()
	}
	if err := c.checkData(); err != nil {
		return nil, err
	}
	if err := c.checkStart(); err != nil {
		return nil, err
	}
	c.addHelpers()
	memory, err := c.relocate()
	if err != nil {
		return nil, err
	}
	return c.write(memory), nil
}

// exported returns the names of the functions that the program exports, without
// _initialize, which is the runtime's.
func (p *program) exported() (names []string) {
	for _, e := range p.exports {
		if e.name != "_initialize" {
			names = append(names, e.name)
		}
	}
	return names
}
