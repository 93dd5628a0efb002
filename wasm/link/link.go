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

// Link returns the freestanding module of a program that was linked twice, see
// [Program]. It exports the named functions, or all of the program's.
func Link(stock, moved []byte, exports ...string) ([]byte, error) {
	p, err := readProgram(stock, moved)
	if err != nil {
		return nil, err
	}
	if err := p.checkStart(); err != nil {
		return nil, err
	}
	c := &core{program: p, functions: map[int64]*function{}}
	for _, e := range p.exports {
		if c.isOwn(e) && (len(exports) == 0 || slices.Contains(exports, e.name)) {
			if err := c.export(e); err != nil {
				return nil, err
			}
		}
	}
	if len(c.exports) == 0 {
		return nil, fmt.Errorf("link: the program exports no function (mark one with //go:wasmexport)")
	}
	if err := c.finish(); err != nil {
		return nil, err
	}
	return c.write(c.relocate()), nil
}

// isOwn reports whether the program exports e, and not the runtime.
func (c *core) isOwn(e export) bool {
	return !slices.Contains([]string{"_initialize", "_start", "run", "resume", "getsp"}, e.name)
}
