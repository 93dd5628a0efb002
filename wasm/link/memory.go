package link

import "slices"

// The memory of a core: nothing at address 0, which is nil; the stack, if a
// function needs it; the variables.
const (
	// alignment is that of variables, in bytes.
	alignment = 64

	// stackSize is the size in bytes of Go's stack. It grows down to address 0.
	// What overflows it has an address below that, which WebAssembly takes for a
	// huge one, and traps.
	stackSize = 16 << 10
)

// relocate moves the variables down to where the stack ends, and returns where
// they end.
func (c *core) relocate() (end int64) {
	var addresses []*instr
	for _, f := range c.all() {
		each(f.code, func(in *instr) {
			if in.address {
				addresses = append(addresses, in)
			}
		})
	}
	bottom := int64(alignment) // nothing is at address 0, which is nil
	if c.hasStack {
		bottom = stackSize
	}
	if len(addresses) == 0 {
		return bottom
	}

	// Variables of the runtime are between ours, of sizes unknown. So all move by
	// one distance, but those that hold pointers only if we have such, too.
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
