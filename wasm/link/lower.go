package link

import (
	"math"
)

// Functions that stand for an instruction which WebAssembly 1.0 lacks. Their
// numbers follow no function of the stock module's.
const (
	helperCopy = -1 - iota
	helperFill
	helperTruncS
	helperTruncU
)

// lower rewrites code to WebAssembly 1.0, and to fewer bytes where a few
// neighbours show that they can be had.
func lower(code []instr) []instr {
	var out []instr
	for _, in := range code {
		in.body = lower(in.body)
		in.other = lower(in.other)
		out = emit(out, in)
	}
	return out
}

// emit appends in to code, or what does the same.
func emit(code []instr, in instr) []instr {
	last := instr{op: opEnd}
	if len(code) > 0 {
		last = code[len(code)-1]
	}
	replace := func(with ...instr) []instr {
		code := code[:len(code)-1]
		for _, in := range with {
			code = emit(code, in)
		}
		return code
	}
	also := func(with ...instr) []instr {
		for _, in := range with {
			code = emit(code, in)
		}
		return code
	}
	as := func(in instr, o opcode) instr {
		in.op = o
		return in
	}

	switch in.op {
	case opMemoryCopy:
		return also(op(opCall, helperCopy))
	case opMemoryFill:
		return also(op(opCall, helperFill))
	case opTruncSatF64S:
		return also(op(opCall, helperTruncS))
	case opTruncSatF64U:
		return also(op(opCall, helperTruncU))
	case opTruncSatF32S:
		return also(op(opF64Promote), op(opCall, helperTruncS))
	case opTruncSatF32U:
		return also(op(opF64Promote), op(opCall, helperTruncU))

	case opI64Extend32:
		return also(op(opI32Wrap), op(opI64Extend))
	case opI64Extend16:
		if last.op == opI64Load16U {
			return replace(as(last, opI64Load16S))
		}
		return also(op(opI64Const, 48), op(opI64Shl), op(opI64Const, 48), op(opI64ShrS))
	case opI64Extend8:
		if last.op == opI64Load8U {
			return replace(as(last, opI64Load8S))
		}
		return also(op(opI64Const, 56), op(opI64Shl), op(opI64Const, 56), op(opI64ShrS))

	case opI64And:
		if last.op == opI64Const && last.n == math.MaxUint32 {
			return replace(op(opI32Wrap), op(opI64ExtendU))
		}

	case opI32Wrap:
		switch last.op {
		case opI64ExtendU, opI64Extend:
			return replace()
		case opI64Const:
			return replace(as(instr{n: int64(int32(last.n)), address: last.address}, opI32Const))
		case opI64Load, opI64Load32U, opI64Load32S:
			last.align = min(last.align, 2)
			return replace(as(last, opI32Load))
		case opI64Load8U:
			return replace(as(last, opI32Load8U))
		case opI64Load16U:
			return replace(as(last, opI32Load16U))
		}

	case opI64Extend:
		if last.op == opI32Load {
			return replace(as(last, opI64Load32S))
		}
	case opI64ExtendU:
		switch last.op {
		case opI32Load:
			return replace(as(last, opI64Load32U))
		case opI32Load8U:
			return replace(as(last, opI64Load8U))
		case opI32Load16U:
			return replace(as(last, opI64Load16U))
		}

	case opI64Store32:
		if last.op == opI64ExtendU || last.op == opI64Extend {
			return replace(as(in, opI32Store))
		}

	case opLocalGet:
		if last.op == opLocalSet && last.n == in.n {
			return replace(as(last, opLocalTee))
		}

	case opI32Eqz:
		if inverse, ok := invert(last.op); ok {
			return replace(op(inverse))
		}
	case opBrIf:
		// A condition twice negated.
		if n := len(code); last.op == opI32Eqz && n > 1 && code[n-2].op == opI32Eqz {
			return append(code[:n-2], in)
		}
	case opIf:
		if last.op == opI32Eqz && len(in.other) > 0 {
			in.body, in.other = in.other, in.body
			return replace(in)
		}
		if n := len(code); last.op == opI32Eqz && n > 1 && code[n-2].op == opI32Eqz {
			return append(code[:n-2], in)
		}
	}
	return append(code, in)
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

// helper returns the function that a helper's number stands for.
func helper(n int64) *function {
	get := func(local int64) instr { return op(opLocalGet, local) }
	set := func(local int64) instr { return op(opLocalSet, local) }
	i32Const := func(n int64) instr { return op(opI32Const, n) }
	block := func(o opcode, label int64, body ...instr) instr {
		in := op(o, label)
		in.body = body
		return in
	}
	three := signature{params: string([]byte{i32, i32, i32})}
	switch n {
	case helperFill: // to, value, n: from the last byte to the first
		return &function{signature: three, locals: []byte{0}, code: []instr{
			block(opLoop, 1,
				get(2), op(opI32Eqz), op(opBrIf, end),
				get(0), get(2), i32Const(1), op(opI32Sub), op(opLocalTee, 2), op(opI32Add), get(1), op(opI32Store8),
				op(opBr, 1)),
		}}
	case helperCopy: // to, from, n
		const load8U = 0x2D
		return &function{signature: three, locals: []byte{0}, code: []instr{
			get(0), get(1), op(opI32LtU),
			block(opIf, 1,
				block(opLoop, 2,
					get(2), op(opI32Eqz), op(opBrIf, end),
					get(0), get(1), op(load8U), op(opI32Store8),
					get(0), i32Const(1), op(opI32Add), set(0),
					get(1), i32Const(1), op(opI32Add), set(1),
					get(2), i32Const(1), op(opI32Sub), set(2),
					op(opBr, 2))),
			block(opLoop, 3,
				get(2), op(opI32Eqz), op(opBrIf, end),
				get(0), get(2), i32Const(1), op(opI32Sub), op(opLocalTee, 2), op(opI32Add),
				get(1), get(2), op(opI32Add), op(load8U), op(opI32Store8),
				op(opBr, 3)),
		}}
	case helperTruncS:
		return truncate(opI64TruncS, -1<<63, 1<<63, math.MinInt64, math.MaxInt64)
	default:
		return truncate(opI64TruncU, 0, 1<<64, 0, -1)
	}
}

// truncate returns a function from f64 to i64 that truncates numbers from low
// to below high, gives least and most for those beyond, and 0 for NaN.
func truncate(o opcode, low, high float64, least, most int64) *function {
	f64Const := func(f float64) instr { return op(opF64Const, int64(math.Float64bits(f))) }
	x := op(opLocalGet, 0)
	inside := op(opIf, 1)
	inside.body = []instr{x, op(o), op(opReturn)}
	return &function{signature: signature{string(f64), string(i64)}, locals: []byte{0}, code: []instr{
		x, f64Const(low), op(opF64Ge), x, f64Const(high), op(opF64Lt), op(opI32And), inside,
		op(opI64Const, least),
		op(opI64Const, most), op(opI64Const, 0), x, x, op(opF64Eq), op(opSelect),
		x, f64Const(low), op(opF64Lt), op(opSelect),
	}}
}
