package link

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// checkCalls refuses code of the route r that calls something that a core does not
// have.
func (c *core) checkCalls(code []instr, r *route) (err error) {
	var indirect *instr
	each(code, func(in *instr) {
		switch {
		case err != nil:
		case in.op == opIndirect:
			indirect = in
		case in.op == opCall && !c.isTrap(in.n):
			if reason := c.reason(in.n); reason != "" {
				err = c.refuse(r, in.pos(), fmt.Sprintf("calls %s: a core cannot %s", c.name(in.n), reason))
			}
		}
	})
	if err == nil && indirect != nil {
		err = c.refuse(r, indirect.pos(), "calls an interface method or a function value: a core can only call functions by name")
	}
	return err
}

// check refuses the function f of the route r if it contains instructions that only
// assembly has.
func (c *core) check(f *function, r *route) (err error) {
	each(f.all(), func(in *instr) {
		switch {
		case err != nil:
		case in.op == opGlobalGet, in.op == opGlobalSet, in.op == opBrTable, in.op == opMemorySize, in.op == opMemoryGrow,
			f.segments == nil && in.op > lastOf1,
			!f.hasLocal(in):
			err = c.refuse(r, r.pos, "is assembly that the linker does not support (use a Go implementation)")
		}
	})
	return err
}

// eachAddress calls f for each address in the final code. Unused arguments are not
// there: for example, generic functions are passed a description of their types,
// which is data.
func (c *core) eachAddress(f func(in *instr)) {
	for _, g := range c.all() {
		each(g.code, func(in *instr) {
			if in.address {
				f(in)
			}
		})
	}
}

// checkData refuses a core that uses data, or variables of the standard library,
// which the runtime may set.
func (c *core) checkData() (err error) {
	c.eachAddress(func(in *instr) {
		why := ""
		if in.ref == nil {
			why = "uses a variable or a table of the standard library"
		} else if s := c.listing.symbols[in.ref.name]; s == nil || !s.isZero() {
			why = "uses " + describe(in.ref.name)
		}
		if why != "" && err == nil {
			err = c.refuse(in.route, in.pos(), why+": a core only has variables of its own packages, which start as zero")
		}
	})
	return err
}

// describe says what the symbol of some data is.
func describe(symbol string) string {
	switch {
	case strings.HasPrefix(symbol, "go:string."):
		return "the string " + strings.TrimPrefix(symbol, "go:string.")
	case strings.HasPrefix(symbol, "type:"):
		return "a description of the type " + short(strings.TrimPrefix(symbol, "type:"))
	case strings.Contains(symbol, "..dict."):
		return "the type arguments of a generic function"
	case strings.Contains(symbol, "..stmp_"):
		return "a table"
	case strings.HasSuffix(symbol, "·f"):
		return "the function value " + short(strings.TrimSuffix(symbol, "·f"))
	}
	return "the variable " + short(symbol)
}

// refuse returns the error that the function of the route r cannot be linked. The
// arguments say where and why.
func (c *core) refuse(r *route, pos, why string) error {
	var names []string
	for s := r; s != nil; s = s.by {
		names = append(names, c.name(s.fn))
	}
	slices.Reverse(names)
	if pos != "" {
		pos += ": "
	}
	return fmt.Errorf("link: %s%s %s (reached by %s)", pos, c.name(r.fn), why, strings.Join(names, " > "))
}

// These expressions match names of functions of the standard library, in which _
// stands for all punctuation but dots.

// leaf matches functions of the runtime that do not use the rest of it. (Atomic
// operations are plain ones, because WebAssembly has one thread.)
var leaf = regexp.MustCompile(`^(runtime\.(memmove|memclrNoHeapPointers|memequal|cmpstring|wasmDiv|f(min|max)(32|64)?|decoderune)` +
	`|memeqbody|memcmp|memchr|cmpbody|internal_runtime_(math|sys|atomic)\..*)$`)

// reasons say what other functions do.
var reasons = []struct {
	symbol *regexp.Regexp
	reason string
}{
	{regexp.MustCompile(`^(internal_runtime_maps|runtime\.map)`), "use maps"},
	{regexp.MustCompile(`^runtime\.(chan|makechan|closechan|select|block)`), "use channels"},
	{regexp.MustCompile(`^runtime\.newproc`), "start goroutines"},
	{regexp.MustCompile(`^runtime\.(defer|gorecover)`), "defer or recover"},
	{regexp.MustCompile(`^runtime\.(conv|assert|typeAssert|interfaceSwitch|efaceeq|ifaceeq)`), "use interfaces"},
	{regexp.MustCompile(`^runtime\.(new|make|malloc|grow|slice|string|concat|intstring)`), "allocate"},
	{regexp.MustCompile(`^runtime\.complex128div`), "divide complex numbers"},
	{regexp.MustCompile(`^(internal_)?sync\.runtime_`), "wait for goroutines"},
	{regexp.MustCompile(`^runtime\.print`), "print"},
	{regexp.MustCompile(`^time\.(now|runtime|Sleep|newTimer)`), "use the clock"},
	{regexp.MustCompile(`^(syscall|os|internal_poll|internal_syscall.*)\.`), "use the operating system"},
	{regexp.MustCompile(`^(internal_)?runtime[._]`), "use the Go runtime"},
	{regexp.MustCompile(`^an imported function$`), "call imported functions"},
}

// reason returns what the function fn does that a core cannot do, or "" if it can
// be part of a core.
func (c *core) reason(fn int64) string {
	name := c.symbol(fn)
	if c.listed(fn) != nil || leaf.MatchString(name) {
		return ""
	}
	for _, r := range reasons {
		if r.symbol.MatchString(name) {
			return r.reason
		}
	}
	return ""
}

// traps matches the functions of the runtime that end a program after a panic. A
// core traps instead.
var traps = regexp.MustCompile(`^runtime\.(goPanic|gopanic|panic|sigpanic|morestack|gcWriteBarrier)`)
