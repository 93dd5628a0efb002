package link

import (
	"cmp"
	"slices"
)

// Go passes arguments and results on its own stack, and keeps there what it has
// no register for. Here each such place becomes a local, a parameter or a
// global, and the stack is gone, with these exceptions: a function that takes
// the address of something in its frame, or uses a place in two ways, keeps its
// frame, and so do those that call it.

// A slot is a place in a frame. Integers of all sizes become an i64.
type slot struct {
	offset int64
	width  int64 // in bytes
	typ    valtype
}

func (s slot) overlaps(t slot) bool {
	return s != t && s.offset < t.offset+t.width && t.offset < s.offset+s.width
}

// slotOf returns the slot that a load or store accesses.
func slotOf(in *instr) (s slot, ok bool) {
	if len(in.args) == 0 || in.args[0].op != opLocalGet || in.args[0].n != sp {
		return slot{}, false
	}
	s.offset = in.n
	switch in.op {
	case opI64Load, opI64Store:
		s.width, s.typ = 8, i64
	case opI32Load, opI64Load32S, opI64Load32U, opI32Store, opI64Store32:
		s.width, s.typ = 4, i64
	case opI64Load16S, opI64Load16U, opI64Store16:
		s.width, s.typ = 2, i64
	case opI32Load8U, opI64Load8S, opI64Load8U, opI32Store8, opI64Store8:
		s.width, s.typ = 1, i64
	case opF32Load, opF32Store:
		s.width, s.typ = 4, f32
	case opF64Load, opF64Store:
		s.width, s.typ = 8, f64
	}
	return s, s.width > 0
}

// load returns what the load in gives, with the slot's content in x: integers
// of 4 bytes extended with their sign, smaller ones with zeros.
func load(in instr, x instr) instr {
	switch in.op {
	case opI32Load, opI32Load8U:
		return op(opI32Wrap).with(x)
	case opI64Load32U:
		return op(opI64ExtendU).with(op(opI32Wrap).with(x))
	case opI64Load16S:
		return op(opI64Extend16).with(x)
	case opI64Load8S:
		return op(opI64Extend8).with(x)
	}
	return x
}

// stored returns what a slot holds after the store in.
func stored(in instr) instr {
	x := in.args[1]
	switch in.op {
	case opI64Store32:
		return op(opI64Extend32).with(x)
	case opI64Store16:
		return op(opI64And).with(x, op(opI64Const, 0xFFFF))
	case opI64Store8:
		return op(opI64And).with(x, op(opI64Const, 0xFF))
	case opI32Store:
		return op(opI64Extend).with(x)
	case opI32Store8:
		return op(opI64And).with(op(opI64ExtendU).with(x), op(opI64Const, 0xFF))
	}
	return x
}

func isStore(o opcode) bool { return opI32Store <= o && o <= opI64Store32 }

// A frame is what a function does with its frame and its caller's.
type frame struct {
	plain           bool   // no address is taken, each slot has one use
	params, results []slot // by their offset from the first parameter
	loads           []slot // in the frame itself
}

// frames finds the functions that can do without their frame, and rewrites all.
func (c *core) frames() {
	frames := map[int64]*frame{}
	for fn, f := range c.functions {
		if f.segments != nil {
			frames[fn] = c.frame(f)
		}
	}
	for again := true; again; {
		again = false
		for fn, f := range frames {
			if f.plain && !c.canCall(c.functions[fn], f, frames) {
				f.plain, again = false, true
			}
		}
	}
	for fn, f := range c.functions {
		if f.segments != nil {
			c.rewriteFrame(f, frames[fn], frames)
		}
	}
	for _, e := range c.exports {
		f := c.frame(e.function)
		f.plain = f.plain && c.canCall(e.function, f, frames)
		c.rewriteFrame(e.function, f, frames)
	}
}

// frame looks at all uses of the stack pointer in f.
func (c *core) frame(f *function) *frame {
	fr := &frame{plain: true}
	first := f.frame + 8 // offset of the first parameter
	uses := 0
	for _, code := range f.segments {
		each(code, func(in *instr) {
			if in.op == opLocalGet && in.n == sp {
				uses++
			}
		})
	}
	known := func(in *instr, statement bool) {
		s, ok := slotOf(in)
		switch {
		case statement && in.op == opCall && c.isGo(in.n):
		case !ok || isStore(in.op) && !statement:
			return
		case s.offset >= first && isStore(in.op):
			s.offset -= first
			fr.results = append(fr.results, s)
		case s.offset >= first:
			s.offset -= first
			fr.params = append(fr.params, s)
		case !isStore(in.op):
			fr.loads = append(fr.loads, s)
		}
		uses--
	}
	for _, code := range f.segments {
		results := len(fr.results)
		for i := range code {
			known(&code[i], true)
			each(code[i].args, func(in *instr) { known(in, false) })
			each(code[i].body, func(in *instr) { known(in, false) })
		}
		if last := code[len(code)-1]; len(fr.results) > results && (last.op != opBr || last.n != end) {
			fr.plain = false
		}
	}
	fr.params, fr.results = sorted(fr.params), sorted(fr.results)
	both := append(slices.Clone(fr.params), fr.results...)
	if uses > 0 || len(sorted(both)) != len(both) || overlap(both) {
		fr.plain = false
	}
	return fr
}

func sorted(slots []slot) []slot {
	slices.SortFunc(slots, func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.offset, b.offset), cmp.Compare(a.width, b.width), cmp.Compare(a.typ, b.typ))
	})
	return slices.Compact(slots)
}

func overlap(slots []slot) bool {
	return slices.ContainsFunc(slots, func(s slot) bool { return slices.ContainsFunc(slots, s.overlaps) })
}

// isGo reports whether fn has a frame on Go's stack.
func (c *core) isGo(fn int64) bool { return fn >= 0 && c.signature(fn) == ourFunc }

// canCall reports whether all that f calls has its arguments and results in
// slots of f that are used for nothing else.
func (c *core) canCall(f *function, fr *frame, frames map[int64]*frame) bool {
	var out int64 // where arguments and results end in the frame
	var results []slot
	for _, code := range f.segments {
		if g := c.callee(code, frames); g != nil {
			if !g.plain {
				return false
			}
			for _, s := range append(slices.Clone(g.params), g.results...) {
				out = max(out, s.offset+s.width)
			}
			results = append(results, g.results...)
		}
	}
	var own []slot
	for _, code := range f.segments {
		g := c.callee(code, frames)
		stores := map[slot]bool{}
		for i := range code {
			if s, ok := slotOf(&code[i]); ok && isStore(code[i].op) && s.offset < f.frame {
				if s.offset >= out {
					own = append(own, s)
					continue
				}
				if g == nil {
					return false
				}
				stores[s] = true
				if slices.ContainsFunc(g.params, s.overlaps) {
					return false
				}
			}
		}
		if g != nil {
			for _, s := range g.params {
				if !stores[s] {
					return false
				}
			}
		}
	}
	for _, s := range fr.loads {
		if s.offset >= out {
			own = append(own, s)
		} else if !slices.Contains(results, s) || slices.ContainsFunc(results, s.overlaps) {
			return false
		}
	}
	return !overlap(own)
}

// callee returns what the segment calls at its end, if it does.
func (c *core) callee(code []instr, frames map[int64]*frame) *frame {
	for _, in := range code {
		if in.op == opCall && c.isGo(in.n) {
			return frames[in.n]
		}
	}
	return nil
}

// rewriteFrame rewrites the accesses to frames in f, and its calls.
func (c *core) rewriteFrame(f *function, fr *frame, frames map[int64]*frame) {
	if !fr.plain {
		c.keepFrame(f, frames)
		return
	}
	f.plain = true
	first := f.frame + 8
	locals := map[slot]int64{}
	local := func(s slot) int64 {
		id, ok := locals[s]
		if !ok {
			id = f.local(s.typ)
			locals[s] = id
		}
		return id
	}
	if !f.exported {
		f.signature = signature{}
		for _, s := range fr.params {
			id := f.local(s.typ)
			s.offset += first
			locals[s] = id
			f.params = append(f.params, id)
			f.signature.params += string(rune(s.typ))
		}
	}
	for i, code := range f.segments {
		var out []instr
		for _, in := range code {
			in = f.loads(in, local)
			s, ok := slotOf(&in)
			switch {
			case ok && s.offset >= first && !f.exported:
				s.offset -= first
				in = op(opGlobalSet, result(fr.results, s)).with(stored(in))
			case ok:
				in = op(opLocalSet, local(s)).with(stored(in))
			case in.op == opCall && c.isGo(in.n):
				g := frames[in.n]
				in.args = nil
				for _, s := range g.params {
					in.args = append(in.args, op(opLocalGet, local(s)))
				}
				out = passDirectly(out, &in)
				out = append(out, in)
				for _, s := range g.results {
					if slices.Contains(fr.loads, s) {
						out = append(out, op(opLocalSet, local(s)).with(op(opGlobalGet, result(g.results, s))))
					}
				}
				continue
			}
			out = append(out, in)
		}
		f.segments[i] = out
	}
}

// passDirectly makes operands of the last statements of code, as far as they
// set the arguments of the call in the order of its parameters.
func passDirectly(code []instr, call *instr) []instr {
	for i := len(call.args) - 1; i >= 0; i-- {
		n := len(code) - 1
		if n < 0 || code[n].op != opLocalSet || code[n].n != call.args[i].n {
			break
		}
		call.args[i] = code[n].args[0]
		code = code[:n]
	}
	return code
}

// loads rewrites the loads within in from slots.
func (f *function) loads(in instr, local func(slot) int64) instr {
	list := func(code []instr) (out []instr) {
		for _, in := range code {
			out = append(out, f.loads(in, local))
		}
		return out
	}
	if s, ok := slotOf(&in); ok && !isStore(in.op) {
		return load(in, op(opLocalGet, local(s)))
	}
	in.args, in.body, in.other = list(in.args), list(in.body), list(in.other)
	return in
}

// result returns the global that the result in the slot s travels in.
func result(results []slot, s slot) int64 {
	n := 0
	for _, r := range results {
		if r == s {
			break
		}
		if r.typ == s.typ {
			n++
		}
	}
	return int64(n)<<8 | int64(s.typ)
}

func globalType(g int64) valtype { return valtype(g) }

// globals returns all globals that are used.
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

// keepFrame makes f, which needs its frame, call the functions that need none.
func (c *core) keepFrame(f *function, frames map[int64]*frame) {
	stack := op(opLocalGet, sp)
	for i, code := range f.segments {
		var out []instr
		for _, in := range code {
			if in.op != opCall || !c.isGo(in.n) || !frames[in.n].plain {
				out = append(out, in)
				continue
			}
			g := frames[in.n]
			in.args = nil
			for _, s := range g.params {
				in.args = append(in.args, op(loadOf(s), s.offset).with(stack))
			}
			out = append(out, in)
			for _, s := range g.results {
				store := op(storeOf(s), s.offset).with(stack, op(opGlobalGet, result(g.results, s)))
				out = append(out, store)
			}
		}
		f.segments[i] = out
	}
	c.needsStack = true
	if f.exported {
		for _, code := range f.segments {
			each(code, func(in *instr) {
				if in.op == opLocalGet && in.n == sp {
					*in = op(opI32Const, stackSize-f.frame)
				}
			})
		}
		return
	}
	f.signature = ourFunc
	f.params = []int64{sp}
	f.locals[sp] = i32
	// Besides the frame, the callee reserves the place of the return address.
	reserve := op(opLocalSet, sp).with(op(opI32Sub).with(stack, op(opI32Const, f.frame+8)))
	f.segments[0] = append([]instr{reserve}, f.segments[0]...)
}

func loadOf(s slot) opcode {
	switch s.typ {
	case f32:
		return opF32Load
	case f64:
		return opF64Load
	}
	return map[int64]opcode{1: opI64Load8U, 2: opI64Load16U, 4: opI64Load32S, 8: opI64Load}[s.width]
}

func storeOf(s slot) opcode {
	switch s.typ {
	case f32:
		return opF32Store
	case f64:
		return opF64Store
	}
	return map[int64]opcode{1: opI64Store8, 2: opI64Store16, 4: opI64Store32, 8: opI64Store}[s.width]
}
