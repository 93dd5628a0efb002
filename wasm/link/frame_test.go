package link

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSlots(t *testing.T) {
	at := func(offset, width int64) slot { return slot{offset, width, i64} }
	overlaps := []struct {
		name string
		s, t slot
		want bool
	}{
		{"equal", at(8, 8), at(8, 8), false},
		{"inside", at(8, 8), at(12, 4), true},
		{"around", at(12, 4), at(8, 8), true},
		{"last byte", at(8, 8), at(15, 4), true},
		{"first byte", at(8, 8), at(1, 8), true},
		{"after", at(8, 8), at(16, 8), false},
		{"before", at(8, 8), at(0, 8), false},
		{"other type", at(8, 8), slot{8, 8, f64}, true},
	}
	for _, tt := range overlaps {
		require.Equal(t, tt.want, tt.s.overlaps(tt.t), tt.name)
		require.Equal(t, tt.want, anyOverlap([]slot{at(100, 8), tt.s, tt.t}), tt.name)
	}

	require.Equal(t, []slot{at(0, 8), at(8, 4), at(8, 8), {8, 8, i64 + 1}},
		sorted([]slot{{8, 8, i64 + 1}, at(8, 8), at(0, 8), at(8, 4), at(0, 8)}))

	covered := []struct {
		name          string
		given, wanted []slot
		want          bool
	}{
		{"the same", []slot{at(0, 8), at(8, 4)}, []slot{at(8, 4), at(0, 8)}, true},
		{"more", []slot{at(0, 8), at(8, 4)}, []slot{at(0, 8)}, true},
		{"less", []slot{at(0, 8)}, []slot{at(0, 8), at(8, 4)}, false},
		{"part", []slot{at(0, 8)}, []slot{at(0, 4)}, false},
		{"whole and part", []slot{at(0, 8), at(0, 4)}, []slot{at(0, 8)}, false},
		{"none", nil, nil, true},
	}
	for _, tt := range covered {
		require.Equal(t, tt.want, covers(tt.given, tt.wanted), tt.name)
	}
}

// TestSlotValues checks that a local in place of a slot gives the same values as
// memory does, for all combinations of stores and loads of the same width.
func TestSlotValues(t *testing.T) {
	stores := map[int64][]opcode{1: {opI64Store8, opI32Store8}, 2: {opI64Store16}, 4: {opI64Store32, opI32Store}, 8: {opI64Store}}
	loads := map[int64][]opcode{
		1: {opI64Load8S, opI64Load8U, opI32Load8U},
		2: {opI64Load16S, opI64Load16U},
		4: {opI64Load32S, opI64Load32U, opI32Load},
		8: {opI64Load},
	}
	pointer := op(opLocalGet, sp)
	for width := range stores {
		for _, s := range stores[width] {
			for _, l := range loads[width] {
				for _, value := range []uint64{0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 63, 1<<64 - 1} {
					x := op(opLocalGet, 0)
					if s == opI32Store || s == opI32Store8 {
						value = uint64(uint32(value))
					}
					e := evaluator{locals: []uint64{value, 0}, memory: make([]byte, 16)}
					for i := range width {
						e.memory[i] = byte(value >> (8 * i))
					}
					want := e.eval(op(l).with(op(opI32Const, 0)))

					store := op(s, 16).with(pointer, x)
					load := op(l, 16).with(pointer)
					stored, ok := store.slot()
					require.True(t, ok)
					loaded, _ := load.slot()
					require.Equal(t, stored, loaded)
					require.Equal(t, slot{16, width, i64}, stored)
					e.locals[1] = e.eval(store.stored())
					require.Equal(t, want, e.eval(load.loaded(op(opLocalGet, 1))), "%#x of %#x, loaded by %#x", int(s), value, int(l))

					// Functions that keep their frame use these.
					require.Equal(t, want, e.eval(load.loaded(op(stored.load().op).with(op(opI32Const, 0)))))
					require.Equal(t, width, mustSlot(t, stored.store(x)).width)
				}
			}
		}
	}
	for _, s := range []slot{{8, 4, f32}, {8, 8, f64}} {
		load, store := s.load(), s.store(op(opLocalGet, 0))
		require.Equal(t, s, mustSlot(t, load))
		require.Equal(t, s, mustSlot(t, store))
		require.Equal(t, op(opLocalGet, 1), load.loaded(op(opLocalGet, 1)))
		require.Equal(t, op(opLocalGet, 0), store.stored())
	}
}

func mustSlot(t *testing.T, in instr) slot {
	s, ok := in.slot()
	require.True(t, ok)
	return s
}

// TestPlain checks each condition for a plain function, which the comment on slot
// lists, with code that the compiler does not or only rarely writes.
func TestPlain(t *testing.T) {
	pointer := op(opLocalGet, sp)
	value := op(opI64Const, 1)
	store := func(o opcode, offset int64) instr { return op(o, offset).with(pointer, value) }
	load := func(o opcode, offset int64) instr { return op(opLocalSet, 0).with(op(o, offset).with(pointer)) }
	jump := func(to int64) instr { return op(opGoto, to) }
	jumpIf := func(to int64) instr { return op(opIf, -1).with(op(opI32Const, 1)).holding(jump(to)) }
	call := func(fn int64) instr { return op(opCall, fn).with(pointer) }
	back := op(opBr, end)

	// Functions 1 and 2 have a parameter at 0. Function 1 has results at 8 and 16,
	// function 2 only at 8. Function 3 is not plain.
	callees := map[int64]*function{
		1: {segments: [][]instr{{load(opI64Load, 8), store(opI64Store, 16), store(opI64Store, 24), back}}},
		2: {segments: [][]instr{{load(opI64Load, 8), store(opI64Store, 16), back}}},
		3: {segments: [][]instr{{op(opLocalSet, 0).with(pointer), back}}},
	}
	// The function has a frame of 32 bytes; its own parameters begin at 40.
	tests := []struct {
		name     string
		segments [][]instr
		want     bool
	}{
		{"parameter and result", [][]instr{{load(opI64Load, 40), store(opI64Store, 48), back}}, true},
		{"parameters of different types", [][]instr{{load(opI64Load32S, 40), load(opF32Load, 44), load(opI64Load8U, 48), back}}, true},
		{"parameter read twice", [][]instr{{load(opI64Load32S, 40), load(opI64Load32U, 40), back}}, true},
		{"parameter read in part", [][]instr{{load(opI64Load, 40), load(opI64Load32S, 44), back}}, false},
		{"result written in part", [][]instr{{store(opI64Store, 40), store(opI64Store8, 47), back}}, false},
		{"parameter overlaps result", [][]instr{{load(opI64Load, 40), store(opI64Store32, 44), back}}, false},
		{"parameter is a result", [][]instr{{load(opI64Load, 40), store(opI64Store, 40), back}}, false},
		{"result written before the last segment", [][]instr{{store(opI64Store, 48), jump(1)}, {back}}, false},
		{"pointer to the frame", [][]instr{{op(opLocalSet, 0).with(pointer), back}}, false},
		{"pointer to the frame as a value", [][]instr{{op(opI64Store, 0).with(pointer, op(opI64ExtendU).with(pointer)), back}}, false},

		{"own slots", [][]instr{{store(opI64Store, 0), store(opI64Store, 8), load(opI64Load, 0), back}}, true},
		{"own slots overlap", [][]instr{{store(opI64Store, 0), load(opI64Load32S, 4), back}}, false},
		{"own slots touch", [][]instr{{store(opI64Store32, 0), load(opI64Load32S, 4), back}}, true},

		{"call", [][]instr{{store(opI64Store, 0), call(1), jump(1)}, {load(opI64Load, 8), load(opI64Load, 16), back}}, true},
		{"call and own slots", [][]instr{{store(opI64Store, 0), store(opI64Store, 24), call(1), jump(1)}, {load(opI64Load, 24), back}}, true},
		{"call of a function that is not plain", [][]instr{{call(3), jump(1)}, {back}}, false},
		{"call without argument", [][]instr{{call(1), jump(1)}, {back}}, false},
		{"call with part of an argument", [][]instr{{store(opI64Store32, 0), call(1), jump(1)}, {back}}, false},
		{"call with an argument written in parts", [][]instr{{store(opI64Store, 0), store(opI64Store32, 4), call(1), jump(1)}, {back}}, false},
		{"argument written in another segment", [][]instr{{store(opI64Store, 0), jump(1)}, {store(opI64Store, 0), call(1), jump(2)}, {back}}, false},
		{"argument read", [][]instr{{store(opI64Store, 0), call(1), jump(1)}, {load(opI64Load, 0), back}}, false},
		{"part of a result read", [][]instr{{store(opI64Store, 0), call(1), jump(1)}, {load(opI64Load32S, 8), back}}, false},
		{"result read before the call", [][]instr{{load(opI64Load, 8), jump(1)}, {store(opI64Store, 0), call(1), jump(2)}, {back}}, false},
		{"result of either call", [][]instr{
			{jumpIf(2), jump(1)},
			{store(opI64Store, 0), call(1), jump(3)},
			{store(opI64Store, 0), call(2), jump(3)},
			{load(opI64Load, 8), back},
		}, true},
		{"result of one of two calls", [][]instr{
			{jumpIf(2), jump(1)},
			{store(opI64Store, 0), call(1), jump(3)},
			{store(opI64Store, 0), call(2), jump(3)},
			{load(opI64Load, 16), back},
		}, false},
		{"result of the call before the last", [][]instr{
			{store(opI64Store, 0), call(1), jump(1)},
			{store(opI64Store, 0), call(2), jump(2)},
			{load(opI64Load, 16), back},
		}, false},
		{"result after a jump past another call", [][]instr{
			{store(opI64Store, 0), call(2), jump(1)},
			{jumpIf(3), store(opI64Store, 0), call(1), jump(2)},
			{back},
			{load(opI64Load, 16), back},
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &core{
				program:   &program{module: &module{types: []signature{goFunc}, funcs: []int{0, 0, 0, 0}}},
				functions: map[int64]*function{},
			}
			f := &function{frame: 32, segments: tt.segments}
			all := []*function{f}
			for fn, callee := range callees {
				c.functions[fn] = &function{segments: callee.segments}
				all = append(all, c.functions[fn])
			}
			c.findPlain(all)
			require.True(t, c.functions[1].plain)
			require.True(t, c.functions[2].plain)
			require.False(t, c.functions[3].plain)
			require.Equal(t, tt.want, f.plain)
		})
	}
}
