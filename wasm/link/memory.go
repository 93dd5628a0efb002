package link

import "slices"

// The memory of a core starts with Go's stack, if a function needs it, or else
// with an unused area, since address 0 is nil. The variables follow.
const (
	// alignment is the largest alignment of variables, in bytes.
	alignment = 64

	// stackSize is the size of Go's stack in bytes. It grows down to address 0.
	// On overflow, addresses become negative, which WebAssembly treats as very
	// large unsigned numbers, so that the access traps.
	stackSize = 16 << 10
)

// relocate moves the variables down to the end of the stack, and returns the
// address of their end.
func (c *core) relocate() (end int64) {
	var addresses []*instr
	for _, f := range c.all() {
		each(f.code, func(in *instr) {
			if in.address {
				addresses = append(addresses, in)
			}
		})
	}
	bottom := int64(alignment)
	if c.hasStack {
		bottom = stackSize
	}
	if len(addresses) == 0 {
		return bottom
	}

	// The core's variables are mixed with the runtime's, whose sizes are unknown.
	// So all move by the same distance. Variables that hold pointers come first;
	// if the core has none of those, they are left out.
	lowest := slices.MinFunc(addresses, func(a, b *instr) int { return int(a.n - b.n) }).n
	start := c.zero[0].start
	if lowest >= c.zero[1].start {
		start = c.zero[1].start
	}
	distance := start&^(alignment-1) - bottom
	for _, in := range addresses {
		in.n -= distance
	}
	return c.zero[1].end - distance
}
