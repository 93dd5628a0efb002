package link

import (
	"fmt"
	"slices"
)

// A core is the part of a program that its exported functions need.
type core struct {
	*program
	exports   []*function
	functions map[int64]*function // by their index in the stock module
	callers   map[int64][]int64   // what led to each, and itself
	order     []int64             // of them in the new module, after the exported ones
	hasStack  bool                // some function has a frame in memory
}

// A function is a function of the core. Its code is first what the compiler
// wrote, in segments with jumps between them, and in the end one tree.
type function struct {
	signature
	export   string            // its name, if it is exported
	locals   map[int64]valtype // by number, see sp
	params   []int64           // those that are parameters, in order
	segments [][]instr         // of Go functions only
	code     []instr

	frame         int64  // size in bytes of its frame on Go's stack
	plain         bool   // needs no frame in memory
	reads, writes []slot // its parameters and its results, if plain
}

// sp is the number of the local that is Go's stack pointer. Others count from 0.
const sp = -1

// local adds a local.
func (f *function) local(typ valtype) int64 {
	id := int64(len(f.locals))
	f.locals[id] = typ
	return id
}

// hasLocal reports whether f has the local that in uses, if it uses one.
func (f *function) hasLocal(in *instr) bool {
	return !isLocal(in.op) || in.n == sp || f.locals[in.n] != 0
}

// all returns all code of f.
func (f *function) all() []instr { return slices.Concat(slices.Concat(f.segments...), f.code) }

// all returns all functions in their order.
func (c *core) all() []*function {
	all := slices.Clone(c.exports)
	for _, fn := range c.order {
		all = append(all, c.functions[fn])
	}
	return all
}

// read reads the function fn, as the compiler wrote it, and its locals that are
// no parameters.
func (c *core) read(fn int64) (code []instr, locals []valtype, err error) {
	i := int(fn) - c.imports
	d := &decoder{stock: &reader{data: c.bodies[i]}, moved: &reader{data: c.moved.bodies[i]}}
	if len(d.stock.data) > maxBody {
		return nil, nil, fmt.Errorf("has more than %d bytes", maxBody)
	}
	for range d.stock.count() {
		n, typ := int(d.stock.uint()), d.stock.byte()
		if len(locals)+n > maxLocals || typ < f64 || typ > i32 {
			return nil, nil, fmt.Errorf("has more than %d locals, or of an unknown type", maxLocals)
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

// add adds the function fn and all that it calls. The callers led to it: first is
// the Go function that is exported, last the one that calls fn.
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

func (c *core) addCalls(f *function, callers []int64) (err error) {
	each(f.all(), func(in *instr) {
		if in.op == opCall && err == nil {
			err = c.add(in.n, callers)
		}
	})
	return err
}

// translate takes the function fn out of the stock module.
func (c *core) translate(fn int64) (*function, error) {
	code, locals, err := c.read(fn)
	if err != nil {
		return nil, err
	}
	if contains(code, opIndirect) {
		return nil, fmt.Errorf("calls through an interface or a function value: the core can call functions by name only")
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

	// Assembly with a signature of its own stays as it is.
	f.code = code
	for i := range f.signature.params {
		f.params = append(f.params, f.local(f.signature.params[i]))
	}
	for _, typ := range locals {
		f.local(typ)
	}
	return f, nil
}
