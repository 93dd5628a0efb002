package link

import (
	"fmt"
	"slices"
)

// A shape is the structure of a compiled function. The compiler generates it in
// preprocess and assemble in cmd/internal/obj/wasm/wasmobj.go:
//
//	SP = global SP
//	block                        if there are calls: branch here to unwind
//	  loop                       if there are jumps
//	    block … block            one for each segment
//	      br_table PC_B          to the end of one of the blocks
//	    end
//	    the first segment
//	    end
//	    the second segment
//	    …
//	  end
//	  unreachable
//	end
//	i32.const 1
//
// A jump sets PC_B, the parameter, and branches to the loop. A call ends a
// segment, because the goroutine may block in it. In that case the call returns
// 1, so does its caller, and so on. To resume the goroutine, all of them are
// called again, each with the number of the segment to continue at.
//
// A core never blocks: no call returns 1, nothing is resumed, and PC_B serves
// only for jumps within the function. So the segments and their jumps remain.
type shape struct {
	*program
	unwind, loop int64           // labels
	outside      []int64         // all labels around the segments
	segmentOf    map[int64]int64 // the segment for each value of PC_B
	frame        int64           // size in bytes of the frame
}

// goFunc is the type of a compiled Go function.
var goFunc = signature{string(i32), string(i32)}

// The compiler's numbers of locals and globals.
const (
	localPC  = 0
	localSP  = 1
	register = 2 // the first register; the others follow
	globalSP = 0
	globalG  = 2
)

// split splits the code of f into segments.
func (p *program) split(f *function, code []instr) (err error) {
	if !begins(code, opGlobalGet, opLocalSet) || code[0].n != globalSP || code[1].n != localSP {
		return fmt.Errorf("does not begin like a compiled Go function")
	}
	s := &shape{program: p, outside: []int64{end}, segmentOf: map[int64]int64{}}
	code = code[2:]
	if len(code) == 2 && begins(code, opBlock, opI32Const) {
		s.unwind, code = code[0].n, code[0].body
	}
	if begins(code, opLoop) {
		s.loop = code[0].n
		f.segments = s.dispatched(code[0].body)
	} else {
		f.segments = s.dispatched(code)
	}
	if f.segments == nil {
		f.segments = [][]instr{code}
	}
	s.outside = append(s.outside, s.unwind, s.loop)

	f.segments[0] = s.prologue(f.segments[0])
	f.frame = s.frame
	for i, code := range f.segments {
		if code, err = s.rewrite(code); err != nil {
			return err
		}
		if next := i + 1; next < len(f.segments) {
			code = append(code, op(opGoto, int64(next)))
		} else {
			code = append(code, op(opUnreachable))
		}
		if code, err = p.fold(cut(code)); err != nil {
			return err
		}
		f.segments[i] = code
	}
	trimSegments(f.segments)
	return newFlow(f.segments).check()
}

// dispatched returns the segments that a br_table in nested blocks selects, or nil
// if code has no such br_table.
func (s *shape) dispatched(code []instr) (segments [][]instr) {
	var labels []int64
	for begins(code, opBlock) {
		labels = append(labels, code[0].n)
		segments = append(segments, code[1:])
		code = code[0].body
	}
	if len(code) != 2 || !code[0].is(opLocalGet, localPC) || code[1].op != opBrTable {
		return nil
	}
	s.outside = append(s.outside, labels...)
	slices.Reverse(labels)
	slices.Reverse(segments)
	for pc, label := range code[1].labels {
		s.segmentOf[int64(pc)] = int64(slices.Index(labels, label))
	}
	return segments
}

// prologue removes the prologue from the first segment: if there is no room on the
// stack, call morestack; SP -= frame.
func (s *shape) prologue(code []instr) []instr {
	rest := code
	if begins(rest, opLocalGet, opGlobalGet, opI32Wrap, opI32Load) && rest[1].n == globalG {
		rest = rest[4:]
		if begins(rest, opI32Const, opI32Add) {
			rest = rest[2:]
		}
		if !begins(rest, opI32LeU, opIf) || !s.trapsIn(rest[1].body) {
			return code
		}
		rest = rest[2:]
	}
	if by, ok := movesSP(rest); ok && by < 0 && !s.isCall(rest) {
		s.frame = -by
		rest = rest[5:]
	}
	return rest
}

// trapsIn reports whether the first call in code is one that ends the program.
func (s *shape) trapsIn(code []instr) bool {
	i := slices.IndexFunc(code, func(in instr) bool { return in.op == opCall })
	return i >= 0 && s.isTrap(code[i].n)
}

// movesSP reports whether code begins with SP += by, and returns by.
func movesSP(code []instr) (by int64, ok bool) {
	up := begins(code, opLocalGet, opI32Const, opI32Add, opLocalTee, opGlobalSet)
	down := begins(code, opLocalGet, opI32Const, opI32Sub, opLocalTee, opGlobalSet)
	switch {
	case !up && !down, code[0].n != localSP, code[3].n != localSP, code[4].n != globalSP:
		return 0, false
	case up:
		return code[1].n, true
	}
	return -code[1].n, true
}

// isCall reports whether code begins with a call: SP -= 8; store the return
// address at SP; call; SP = global SP; if the call returned 1, unwind or, if there
// is no block to unwind to, trap.
func (s *shape) isCall(code []instr) bool {
	by, ok := movesSP(code)
	if !ok || by != -8 || len(code) < 13 ||
		!begins(code[5:], opLocalGet, opI64Const, opI64Store, opI32Const, opCall, opGlobalGet, opLocalSet) {
		return false
	}
	last := code[12]
	return last.is(opBrIf, s.unwind) || last.op == opIf && len(last.body) == 1 && last.body[0].op == opUnreachable
}

// afterReturn reports whether code begins with a return, and returns the code
// after it. A return is: SP += frame; SP += 8; return 0.
func (s *shape) afterReturn(code []instr) (rest []instr, ok bool) {
	moves := []int64{s.frame, 8}
	if s.frame == 0 {
		moves = moves[1:]
	}
	for _, want := range moves {
		if by, ok := movesSP(code); !ok || by != want {
			return nil, false
		}
		code = code[5:]
	}
	if !begins(code, opI32Const, opReturn) || code[0].n != 0 {
		return nil, false
	}
	return code[2:], true
}

// rewrite replaces the compiler's sequences for calls, returns and jumps by single
// instructions.
func (s *shape) rewrite(code []instr) (out []instr, err error) {
	for len(code) > 0 {
		if s.isCall(code) {
			out = append(out, s.call(code[9])...)
			code = code[13:]
			continue
		}
		if rest, ok := s.afterReturn(code); ok {
			out = append(out, op(opBr, end))
			code = rest
			continue
		}
		if begins(code, opI32Const, opLocalSet, opBr) && code[1].n == localPC && code[2].n == s.loop {
			to, ok := s.segmentOf[code[0].n]
			if !ok || to < 0 {
				return nil, fmt.Errorf("jumps to a segment that does not exist")
			}
			out = append(out, op(opGoto, to))
			code = code[3:]
			continue
		}

		in := code[0]
		code = code[1:]
		switch {
		case in.op == opCall:
			// A call of assembly that has a signature of its own, in an expression.
			if begins(code, opGlobalGet, opLocalSet) && code[0].n == globalSP && code[1].n == localSP {
				code = code[2:]
			}
			if s.isGo(in.n) {
				return nil, fmt.Errorf("calls %s by an unknown sequence of instructions", s.name(in.n))
			}
			if s.isTrap(in.n) {
				in = op(opUnreachable)
			}
		case in.op == opBr || in.op == opBrIf:
			if slices.Contains(s.outside, in.n) {
				return nil, fmt.Errorf("jumps by an unknown sequence of instructions")
			}
		case in.is(opLocalGet, localPC), isLocal(in.op) && in.n <= localSP && in.op != opLocalGet:
			return nil, fmt.Errorf("changes its stack pointer by an unknown sequence of instructions")
		case isLocal(in.op) && in.n == localSP:
			in.n = sp
		case isLocal(in.op):
			in.n -= register
		}
		if in.body, err = s.rewrite(in.body); err != nil {
			return nil, err
		}
		if in.other, err = s.rewrite(in.other); err != nil {
			return nil, err
		}
		out = append(out, in)
	}
	return cut(out), nil
}

// call returns the call in, or a trap if the function ends the program.
func (s *shape) call(in instr) []instr {
	in.n = s.jumpTarget(in.n)
	if s.isTrap(in.n) {
		return []instr{op(opUnreachable)}
	}
	return []instr{op(opLocalGet, sp), in}
}

// cut drops unreachable code.
func cut(code []instr) []instr {
	if i := slices.IndexFunc(code, func(in instr) bool { return in.leaves() }); i >= 0 {
		return code[:i+1]
	}
	return code
}

// trimSegments trims segments that end in a trap, or in jumps to such segments.
func trimSegments(segments [][]instr) {
	isTrap := func(code []instr) bool { return len(code) == 1 && code[0].op == opUnreachable }
	for again := true; again; {
		again = false
		for i, code := range segments {
			each(code, func(in *instr) {
				if in.op == opGoto && isTrap(segments[in.n]) {
					*in = op(opUnreachable)
				}
			})
			segments[i] = trim(code)
			again = again || isTrap(segments[i]) && !isTrap(code)
		}
	}
}

// trim drops the statements right before the trap at the end of code that only
// have an effect on the function itself, such as those that pass the arguments of a
// panic: they set locals, or slots in a frame. Stores to variables remain, since
// functions can be called after a trap.
func trim(code []instr) []instr {
	trap := len(code) - 1
	if code[trap].op != opUnreachable {
		return code
	}
	first := trap
	for first > 0 && code[first-1].isPrivate() {
		first--
	}
	return append(code[:first:first], code[trap])
}

// isPrivate reports whether the only effect of the statement in is to set locals or
// slots, or to trap.
func (in *instr) isPrivate() bool {
	if contains(in.args, opCall) {
		return false
	}
	switch in.op {
	case opLocalSet, opDrop, opNop, opUnreachable:
		return true
	case opIf:
		isPublic := func(in instr) bool { return !in.isPrivate() }
		return !slices.ContainsFunc(in.body, isPublic) && !slices.ContainsFunc(in.other, isPublic)
	}
	_, isSlot := in.slot()
	return isStore(in.op) && isSlot
}
