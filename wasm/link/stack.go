package link

import "fmt"

// checkStack refuses a core in which the frames of functions that call each other
// need more memory than the stack has: such calls would always trap. (Recursion may
// trap, too. How deep it goes is not known.)
func (c *core) checkStack() error {
	depths := map[*function]int64{}
	for _, f := range c.exports {
		// Follow the deepest calls to the first function that does not fit.
		var r *route
		need := f.frame
		for seen := map[*function]bool{}; f != nil && need+c.depth(f, depths) > stackSize; {
			seen[f] = true
			fn, g := c.deepest(f, depths)
			if g == nil || seen[g] {
				break
			}
			f = g
			need += f.passed()
			r = &route{fn: fn, by: r}
			if need > stackSize {
				if listed := c.listed(fn); listed != nil {
					r.pos = listed.pos
				}
				return c.refuse(r, r.pos, fmt.Sprintf("needs %d bytes of stack, and %d with its callers: a core has %d (use variables of a package for large arrays)",
					f.passed(), need, stackSize))
			}
		}
	}
	return nil
}

// depth returns how many bytes of stack the calls of f need, not counting
// recursion.
func (c *core) depth(f *function, depths map[*function]int64) int64 {
	if _, ok := depths[f]; !ok {
		depths[f] = -1 // in progress
		_, g := c.deepest(f, depths)
		depths[f] = 0
		if g != nil {
			depths[f] = g.passed() + c.depth(g, depths)
		}
	}
	return depths[f]
}

// deepest returns the function called by f that needs the most stack, or nil if none
// needs any.
func (c *core) deepest(f *function, depths map[*function]int64) (fn int64, deepest *function) {
	for _, code := range f.segments {
		each(code, func(in *instr) {
			g := c.callee(in)
			if g == nil || g.plain {
				return
			}
			if depth := c.depth(g, depths); depth >= 0 && (deepest == nil || g.passed()+depth > deepest.passed()+depths[deepest]) {
				fn, deepest = in.n, g
			}
		})
	}
	return fn, deepest
}
