package link

import (
	"math"
	"math/bits"
)

// reduce rewrites code to WebAssembly 1.0, and to fewer bytes where a few
// neighbours show that they can be had.
func reduce(code []instr) []instr {
	var out []instr
	for _, in := range code {
		in = reduceOne(in)
		if in.op == opNop {
			continue
		}
		// A value that is set and then first of all read need not be read.
		if n := len(out); n > 0 && out[n-1].op == opLocalSet {
			if leaf := first(&in); leaf.op == opLocalGet && leaf.n == out[n-1].n {
				leaf.op, leaf.args = opLocalTee, out[n-1].args
				out = out[:n-1]
			}
		}
		out = append(out, in)
	}
	return out
}

// first returns the instruction in the tree of in that runs first.
func first(in *instr) *instr {
	for len(in.args) > 0 {
		in = &in.args[0]
	}
	return in
}

func reduceOne(in instr) instr {
	for i := range in.args {
		in.args[i] = reduceOne(in.args[i])
	}
	in.body = reduce(in.body)
	in.other = reduce(in.other)

	switch in.op {
	case opMemoryCopy:
		return op(opCall, helperCopy).with(in.args...)
	case opMemoryFill:
		return op(opCall, helperFill).with(in.args...)
	case opTruncSatF64S:
		return op(opCall, helperTruncS).with(in.args...)
	case opTruncSatF64U:
		return op(opCall, helperTruncU).with(in.args...)
	case opTruncSatF32S:
		return op(opCall, helperTruncS).with(op(opF64Promote).with(in.args...))
	case opTruncSatF32U:
		return op(opCall, helperTruncU).with(op(opF64Promote).with(in.args...))

	case opI64Extend8:
		return extendSign(in.args[0], opI64Load8U, opI64Load8S, 56)
	case opI64Extend16:
		return extendSign(in.args[0], opI64Load16U, opI64Load16S, 48)
	case opI64Extend32:
		return extend(opI64Extend, wrap(in.args[0]))

	case opI32Wrap:
		return wrap(in.args[0])
	case opI64Extend, opI64ExtendU:
		return extend(in.op, in.args[0])

	case opI64And:
		x, mask := in.args[0], in.args[1]
		if mask.op == opI64Const && mask.n&(mask.n+1) == 0 {
			switch {
			case width(x) <= bits.Len64(uint64(mask.n)):
				return x
			case mask.n == math.MaxUint32:
				return extend(opI64ExtendU, wrap(x))
			case x.op == opI64Load8S && mask.n == math.MaxUint8:
				x.op = opI64Load8U
				return x
			}
		}

	case opI64Eqz:
		if x := in.args[0]; x.op == opI64ExtendU {
			return reduceOne(op(opI32Eqz).with(x.args...))
		}
	case opI32Eqz:
		if inverse, ok := invert(in.args[0].op); ok {
			return op(inverse).with(in.args[0].args...)
		}

	case opBrIf:
		in.args[0] = condition(in.args[0])
	case opSelect:
		in.args[2] = condition(in.args[2])
	case opIf:
		in.args[0] = condition(in.args[0])
		if in.args[0].op == opI32Eqz && len(in.other) > 0 {
			in.args = in.args[0].args
			in.body, in.other = in.other, in.body
		}
		return in

	case opI64Store32:
		in.args[1] = narrow(in.args[1], 32)
		if x := in.args[1]; x.op == opI64Extend || x.op == opI64ExtendU {
			in.op, in.args[1] = opI32Store, x.args[0]
		}
	case opI64Store16:
		in.args[1] = narrow(in.args[1], 16)
	case opI64Store8:
		in.args[1] = narrow(in.args[1], 8)
		if x := in.args[1]; x.op == opI64Extend || x.op == opI64ExtendU {
			in.op, in.args[1] = opI32Store8, x.args[0]
		}
	}

	return in
}

// isTruth reports whether x is 0 or 1.
func isTruth(x instr) bool {
	return opI32Eqz <= x.op && x.op <= 0x66 || x.op == opI32And && isTruth(x.args[0]) && isTruth(x.args[1])
}

// wrap returns the low 32 bits of x.
func wrap(x instr) instr {
	switch x.op {
	case opI64Extend, opI64ExtendU:
		return x.args[0]
	case opI64Const:
		x.op, x.n = opI32Const, int64(int32(x.n))
		return x
	case opI64Load, opI64Load32S, opI64Load32U:
		x.op, x.align = opI32Load, min(x.align, 2)
		return x
	case opI64Load8S, opI64Load8U, opI64Load16S, opI64Load16U:
		x.op -= opI64Load8S - opI32Load8S
		return x
	case opI64And:
		if mask := x.args[1]; mask.op == opI64Const && mask.n&math.MaxUint32 == math.MaxUint32 {
			return wrap(x.args[0])
		}
	}
	switch x.op {
	case opI64Add, opI64Sub, opI64Mul, opI64And, opI64Or, opI64Xor:
		a, b := wrap(x.args[0]), wrap(x.args[1])
		if a.op != opI32Wrap || b.op != opI32Wrap {
			return op(x.op-(opI64Add-opI32Add)).with(a, b)
		}
	}
	return op(opI32Wrap).with(x)
}

// extend returns x, of 32 bits, as 64 bits, with o.
func extend(o opcode, x instr) instr {
	signed := o == opI64Extend
	switch x.op {
	case opI32Const:
		x.op = opI64Const
		if !signed {
			x.n = int64(uint32(x.n))
		}
		return x
	case opI32Load:
		x.op = opI64Load32U
		if signed {
			x.op = opI64Load32S
		}
		return x
	case opI32Load8U, opI32Load16U:
		x.op += opI64Load8S - opI32Load8S
		return x
	case opI32Load8S, opI32Load16S:
		if signed {
			x.op += opI64Load8S - opI32Load8S
			return x
		}
	case opI32Wrap:
		if w := width(x.args[0]); w < 32 || w == 32 && !signed {
			return x.args[0]
		}
	}
	return op(o).with(x)
}

// extendSign returns x with its sign at bit 63-shift.
func extendSign(x instr, load, loadSigned opcode, shift int64) instr {
	if x.op == load {
		x.op = loadSigned
	}
	if x.op == loadSigned {
		return x
	}
	by := op(opI64Const, shift)
	return op(opI64ShrS).with(op(opI64Shl).with(x, by), by)
}

// width returns how many low bits of x, of 64, may not be zero.
func width(x instr) int {
	switch x.op {
	case opI64Const:
		if !x.address {
			return bits.Len64(uint64(x.n))
		}
	case opI64Load8U:
		return 8
	case opI64Load16U:
		return 16
	case opI64Load32U:
		return 32
	case opI64ExtendU:
		if isTruth(x.args[0]) {
			return 1
		}
		return 32
	case opI64And:
		return min(width(x.args[0]), width(x.args[1]))
	case opI64ShrU:
		if by := x.args[1]; by.op == opI64Const {
			return max(width(x.args[0])-int(by.n&63), 0)
		}
	}
	return 64
}

// narrow returns what has the same low bits as x, n of them.
func narrow(x instr, n int) instr {
	switch {
	case x.op == opI64And && x.args[1].op == opI64Const && bits.TrailingZeros64(^uint64(x.args[1].n)) >= n:
		return narrow(x.args[0], n)
	case (x.op == opI64Extend || x.op == opI64ExtendU) && x.args[0].op == opI32Wrap && n <= 32:
		return narrow(x.args[0].args[0], n)
	}
	return x
}

// condition returns what is zero where x is.
func condition(x instr) instr {
	if x.op == opI32Eqz && x.args[0].op == opI32Eqz {
		return x.args[0].args[0]
	}
	return x
}

// invert returns the comparison of integers that holds where o does not.
func invert(o opcode) (opcode, bool) {
	for _, first := range []opcode{opI32Eq, opI64Eq} {
		if first <= o && o < first+10 {
			// eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
			return first + [...]opcode{1, 0, 8, 9, 6, 7, 4, 5, 2, 3}[o-first], true
		}
	}
	return 0, false
}
