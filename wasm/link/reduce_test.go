package link

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// An evaluator computes expressions of integers as WebAssembly does.
type evaluator struct {
	locals []uint64
	memory []byte
}

func (e *evaluator) eval(x instr) uint64 {
	var args [3]uint64
	for i, arg := range x.args {
		args[i] = e.eval(arg)
	}
	a, b := args[0], args[1]
	truth := func(is bool) uint64 {
		if is {
			return 1
		}
		return 0
	}
	load := func(size int) (n uint64) {
		for i := range size {
			n |= uint64(e.memory[uint32(a)+uint32(x.n)+uint32(i)]) << (8 * i)
		}
		return n
	}
	switch x.op {
	case opI32Const:
		return uint64(uint32(x.n))
	case opI64Const:
		return uint64(x.n)
	case opLocalGet:
		return e.locals[x.n]
	case opI64Load:
		return load(8)
	case opI64Load32U, opI32Load:
		return load(4)
	case opI64Load32S:
		return uint64(int32(load(4)))
	case opI64Load16U, opI32Load16U:
		return load(2)
	case opI64Load16S:
		return uint64(int16(load(2)))
	case opI64Load8U, opI32Load8U:
		return load(1)
	case opI64Load8S:
		return uint64(int8(load(1)))
	case opI32Load8S:
		return uint64(uint32(int8(load(1))))
	case opI32Load8S + 2: // i32.load16_s
		return uint64(uint32(int16(load(2))))
	case opI64And:
		return a & b
	case opI64Shl:
		return a << (b & 63)
	case opI64ShrU:
		return a >> (b & 63)
	case opI64ShrS:
		return uint64(int64(a) >> (b & 63))
	case opI64Add:
		return a + b
	case opI64Extend8:
		return uint64(int8(a))
	case opI64Extend16:
		return uint64(int16(a))
	case opI64Extend32:
		return uint64(int32(a))
	case opI64ExtendS:
		return uint64(int32(a))
	case opI64ExtendU:
		return uint64(uint32(a))
	case opI32Wrap:
		return uint64(uint32(a))
	case opI32Eqz, opI64Eqz:
		return truth(a == 0)
	case opSelect:
		if args[2] != 0 {
			return a
		}
		return b
	}
	o, x32 := x.op-opI64Eq, false
	if opI32Eq <= x.op && x.op < opI32Eq+10 {
		o, x32 = x.op-opI32Eq, true
	}
	if o > 9 {
		panic(fmt.Sprintf("unknown instruction %#x", int(x.op)))
	}
	s, t := int64(a), int64(b)
	if x32 {
		s, t = int64(int32(a)), int64(int32(b))
	}
	return truth([...]bool{a == b, a != b, s < t, a < b, s > t, a > b, s <= t, a <= b, s >= t, a >= b}[o])
}

// randomExpr returns a random expression of 64 or 32 bits.
func randomExpr(r *rand.Rand, wide bool, depth int) instr {
	deep := func(wide bool) instr { return randomExpr(r, wide, depth-1) }
	address := op(opI32Const, int64(r.IntN(16)))
	switch {
	case depth <= 0 && wide && r.IntN(2) == 0:
		masks := []int64{0, 1, 0x7F, 0xFF, 0x100, 0x1FF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x1_FFFF_FFFF, -1, r.Int64() >> r.IntN(64)}
		return op(opI64Const, masks[r.IntN(len(masks))])
	case depth <= 0 && wide:
		return op(opLocalGet, int64(r.IntN(4)))
	case depth <= 0:
		return op(opI32Const, int64(int32(r.Uint32())>>r.IntN(32)))
	case !wide:
		return []func() instr{
			func() instr { return op(opI32Wrap).with(deep(true)) },
			func() instr { return op(opI32Load).with(address) },
			func() instr { return op(opI32Load8U).with(address) },
			func() instr { return op(opI32Eqz).with(deep(false)) },
			func() instr { return op(opI64Eqz).with(deep(true)) },
			func() instr { return op(opI32Eq+opcode(r.IntN(10))).with(deep(false), deep(false)) },
			func() instr { return op(opI64Eq+opcode(r.IntN(10))).with(deep(true), deep(true)) },
			func() instr { return op(opSelect).with(deep(false), deep(false), deep(false)) },
		}[r.IntN(8)]()
	}
	loads := []opcode{opI64Load, opI64Load8S, opI64Load8U, opI64Load16S, opI64Load16U, opI64Load32S, opI64Load32U}
	shift := op(opI64Const, int64(r.IntN(70)))
	return []func() instr{
		func() instr { return op(loads[r.IntN(len(loads))], int64(r.IntN(8))).with(address) },
		func() instr { return op(opI64And).with(deep(true), randomExpr(r, true, 0)) },
		func() instr { return op(opI64And).with(deep(true), deep(true)) },
		func() instr { return op(opI64ShrU).with(deep(true), shift) },
		func() instr { return op(opI64ShrU).with(deep(true), deep(true)) },
		func() instr { return op(opI64Shl).with(deep(true), shift) },
		func() instr { return op(opI64Add).with(deep(true), deep(true)) },
		func() instr { return op(opI64Extend8).with(deep(true)) },
		func() instr { return op(opI64Extend16).with(deep(true)) },
		func() instr { return op(opI64Extend32).with(deep(true)) },
		func() instr { return op(opI64ExtendS).with(deep(false)) },
		func() instr { return op(opI64ExtendU).with(deep(false)) },
		func() instr { return op(opSelect).with(deep(true), deep(true), deep(false)) },
	}[r.IntN(13)]()
}

// cloned returns a copy of x, which shares nothing with it.
func cloned(x instr) instr {
	args := make([]instr, len(x.args))
	for i := range x.args {
		args[i] = cloned(x.args[i])
	}
	x.args = args
	return x
}

// TestReduceEqual checks that reduced expressions have the same value, and no bits
// above their width.
func TestReduceEqual(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 100_000 {
		x := randomExpr(r, r.IntN(2) == 0, 1+r.IntN(4))
		reduced := cloned(x)
		reduced.reduce()
		for range 3 {
			e := evaluator{locals: make([]uint64, 4), memory: make([]byte, 64)}
			for i := range e.locals {
				e.locals[i] = r.Uint64() >> r.IntN(64)
			}
			for i := range e.memory {
				e.memory[i] = byte(r.Uint32())
			}
			want := e.eval(x)
			require.Equal(t, want, e.eval(reduced), "%v reduced to %v", x, reduced)
			require.LessOrEqual(t, bits.Len64(want), width(x), "width of %v", x)
			require.Equal(t, want == 0, e.eval(condition(cloned(x))) == 0, "condition %v", x)
		}
	}
}

// TestReduce checks what is simplified, and that the next larger or smaller case is
// not.
func TestReduce(t *testing.T) {
	local := op(opLocalGet, 0)
	load := func(o opcode) instr { return op(o).with(op(opI32Const, 8)) }
	n := func(n int64) instr { return op(opI64Const, n) }
	and := func(x instr, mask int64) instr { return op(opI64And).with(x, n(mask)) }
	shr := func(x instr, by int64) instr { return op(opI64ShrU).with(x, n(by)) }
	wrap := func(x instr) instr { return op(opI32Wrap).with(x) }
	extS := func(x instr) instr { return op(opI64ExtendS).with(x) }
	extU := func(x instr) instr { return op(opI64ExtendU).with(x) }
	eq := op(opI32Eq).with(op(opLocalGet, 1), op(opLocalGet, 2))
	ne := op(opI32Eq+1).with(op(opLocalGet, 1), op(opLocalGet, 2))
	eqz := func(x instr) instr { return op(opI32Eqz).with(x) }
	aligned := func(x instr, align byte) instr { x.align = align; return x }

	tests := []struct {
		name     string
		in, want instr
	}{
		{"mask of all bits of a byte", and(load(opI64Load8U), 0xFF), load(opI64Load8U)},
		{"mask of more bits", and(load(opI64Load8U), 0x1FF), load(opI64Load8U)},
		{"mask of fewer bits", and(load(opI64Load8U), 0x7F), and(load(opI64Load8U), 0x7F)},
		{"mask that is not of low bits", and(load(opI64Load8U), 0x1FE), and(load(opI64Load8U), 0x1FE)},
		{"mask of a short", and(load(opI64Load16U), 0xFFFF), load(opI64Load16U)},
		{"mask of fewer bits of a short", and(load(opI64Load16U), 0x7FFF), and(load(opI64Load16U), 0x7FFF)},
		{"mask of a word", and(load(opI64Load32U), 0xFFFF_FFFF), load(opI64Load32U)},
		{"mask of a signed byte", and(load(opI64Load8S), 0xFF), and(load(opI64Load8S), 0xFF)},
		{"mask of a shifted word", and(shr(load(opI64Load32U), 28), 0xF), shr(load(opI64Load32U), 28)},
		{"mask of fewer bits of a shifted word", and(shr(load(opI64Load32U), 28), 0x7), and(shr(load(opI64Load32U), 28), 0x7)},
		{"mask of a shift by 64 bits or more", and(shr(local, 124), 0xF), shr(local, 124)},
		{"mask of a mask", and(and(local, 0xFF), 0xFF), and(local, 0xFF)},
		{"mask of a larger mask", and(and(local, 0x1FF), 0xFF), and(and(local, 0x1FF), 0xFF)},
		{"mask of a truth value", and(extU(eq), 1), extU(eq)},
		{"mask of 32 bits", and(local, 0xFFFF_FFFF), extU(wrap(local))},
		{"mask of 33 bits", and(local, 0x1_FFFF_FFFF), and(local, 0x1_FFFF_FFFF)},

		{"wrapped extension", wrap(extS(eq)), eq},
		{"wrapped constant", wrap(n(0x1_8000_0000)), op(opI32Const, -1<<31)},
		{"wrapped load of 64 bits", wrap(load(opI64Load)), aligned(load(opI32Load), 2)},
		{"wrapped load of 8 bits with sign", wrap(load(opI64Load8S)), load(opI32Load8S)},
		{"wrapped load of 16 bits", wrap(load(opI64Load16U)), load(opI32Load16U)},
		{"extension of a constant", extS(op(opI32Const, -1)), n(-1)},
		{"extension of a constant without sign", extU(op(opI32Const, -1)), n(0xFFFF_FFFF)},
		{"extension of a load", extS(load(opI32Load)), load(opI64Load32S)},
		{"extension of a load without sign", extU(load(opI32Load)), load(opI64Load32U)},
		{"extension of a byte", extS(load(opI32Load8U)), load(opI64Load8U)},
		{"extension of wrapped 31 bits", extS(wrap(and(local, 0x7FFF_FFFF))), and(local, 0x7FFF_FFFF)},
		{"extension of wrapped 32 bits", extS(wrap(shr(local, 32))), extS(wrap(shr(local, 32)))},
		{"extension of wrapped 32 bits without sign", extU(wrap(shr(local, 32))), shr(local, 32)},
		{"extension of wrapped 33 bits without sign", extU(wrap(shr(local, 31))), extU(wrap(shr(local, 31)))},
		{"sign of a byte", op(opI64Extend8).with(load(opI64Load8U)), load(opI64Load8S)},
		{"sign of a signed byte", op(opI64Extend8).with(load(opI64Load8S)), load(opI64Load8S)},
		{"sign of a short", op(opI64Extend16).with(load(opI64Load16U)), load(opI64Load16S)},
		{"sign of 8 bits", op(opI64Extend8).with(local), op(opI64ShrS).with(op(opI64Shl).with(local, n(56)), n(56))},
		{"sign of 16 bits", op(opI64Extend16).with(local), op(opI64ShrS).with(op(opI64Shl).with(local, n(48)), n(48))},
		{"sign of 32 bits", op(opI64Extend32).with(local), extS(wrap(local))},

		{"not equal", eqz(eq), ne},
		{"not not equal", eqz(ne), eq},
		{"not less", eqz(op(opI64Eq+2).with(local, local)), op(opI64Eq+8).with(local, local)},
		{"zero test of a truth value", op(opI64Eqz).with(extU(eq)), ne},
		{"condition of a double negation", op(opSelect).with(local, local, eqz(eqz(wrap(local)))), op(opSelect).with(local, local, wrap(local))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := cloned(tt.in)
			in.reduce()
			require.Equal(t, cloned(tt.want), cloned(in))
		})
	}
}
