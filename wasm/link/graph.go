package link

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A core collects the functions that are reachable from the exports.
type core struct {
	*program
	exports    []exported
	needsStack bool
	functions  map[int64]*function // by index in the stock module, or helper number
	order      []int64             // of functions in the new module, after the exported ones
}

type exported struct {
	name string
	*function
}

// export adds the exported function e, and all that it calls.
func (c *core) export(e export) error {
	f, err := c.wrapper(e.fn)
	if err != nil {
		return fmt.Errorf("link: export %s %w", e.name, err)
	}
	c.exports = append(c.exports, exported{e.name, f})
	return c.addCalls(f.all(), nil)
}

func (c *core) wrapper(fn int) (*function, error) {
	if fn < c.imports || fn >= c.imports+len(c.bodies) {
		return nil, fmt.Errorf("is no function of the program")
	}
	_, code, err := c.decode(fn - c.imports)
	if err != nil {
		return nil, err
	}
	if code, err = nest(code); err != nil {
		return nil, err
	}
	f := &function{signature: c.types[c.funcs[fn-c.imports]], locals: map[int64]valtype{}, exported: true}
	code, f.frame, err = glue(code)
	if err != nil {
		return nil, err
	}
	for i := range f.signature.params {
		id := f.local(f.signature.params[i])
		f.params = append(f.params, id)
	}
	// The result is what remains on the stack.
	result := len(code)
	for result > 0 && code[result-1].op != opCall {
		result--
	}
	if f.segments, err = c.foldWrapper(code[:result], code[result:]); err != nil {
		return nil, err
	}
	return f, nil
}

func (c *core) foldWrapper(code, result []instr) ([][]instr, error) {
	back := op(opBr, end)
	if len(result) > 0 {
		back = op(opReturn)
		dropped, err := c.fold(append(slices.Clip(result), op(opDrop)))
		if err != nil || len(dropped) != 1 {
			return nil, fmt.Errorf("has the shape of no exported function")
		}
		back.args = dropped[0].args
	}
	code, err := c.fold(code)
	return [][]instr{append(code, back)}, err
}

// all returns all instructions of f.
func (f *function) all() []instr {
	if f.segments != nil {
		return slices.Concat(f.segments...)
	}
	return f.code
}

// add adds the function fn and all that it calls. The path tells who called it,
// the exported one first.
func (c *core) add(fn int64, path []int64) error {
	if c.functions[fn] != nil {
		return nil
	}
	path = append(slices.Clip(path), fn)
	var f *function
	if fn < 0 {
		f = helper(fn)
	} else {
		var err error
		if f, err = c.translate(fn); err != nil {
			return c.refuse(path, 0, err.Error())
		}
		if err := c.check(f, path); err != nil {
			return err
		}
	}
	c.functions[fn] = f
	c.order = append(c.order, fn)
	return c.addCalls(f.all(), path)
}

// addCalls adds the functions that code calls.
func (c *core) addCalls(code []instr, path []int64) (err error) {
	each(code, func(in *instr) {
		if in.op == opCall && err == nil {
			err = c.add(in.n, path)
		}
	})
	return err
}

// checkStart refuses a program that computes something before main: here is no
// start, and nobody to wait for it. The runtime's own functions of that kind
// are left out with it.
func (p *program) checkStart() error {
	for _, symbol := range p.names {
		if m := initializer.FindStringSubmatch(symbol); m != nil && m[1] != "runtime" {
			return fmt.Errorf("link: package %s has variables or an init function to run at the start: the core has no start (set them when called)", m[1])
		}
	}
	return nil
}

var initializer = regexp.MustCompile(`^([^()]+)\.init(\.\d+)?$`)

// translate brings a function of the stock module into our form.
func (c *core) translate(fn int64) (*function, error) {
	i := int(fn) - c.imports
	locals, flat, err := c.decode(i)
	if err != nil {
		return nil, err
	}
	code, err := nest(flat)
	if err != nil {
		return nil, err
	}
	if contains(code, opIndirect) {
		return nil, fmt.Errorf("calls through an interface or a function value: the core can call by name only")
	}
	sig := c.types[c.funcs[i]]
	f := &function{signature: sig, locals: map[int64]valtype{}}
	if sig != goFunc { // Assembly with parameters of its own needs no more.
		for range sig.params {
			f.params = append(f.params, f.local(i64))
		}
		for i := range sig.params {
			f.locals[int64(i)] = sig.params[i]
		}
		for _, typ := range locals {
			f.local(typ)
		}
		f.code = code
		return f, nil
	}
	// The first local is the stack pointer.
	for _, typ := range locals[min(1, len(locals)):] {
		f.local(typ)
	}
	f.segments, f.frame, err = c.segments(code)
	return f, err
}

// maxLocals bounds the locals of a function. The compiler uses 48 at most.
const maxLocals = 1000

// decode reads the body of the function i. Constants that are not the same in
// the moved module are addresses.
func (c *core) decode(i int) (locals []valtype, code []instr, err error) {
	read := func(m *module) (locals []valtype, code []instr, err error) {
		r := &reader{data: m.bodies[i]}
		for range r.count() {
			n, typ := int(r.uint()), r.byte()
			if len(locals)+n > maxLocals {
				r.fail("has more than %d locals", maxLocals)
				break
			}
			locals = append(locals, slices.Repeat([]valtype{typ}, n)...)
		}
		return locals, decode(r), r.err
	}
	locals, code, err = read(c.module)
	if err != nil {
		return nil, nil, err
	}
	_, moved, err := read(c.moved)
	if err != nil {
		return nil, nil, err
	}
	if len(code) != len(moved) {
		return nil, nil, fmt.Errorf("differs in the moved module")
	}
	for i := range code {
		if code[i].op != moved[i].op {
			return nil, nil, fmt.Errorf("differs in the moved module")
		}
		isConst := code[i].op == opI32Const || code[i].op == opI64Const
		code[i].address = isConst && code[i].n != moved[i].n
	}
	return locals, code, nil
}

// check refuses a function that needs what the core does not have.
func (c *core) check(f *function, path []int64) (err error) {
	refuse := func(pc uint64, format string, args ...any) {
		if err == nil {
			err = c.refuse(path, pc, fmt.Sprintf(format, args...))
		}
	}
	each(f.all(), func(in *instr) {
		if in.op == opCall && in.n >= 0 {
			if reason := c.reason(in.n); reason != "" {
				refuse(in.pc, "calls %s: the core cannot %s", c.name(in.n), reason)
			}
		}
	})
	each(f.all(), func(in *instr) {
		switch {
		case in.address && !c.isZero(in.n):
			refuse(0, "uses initialised data, such as a string, a table or a type: the core has variables that begin as zero only")
		case in.op == opGlobalGet || in.op == opGlobalSet || in.op == opBrTable || in.op == opMemorySize || in.op == opMemoryGrow:
			refuse(0, "has code of the runtime's: the core has no runtime")
		}
	})
	return err
}

func (c *core) refuse(path []int64, pc uint64, what string) error {
	fn := path[len(path)-1]
	if pc == 0 {
		pc = firstPC + uint64(fn-int64(c.imports))*pcPerFunc + 1
	}
	var names []string
	for _, fn := range path {
		names = append(names, c.name(fn))
	}
	return fmt.Errorf("link: %s%s %s (reached by %s)", c.position(pc-1), c.name(fn), what, strings.Join(names, " > "))
}

func (c *core) isZero(address int64) bool {
	for _, span := range c.zero {
		if span.start <= address && address < span.end {
			return true
		}
	}
	return false
}

// The functions of the runtime that ask nothing of it.
var leafs = regexp.MustCompile(`^(runtime\.(memmove|memclrNoHeapPointers|memequal|cmpstring|wasmDiv)|memeqbody|memcmp|memchr|cmpbody|internal/runtime/(math|sys)\..*)$`)

// Why other functions of the runtime are called.
var reasons = []struct {
	symbol *regexp.Regexp
	reason string
}{
	{regexp.MustCompile(`^(internal/runtime/maps|runtime\.map)`), "use maps"},
	{regexp.MustCompile(`^runtime\.(chan|makechan|closechan|select|block)`), "use channels"},
	{regexp.MustCompile(`^runtime\.newproc`), "start goroutines"},
	{regexp.MustCompile(`^runtime\.(defer|gorecover)`), "defer or recover"},
	{regexp.MustCompile(`^runtime\.(conv|assert|typeAssert|interfaceSwitch|efaceeq|ifaceeq)`), "use interfaces"},
	{regexp.MustCompile(`^runtime\.(new|make|mallocgc|growslice|slicebyte|string|concat|intstring|slicerune)`), "allocate"},
	{regexp.MustCompile(`^(internal/)?runtime[./]`), "call the Go runtime"},
	{regexp.MustCompile(`^an imported function$`), "call its host"},
}

// reason says why fn is not to be called, and "" if it is allowed.
func (c *core) reason(fn int64) string {
	symbol := c.symbol(fn)
	if leafs.MatchString(symbol) {
		return ""
	}
	for _, r := range reasons {
		if r.symbol.MatchString(symbol) {
			return r.reason
		}
	}
	return ""
}

// relocate moves the variables to where the stack ends, and returns where they
// end: the size of the memory.
func (c *core) relocate() int64 {
	var addresses []*instr
	for _, f := range c.all() {
		each(f.code, func(in *instr) {
			if in.address {
				addresses = append(addresses, in)
			}
		})
	}
	bottom := int64(64) // so that no variable has the address of nil
	if c.needsStack {
		bottom = stackSize
	}
	if len(addresses) == 0 {
		return bottom
	}
	// The runtime's variables lie between ours, and their sizes are unknown, so
	// all move by the same distance; those with pointers only where ours have some.
	const alignment = 64
	first := c.zero[1].start
	for _, in := range addresses {
		if in.n < first {
			first = c.zero[0].start
		}
	}
	distance := first&^(alignment-1) - bottom
	for _, in := range addresses {
		in.n -= distance
	}
	return c.zero[1].end - distance
}

// all returns all functions of the core.
func (c *core) all() (all []*function) {
	for _, e := range c.exports {
		all = append(all, e.function)
	}
	for _, fn := range c.order {
		all = append(all, c.functions[fn])
	}
	return all
}

// finish writes the segments of all functions as code.
func (c *core) finish() error {
	c.frames()
	c.inline()
	for _, f := range c.all() {
		if f.segments == nil {
			continue
		}
		code, err := structure(f.segments)
		if err != nil {
			return err
		}
		f.code = code
		for again := true; again; again = f.coalesce() {
			f.code = reduce(tidy(f.code, []int64{end}))
		}
		f.share()
	}
	for _, f := range c.all() {
		each(f.code, func(in *instr) {
			if in.op == opCall && in.n < 0 && c.functions[in.n] == nil {
				c.functions[in.n] = helper(in.n)
				c.order = append(c.order, in.n)
			}
		})
	}
	return nil
}
