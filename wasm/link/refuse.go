package link

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// check refuses the function f if it needs something that a core does not have.
func (c *core) check(f *function, callers []int64) (err error) {
	fn := callers[len(callers)-1]
	refuse := func(pc int64, format string, args ...any) {
		if err == nil {
			err = c.refuse(callers, pc, fmt.Sprintf(format, args...))
		}
	}
	each(f.all(), func(in *instr) {
		if in.op == opCall {
			if reason := c.reason(in.n); reason != "" {
				refuse(in.pc, "calls %s: a core cannot %s", c.name(in.n), reason)
			}
		}
	})
	each(f.all(), func(in *instr) {
		switch {
		case in.op == opGlobalGet, in.op == opGlobalSet, in.op == opBrTable, in.op == opMemorySize, in.op == opMemoryGrow,
			f.segments == nil && in.op > lastOf1,
			!f.hasLocal(in):
			refuse(c.pc(fn)+1, "is assembly that the linker does not support (use a Go implementation)")
		}
	})
	return err
}

// checkData refuses functions that use initialized data. It checks the final code,
// without unused arguments: generic functions are passed a description of their
// types, which is data.
func (c *core) checkData() (err error) {
	for _, f := range c.all() {
		each(f.code, func(in *instr) {
			if in.address && !c.isZero(in.n) && err == nil {
				fn := (in.pc-firstPC)/pcsPerFunc + int64(c.imports)
				err = c.refuse(c.callers[fn], in.pc, "uses initialized data, such as a string or a table: a core only has variables that start as zero")
			}
		})
	}
	return err
}

// refuse returns the error that the last of the callers cannot be linked. The
// arguments say where and why.
func (c *core) refuse(callers []int64, pc int64, why string) error {
	var names []string
	for _, fn := range callers {
		names = append(names, c.name(fn))
	}
	// The line is that of the instruction before pc, as in stack traces.
	return fmt.Errorf("link: %s%s %s (reached by %s)", c.position(pc-1), names[len(names)-1], why, strings.Join(names, " > "))
}

// leaf matches functions of the runtime that do not use the rest of it.
var leaf = regexp.MustCompile(`^(runtime\.(memmove|memclrNoHeapPointers|memequal|cmpstring|wasmDiv)|memeqbody|memcmp|memchr|cmpbody|internal/runtime/(math|sys)\..*)$`)

// reasons say what other functions of the runtime do.
var reasons = []struct {
	symbol *regexp.Regexp
	reason string
}{
	{regexp.MustCompile(`^(internal/runtime/maps|runtime\.map)`), "use maps"},
	{regexp.MustCompile(`^runtime\.(chan|makechan|closechan|select|block)`), "use channels"},
	{regexp.MustCompile(`^runtime\.newproc`), "start goroutines"},
	{regexp.MustCompile(`^runtime\.(defer|gorecover)`), "defer or recover"},
	{regexp.MustCompile(`^runtime\.(conv|assert|typeAssert|interfaceSwitch|efaceeq|ifaceeq)`), "use interfaces"},
	{regexp.MustCompile(`^runtime\.(new|make|malloc|grow|slice|string|concat|intstring)`), "allocate"},
	{regexp.MustCompile(`^(internal/)?runtime[./]`), "use the Go runtime"},
	{regexp.MustCompile(`^an imported function$`), "call imported functions"},
}

// reason returns what the function fn does that a core cannot do, or "" if it can
// be part of a core.
func (c *core) reason(fn int64) string {
	symbol := c.symbol(fn)
	if leaf.MatchString(symbol) {
		return ""
	}
	for _, r := range reasons {
		if r.symbol.MatchString(symbol) {
			return r.reason
		}
	}
	return ""
}

// traps matches the functions of the runtime that end a program after a panic. A
// core traps instead.
var traps = regexp.MustCompile(`^runtime\.(goPanic|gopanic|panic|sigpanic|morestack|gcWriteBarrier)`)

// initializer matches functions that run before main.
var initializer = regexp.MustCompile(`^([^()]+)\.init(\.\d+)?$`)

// checkStart refuses a core that depends on initializers: on any of its own
// packages, or on one that sets a variable which the core uses.
func (c *core) checkStart() error {
	packages, used := map[string]bool{}, map[int64]bool{}
	for _, fn := range c.order {
		packages[packageOf(c.symbol(fn))] = true
		each(c.functions[fn].all(), func(in *instr) {
			if in.address {
				used[in.n] = true
			}
			if isLoad(in.op) {
				in.eachAddress(func(address int64) { used[address] = true })
			}
		})
	}
	for i, symbol := range c.names {
		m := initializer.FindStringSubmatch(symbol)
		if m == nil || m[1] == "runtime" {
			continue
		}
		f, err := c.translate(int64(c.imports + i))
		missed := packages[m[1]] || err != nil
		if err == nil {
			each(f.all(), func(in *instr) {
				if isStore(in.op) {
					in.eachAddress(func(address int64) { missed = missed || used[address] })
				}
			})
		}
		if missed {
			return fmt.Errorf("link: package %s has code that runs before main, to initialize a variable or in an init function: a core has no such code (set the variables in an exported function)", m[1])
		}
	}
	return nil
}

// eachAddress calls f for each address of a variable from which the address of the
// load or store in is computed.
func (in *instr) eachAddress(f func(address int64)) {
	if len(in.args) == 0 {
		return
	}
	each(in.args[:1], func(x *instr) {
		if x.address {
			f(x.n + in.n)
		}
	})
}

// packageOf returns the import path of the package of a symbol.
func packageOf(symbol string) string {
	dir, base := path.Split(symbol)
	name, _, _ := strings.Cut(base, ".")
	return dir + name
}
