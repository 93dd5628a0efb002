package link

import (
	"fmt"
	"slices"
)

// A flow is the control flow graph of a function's segments.
//
// [structure] writes it as blocks and loops, after Norman Ramsey, Beyond
// Relooper (ICFP 2022): a segment is placed inside its immediate dominator. If one
// forward jump leads to a segment, the segment replaces that jump. If several do,
// the segment follows a block, and the jumps branch out of that block. If a
// backward jump leads to a segment, the segment is a loop.
type flow struct {
	segments [][]instr
	order    []int // the reachable segments, in reverse postorder

	// For each segment:
	rank   []int  // its index in order
	parent []int  // its immediate dominator
	ways   []int  // the number of forward jumps to it
	loops  []bool // whether a backward jump leads to it
}

func newFlow(segments [][]instr) *flow {
	n := len(segments)
	f := &flow{segments, nil, make([]int, n), make([]int, n), make([]int, n), make([]bool, n)}
	f.sort(0, make([]bool, n))
	slices.Reverse(f.order)
	for i, x := range f.order {
		f.rank[x] = i
	}

	// As in Cooper, Harvey and Kennedy, A Simple, Fast Dominance Algorithm. One
	// pass is enough: if each loop has one entry, backward jumps change nothing.
	for _, x := range f.order {
		for _, y := range f.jumps(x) {
			switch {
			case f.isBack(x, y):
				f.loops[y] = true
				continue
			case f.ways[y] == 0:
				f.parent[y] = x
			default:
				f.parent[y] = f.dominator(f.parent[y], x)
			}
			f.ways[y]++
		}
	}
	return f
}

// sort appends x and the segments that it leads to to order, in postorder.
func (f *flow) sort(x int, seen []bool) {
	seen[x] = true
	for _, y := range slices.Backward(f.jumps(x)) {
		if !seen[y] {
			f.sort(y, seen)
		}
	}
	f.order = append(f.order, x)
}

// jumps returns the targets of the jumps in the segment x.
func (f *flow) jumps(x int) (to []int) {
	each(f.segments[x], func(in *instr) {
		if in.op == opGoto {
			to = append(to, int(in.n))
		}
	})
	return to
}

// isBack reports whether a jump from x to y is a backward jump.
func (f *flow) isBack(x, y int) bool { return f.rank[y] <= f.rank[x] }

// dominator returns the nearest segment that dominates both x and y.
func (f *flow) dominator(x, y int) int {
	for x != y {
		if f.rank[x] < f.rank[y] {
			x, y = y, x
		}
		x = f.parent[x]
	}
	return x
}

// check refuses loops with several entries. It empties unreachable segments, which
// existed only to resume at.
func (f *flow) check() error {
	if f.loops[0] {
		return fmt.Errorf("jumps to its beginning")
	}
	for _, x := range f.order {
		for _, y := range f.jumps(x) {
			if f.isBack(x, y) && f.dominator(x, y) != y {
				return fmt.Errorf("jumps into a loop with goto, which is not supported")
			}
		}
	}
	for x := range f.segments {
		if !slices.Contains(f.order, x) {
			f.segments[x] = []instr{op(opUnreachable)}
		}
	}
	return nil
}

// structure returns segments, which have been checked, as a tree.
func structure(segments [][]instr) []instr {
	// Replace all traps by jumps to one trap.
	trap := int64(len(segments))
	for _, code := range segments {
		each(code, func(in *instr) {
			if in.op == opUnreachable {
				*in = op(opGoto, trap)
			}
		})
	}
	segments = append(segments, []instr{op(opUnreachable)})

	// Redirect jumps to a segment that is only a jump.
	for _, code := range segments {
		each(code, func(in *instr) {
			for range segments {
				if in.op != opGoto || segments[in.n][0].op != opGoto {
					break
				}
				in.n = segments[in.n][0].n
			}
		})
	}
	return newFlow(segments).tree(0)
}

// tree returns the segment x and those that it dominates.
func (f *flow) tree(x int) []instr {
	code := f.place(x, f.segments[x])
	for _, y := range f.order {
		if f.parent[y] == x && f.ways[y] > 1 {
			code = append([]instr{op(opBlock, int64(y)).holding(code...)}, f.tree(y)...)
		}
	}
	if f.loops[x] {
		code = []instr{op(opLoop, int64(x)).holding(code...)}
	}
	return code
}

// place returns code, part of the segment x, with the targets of jumps in place.
func (f *flow) place(x int, code []instr) (out []instr) {
	for i, in := range code {
		switch y := int(in.n); {
		case in.op == opGoto && (f.isBack(x, y) || f.ways[y] > 1):
			out = append(out, op(opBr, in.n))
		case in.op == opGoto:
			out = append(out, f.tree(y)...)
		case in.op == opIf && i == len(code)-2 && len(in.other) == 0 && len(in.body) > 0 && in.body[len(in.body)-1].leaves():
			in.body = f.place(x, in.body)
			in.other = f.place(x, code[i+1:])
			return append(out, in)
		default:
			in.body = f.place(x, in.body)
			in.other = f.place(x, in.other)
			out = append(out, in)
		}
	}
	return out
}
