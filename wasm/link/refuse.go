package link

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// check refuses a function that needs what the core does not have.
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
				refuse(in.pc, "calls %s: the core cannot %s", c.name(in.n), reason)
			}
		}
	})
	each(f.all(), func(in *instr) {
		switch {
		case in.op == opGlobalGet, in.op == opGlobalSet, in.op == opBrTable, in.op == opMemorySize, in.op == opMemoryGrow,
			f.segments == nil && in.op > lastOf1,
			!f.hasLocal(in):
			refuse(c.pc(fn)+1, "is not as the Go compiler writes functions in Go: the core knows no others")
		}
	})
	return err
}

// checkData refuses what uses data that the stock module is loaded with. It looks
// at the final code, as not all that is passed is used: generic functions are
// passed a description of their types.
func (c *core) checkData() (err error) {
	for _, f := range c.all() {
		each(f.code, func(in *instr) {
			if in.address && !c.isZero(in.n) && err == nil {
				fn := (in.pc-firstPC)/pcsPerFunc + int64(c.imports)
				err = c.refuse(c.callers[fn], in.pc, "uses initialised data (a string, a table, a type or the like): the core has only variables that begin as zero")
			}
		})
	}
	return err
}

// refuse says where and why the last of the callers cannot be linked.
func (c *core) refuse(callers []int64, pc int64, why string) error {
	var names []string
	for _, fn := range callers {
		names = append(names, c.name(fn))
	}
	// The line is that of the instruction before pc, as in stack traces.
	return fmt.Errorf("link: %s%s %s (reached by %s)", c.position(pc-1), names[len(names)-1], why, strings.Join(names, " > "))
}

// leaf matches the functions of the runtime that use nothing of it.
var leaf = regexp.MustCompile(`^(runtime\.(memmove|memclrNoHeapPointers|memequal|cmpstring|wasmDiv)|memeqbody|memcmp|memchr|cmpbody|internal/runtime/(math|sys)\..*)$`)

// reasons tell what the others are there for.
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
	{regexp.MustCompile(`^an imported function$`), "use its host"},
}

// reason says what the core cannot do that fn does, if there is such a thing.
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

// traps matches the functions of the runtime that end a program because of a
// bug in it. The core then traps.
var traps = regexp.MustCompile(`^runtime\.(goPanic|gopanic|panic|sigpanic|morestack|gcWriteBarrier)`)

// initializer matches the functions that run before main.
var initializer = regexp.MustCompile(`^([^()]+)\.init(\.\d+)?$`)

// checkStart refuses a core that misses what such functions do: those of its own
// packages, and others that set a variable which it uses.
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
			return fmt.Errorf("link: package %s has code to run at the start, to initialise a variable or in an init function: the core has no start (set variables in a function that is called)", m[1])
		}
	}
	return nil
}

// eachAddress calls f for the addresses of variables at which the load or store
// in may be.
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

// packageOf returns the path of the package that a symbol is from.
func packageOf(symbol string) string {
	dir, base := path.Split(symbol)
	name, _, _ := strings.Cut(base, ".")
	return dir + name
}
