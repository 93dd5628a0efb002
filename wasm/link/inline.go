package link

import "slices"

// inline inlines plain functions that have only one call. The Go compiler has
// already inlined short functions.
func (c *core) inline() {
	for c.inlineOne() {
	}
}

// inlineOne inlines one function. It reports whether there was one.

func (c *core) inlineOne() bool {
	type place struct {
		*function
		segment, statement int
	}
	calls := map[int64][]place{}
	for _, f := range c.all() {
		for i, code := range f.segments {
			for j := range code {
				if c.callee(&code[j]) != nil {
					calls[code[j].n] = append(calls[code[j].n], place{f, i, j})
				}
			}
		}
	}
	for i, fn := range c.order {
		if g, at := c.functions[fn], calls[fn]; g.plain && len(at) == 1 && at[0].function != g {
			at[0].inline(at[0].segment, at[0].statement, g)
			c.order = slices.Delete(c.order, i, i+1)
			delete(c.functions, fn)
			return true
		}
	}
	return false
}

// inline replaces the call of g, statement j of segment i, by the segments of g.
// The statements after the call become a new segment.
func (f *function) inline(i, j int, g *function) {
	locals := map[int64]int64{}
	for id := range int64(len(g.locals)) {
		locals[id] = f.local(g.locals[id])
	}
	results := map[int64]int64{} // locals in place of globals
	result := func(global int64) int64 {
		if _, ok := results[global]; !ok {
			results[global] = f.local(typeOf(global))
		}
		return results[global]
	}

	call, after := f.segments[i][j], f.segments[i][j+1:]
	first := int64(len(f.segments))
	last := first + int64(len(g.segments))
	for _, code := range g.segments {
		each(code, func(in *instr) {
			switch {
			case isLocal(in.op):
				in.n = locals[in.n]
			case in.op == opGoto:
				in.n += first
			case in.is(opBr, end):
				*in = op(opGoto, last)
			case in.op == opGlobalSet:
				in.op, in.n = opLocalSet, result(in.n)
			}
		})
	}
	each(after, func(in *instr) {
		if in.op == opGlobalGet {
			in.op, in.n = opLocalGet, result(in.n)
		}
	})

	before := slices.Clip(f.segments[i][:j])
	for k, id := range g.params {
		before = append(before, op(opLocalSet, locals[id]).with(call.args[k]))
	}
	f.segments[i] = append(before, op(opGoto, first))
	f.segments = append(append(f.segments, g.segments...), after)
}
