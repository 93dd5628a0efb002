package link

import (
	"math"
	"math/bits"
	"slices"
)

// reduce rewrites code in WebAssembly 1.0. It simplifies an instruction where its
// operands allow.
func reduce(code []instr) (out []instr) {
	for _, in := range code {
		in.reduce()
		// A local that is set and then read by the very next instruction to run
		// needs only a local.tee.
		if n := len(out) - 1; n >= 0 && out[n].op == opLocalSet {
			if first := in.first(); first.is(opLocalGet, out[n].n) {
				*first = op(opLocalTee, out[n].n).with(out[n].args...)
				out = out[:n]
			}
		}
		if in.op != opNop {
			out = append(out, in)
		}
	}
	return out
}

// first returns the instruction that runs first of in and its operands.
func (in *instr) first() *instr {
	for len(in.args) > 0 {
		in = &in.args[0]
	}
	return in
}

// reduce rewrites in, its operands and its body.
func (in *instr) reduce() {
	for i := range in.args {
		in.args[i].reduce()
	}
	in.body, in.other = reduce(in.body), reduce(in.other)

	switch in.op {
	case opMemoryCopy:
		*in = op(opCall, helperCopy).with(in.args...)
	case opMemoryFill:
		*in = op(opCall, helperFill).with(in.args...)
	case opTruncSatF64S:
		*in = op(opCall, helperTruncS).with(in.args...)
	case opTruncSatF64U:
		*in = op(opCall, helperTruncU).with(in.args...)
	case opTruncSatF32S:
		*in = op(opCall, helperTruncS).with(op(opF64Promote).with(in.args...))
	case opTruncSatF32U:
		*in = op(opCall, helperTruncU).with(op(opF64Promote).with(in.args...))
	case opI64Extend8:
		*in = signExtended(in.args[0], opI64Load8U, 56)
	case opI64Extend16:
		*in = signExtended(in.args[0], opI64Load16U, 48)
	case opI64Extend32:
		*in = extended(opI64ExtendS, wrapped(in.args[0]))

	case opI32Wrap:
		*in = wrapped(in.args[0])
	case opI64ExtendS, opI64ExtendU:
		*in = extended(in.op, in.args[0])
	case opI64And:
		if x, mask := in.args[0], in.args[1]; mask.op == opI64Const {
			switch {
			case mask.n&(mask.n+1) == 0 && width(x) <= bits.Len64(uint64(mask.n)):
				*in = x
			case mask.n == math.MaxUint32:
				*in = extended(opI64ExtendU, wrapped(x))
			}
		}

	case opI64Eqz:
		if x := in.args[0]; x.op == opI64ExtendU {
			*in = not(x.args[0])
		}
	case opI32Eqz:
		*in = not(in.args[0])
	case opBrIf:
		in.args[0] = condition(in.args[0])
	case opSelect:
		in.args[2] = condition(in.args[2])
	case opIf:
		in.args[0] = condition(in.args[0])
		if x := in.args[0]; x.op == opI32Eqz && len(in.other) > 0 {
			in.args = x.args
			in.body, in.other = in.other, in.body
		}
	}
}

// wrapped returns the low 32 bits of x.
func wrapped(x instr) instr {
	switch x.op {
	case opI64ExtendS, opI64ExtendU:
		return x.args[0]
	case opI64Const:
		x.op, x.n = opI32Const, int64(int32(x.n))
		return x
	case opI64Load, opI64Load32S, opI64Load32U:
		x.op, x.align = opI32Load, 2
		return x
	case opI64Load8S, opI64Load8U, opI64Load16S, opI64Load16U:
		x.op -= opI64Load8S - opI32Load8S
		return x
	}
	return op(opI32Wrap).with(x)
}

// extended returns the 32-bit value x, extended to 64 bits by the operation o.
func extended(o opcode, x instr) instr {
	switch {
	case x.op == opI32Const && o == opI64ExtendS:
		x.op = opI64Const
		return x
	case x.op == opI32Const:
		x.op, x.n = opI64Const, int64(uint32(x.n))
		return x
	case x.op == opI32Load && o == opI64ExtendS:
		x.op = opI64Load32S
		return x
	case x.op == opI32Load:
		x.op = opI64Load32U
		return x
	case x.op == opI32Load8U, x.op == opI32Load16U, x.op == opI32Load8S && o == opI64ExtendS:
		x.op += opI64Load8S - opI32Load8S
		return x
	case x.op == opI32Wrap && (width(x.args[0]) < 32 || width(x.args[0]) == 32 && o == opI64ExtendU):
		return x.args[0]
	}
	return op(o).with(x)
}

// signExtended returns x, sign-extended from its low 64-shift bits. The opcode load
// is the zero-extending load of that many bits; the sign-extending load is the
// opcode before it.
func signExtended(x instr, load opcode, shift int64) instr {
	if x.op == load {
		x.op--
	}
	if x.op == load-1 {
		return x
	}
	by := op(opI64Const, shift)
	return op(opI64ShrS).with(op(opI64Shl).with(x, by), by)
}

// width returns a number of bits such that all higher bits of x are zero.
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
		if isTruth(x.args[0].op) {
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

// not returns an expression that is 1 if x is zero, and 0 otherwise.
func not(x instr) instr {
	for _, eq := range []opcode{opI32Eq, opI64Eq} {
		if eq <= x.op && x.op < eq+10 {
			// eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
			x.op = eq + [...]opcode{1, 0, 8, 9, 6, 7, 4, 5, 2, 3}[x.op-eq]
			return x
		}
	}
	return op(opI32Eqz).with(x)
}

// condition returns an expression that is zero if and only if x is zero.
func condition(x instr) instr {
	if x.op == opI32Eqz && x.args[0].op == opI32Eqz {
		return x.args[0].args[0]
	}
	return x
}

// Numbers of helpers, functions that replace instructions which WebAssembly 1.0
// lacks. Functions of the stock module count from 0.
const (
	helperCopy   = -1
	helperFill   = -2
	helperTruncS = -3
	helperTruncU = -4
)

// addHelpers adds the helpers that the core calls.
func (c *core) addHelpers() {
	for _, f := range c.all() {
		each(f.code, func(in *instr) {
			if in.op == opCall && in.n < 0 && !slices.Contains(c.order, in.n) {
				c.order = append(c.order, in.n)
				c.functions[in.n] = helper(in.n)
			}
		})
	}
}

// helper returns the helper with the number fn.
func helper(fn int64) *function {
	switch fn {
	case helperCopy:
		return copyMemory()
	case helperFill:
		return fillMemory()
	case helperTruncS:
		return truncate(opI64TruncS, math.MinInt64, 1<<63, math.MinInt64, math.MaxInt64)
	}
	return truncate(opI64TruncU, 0, 1<<64, 0, -1)
}

var (
	get0, get1, get2 = op(opLocalGet, 0), op(opLocalGet, 1), op(opLocalGet, 2)
	one              = op(opI32Const, 1)
)

func add(x, y instr) instr { return op(opI32Add).with(x, y) }

// step returns a statement that adds one to the local x or subtracts one, with the
// opcode o.
func step(o opcode, x instr) instr { return op(opLocalSet, x.n).with(op(o).with(x, one)) }

// untilZero returns a loop that runs body until the local 2 is zero, and then
// returns from the function.
func untilZero(label int64, body ...instr) instr {
	code := append([]instr{op(opBrIf, end).with(op(opI32Eqz).with(get2))}, body...)
	return op(opLoop, label).holding(append(code, op(opBr, label))...)
}

// inMemory returns a function with three i32 parameters.
func inMemory(code ...instr) *function {
	return &function{
		signature: signature{params: string([]byte{i32, i32, i32})},
		locals:    map[int64]valtype{0: i32, 1: i32, 2: i32},
		params:    []int64{0, 1, 2},
		code:      code,
	}
}

// copyMemory returns memory.copy(to, from, n). It copies from the end that makes
// overlapping ranges safe.
func copyMemory() *function {
	load := func(address instr) instr { return op(opI32Load8U).with(address) }
	up := untilZero(1,
		op(opI32Store8).with(get0, load(get1)),
		step(opI32Add, get0), step(opI32Add, get1), step(opI32Sub, get2))
	down := untilZero(2,
		step(opI32Sub, get2),
		op(opI32Store8).with(add(get0, get2), load(add(get1, get2))))
	return inMemory(op(opIf, 3).with(op(opI32LtU).with(get0, get1)).holding(up), down)
}

// fillMemory returns memory.fill(to, value, n).
func fillMemory() *function {
	return inMemory(untilZero(1,
		step(opI32Sub, get2),
		op(opI32Store8).with(add(get0, get2), get1)))
}

// truncate returns a function from f64 to i64 that saturates: it applies o to
// numbers from low up to but not including high, and returns least for numbers
// below, most for numbers above, and 0 for NaN.
func truncate(o opcode, low, high float64, least, most int64) *function {
	limit := func(f float64) instr { return op(opF64Const, int64(math.Float64bits(f))) }
	inside := op(opI32And).with(op(opF64Ge).with(get0, limit(low)), op(opF64Lt).with(get0, limit(high)))
	above := op(opSelect).with(op(opI64Const, most), op(opI64Const, 0), op(opF64Eq).with(get0, get0))
	return &function{
		signature: signature{string(f64), string(i64)},
		locals:    map[int64]valtype{0: f64},
		params:    []int64{0},
		code: []instr{
			op(opIf, 1).with(inside).holding(op(opReturn).with(op(o).with(get0))),
			op(opReturn).with(op(opSelect).with(op(opI64Const, least), above, op(opF64Lt).with(get0, limit(low)))),
		},
	}
}
