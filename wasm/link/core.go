package link

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A core is the part of a program that its exported functions need.
type core struct {
	*program
	exports   []*function
	functions map[int64]*function // by their index in the stock module
	callers   map[int64][]int64   // how each was reached: from the exported one to itself
	order     []int64             // of them in the new module, after the exported ones
	hasStack  bool                // some function has a frame in memory
}

// A function is a function of the core. Its code is first what the compiler
// wrote, in segments with jumps between them, and in the end one tree.
type function struct {
	signature
	export   string            // its name, if it is exported
	locals   map[int64]valtype // by number, see sp
	params   []int64           // those that are parameters, in order
	segments [][]instr         // of Go functions only
	code     []instr

	frame         int64  // size in bytes of its frame on Go's stack
	plain         bool   // needs no frame in memory
	reads, writes []slot // its parameters and its results, if plain
}

// sp is the number of the local that is Go's stack pointer. Others count from 0.
const sp = -1

// local adds a local.
func (f *function) local(typ valtype) int64 {
	id := int64(len(f.locals))
	f.locals[id] = typ
	return id
}

// hasLocal reports whether f has the local that in uses, if it uses one.
func (f *function) hasLocal(in *instr) bool {
	return !isLocal(in.op) || in.n == sp || f.locals[in.n] != 0
}

// all returns all instructions of f.
func (f *function) all() []instr { return slices.Concat(slices.Concat(f.segments...), f.code) }

// all returns all functions in their order.
func (c *core) all() []*function {
	all := slices.Clone(c.exports)
	for _, fn := range c.order {
		all = append(all, c.functions[fn])
	}
	return all
}

// read reads the function fn, as the compiler wrote it, and its locals that are
// no parameters.
func (c *core) read(fn int64) (code []instr, locals []valtype, err error) {
	i := int(fn) - c.imports
	d := &decoder{stock: &reader{data: c.bodies[i]}, moved: &reader{data: c.moved.bodies[i]}}
	if len(d.stock.data) > maxBody {
		return nil, nil, fmt.Errorf("has more than %d bytes", maxBody)
	}
	for range d.stock.count() {
		n, typ := int(d.stock.uint()), d.stock.byte()
		if len(locals)+n > maxLocals || typ < f64 || typ > i32 {
			return nil, nil, fmt.Errorf("has more than %d locals, or of an unknown type", maxLocals)
		}
		locals = append(locals, slices.Repeat([]valtype{typ}, n)...)
	}
	for range d.moved.count() {
		d.moved.bytes(2)
	}
	code, ender := d.decode()
	if d.stock.err == nil && (ender != opEnd || len(d.stock.data) > 0) {
		d.stock.fail("has code after its end")
	}
	return code, locals, d.stock.err
}

// add adds the function fn and all that it calls. The callers are those that lead to it, the
// one that is exported first.
func (c *core) add(fn int64, callers []int64) error {
	if c.functions[fn] != nil {
		return nil
	}
	callers = append(slices.Clip(callers), fn)
	f, err := c.translate(fn)
	if err != nil {
		return c.refuse(callers, c.pc(fn)+1, err.Error())
	}
	if err := c.check(f, callers); err != nil {
		return err
	}
	c.functions[fn], c.callers[fn] = f, callers
	c.order = append(c.order, fn)
	return c.addCalls(f, callers)
}

func (c *core) addCalls(f *function, callers []int64) (err error) {
	each(f.all(), func(in *instr) {
		if in.op == opCall && err == nil {
			err = c.add(in.n, callers)
		}
	})
	return err
}

// translate takes the function fn out of the stock module.
func (c *core) translate(fn int64) (*function, error) {
	code, locals, err := c.read(fn)
	if err != nil {
		return nil, err
	}
	each(code, func(in *instr) {
		if in.address {
			in.pc = c.pc(fn) + 1
		}
	})
	if contains(code, opIndirect) {
		return nil, fmt.Errorf("calls through an interface or a function value: the core can call functions by name only")
	}
	f := &function{signature: c.signature(fn), locals: map[int64]valtype{}}
	if c.isGo(fn) {
		for _, typ := range locals[min(1, len(locals)):] { // the first is the stack pointer
			f.local(typ)
		}
		return f, c.split(f, code)
	}

	// Assembly with a signature of its own stays as it is.
	f.code = code
	for i := range f.signature.params {
		f.params = append(f.params, f.local(f.signature.params[i]))
	}
	for _, typ := range locals {
		f.local(typ)
	}
	return f, nil
}

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
	packages, variables := map[string]bool{}, map[int64]bool{}
	for _, fn := range c.order {
		packages[packageOf(c.symbol(fn))] = true
		each(c.functions[fn].all(), func(in *instr) {
			if in.address {
				variables[in.n] = true
			}
			if isLoad(in.op) && len(in.args) > 0 {
				each(in.args, func(address *instr) { variables[address.n+in.n] = variables[address.n+in.n] || address.address })
			}
		})
	}
	for i, symbol := range c.names {
		m := initializer.FindStringSubmatch(symbol)
		if m == nil || m[1] == "runtime" {
			continue
		}
		missed := packages[m[1]]
		if f, err := c.translate(int64(c.imports + i)); err == nil {
			each(f.all(), func(in *instr) {
				if isStore(in.op) {
					each(in.args[:1], func(address *instr) { missed = missed || address.address && variables[address.n+in.n] })
				}
			})
		} else {
			missed = true
		}
		if missed {
			return fmt.Errorf("link: package %s has code to run at the start, to initialise a variable or in an init function: the core has no start (set variables in a function that is called)", m[1])
		}
	}
	return nil
}

// packageOf returns the path of the package that a symbol is from.
func packageOf(symbol string) string {
	dir, base := path.Split(symbol)
	name, _, _ := strings.Cut(base, ".")
	return dir + name
}

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
