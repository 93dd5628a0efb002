package link

import "fmt"

// fold makes trees of the instructions in code: each gets its operands, and what
// remains in the list are statements, between which nothing is on the stack.
// All that the compiler generates is so.
func (p *program) fold(code []instr) (statements []instr, err error) {
	var stack []instr
	for _, in := range code {
		if in.body, err = p.fold(in.body); err != nil {
			return nil, err
		}
		if in.other, err = p.fold(in.other); err != nil {
			return nil, err
		}
		operands, results := p.arity(&in)
		first := len(stack) - operands
		if first < 0 || results == 0 && first > 0 {
			return nil, fmt.Errorf("keeps a value on the stack")
		}
		in.args = append(in.args, stack[first:]...)
		if opI32Load <= in.op && in.op <= opI64Store32 {
			if offset, ok := inFrame(in.args[0]); ok {
				in.args[0] = op(opLocalGet, sp)
				in.n += offset
			}
		}
		stack = stack[:first]
		if results > 0 {
			stack = append(stack, in)
		} else {
			statements = append(statements, in)
		}
	}
	if len(stack) > 0 {
		return nil, fmt.Errorf("keeps a value on the stack")
	}
	return statements, nil
}

// arity returns how many operands an instruction takes and how many results it
// has.
func (p *program) arity(in *instr) (operands, results int) {
	switch o := in.op; {
	case o == opCall:
		sig := p.signature(in.n)
		return len(sig.params), len(sig.results)
	case o == opIf, o == opBrIf, o == opDrop, o == opLocalSet, o == opGlobalSet:
		return 1, 0
	case o < opLocalGet && o != opSelect, o == opGoto:
		return 0, 0
	case o == opLocalGet, o == opGlobalGet, o == opMemorySize, opI32Const <= o && o <= opF64Const:
		return 0, 1
	case opI32Store <= o && o <= opI64Store32:
		return 2, 0
	case o == opSelect:
		return 3, 1
	case o == opMemoryCopy, o == opMemoryFill:
		return 3, 0
	case isBinary(o):
		return 2, 1
	}
	return 1, 1
}

// isBinary reports comparisons and arithmetic of two operands.
func isBinary(o opcode) bool {
	return opI32Eq <= o && o <= 0x4F || opI64Eq <= o && o <= 0x66 ||
		opI32Add <= o && o <= 0x78 || opI64Add <= o && o <= 0x8A || 0x92 <= o && o <= 0x98 || 0xA0 <= o && o <= 0xA6
}

// signature returns the type of the function fn.
func (p *program) signature(fn int64) signature {
	i := int(fn) - p.imports
	if i < 0 || i >= len(p.funcs) {
		return signature{}
	}
	if sig := p.types[p.funcs[i]]; sig != goFunc {
		return sig
	}
	return ourFunc
}

// inFrame reports whether x computes an address relative to the stack pointer.
func inFrame(x instr) (offset int64, ok bool) {
	if x.op != opI32Wrap || x.args[0].op != opI64Add {
		return 0, false
	}
	base, by := x.args[0].args[0], x.args[0].args[1]
	ok = base.op == opI64ExtendU && base.args[0].op == opLocalGet && base.args[0].n == sp && by.op == opI64Const && !by.address && by.n >= 0
	return by.n, ok
}
