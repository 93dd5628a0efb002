package link

import (
	"fmt"
	"slices"
	"strings"
)

// The stock module runs code before its functions are called: the initializers of
// variables, and init functions. (It never calls main.) A core does not run such
// code, so it must not depend on it.
//
// checkStart refuses a core that uses a variable which such code may set. It
// searches the symbols that the code can reach: a symbol reaches those that it
// refers to, whether it calls a function, takes the address of a variable, or
// contains a pointer or a function value. Code that cannot reach a variable cannot
// set it, because nothing else gives it the address.
//
// The standard library does not know the variables of other packages, so its own
// symbols are not searched.
func (c *core) checkStart() error {
	from := map[string]string{} // how the search reached each symbol
	var queue []string
	reach := func(name, by string) {
		if _, ok := from[name]; !ok && c.listing.symbols[name] != nil {
			from[name] = by
			queue = append(queue, name)
		}
	}
	for name, s := range c.listing.symbols {
		if strings.HasSuffix(name, "..inittask") {
			for _, initializer := range s.refs {
				reach(initializer, "")
			}
		}
	}
	slices.Sort(queue)
	for i := 0; i < len(queue); i++ {
		for _, name := range c.listing.symbols[queue[i]].refs {
			reach(name, queue[i])
		}
	}

	var err error
	c.eachAddress(func(in *instr) {
		if by, ok := from[in.ref.name]; ok && err == nil {
			var path []string
			for name := by; name != ""; name = from[name] {
				path = append(path, short(name))
			}
			slices.Reverse(path)
			why := fmt.Sprintf("uses %s, which code that runs before main may set (%s): a core does not run such code (set the variable in an exported function)",
				short(in.ref.name), strings.Join(path, " > "))
			err = c.refuse(in.route, in.pos(), why)
		}
	})
	return err
}
