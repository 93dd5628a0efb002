package link

import (
	"cmp"
	"slices"
)

// A slot is a place in a frame on Go's stack, which is in memory. The compiler
// passes arguments and results in slots, and spills registers to them.
//
// In a plain function each slot becomes a parameter, a local, or, for results, a
// global of WebAssembly, and the function needs no frame. A function is plain if
//
//   - it uses the stack pointer only to load from slots, to store to slots and to
//     call plain functions, so that its frame is known to no other code;
//   - any two slots that it uses are equal or do not overlap;
//   - of the slots in its caller's frame, those that it reads it never writes
//     (its parameters), and those that it writes it never reads, and writes only
//     in segments that return (its results);
//   - it stores the arguments of a call in the segment that ends with the call;
//   - if it loads a slot that it uses to pass arguments or results, the slot is a
//     result of every call that may have been the last one.
//
// Offsets of parameters and results are relative to the stack pointer of the
// caller. Other offsets are relative to the function's own.
type slot struct {
	offset int64
	width  int64   // in bytes
	typ    valtype // type of the local: i64 for integers of any width
}

func (s slot) overlaps(t slot) bool {
	return s != t && s.offset < t.offset+t.width && t.offset < s.offset+s.width
}

func anyOverlap(slots []slot) bool {
	return slices.ContainsFunc(slots, func(s slot) bool { return slices.ContainsFunc(slots, s.overlaps) })
}

// sorted returns slots in order of offset, without duplicates.
func sorted(slots []slot) []slot {
	slots = slices.SortedFunc(slices.Values(slots), func(s, t slot) int {
		return cmp.Or(cmp.Compare(s.offset, t.offset), cmp.Compare(s.width, t.width), cmp.Compare(s.typ, t.typ))
	})
	return slices.Compact(slots)
}

// slot returns the slot that in loads or stores, if any.
func (in *instr) slot() (s slot, ok bool) {
	if !isLoad(in.op) && !isStore(in.op) || !in.args[0].is(opLocalGet, sp) {
		return slot{}, false
	}
	switch in.op {
	case opI64Load, opI64Store:
		return slot{in.n, 8, i64}, true
	case opI32Load, opI64Load32S, opI64Load32U, opI32Store, opI64Store32:
		return slot{in.n, 4, i64}, true
	case opI64Load16S, opI64Load16U, opI64Store16:
		return slot{in.n, 2, i64}, true
	case opI32Load8U, opI64Load8S, opI64Load8U, opI32Store8, opI64Store8:
		return slot{in.n, 1, i64}, true
	case opF32Load, opF32Store:
		return slot{in.n, 4, f32}, true
	case opF64Load, opF64Store:
		return slot{in.n, 8, f64}, true
	}
	return slot{}, false
}

// A local for a slot of 4 bytes holds the integer sign-extended; for 2 bytes or 1,
// zero-extended.

// loaded returns the value of the load in, given the local that replaces its slot.
func (in *instr) loaded(local instr) instr {
	switch in.op {
	case opI32Load, opI32Load8U:
		return op(opI32Wrap).with(local)
	case opI64Load32U:
		return op(opI64ExtendU).with(op(opI32Wrap).with(local))
	case opI64Load16S:
		return op(opI64Extend16).with(local)
	case opI64Load8S:
		return op(opI64Extend8).with(local)
	}
	return local
}

// stored returns the value for the local that replaces the slot of the store in.
func (in *instr) stored() instr {
	x := in.args[1]
	switch in.op {
	case opI64Store32:
		return op(opI64Extend32).with(x)
	case opI64Store16:
		return op(opI64And).with(x, op(opI64Const, 0xFFFF))
	case opI64Store8:
		return op(opI64And).with(x, op(opI64Const, 0xFF))
	case opI32Store:
		return op(opI64ExtendS).with(x)
	case opI32Store8:
		return op(opI64And).with(op(opI64ExtendU).with(x), op(opI64Const, 0xFF))
	}
	return x
}

// load returns an instruction that loads the slot from memory.
func (s slot) load() instr {
	o := map[int64]opcode{1: opI64Load8U, 2: opI64Load16U, 4: opI64Load32S, 8: opI64Load}[s.width]
	switch s.typ {
	case f32:
		o = opF32Load
	case f64:
		o = opF64Load
	}
	return op(o, s.offset).with(op(opLocalGet, sp))
}

// store returns an instruction that stores x to the slot in memory.
func (s slot) store(x instr) instr {
	o := map[int64]opcode{1: opI64Store8, 2: opI64Store16, 4: opI64Store32, 8: opI64Store}[s.width]
	switch s.typ {
	case f32:
		o = opF32Store
	case f64:
		o = opF64Store
	}
	return op(o, s.offset).with(op(opLocalGet, sp), x)
}

// dropFrames removes the frames of all plain functions.
func (c *core) dropFrames() {
	all := slices.DeleteFunc(c.all(), func(f *function) bool { return f.segments == nil })
	c.findPlain(all)
	for _, f := range all {
		if f.plain {
			c.dropFrame(f)
		} else {
			c.keepFrame(f)
		}
	}
}

// findPlain finds which functions are plain.
func (c *core) findPlain(all []*function) {
	for _, f := range all {
		c.findPassed(f)
	}
	for again := true; again; {
		again = false
		for _, f := range all {
			if f.plain && !c.callsPlainly(f) {
				f.plain, again = false, true
			}
		}
	}
}

// passed returns the offset of the first parameter of f, after its frame and the
// return address.
func (f *function) passed() int64 { return f.frame + 8 }

// findPassed finds the parameters and results of f. It sets plain if f meets the
// conditions that do not depend on other functions.
func (c *core) findPassed(f *function) {
	pointers := 0
	for _, code := range f.segments {
		each(code, func(in *instr) {
			if in.is(opLocalGet, sp) {
				pointers++
			}
		})
		results := len(f.writes)
		for i := range code {
			s, isStore := code[i].slot()
			if isStore && s.offset >= f.passed() {
				s.offset -= f.passed()
				f.writes = append(f.writes, s)
			}
			endsInCall := c.callee(&code[i]) != nil && i == len(code)-2
			if isStore || endsInCall {
				pointers--
			}
			for _, s := range loads(code[i : i+1]) {
				pointers--
				if s.offset >= f.passed() {
					s.offset -= f.passed()
					f.reads = append(f.reads, s)
				}
			}
		}
		if results < len(f.writes) && !code[len(code)-1].is(opBr, end) {
			return
		}
	}
	f.reads, f.writes = sorted(f.reads), sorted(f.writes)
	both := slices.Concat(f.reads, f.writes)
	f.plain = pointers == 0 && !anyOverlap(both) && len(sorted(both)) == len(both)
}

// loads returns the slots that code loads.
func loads(code []instr) (slots []slot) {
	each(code, func(in *instr) {
		if s, ok := in.slot(); ok && isLoad(in.op) {
			slots = append(slots, s)
		}
	})
	return slots
}

// callee returns the Go function that the statement in calls, or nil.
func (c *core) callee(in *instr) *function {
	if in.op != opCall || !c.isGo(in.n) {
		return nil
	}
	return c.functions[in.n]
}

// callIn returns the Go function that a segment calls, or nil.
func (c *core) callIn(segment []instr) *function {
	for i := range segment {
		if g := c.callee(&segment[i]); g != nil {
			return g
		}
	}
	return nil
}

// callsPlainly reports whether f calls only plain functions, and uses the slots of
// their arguments and results for nothing else.
func (c *core) callsPlainly(f *function) bool {
	var last int64 // the end of those slots
	for _, code := range f.segments {
		if g := c.callIn(code); g != nil {
			if !g.plain {
				return false
			}
			for _, s := range slices.Concat(g.reads, g.writes) {
				last = max(last, s.offset+s.width)
			}
		}
	}
	var own []slot
	before := c.callsBefore(f)
	for x, code := range f.segments {
		var arguments []slot
		for i := range code {
			s, ok := code[i].slot()
			switch {
			case !ok || s.offset >= f.frame:
			case s.offset >= last:
				own = append(own, s)
			default:
				arguments = append(arguments, s)
			}
		}
		g := c.callIn(code)
		if g == nil && len(arguments) > 0 || g != nil && !covers(arguments, g.reads) {
			return false
		}
		for _, s := range loads(code) {
			switch {
			case s.offset >= f.frame:
			case s.offset >= last:
				own = append(own, s)
			case len(before[x]) == 0 || slices.ContainsFunc(before[x], func(g *function) bool { return !slices.Contains(g.writes, s) }):
				return false
			}
		}
	}
	return !anyOverlap(own)
}

// callsBefore returns, for each segment of f, the functions that may have been the
// last one called when the segment starts.
func (c *core) callsBefore(f *function) [][]*function {
	before := make([][]*function, len(f.segments))
	for again := true; again; {
		again = false
		for x, code := range f.segments {
			calls := before[x]
			for i := range code {
				each(code[i:i+1], func(in *instr) {
					for _, g := range calls {
						if in.op == opGoto && !slices.Contains(before[in.n], g) {
							before[in.n], again = append(before[in.n], g), true
						}
					}
				})
				if g := c.callee(&code[i]); g != nil {
					calls = []*function{g}
				}
			}
		}
	}
	return before
}

// covers reports whether each wanted slot is one of the given slots and overlaps
// none of the others.
func covers(given, wanted []slot) bool {
	return !slices.ContainsFunc(wanted, func(s slot) bool {
		return !slices.Contains(given, s) || slices.ContainsFunc(given, s.overlaps)
	})
}

// dropFrame rewrites the plain function f so that it has no frame.
func (c *core) dropFrame(f *function) {
	locals := map[slot]int64{}
	local := func(s slot) int64 {
		if _, ok := locals[s]; !ok {
			locals[s] = f.local(s.typ)
		}
		return locals[s]
	}
	if f.export == "" {
		f.signature = signature{}
		for _, s := range f.reads {
			f.signature.params += string([]byte{s.typ})
			s.offset += f.passed()
			f.params = append(f.params, local(s))
		}
	}
	var read []slot
	for _, code := range f.segments {
		read = append(read, loads(code)...)
		each(code, func(in *instr) {
			if s, ok := in.slot(); ok && isLoad(in.op) {
				*in = in.loaded(op(opLocalGet, local(s)))
			}
		})
	}
	for i, code := range f.segments {
		var out []instr
		for _, in := range code {
			s, ok := in.slot()
			g := c.callee(&in)
			switch {
			case ok && s.offset >= f.passed():
				s.offset -= f.passed()
				out = append(out, op(opGlobalSet, f.result(s)).with(in.stored()))
			case ok:
				out = append(out, op(opLocalSet, local(s)).with(in.stored()))
			case g != nil:
				var args []instr
				for _, s := range g.reads {
					args = append(args, op(opLocalGet, local(s)))
				}
				out = passDirectly(out, args)
				out = append(out, in.with(args...))
				for _, s := range g.writes {
					if slices.Contains(read, s) {
						out = append(out, op(opLocalSet, local(s)).with(op(opGlobalGet, g.result(s))))
					}
				}
			default:
				out = append(out, in)
			}
		}
		f.segments[i] = out
	}
}

// passDirectly removes the statements at the end of code that only set the locals
// in args, and puts their values into args.
func passDirectly(code, args []instr) []instr {
	for i := len(args) - 1; i >= 0; i-- {
		n := len(code) - 1
		if n < 0 || !code[n].is(opLocalSet, args[i].n) {
			break
		}
		args[i] = code[n].args[0]
		code = code[:n]
	}
	return code
}

// keepFrame rewrites f, which is not plain: it takes the stack pointer as a
// parameter, and passes arguments to plain functions directly.
func (c *core) keepFrame(f *function) {
	c.hasStack = true
	pointer := op(opLocalGet, sp)
	for i, code := range f.segments {
		var out []instr
		for _, in := range code {
			g := c.callee(&in)
			if g == nil || !g.plain {
				out = append(out, in)
				continue
			}
			in.args = nil
			for _, s := range g.reads {
				in.args = append(in.args, s.load())
			}
			out = append(out, in)
			for _, s := range g.writes {
				out = append(out, s.store(op(opGlobalGet, g.result(s))))
			}
		}
		f.segments[i] = out
	}
	if f.export != "" {
		for _, code := range f.segments {
			each(code, func(in *instr) {
				if in.is(opLocalGet, sp) {
					*in = op(opI32Const, stackSize-f.frame)
				}
			})
		}
		return
	}
	f.signature = signature{params: string(i32)}
	f.params = []int64{sp}
	f.locals[sp] = i32
	reserve := op(opLocalSet, sp).with(op(opI32Sub).with(pointer, op(opI32Const, f.passed())))
	f.segments[0] = append([]instr{reserve}, f.segments[0]...)
}

// result returns the number of the global in which f returns the result s. Results
// of the same type use globals 0, 1 and so on of that type.
func (f *function) result(s slot) (global int64) {
	for _, t := range f.writes[:slices.Index(f.writes, s)] {
		if t.typ == s.typ {
			global += 1 << 8
		}
	}
	return global | int64(s.typ)
}

// typeOf returns the type of a global.
func typeOf(global int64) valtype { return valtype(global) }

// globals returns the globals in use, in order.
func (c *core) globals() (globals []int64) {
	for _, f := range c.all() {
		each(f.code, func(in *instr) {
			if in.op == opGlobalGet || in.op == opGlobalSet {
				globals = append(globals, in.n)
			}
		})
	}
	slices.Sort(globals)
	return slices.Compact(globals)
}
