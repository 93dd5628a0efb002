package link

import "slices"

// inline moves functions that are called in one place only to that place. (Those
// that are short enough were inlined by the Go compiler, wherever called.)
func (c *core) inline() {
	type site struct {
		*function
		segment, statement int
	}
	for {
		sites := map[int64][]site{}
		for _, f := range c.all() {
			for i, code := range f.segments {
				for j, in := range code {
					if in.op == opCall && c.isGo(in.n) {
						sites[in.n] = append(sites[in.n], site{f, i, j})
					}
				}
			}
		}
		once := slices.IndexFunc(c.order, func(fn int64) bool {
			return len(sites[fn]) == 1 && c.functions[fn].plain && sites[fn][0].function != c.functions[fn]
		})
		if once < 0 {
			return
		}
		fn := c.order[once]
		c.order = slices.Delete(c.order, once, once+1)
		at := sites[fn][0]
		at.function.inline(at.segment, at.statement, c.functions[fn])
		delete(c.functions, fn)
	}
}

// inline replaces the call of g that is the j-th statement of the i-th segment.
func (f *function) inline(i, j int, g *function) {
	locals := map[int64]int64{}
	for id := range int64(len(g.locals)) {
		locals[id] = f.local(g.locals[id])
	}
	results := map[int64]int64{}
	result := func(global int64) int64 {
		if _, ok := results[global]; !ok {
			results[global] = f.local(globalType(global))
		}
		return results[global]
	}

	code := f.segments[i]
	call, after := code[j], code[j+1:]
	first := int64(len(f.segments))
	last := first + int64(len(g.segments))
	for _, code := range g.segments {
		each(code, func(in *instr) {
			switch {
			case isLocal(in.op):
				in.n = locals[in.n]
			case in.op == opGoto:
				in.n += first
			case in.op == opBr && in.n == end:
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
	code = slices.Clip(code[:j])
	for k, p := range g.params {
		code = append(code, op(opLocalSet, locals[p]).with(call.args[k]))
	}
	f.segments[i] = append(code, op(opGoto, first))
	f.segments = append(append(f.segments, g.segments...), after)
}
