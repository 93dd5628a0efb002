package link

import (
	"fmt"
	"slices"
)

// A core is the part of a program that its exported functions need.
type core struct {
	*program
	exports   []*function
	functions map[int64]*function // by index in the stock module
	callers   map[int64][]int64   // for each function, the path of calls to it, including itself
	order     []int64             // order of the functions in the new module, after the exported ones
	hasStack  bool                // a function has a frame in memory
}

// A function is a function of the core. Compiled functions start as segments, with
// jumps between them, which later become the tree code.
type function struct {
	signature
	export   string            // its name, if it is exported
	locals   map[int64]valtype // by number: see sp
	params   []int64           // the locals that are parameters, in order
	segments [][]instr         // nil for assembly
	code     []instr

	frame         int64  // size in bytes of its frame on Go's stack
	plain         bool   // it needs no frame in memory: see slot
	reads, writes []slot // its parameters and results, if it is plain
}

// sp is the number of the local for Go's stack pointer. Others count from 0.
const sp = -1

// local adds a local and returns its number.
func (f *function) local(typ valtype) int64 {
	id := int64(len(f.locals))
	f.locals[id] = typ
	return id
}

// hasLocal reports whether the local that in uses, if any, exists in f.
func (f *function) hasLocal(in *instr) bool {
	return !isLocal(in.op) || in.n == sp || f.locals[in.n] != 0
}

// all returns all code of f.
func (f *function) all() []instr { return slices.Concat(slices.Concat(f.segments...), f.code) }

// all returns all functions in the order of the new module.
func (c *core) all() []*function {
	all := slices.Clone(c.exports)
	for _, fn := range c.order {
		all = append(all, c.functions[fn])
	}
	return all
}

// read decodes the function fn of the stock module, and the types of its locals
// other than parameters.
func (c *core) read(fn int64) (code []instr, locals []valtype, err error) {
	i := int(fn) - c.imports
	d := &decoder{stock: &reader{data: c.bodies[i]}, moved: &reader{data: c.moved.bodies[i]}}
	if len(d.stock.data) > maxBody {
		return nil, nil, fmt.Errorf("is larger than %d bytes", maxBody)
	}
	for range d.stock.count() {
		n, typ := int(d.stock.uint()), d.stock.byte()
		if len(locals)+n > maxLocals || typ < f64 || typ > i32 {
			return nil, nil, fmt.Errorf("has more than %d locals, or one of an unknown type", maxLocals)
		}
		locals = append(locals, slices.Repeat([]valtype{typ}, n)...)
	}
	for range d.moved.count() {
		d.moved.bytes(2)
	}
	code, ender := d.decode()
	if d.stock.err == nil && (ender != opEnd || len(d.stock.data) > 0) {
		d.stock.fail("has code after its end")
	}
	return code, locals, d.stock.err
}

// add adds the function fn and all functions that it calls. The callers are the
// path of calls to it, from the exported Go function to the one that calls fn.
func (c *core) add(fn int64, callers []int64) error {
	if c.functions[fn] != nil {
		return nil
	}
	callers = append(slices.Clip(callers), fn)
	f, err := c.translate(fn)
	if err != nil {
		return c.refuse(callers, c.pc(fn)+1, err.Error())
	}
	if err := c.check(f, callers); err != nil {
		return err
	}
	c.functions[fn], c.callers[fn] = f, callers
	c.order = append(c.order, fn)
	return c.addCalls(f, callers)
}

// addCalls adds the functions that f calls.
func (c *core) addCalls(f *function, callers []int64) (err error) {
	each(f.all(), func(in *instr) {
		if in.op == opCall && err == nil {
			err = c.add(in.n, callers)
		}
	})
	return err
}

// translate reads the function fn of the stock module, in segments.
func (c *core) translate(fn int64) (*function, error) {
	code, locals, err := c.read(fn)
	if err != nil {
		return nil, err
	}
	if contains(code, opIndirect) {
		return nil, fmt.Errorf("calls an interface method or a function value: a core can only call functions by name")
	}
	each(code, func(in *instr) {
		if in.address {
			in.pc = c.pc(fn) + 1
		}
	})
	f := &function{signature: c.signature(fn), locals: map[int64]valtype{}}
	if c.isGo(fn) {
		for _, typ := range locals[min(1, len(locals)):] { // the first is the stack pointer
			f.local(typ)
		}
		return f, c.split(f, code)
	}

	// Assembly that has a signature of its own needs no change.
	f.code = code
	for i := range f.signature.params {
		f.params = append(f.params, f.local(f.signature.params[i]))
	}
	for _, typ := range locals {
		f.local(typ)
	}
	return f, nil
}
