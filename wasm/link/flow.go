package link

import (
	"fmt"
	"slices"
)

// structure writes segments and the jumps between them as blocks and loops, so
// that no jump goes through a table.
//
// It follows Norman Ramsey, Beyond Relooper (ICFP 2022): a segment is written
// after the one that dominates it. What is reached in one way only stands in
// place of the jump; what is reached in several ways stands behind a block
// that the jumps leave; what is jumped back to becomes a loop.
func structure(segments [][]instr) ([]instr, error) {
	f := newFlow(segments)
	if err := f.analyse(); err != nil {
		return nil, err
	}
	return f.tree(0), nil
}

type flow struct {
	segments [][]instr
	order    []int  // segments that can be reached, in reverse postorder
	rank     []int  // place of a segment in order; 0 also for what cannot be reached
	parent   []int  // the segment that immediately dominates it
	ways     []int  // number of jumps to it that go forward
	loops    []bool // whether a jump goes back to it
}

func newFlow(segments [][]instr) *flow {
	// All traps are one segment.
	trap := len(segments)
	for _, code := range segments {
		each(code, func(in *instr) {
			if in.op == opUnreachable {
				*in = op(opGoto, int64(trap))
			}
		})
	}
	segments = append(segments, []instr{op(opUnreachable)})

	// A jump to a jump goes to the end.
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
	n := len(segments)
	return &flow{segments, nil, make([]int, n), make([]int, n), make([]int, n), make([]bool, n)}
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

// analyse finds the order of segments, which of them dominate which, and loops.
func (f *flow) analyse() error {
	seen := make([]bool, len(f.segments))
	var visit func(x int)
	visit = func(x int) {
		seen[x] = true
		to := f.jumps(x)
		slices.Reverse(to)
		for _, y := range to {
			if !seen[y] {
				visit(y)
			}
		}
		f.order = append(f.order, x)
	}
	visit(0)
	slices.Reverse(f.order)
	for i, x := range f.order {
		f.rank[x] = i
	}

	// Cooper, Harvey and Kennedy, A Simple, Fast Dominance Algorithm. In a
	// reducible flow the forward jumps alone decide, so one pass suffices.
	known := make([]bool, len(f.segments))
	known[0] = true
	for _, x := range f.order {
		for _, y := range f.jumps(x) {
			switch {
			case f.rank[y] <= f.rank[x]:
				f.loops[y] = true
			case !known[y]:
				known[y] = true
				f.parent[y] = x
				f.ways[y]++
			default:
				f.parent[y] = f.common(f.parent[y], x)
				f.ways[y]++
			}
		}
	}
	for _, x := range f.order {
		for _, y := range f.jumps(x) {
			if f.rank[y] <= f.rank[x] && f.common(x, y) != y {
				return fmt.Errorf("jumps into a loop with goto: the linker knows loops with one entry only")
			}
		}
	}
	return nil
}

// common returns the nearest segment that dominates both x and y.
func (f *flow) common(x, y int) int {
	for x != y {
		if f.rank[x] < f.rank[y] {
			x, y = y, x
		}
		x = f.parent[x]
	}
	return x
}

// tree writes the segment x and those that it dominates. It never falls through.
func (f *flow) tree(x int) []instr {
	code := f.place(x, f.segments[x])
	for _, y := range f.order {
		if f.parent[y] == x && f.ways[y] > 1 {
			block := op(opBlock, int64(y))
			block.body = code
			code = append([]instr{block}, f.tree(y)...)
		}
	}
	if f.loops[x] {
		loop := op(opLoop, int64(x))
		loop.body = code
		code = []instr{loop}
	}
	return code
}

// place writes the jumps in code, which is of the segment x: as a branch, or as the segment jumped to.
func (f *flow) place(x int, code []instr) []instr {
	var out []instr
	for i, in := range code {
		switch {
		case in.op == opGoto && (f.ways[in.n] > 1 || f.rank[in.n] <= f.rank[x]):
			out = append(out, op(opBr, in.n))
		case in.op == opGoto:
			out = append(out, f.tree(int(in.n))...)
		case in.op == opIf && len(in.other) == 0 && i == len(code)-2 && len(in.body) > 0 && leaves(in.body[len(in.body)-1]):
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
