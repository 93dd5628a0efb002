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
	d := &decoder{stock: &reader{data: c.bodies[i]}, moved: &reader{data: c.moved.bodies[i]}, imports: c.imports, distances: c.distances}
	if len(d.stock.data) > maxBody {
		return nil, nil, fmt.Errorf("is larger than %d bytes", maxBody)
	}
	locals, moved := d.stock.locals(), d.moved.locals()
	if d.stock.err == nil && !slices.Equal(locals, moved) {
		d.stock.fail("differs in the moved module")
	}
	if all := c.listing.functions[c.names[int(fn)]]; len(all) > 1 {
		return nil, nil, fmt.Errorf("cannot be told from %s, because punctuation in their names does not count (rename one)", short(all[1].name))
	}
	if listed := c.listed(fn); listed != nil {
		d.refs, d.isListed = listed.code, true
	}
	code, ender := d.decode()
	if d.stock.err == nil && (ender != opEnd || len(d.stock.data) > 0) {
		d.stock.fail("has code after its end")
	}
	if d.stock.err == nil && len(d.refs) > 0 {
		d.stock.fail(unlisted)
	}
	return code, locals, d.stock.err
}

// A route is how a core reaches a function: by a call in the function of another
// route, or because it is exported.
type route struct {
	fn  int64
	by  *route // nil if the function is exported
	pos string // position of the call, or of the function, in the packages of the listing
}

// add adds the function of the route r, and all functions that it calls.
func (c *core) add(r *route) error {
	if c.functions[r.fn] != nil {
		return nil
	}
	f, err := c.translate(r)
	if err == nil {
		err = c.check(f, r)
	}
	if err != nil {
		return err
	}
	c.functions[r.fn] = f
	c.order = append(c.order, r.fn)
	return c.addCalls(f)
}

// addCalls adds the functions that f calls.
func (c *core) addCalls(f *function) (err error) {
	each(f.all(), func(in *instr) {
		if in.op == opCall && err == nil {
			err = c.add(&route{in.n, in.route, in.pos()})
		}
	})
	return err
}

// translate reads the function of the route r, in segments.
func (c *core) translate(r *route) (f *function, err error) {
	fn := r.fn
	pos := r.pos
	if listed := c.listed(fn); listed != nil && listed.pos != "" {
		pos = listed.pos
	}
	code, locals, err := c.read(fn)
	if err != nil {
		return nil, c.refuse(r, pos, err.Error())
	}
	each(code, func(in *instr) {
		if in.address || in.op == opCall || in.op == opIndirect {
			in.route = r
		}
		if in.op == opCall && in.ref != nil && in.n >= int64(c.imports) && c.symbol(in.n) != moduleName(in.ref.name) {
			err = c.refuse(r, pos, unlisted)
		}
	})
	if err != nil {
		return nil, err
	}
	if err := c.checkCalls(code, r); err != nil {
		return nil, err
	}
	f = &function{signature: c.signature(fn), locals: map[int64]valtype{}}
	if c.isGo(fn) {
		for _, typ := range locals[min(1, len(locals)):] { // the first is the stack pointer
			f.local(typ)
		}
		if err := c.split(f, code); err != nil {
			return nil, c.refuse(r, pos, err.Error())
		}
		return f, nil
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
