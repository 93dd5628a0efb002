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
// The stores and the load stay, and a return. As nothing runs when an exported function is
// called, the stack pointer is a constant.
func glue(code []instr) (out []instr, frame int64, err error) {
	unknown := fmt.Errorf("has the shape of no exported function")
	if !matches(code, opGlobalGet, opI32Eqz, opIf) {
		return nil, 0, unknown
	}
	code = code[3:]
	if matches(code, opGlobalGet, opI32Const, opI32Sub, opGlobalSet) && !isGlueCall(code) {
		frame = code[1].n
		code = code[4:]
	}
	for ; len(code) > 0 && !isGlueCall(code); code = code[1:] {
		out = append(out, localSPOf(code[0]))
	}
	if len(code) == 0 {
		return nil, 0, unknown
	}
	out = append(out, op(opLocalGet, sp), code[8])
	for code = code[10:]; len(code) > 0; code = code[1:] {
		if matches(code, opReturn) || matches(code, opGlobalGet, opI32Const, opI32Add, opGlobalSet) {
			return out, frame, nil
		}
		out = append(out, localSPOf(code[0]))
	}
	return nil, 0, unknown
}

func isGlueCall(code []instr) bool {
	return matches(code, opGlobalGet, opI32Const, opI32Sub, opGlobalSet,
		opGlobalGet, opI64Const, opI64Store, opI32Const, opCall, opIf)
}

func localSPOf(in instr) instr {
	if in.op == opGlobalGet && in.n == globalSP {
		return op(opLocalGet, sp)
	}
	return in
}
