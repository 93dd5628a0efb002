package link

import (
	"fmt"
	"slices"
)

// fold moves the operands of each instruction into it. The instructions that
// remain in the list are statements: in compiled code, WebAssembly's stack is
// empty between them. (Some assembly leaves the stack pointer there, whose value
// never changes.)
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
		rest := len(stack) - operands
		if rest < 0 || results == 0 && slices.ContainsFunc(stack[:rest], func(in instr) bool { return !in.is(opLocalGet, sp) }) {
			return nil, fmt.Errorf("has values on the stack between statements")
		}
		in.args = append(in.args, stack[rest:]...)
		stack = stack[:rest]
		if isLoad(in.op) || isStore(in.op) {
			in.foldOffset()
		}
		if results > 0 {
			stack = append(stack, in)
		} else {
			statements = append(statements, in)
		}
	}
	if len(stack) > 0 {
		return nil, fmt.Errorf("has values on the stack between statements")
	}
	return statements, nil
}

// arity returns the number of operands and results of in.
func (p *program) arity(in *instr) (operands, results int) {
	switch o := in.op; {
	case o == opCall && p.isGo(in.n):
		return 1, 0 // the stack pointer
	case o == opCall:
		sig := p.signature(in.n)
		return len(sig.params), len(sig.results)
	case o == opIf, o == opBrIf, o == opDrop, o == opLocalSet, o == opGlobalSet:
		return 1, 0
	case o < opDrop, o == opGoto:
		return 0, 0
	case o == opLocalGet, o == opGlobalGet, o == opMemorySize, opI32Const <= o && o <= opF64Const:
		return 0, 1
	case o == opSelect:
		return 3, 1
	case o == opMemoryCopy, o == opMemoryFill:
		return 3, 0
	case isStore(o):
		return 2, 0
	case isBinary(o):
		return 2, 1
	}
	return 1, 1
}

// foldOffset moves a constant that is added to the stack pointer into the offset
// of the load or store in. (The two differ only where the sum overflows 32 bits.
// The stack pointer is negative there, and the load or store traps.)
func (in *instr) foldOffset() {
	address := in.args[0]
	if address.op != opI32Wrap {
		return
	}
	base, offset := address.args[0], int64(0)
	if base.op == opI64Add && base.args[1].op == opI64Const && base.args[1].n >= 0 && !base.args[1].address {
		base, offset = base.args[0], base.args[1].n
	}
	if base.op == opI64ExtendU && base.args[0].is(opLocalGet, sp) {
		in.args[0] = base.args[0]
		in.n += offset
	}
}
