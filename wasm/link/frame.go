package link

import (
	"cmp"
	"slices"
)

// A slot is a place in a frame. Go passes arguments and results there, and keeps
// there what it has no register for at the time.
//
// In a plain function each slot becomes a parameter, a global or a local of
// WebAssembly, and the frame is gone. A function is plain if
//
//   - it uses the stack pointer only to load from slots, to store to them and to
//     call plain functions: nobody else knows its frame;
//   - slots that it uses either are the same or do not overlap;
//   - each slot of its caller's that it uses is only read, and is a parameter,
//     or only written, right before it returns, and is a result;
//   - what it passes to a call, it stores in the segment that ends with the call;
//   - what it reads of what it passed is a result of the last call.
//
// Offsets are from the stack pointer of the caller for what is passed, and from
// its own for the rest of a frame.
type slot struct {
	offset int64
	width  int64   // in bytes
	typ    valtype // of the local: i64 for integers of any width
}

func (s slot) overlaps(t slot) bool {
	return s != t && s.offset < t.offset+t.width && t.offset < s.offset+s.width
}

func anyOverlap(slots []slot) bool {
	return slices.ContainsFunc(slots, func(s slot) bool { return slices.ContainsFunc(slots, s.overlaps) })
}

// sorted returns slots without duplicates in their order in the frame.
func sorted(slots []slot) []slot {
	slots = slices.SortedFunc(slices.Values(slots), func(s, t slot) int {
		return cmp.Or(cmp.Compare(s.offset, t.offset), cmp.Compare(s.width, t.width), cmp.Compare(s.typ, t.typ))
	})
	return slices.Compact(slots)
}

// slot returns the slot that in loads or stores, if it does.
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

// A local that holds an integer of 4 bytes holds its sign, too; of 2 bytes or 1,
// what is above them is zero.

// loaded returns what the load in gives, if local is in the place of its slot.
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

// stored returns what the store in sets a local to that is in the place of its slot.
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

// load and store return what accesses the slot in memory.
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

// dropFrames makes plain functions of all that can be.
func (c *core) dropFrames() {
	all := slices.DeleteFunc(c.all(), func(f *function) bool { return f.segments == nil })
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
	for _, f := range all {
		if f.plain {
			c.dropFrame(f)
		} else {
			c.keepFrame(f)
		}
	}
}

// passed is the offset of the first parameter of f, behind the return address.
func (f *function) passed() int64 { return f.frame + 8 }

// findPassed finds the parameters and the results of f, and whether it is plain
// as far as it does not depend on others.
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

// loads returns the slots that are read somewhere in code.
func loads(code []instr) (slots []slot) {
	each(code, func(in *instr) {
		if s, ok := in.slot(); ok && isLoad(in.op) {
			slots = append(slots, s)
		}
	})
	return slots
}

// callee returns the Go function that the statement in calls, if it does.
func (c *core) callee(in *instr) *function {
	if in.op != opCall || !c.isGo(in.n) {
		return nil
	}
	return c.functions[in.n]
}

// callIn returns the function that a segment calls.
func (c *core) callIn(segment []instr) *function {
	for i := range segment {
		if g := c.callee(&segment[i]); g != nil {
			return g
		}
	}
	return nil
}

// callsPlainly reports whether f calls only plain functions and uses the slots
// that it passes to them for nothing else.
func (c *core) callsPlainly(f *function) bool {
	var last int64 // where such slots end
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

// callsBefore returns, for each segment of f, the functions one of which was the
// last to be called when it begins.
func (c *core) callsBefore(f *function) [][]*function {
	before := make([][]*function, len(f.segments))
	for again := true; again; {
		again = false
		for x, code := range f.segments {
			calls := before[x]
			if g := c.callIn(code); g != nil {
				calls = []*function{g}
			}
			each(code, func(in *instr) {
				for _, g := range calls {
					if in.op == opGoto && !slices.Contains(before[in.n], g) {
						before[in.n], again = append(before[in.n], g), true
					}
				}
			})
		}
	}
	return before
}

// covers reports whether each of the wanted slots is one of the given, and no
// other of these overlaps it.
func covers(given, wanted []slot) bool {
	return !slices.ContainsFunc(wanted, func(s slot) bool {
		return !slices.Contains(given, s) || slices.ContainsFunc(given, s.overlaps)
	})
}

// dropFrame writes the plain function f without a frame.
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

// passDirectly takes statements off the end of code that set what is passed next
// in args, and puts their values there instead.
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

// keepFrame lets f, which is not plain, call those that are, and gives it the
// stack pointer as its parameter.
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

// result returns the global in which f returns what it would write to s: the
// n-th of the type.
func (f *function) result(s slot) (global int64) {
	for _, t := range f.writes[:slices.Index(f.writes, s)] {
		if t.typ == s.typ {
			global += 1 << 8
		}
	}
	return global | int64(s.typ)
}

// typeOf returns the type of a global that carries a result.
func typeOf(global int64) valtype { return valtype(global) }

// globals returns the globals that are in use.
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
