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
	localsOf := func(signature) map[int64]valtype { return map[int64]valtype{0: i32, 1: i32, 2: i32} }
	switch n {
	case helperFill: // to, value, n: from the last byte to the first
		return &function{signature: three, locals: localsOf(three), params: []int64{0, 1, 2}, code: []instr{
			block(opLoop, 1,
				get(2), op(opI32Eqz), op(opBrIf, end),
				get(0), get(2), i32Const(1), op(opI32Sub), op(opLocalTee, 2), op(opI32Add), get(1), op(opI32Store8),
				op(opBr, 1)),
		}}
	case helperCopy: // to, from, n
		const load8U = 0x2D
		return &function{signature: three, locals: localsOf(three), params: []int64{0, 1, 2}, code: []instr{
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
	return &function{signature: signature{string(f64), string(i64)}, locals: map[int64]valtype{0: f64}, params: []int64{0}, code: []instr{
		x, f64Const(low), op(opF64Ge), x, f64Const(high), op(opF64Lt), op(opI32And), inside,
		op(opI64Const, least),
		op(opI64Const, most), op(opI64Const, 0), x, x, op(opF64Eq), op(opSelect),
		x, f64Const(low), op(opF64Lt), op(opSelect),
	}}
}
