package link

import (
	"fmt"
	"slices"
	"strings"
)

// A function is a function of the core.
type function struct {
	signature
	exported bool
	plain    bool              // without a frame in memory
	locals   map[int64]valtype // by number
	params   []int64           // locals that are parameters, in order
	frame    int64             // size in bytes, without the return address
	segments [][]instr         // with jumps between them, until they become
	code     []instr
}

// local adds a local.
func (f *function) local(typ valtype) int64 {
	id := int64(len(f.locals))
	f.locals[id] = typ
	return id
}

// sp is the number of the local that is the stack pointer; others count from 0.
const sp = -1

// goFunc is the type of what the Go compiler makes of every Go function. It
// takes the number of the block to resume at, and returns 1 to unwind. Ours
// take the stack pointer instead, and return nothing; most lose that, too.
var (
	goFunc  = signature{string(i32), string(i32)}
	ourFunc = signature{params: string(i32)}
)

// The compiler's locals and globals.
const (
	localPC  = 0 // the parameter
	localSP  = 1 // a copy of globalSP
	register = 2 // the first of R0, R1 ...
	globalSP = 0
	globalG  = 2
)

// The shape of the compiler's code, which this file takes apart, is made by
// preprocess and assemble in cmd/internal/obj/wasm/wasmobj.go:
//
//	SP := global SP
//	block                      ; only if there is a call
//	  loop                     ; only if there is a jump
//	    block … block          ; one for each segment
//	      br_table on PC_B
//	    end
//	    first segment
//	    end
//	    second segment
//	    …
//	  end
//	  unreachable
//	end
//	i32.const 1                ; unwind
//
// A jump sets PC_B to the number of a segment and branches to the loop. A call
// ends a segment, too, as the goroutine may be switched there: the call then
// returns 1, as does its caller and so on, and all are called again later, with
// the number of the segment to resume at. Nothing switches goroutines here. So
// no function but the compiler's own jumps uses the numbers, no call returns 1,
// and a function is just its segments and the jumps between them.

// segments returns the segments of the function fn, with each jump as an opGoto.
func (p *program) segments(body []instr) (segments [][]instr, frame int64, err error) {
	if !matches(body, opGlobalGet, opLocalSet) || body[0].n != globalSP || body[1].n != localSP {
		return nil, 0, fmt.Errorf("does not begin with its stack pointer")
	}
	s := &shape{program: p, segmentOf: map[int64]int64{}}
	body = body[2:]
	if len(body) == 2 && matches(body, opBlock, opI32Const) {
		s.unwind = body[0].n
		body = body[0].body
	}
	inner := body
	if matches(body, opLoop) {
		s.loop = body[0].n
		inner = body[0].body
	}
	segments = s.dispatch(inner)
	if segments == nil {
		segments = [][]instr{body} // neither jumps nor calls
	}

	var start int
	frame, start = s.prologue(segments[0])
	segments[0] = segments[0][start:]
	s.frame = frame
	for i, code := range segments {
		code, err := s.rewrite(code)
		if err != nil {
			return nil, 0, err
		}
		if i+1 < len(segments) {
			code = append(code, op(opGoto, int64(i+1)))
		} else {
			code = append(code, op(opUnreachable))
		}
		if code, err = p.fold(cut(code)); err != nil {
			return nil, 0, err
		}
		segments[i] = trim(code)
	}
	dropUnreachable(segments)

	return segments, frame, nil
}

// dropUnreachable empties the segments that no jump leads to: nothing resumes
// there any more.
func dropUnreachable(segments [][]instr) {
	reached := make([]bool, len(segments))
	var visit func(i int64)
	visit = func(i int64) {
		if !reached[i] {
			reached[i] = true
			each(segments[i], func(in *instr) {
				if in.op == opGoto {
					visit(in.n)
				}
			})
		}
	}
	visit(0)
	for i := range segments {
		if !reached[i] {
			segments[i] = []instr{op(opUnreachable)}
		}
	}
}

type shape struct {
	*program
	unwind, loop int64           // labels
	segmentOf    map[int64]int64 // by the value of PC_B
	frame        int64           // size in bytes
}

// dispatch returns the code of the segments that follow blocks around a br_table.
func (s *shape) dispatch(list []instr) (segments [][]instr) {
	var labels []int64
	for matches(list, opBlock) {
		labels = append(labels, list[0].n)
		segments = append(segments, list[1:])
		list = list[0].body
	}
	if len(list) != 2 || !matches(list, opLocalGet, opBrTable) || list[0].n != localPC {
		return nil
	}
	slices.Reverse(labels)
	slices.Reverse(segments)
	for pc, label := range list[1].labels {
		i := slices.Index(labels, label)
		if i < 0 {
			return nil
		}
		s.segmentOf[int64(pc)] = int64(i)
	}
	return segments
}

// prologue returns the size of the frame that the first segment reserves, and
// where the code after it begins. The check for room on the stack, before it,
// is gone: our stack ends at address 0, so that what overflows it traps.
func (s *shape) prologue(code []instr) (frame int64, start int) {
	if matches(code, opLocalGet, opGlobalGet, opI32Wrap, opI32Load) && code[1].n == globalG {
		start = 4
		if matches(code[start:], opI32Const, opI32Add) {
			start += 2
		}
		if !matches(code[start:], opI32LeU, opIf) || !s.trapsIn(code[start+1].body) {
			return 0, 0
		}
		start += 2
	}
	if n, ok := moveSP(code[start:]); ok && n < 0 && !s.isCall(code[start:]) {
		return -n, start + 5
	}
	return 0, start
}

// trapsIn reports whether code is a call of a function that never returns.
func (s *shape) trapsIn(code []instr) bool {
	for _, in := range code {
		if in.op == opCall {
			return traps(s.symbol(in.n))
		}
	}
	return false
}

// moveSP reports by how much the five instructions before code[5] move the
// stack pointer.
func moveSP(code []instr) (n int64, ok bool) {
	up := matches(code, opLocalGet, opI32Const, opI32Add, opLocalTee, opGlobalSet)
	down := matches(code, opLocalGet, opI32Const, opI32Sub, opLocalTee, opGlobalSet)
	if !up && !down || code[0].n != localSP || code[3].n != localSP || code[4].n != globalSP {
		return 0, false
	}
	if down {
		return -code[1].n, true
	}
	return code[1].n, true
}

// rewrite brings the calls, returns and jumps of a segment into our form, and
// renumbers locals, as the stack pointer takes the place of PC_B.
func (s *shape) rewrite(code []instr) (out []instr, err error) {
	for len(code) > 0 {
		in := code[0]
		switch n, ok := moveSP(code); {
		case ok && n == -8 && s.isCall(code):
			in, code = code[9], code[13:]
			if traps(s.symbol(in.n)) {
				out = append(out, op(opUnreachable))
				continue
			}
			out = append(out, op(opLocalGet, sp), in)
			continue

		case ok && s.isReturn(code):
			for code[0].op != opReturn {
				code = code[1:]
			}
			out = append(out, op(opBr, end))
			code = code[1:]
			continue

		case matches(code, opI32Const, opLocalSet, opBr) && code[1].n == localPC && code[2].n == s.loop:
			to, ok := s.segmentOf[in.n]
			if !ok {
				return nil, fmt.Errorf("jumps to a place that it does not have")
			}
			out = append(out, op(opGoto, to))
			code = code[3:]
			continue

		// A call within an expression: of assembly that knows no stack pointer.
		case matches(code, opCall, opGlobalGet, opLocalSet) && code[1].n == globalSP && code[2].n == localSP:
			if traps(s.symbol(in.n)) {
				in = op(opUnreachable)
			}
			out = append(out, in)
			code = code[3:]
			continue
		}

		switch in.op {
		case opLocalGet:
			if in.n == localPC {
				return nil, fmt.Errorf("uses PC_B")
			}
			in.n -= register
		case opLocalSet, opLocalTee:
			if in.n <= localSP {
				return nil, fmt.Errorf("moves the stack pointer")
			}
			in.n -= register
		}
		if in.body, err = s.rewrite(in.body); err != nil {
			return nil, err
		}
		if in.other, err = s.rewrite(in.other); err != nil {
			return nil, err
		}
		out = append(out, in)
		code = code[1:]
	}
	return cut(out), nil
}

// isCall reports whether code is a call that the compiler made of a Go call:
//
//	SP -= 8; store the return address; call; SP := global SP
//	if it returned 1: unwind, or trap where unwinding is impossible
func (s *shape) isCall(code []instr) bool {
	if len(code) < 13 || !matches(code[5:], opLocalGet, opI64Const, opI64Store, opI32Const, opCall, opGlobalGet, opLocalSet) {
		return false
	}
	code[9].pc = uint64(code[6].n)
	after := code[12]
	return after.op == opBrIf && after.n == s.unwind || after.op == opIf && len(after.body) == 1 && matches(after.body, opUnreachable)
}

// isReturn reports whether code frees the frame and the return address, and returns 0.
func (s *shape) isReturn(code []instr) bool {
	if n, ok := moveSP(code); ok && n == s.frame && n > 0 {
		if n, ok := moveSP(code[5:]); ok && n == 8 {
			return matches(code[10:], opI32Const, opReturn) && code[10].n == 0
		}
	}
	n, ok := moveSP(code)
	return ok && n == 8 && s.frame == 0 && matches(code[5:], opI32Const, opReturn) && code[5].n == 0
}

// cut drops what follows an instruction that never falls through.
func cut(code []instr) []instr {
	for i, in := range code {
		if leaves(in) {
			return code[:i+1]
		}
	}
	return code
}

// leaves reports whether in never falls through.
func leaves(in instr) bool {
	return in.op == opGoto || in.op == opBr || in.op == opReturn || in.op == opUnreachable
}

// traps reports whether the named function of the runtime only ever ends a
// program: a bug then stops the core, which is never to be used again.
func traps(symbol string) bool {
	for _, prefix := range []string{"runtime.goPanic", "runtime.panic", "runtime.gopanic", "runtime.sigpanic", "runtime.morestack", "runtime.gcWriteBarrier"} {
		if strings.HasPrefix(symbol, prefix) {
			return true
		}
	}
	return false
}

// trim drops the statements before a trap at the end of code that are neither
// calls nor control what happens: nobody sees the memory of a core that trapped.
func trim(code []instr) []instr {
	n := len(code) - 1
	if n < 0 || code[n].op != opUnreachable {
		return code
	}
	start := n
	for start > 0 && !code[start-1].hasLabel() && code[start-1].op != opBrIf && !contains(code[start-1:start], opCall) {
		start--
	}
	return append(code[:start:start], code[n])
}
