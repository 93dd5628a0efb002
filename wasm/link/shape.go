package link

import (
	"fmt"
	"slices"
)

// A shape is how the compiler writes a function. It is made in preprocess and
// assemble in cmd/internal/obj/wasm/wasmobj.go:
//
//	SP = global SP
//	block                        if there are calls: left to unwind
//	  loop                       if there are jumps
//	    block … block            one for each segment
//	      br_table PC_B          to the end of one of them
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
// segment, because the goroutine may have to wait there: then the call returns
// 1, its caller returns 1 and so on, and later all are called again, each with
// the number of the segment where to resume.
//
// In a core nothing waits. So no call returns 1, nothing resumes, and PC_B is
// for the function's own jumps: what counts is the segments and how they jump.
type shape struct {
	*program
	unwind, loop int64           // labels
	outside      []int64         // all labels around the segments
	segmentOf    map[int64]int64 // by the value of PC_B
	frame        int64
}

// goFunc is the type of such a function.
var goFunc = signature{string(i32), string(i32)}

// The compiler's numbers of locals and globals.
const (
	localPC  = 0
	localSP  = 1
	register = 2 // the first of the others
	globalSP = 0
	globalG  = 2
)

// split takes the code of f apart.
func (p *program) split(f *function, code []instr) (err error) {
	if !begins(code, opGlobalGet, opLocalSet) || code[0].n != globalSP || code[1].n != localSP {
		return fmt.Errorf("does not begin as functions do that the Go compiler writes")
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
		f.segments[i] = trim(code)
	}
	return newFlow(f.segments).check()
}

// dispatched returns the segments behind the blocks around a br_table.
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

// prologue returns what follows the prologue of the first segment: if the stack
// has no room, call morestack; SP -= frame.
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

// trapsIn reports whether the only thing that code calls ends the program.
func (s *shape) trapsIn(code []instr) bool {
	i := slices.IndexFunc(code, func(in instr) bool { return in.op == opCall })
	return i >= 0 && traps.MatchString(s.symbol(code[i].n))
}

// movesSP reports whether code begins with SP += by.
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
// address at SP; call; SP = global SP; if it returned 1, unwind or, where that
// is impossible, trap.
func (s *shape) isCall(code []instr) bool {
	by, ok := movesSP(code)
	if !ok || by != -8 || len(code) < 13 ||
		!begins(code[5:], opLocalGet, opI64Const, opI64Store, opI32Const, opCall, opGlobalGet, opLocalSet) {
		return false
	}
	last := code[12]
	return last.is(opBrIf, s.unwind) || last.op == opIf && len(last.body) == 1 && last.body[0].op == opUnreachable
}

// afterReturn reports whether code begins with a return, and what follows it:
// SP += frame; SP += 8; return 0.
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

// rewrite makes calls, returns and jumps of what the compiler wrote for them.
func (s *shape) rewrite(code []instr) (out []instr, err error) {
	for len(code) > 0 {
		if s.isCall(code) {
			out = append(out, s.call(code[9], code[6].n)...)
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
				return nil, fmt.Errorf("jumps to a place that it does not have")
			}
			out = append(out, op(opGoto, to))
			code = code[3:]
			continue
		}

		in := code[0]
		code = code[1:]
		switch {
		case in.op == opCall:
			// Assembly with a signature of its own, within an expression.
			if begins(code, opGlobalGet, opLocalSet) && code[0].n == globalSP && code[1].n == localSP {
				code = code[2:]
			}
			if s.isGo(in.n) {
				return nil, fmt.Errorf("calls %s in an unknown way", s.name(in.n))
			}
			if traps.MatchString(s.symbol(in.n)) {
				in = op(opUnreachable)
			}
		case in.op == opBr || in.op == opBrIf:
			if slices.Contains(s.outside, in.n) {
				return nil, fmt.Errorf("jumps in an unknown way")
			}
		case in.is(opLocalGet, localPC), isLocal(in.op) && in.n <= localSP && in.op != opLocalGet:
			return nil, fmt.Errorf("moves its stack pointer in an unknown way")
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

// call returns the call in, which returns to the address pc.
func (s *shape) call(in instr, pc int64) []instr {
	if traps.MatchString(s.symbol(in.n)) {
		return []instr{op(opUnreachable)}
	}
	in.pc = pc
	return []instr{op(opLocalGet, sp), in}
}

// cut drops what is never reached.
func cut(code []instr) []instr {
	if i := slices.IndexFunc(code, func(in instr) bool { return in.leaves() }); i >= 0 {
		return code[:i+1]
	}
	return code
}

// trim drops statements that do nothing but lead to the trap at the end of code,
// such as the arguments of a panic. After a trap nobody reads memory.
func trim(code []instr) []instr {
	trap := len(code) - 1
	if code[trap].op != opUnreachable {
		return code
	}
	first := trap
	for first > 0 && !code[first-1].hasLabel() && code[first-1].op != opBrIf && !contains(code[first-1:first], opCall) {
		first--
	}
	return append(code[:first:first], code[trap])
}
