package link

import "fmt"

// export returns the exported function that calls body as the stock wrapper,
// which genWasmExportWrapper in cmd/internal/obj/wasm/wasmobj.go generates, does:
//
//	if SP == 0: call runtime.notInitialized
//	SP -= frame
//	store the parameters at SP
//	SP -= 8; store the return address; call
//	if it returned 1: run other goroutines until it has returned 0
//	load the result
//	SP += frame; return
//
// The stores and the load stay. As nothing runs when an exported function is
// called, the stack pointer is a constant.
func glue(code []instr) (out []instr, err error) {
	unknown := fmt.Errorf("has the shape of no exported function")
	if !matches(code, opGlobalGet, opI32Eqz, opIf) {
		return nil, unknown
	}
	code = code[3:]
	sp := int64(stackSize)
	if matches(code, opGlobalGet, opI32Const, opI32Sub, opGlobalSet) && !isGlueCall(code) {
		sp -= code[1].n
		code = code[4:]
	}
	for ; len(code) > 0 && !isGlueCall(code); code = code[1:] {
		out = append(out, constantSP(code[0], sp))
	}
	if len(code) == 0 {
		return nil, unknown
	}
	out = append(out, op(opI32Const, sp), code[8])
	for code = code[10:]; len(code) > 0; code = code[1:] {
		if matches(code, opReturn) || matches(code, opGlobalGet, opI32Const, opI32Add, opGlobalSet) {
			return out, nil
		}
		out = append(out, constantSP(code[0], sp))
	}
	return nil, unknown
}

func isGlueCall(code []instr) bool {
	return matches(code, opGlobalGet, opI32Const, opI32Sub, opGlobalSet,
		opGlobalGet, opI64Const, opI64Store, opI32Const, opCall, opIf)
}

func constantSP(in instr, sp int64) instr {
	if in.op == opGlobalGet && in.n == globalSP {
		return op(opI32Const, sp)
	}
	return in
}
