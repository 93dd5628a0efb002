package link

import (
	"fmt"
	"slices"
)

// The memory of a core starts with Go's stack, if a function needs it, or else
// with an unused area, since address 0 is nil. The variables follow.
const (
	// stackSize is the size of Go's stack in bytes. It grows down to address 0.
	// On overflow, addresses become negative, which WebAssembly treats as very
	// large unsigned numbers, so that the access traps.
	stackSize = 16 << 10

	// unused is the size in bytes of the unused area.
	unused = 64
)

// relocate places the variables that the core uses after the stack, in the order
// of their addresses in the stock module, and replaces the addresses in the code.
// It returns the address of their end.
func (c *core) relocate() (end int64, err error) {
	stock := map[string]int64{} // addresses
	c.eachAddress(func(in *instr) {
		address := in.n - in.ref.offset
		if other, ok := stock[in.ref.name]; ok && other != address {
			err = fmt.Errorf("link: %s has two addresses in the stock module: its listing is of another program", short(in.ref.name))
		}
		stock[in.ref.name] = address
	})
	var names []string
	for name := range stock {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return int(stock[a] - stock[b]) })

	end = unused
	if c.hasStack {
		end = stackSize
	}
	moved := map[string]int64{}
	for _, name := range names {
		// Go aligns variables to at most 8 bytes.
		align := min(stock[name]&-stock[name], 8)
		end = (end + align - 1) &^ (align - 1)
		moved[name] = end
		end += c.listing.symbols[name].size
	}
	c.eachAddress(func(in *instr) { in.n = moved[in.ref.name] + in.ref.offset })
	return end, err
}
