package link

import (
	"fmt"
	"slices"
)

// A flow is how the segments of a function jump to each other.
//
// [structure] writes it as blocks and loops, after Norman Ramsey, Beyond
// Relooper (ICFP 2022): a segment is written where the one that dominates it
// is. If a single jump leads to it, it takes the place of that jump. If several
// do, it stands behind a block that they leave. If one leads back to it, it is
// a loop.
type flow struct {
	segments [][]instr
	order    []int  // the segments that are reached, in reverse postorder
	rank     []int  // the place of a segment in order
	parent   []int  // the segment that immediately dominates it
	ways     []int  // how many jumps lead forward to it
	loops    []bool // whether a jump leads back to it
}

func newFlow(segments [][]instr) *flow {
	n := len(segments)
	f := &flow{segments, nil, make([]int, n), make([]int, n), make([]int, n), make([]bool, n)}
	f.sort(0, make([]bool, n))
	slices.Reverse(f.order)
	for i, x := range f.order {
		f.rank[x] = i
	}

	// As in Cooper, Harvey and Kennedy, A Simple, Fast Dominance Algorithm, but
	// once through: jumps back do not count if loops have one entry.
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

// sort appends to order the segments that x leads to, and x.
func (f *flow) sort(x int, seen []bool) {
	seen[x] = true
	for _, y := range slices.Backward(f.jumps(x)) {
		if !seen[y] {
			f.sort(y, seen)
		}
	}
	f.order = append(f.order, x)
}

// jumps returns where the segment x jumps to.
func (f *flow) jumps(x int) (to []int) {
	each(f.segments[x], func(in *instr) {
		if in.op == opGoto {
			to = append(to, int(in.n))
		}
	})
	return to
}

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

// check refuses loops with several entries, and drops what is never reached:
// segments that were only there to resume at.
func (f *flow) check() error {
	if f.loops[0] {
		return fmt.Errorf("jumps to its beginning")
	}
	for _, x := range f.order {
		for _, y := range f.jumps(x) {
			if f.isBack(x, y) && f.dominator(x, y) != y {
				return fmt.Errorf("jumps into the middle of a loop, with goto: the core cannot")
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

// structure writes segments, which have been checked.
func structure(segments [][]instr) []instr {
	// Whatever traps jumps to one trap.
	trap := int64(len(segments))
	for _, code := range segments {
		each(code, func(in *instr) {
			if in.op == opUnreachable {
				*in = op(opGoto, trap)
			}
		})
	}
	segments = append(segments, []instr{op(opUnreachable)})

	// Who jumps to a jump goes on at once.
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

// tree writes the segment x and those that it dominates.
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

// place writes code of the segment x, with what it jumps to.
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
