package link

import "fmt"

// addExport adds the exported function e, and all functions that it calls.
//
// Each exported function has a wrapper, which the compiler generates in
// genWasmExportWrapper in cmd/internal/obj/wasm/wasmobj.go:
//
//	if SP == 0: call runtime.notInitialized
//	SP -= frame
//	store the parameters at SP
//	SP -= 8; store the return address; call the Go function
//	if it returned 1: run other goroutines until it has returned 0
//	load the result from SP
//	SP += frame
//	return
//
// Only the stores, the call and the load remain in the core.
func (c *core) addExport(e export) error {
	f := &function{export: e.name, locals: map[int64]valtype{}, signature: c.signature(int64(e.fn))}
	if e.fn < c.imports || e.fn >= c.imports+len(c.bodies) {
		return fmt.Errorf("link: malformed module: its export %s is not a function", e.name)
	}
	for i := range f.signature.params {
		f.params = append(f.params, f.local(f.signature.params[i]))
	}
	code, _, err := c.read(int64(e.fn))
	if err == nil {
		err = c.splitWrapper(f, code)
	}
	each(f.all(), func(in *instr) {
		if !f.hasLocal(in) {
			err = fmt.Errorf("uses a parameter that does not exist")
		}
	})
	if err != nil {
		return fmt.Errorf("link: export %s %w", e.name, err)
	}
	c.exports = append(c.exports, f)
	each(f.all(), func(in *instr) {
		if in.op == opCall && err == nil {
			r := &route{fn: in.n}
			if listed := c.listed(in.n); listed != nil {
				r.pos = listed.pos
			}
			err = c.add(r)
		}
	})
	return err
}

// splitWrapper translates the wrapper into two segments of f: up to the call, and
// after it.
func (c *core) splitWrapper(f *function, code []instr) (err error) {
	unknown := fmt.Errorf("does not have the usual code of an exported function")
	if !begins(code, opGlobalGet, opI32Eqz, opIf) {
		return unknown
	}
	code = code[3:]
	if begins(code, opGlobalGet, opI32Const, opI32Sub, opGlobalSet) && !isWrapperCall(code) {
		f.frame = code[1].n
		code = code[4:]
	}
	var stores, load []instr
	for ; !isWrapperCall(code); code = code[1:] {
		if len(code) == 0 {
			return unknown
		}
		stores = append(stores, wrapperSP(code[0]))
	}
	call := code[8]
	if !c.isGo(call.n) {
		return unknown
	}
	for code = code[10:]; !begins(code, opGlobalGet, opI32Const, opI32Add, opGlobalSet) && !begins(code, opReturn); code = code[1:] {
		if len(code) == 0 {
			return unknown
		}
		load = append(load, wrapperSP(code[0]))
	}

	statements, err := c.fold(append(stores, op(opLocalGet, sp), call))
	if err != nil {
		return err
	}
	back := op(opBr, end)
	if len(load) > 0 {
		result, err := c.fold(append(load, op(opDrop)))
		if err != nil || len(result) != 1 {
			return unknown
		}
		back = op(opReturn).with(result[0].args...)
	}
	f.segments = [][]instr{append(statements, op(opGoto, 1)), {back}}
	return nil
}

// isWrapperCall reports whether code begins with the call of the Go function.
func isWrapperCall(code []instr) bool {
	return begins(code, opGlobalGet, opI32Const, opI32Sub, opGlobalSet,
		opGlobalGet, opI64Const, opI64Store, opI32Const, opCall, opIf)
}

// wrapperSP replaces the wrapper's instruction for the stack pointer by that of
// other functions.
func wrapperSP(in instr) instr {
	if in.is(opGlobalGet, globalSP) {
		return op(opLocalGet, sp)
	}
	return in
}
