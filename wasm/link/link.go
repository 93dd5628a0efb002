// Package link makes a freestanding WebAssembly module of a Go program: one that
// holds the functions which the program exports, and of the Go runtime nothing.
//
// The Go toolchain links a program for WebAssembly with its whole runtime, some
// two megabytes. A program that allocates nothing, starts no goroutine and keeps
// its state in plain variables does not need it; it is called a core here. [Link]
// reads the module that the stock toolchain wrote for it and takes these steps:
//
//	program.go   find names, lines and variables in what Go's own runtime goes by
//	wrapper.go   begin at the functions that are exported
//	core.go      follow their calls
//	refuse.go    refuse what needs the runtime, and say who needs it and why
//	shape.go     take functions apart: Go's can stop and resume anywhere, a core's need not
//	frame.go     pass arguments and results directly, not on Go's stack in memory
//	inline.go    put functions where they are called
//	flow.go      write jumps as blocks and loops, not through a table
//	tidy.go      drop blocks and branches that nobody needs
//	reduce.go    use only instructions of WebAssembly 1.0, and fewer
//	locals.go    use fewer locals
//	memory.go    move variables to where the runtime's data were
//	module.go    write what remains
//
// The result is small, imports nothing and runs wherever WebAssembly does. A bug
// still ends in a trap: bounds are checked, and so are nil and the stack. What a
// core cannot do is an error that names the function, the line and the path of
// calls that leads there.
//
// Which numbers in code are addresses, only Go's linker knows. To find out, the
// program is linked twice, at different addresses: what differs is one. See
// [Build].
//
// All of this holds for the code of one version of the toolchain. Another one is
// refused, until somebody has compared the files of it that comments here cite.
package link

import (
	"fmt"
	"slices"
)

// Link returns the freestanding module of a program that was linked twice, as
// [Build] does. It exports memory and the functions named, or all that the
// program exports if none are.
func Link(stock, moved []byte, exports ...string) ([]byte, error) {
	p, err := readProgram(stock, moved)
	if err != nil {
		return nil, err
	}
	return p.link(exports)
}

func (p *program) link(exports []string) ([]byte, error) {
	c := &core{program: p, functions: map[int64]*function{}, callers: map[int64][]int64{}}
	for _, e := range p.exports {
		if !slices.Contains(runtimeExports, e.name) && (len(exports) == 0 || slices.Contains(exports, e.name)) {
			if err := c.addExport(e); err != nil {
				return nil, err
			}
		}
	}
	if len(c.exports) == 0 {
		return nil, fmt.Errorf("link: the program exports no such function (mark it with //go:wasmexport)")
	}
	if err := c.checkStart(); err != nil {
		return nil, err
	}

	c.dropFrames()
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
	c.addHelpers()
	return c.write(c.relocate()), nil
}

// runtimeExports are what the runtime exports itself, for js and for wasip1.
var runtimeExports = []string{"run", "resume", "getsp", "_start", "_initialize"}
