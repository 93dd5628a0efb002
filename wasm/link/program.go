package link

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A program is a module that the Go toolchain linked, with the compiler's listing.
type program struct {
	*module
	moved     *module // the same program at other addresses
	distances map[opcode][]int64
	listing   *listing
}

func readProgram(from *Program) (*program, error) {
	stock, err := readModule(from.Stock)
	if err != nil {
		return nil, err
	}
	if err := checkVersion(stock.producer); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(stock.exports, func(e export) bool { return e.name == "_initialize" }) {
		return nil, fmt.Errorf("link: the module is not a library (build it with GOOS=wasip1 -buildmode=c-shared)")
	}
	moved, err := readModule(from.Moved)
	if err != nil {
		return nil, err
	}
	if len(moved.bodies) != len(stock.bodies) || moved.imports != stock.imports {
		return nil, fmt.Errorf("link: the two modules are not the same program (link both from the same source)")
	}
	return &program{stock, moved, map[opcode][]int64{}, readListing(string(from.Listing))}, nil
}

// listed returns the function fn in the listing, or nil if it is not there.
func (p *program) listed(fn int64) *symbol {
	if all := p.listing.functions[p.names[int(fn)]]; len(all) > 0 {
		return all[0]
	}
	return nil
}

// isTrap reports whether fn is a function of the runtime that ends the program
// after a panic. A core traps instead.
func (p *program) isTrap(fn int64) bool {
	return p.listed(fn) == nil && traps.MatchString(p.symbol(fn))
}

// symbol returns the name of the function fn in the module, where all punctuation
// is replaced.
func (p *program) symbol(fn int64) string {
	if fn < int64(p.imports) {
		return "an imported function"
	}
	return p.names[int(fn)]
}

// name returns the name of the function fn, qualified as in Go source.
func (p *program) name(fn int64) string {
	if s := p.listed(fn); s != nil {
		return short(s.name)
	}
	// In the standard library, an import path has no underscores.
	symbol := p.symbol(fn)
	path, name, ok := strings.Cut(symbol, ".")
	if !ok {
		return symbol
	}
	return path[strings.LastIndex(path, "_")+1:] + "." + method.ReplaceAllString(name, "(*$1).")
}

// method matches the receiver type of a method.
var method = regexp.MustCompile(`^__(\w+)_\.`)

// short returns a symbol without the directories of its import path.
func short(symbol string) string { return path.Base(symbol) }

// jumpTarget returns the function that fn jumps to, if that is all it does, or else
// fn. Such functions are assembly.
func (p *program) jumpTarget(fn int64) int64 {
	const size = 32 // of a larger function
	i := int(fn) - p.imports
	if !p.isGo(fn) || p.listed(fn) != nil || len(p.bodies[i]) > size {
		return fn
	}
	r := &reader{data: p.bodies[i]}
	r.locals()
	var code []instr
	for len(r.data) > 0 {
		code = append(code, r.instr())
	}
	if begins(code, opGlobalGet, opLocalSet, opI32Const, opCall, opGlobalGet, opLocalSet, opReturn) && code[2].n == 0 && p.isGo(code[3].n) {
		return code[3].n
	}
	return fn
}

// signature returns the type of the function fn.
func (p *program) signature(fn int64) signature {
	i := int(fn) - p.imports
	if i < 0 || i >= len(p.funcs) {
		return signature{}
	}
	return p.types[p.funcs[i]]
}

// isGo reports whether fn is a compiled Go function, or assembly with the same
// calling convention.
func (p *program) isGo(fn int64) bool { return p.signature(fn) == goFunc }
