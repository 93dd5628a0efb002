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
