package link

import (
	"fmt"
	"slices"
)

// An opcode is an instruction of WebAssembly; the two-byte ones, which begin
// with 0xFC, are 0xFC00 and their second byte.
type opcode uint16

const (
	opUnreachable opcode = 0x00
	opBlock       opcode = 0x02
	opLoop        opcode = 0x03
	opIf          opcode = 0x04
	opElse        opcode = 0x05
	opEnd         opcode = 0x0B
	opBr          opcode = 0x0C
	opBrIf        opcode = 0x0D
	opBrTable     opcode = 0x0E
	opReturn      opcode = 0x0F
	opCall        opcode = 0x10
	opIndirect    opcode = 0x11
	opDrop        opcode = 0x1A
	opSelect      opcode = 0x1B
	opNop         opcode = 0x01
	opLocalGet    opcode = 0x20
	opLocalSet    opcode = 0x21
	opLocalTee    opcode = 0x22
	opGlobalGet   opcode = 0x23
	opGlobalSet   opcode = 0x24
	opI32Load     opcode = 0x28
	opI64Load     opcode = 0x29
	opF32Load     opcode = 0x2A
	opF64Load     opcode = 0x2B
	opF32Store    opcode = 0x38
	opF64Store    opcode = 0x39
	opI32Load8U   opcode = 0x2D
	opI32Load16U  opcode = 0x2F
	opI64Load8S   opcode = 0x30
	opI64Load8U   opcode = 0x31
	opI64Load16S  opcode = 0x32
	opI64Load16U  opcode = 0x33
	opI64Load32S  opcode = 0x34
	opI64Load32U  opcode = 0x35
	opI32Store    opcode = 0x36
	opI64Store    opcode = 0x37
	opI32Store8   opcode = 0x3A
	opI64Store32  opcode = 0x3E
	opMemorySize  opcode = 0x3F
	opMemoryGrow  opcode = 0x40
	opI32Const    opcode = 0x41
	opI64Const    opcode = 0x42
	opF32Const    opcode = 0x43
	opF64Const    opcode = 0x44
	opI32Eqz      opcode = 0x45
	opI32Eq       opcode = 0x46
	opI32Ne       opcode = 0x47
	opI32LtS      opcode = 0x48
	opI32LtU      opcode = 0x49
	opI32GeU      opcode = 0x4F
	opI32LeU      opcode = 0x4D
	opI64Eqz      opcode = 0x50
	opI64Eq       opcode = 0x51
	opI64Ne       opcode = 0x52
	opI64GeU      opcode = 0x5A
	opF64Eq       opcode = 0x61
	opF64Lt       opcode = 0x63
	opF64Ge       opcode = 0x66
	opI32Add      opcode = 0x6A
	opI32Sub      opcode = 0x6B
	opI32And      opcode = 0x71
	opI64Add      opcode = 0x7C
	opI64Sub      opcode = 0x7D
	opI64Mul      opcode = 0x7E
	opI64And      opcode = 0x83
	opI64Or       opcode = 0x84
	opI64Xor      opcode = 0x85
	opI64ShrU     opcode = 0x88
	opI32Mul      opcode = 0x6C
	opI32Or       opcode = 0x72
	opI32Xor      opcode = 0x73
	opI32Store16  opcode = 0x3B
	opI64Store8   opcode = 0x3C
	opI64Store16  opcode = 0x3D
	opI32Load8S   opcode = 0x2C
	opI32Load16S  opcode = 0x2E
	opI64Shl      opcode = 0x86
	opI64ShrS     opcode = 0x87
	opI32Wrap     opcode = 0xA7
	opI64Extend   opcode = 0xAC // i64.extend_i32_s
	opI64ExtendU  opcode = 0xAD // i64.extend_i32_u
	opI64TruncS   opcode = 0xB0 // i64.trunc_f64_s
	opI64TruncU   opcode = 0xB1 // i64.trunc_f64_u
	opF64Promote  opcode = 0xBB

	// After WebAssembly 1.0.
	opI64Extend8   opcode = 0xC2
	opI64Extend16  opcode = 0xC3
	opI64Extend32  opcode = 0xC4
	opTruncSatF32S opcode = 0xFC04 // to i64
	opTruncSatF32U opcode = 0xFC05
	opTruncSatF64S opcode = 0xFC06
	opTruncSatF64U opcode = 0xFC07
	opMemoryCopy   opcode = 0xFC0A
	opMemoryFill   opcode = 0xFC0B

	// Our own, which never leave the linker.
	opGoto opcode = 0x100 // to the segment n
)

// An instr is an instruction. Blocks, loops and ifs hold what is inside them, so
// that code is a tree and no pass counts nesting depths.
type instr struct {
	op      opcode
	n       int64   // its immediate: a constant, an index, an offset, a label
	align   byte    // of a load or store, as a power of two
	typ     byte    // of a block, loop or if: its result, or noResult
	address bool    // n is an address in the memory of the stock module
	pc      uint64  // of a call: the address it returns to, for error messages
	labels  []int64 // of a br_table
	args    []instr // operands, once they are folded into it
	body    []instr
	other   []instr // what follows the else of an if
}

const noResult = 0x40

// end is the label of a whole function: a branch to it returns.
const end = 1 << 40

// hasLabel reports whether in is something that branches can name. The label of
// a block, loop or if is its n: a name, not a depth.
func (in *instr) hasLabel() bool { return opBlock <= in.op && in.op <= opIf }

// with returns in with the operands args.
func (in instr) with(args ...instr) instr {
	in.args = args
	return in
}

func op(o opcode, n ...int64) instr {
	in := instr{op: o, typ: noResult}
	if len(n) > 0 {
		in.n = n[0]
	}
	return in
}

// each calls f for all instructions of code, outer ones first.
func each(code []instr, f func(*instr)) {
	for i := range code {
		f(&code[i])
		each(code[i].args, f)
		each(code[i].body, f)
		each(code[i].other, f)
	}
}

func contains(code []instr, op opcode) (found bool) {
	each(code, func(in *instr) { found = found || in.op == op })
	return found
}

// matches reports whether code begins with the given operations.
func matches(code []instr, ops ...opcode) bool {
	if len(code) < len(ops) {
		return false
	}
	for i, op := range ops {
		if code[i].op != op {
			return false
		}
	}
	return true
}

// decode reads instructions up to the end of a function's body, as a flat list.
func decode(r *reader) []instr {
	var code []instr
	for len(r.data) > 0 && r.err == nil {
		code = append(code, decodeOne(r))
	}
	return code
}

func decodeOne(r *reader) instr {
	in := instr{op: opcode(r.byte())}
	if in.op == 0xFC {
		in.op = in.op<<8 | opcode(r.byte())
	}
	switch {
	case in.hasLabel():
		in.typ = r.byte()
	case in.op == opBr || in.op == opBrIf || in.op == opCall, opLocalGet <= in.op && in.op <= opGlobalSet:
		in.n = int64(r.uint())
	case in.op == opBrTable:
		for range r.count() + 1 {
			in.labels = append(in.labels, int64(r.uint()))
		}
	case in.op == opIndirect:
		r.uint()
		r.byte()
	case opI32Load <= in.op && in.op <= opI64Store32:
		in.align = r.byte()
		in.n = int64(r.uint())
	case in.op == opMemorySize || in.op == opMemoryGrow || in.op == opMemoryFill:
		r.byte()
	case in.op == opMemoryCopy:
		r.bytes(2)
	case in.op == opI32Const || in.op == opI64Const:
		in.n = r.int()
	case in.op == opF32Const:
		in.n = int64(r.fixed(4))
	case in.op == opF64Const:
		in.n = int64(r.fixed(8))
	case in.op == opUnreachable, in.op == opNop, in.op == opElse, in.op == opEnd, in.op == opReturn, in.op == opDrop, in.op == opSelect,
		opI32Eqz <= in.op && in.op <= opI64Extend32, 0xFC00 <= in.op && in.op <= opTruncSatF64U:
	default:
		r.fail("has an unknown instruction 0x%02X", int(in.op))
	}
	return in
}

// nest makes a tree of a flat list. Labels become names: negative numbers, each
// given once, so that positive ones are free for what the linker adds.
func nest(flat []instr) ([]instr, error) {
	next := int64(-1)
	var labels []int64
	var malformed bool
	label := func(depth int64) int64 {
		if depth >= int64(len(labels)) {
			malformed = true
			return 0
		}
		return labels[int64(len(labels))-1-depth]
	}
	var list func() ([]instr, opcode)
	list = func() (code []instr, ender opcode) {
		for len(flat) > 0 {
			in := flat[0]
			flat = flat[1:]
			switch in.op {
			case opEnd, opElse:
				return code, in.op
			case opBlock, opLoop, opIf:
				in.n = next
				next--
				labels = append(labels, in.n)
				var ender opcode
				in.body, ender = list()
				if ender == opElse && in.op == opIf {
					in.other, ender = list()
				}
				malformed = malformed || ender != opEnd
				labels = labels[:len(labels)-1]
			case opBr, opBrIf:
				in.n = label(in.n)
			case opBrTable:
				in.labels = slices.Clone(in.labels)
				for i := range in.labels {
					in.labels[i] = label(in.labels[i])
				}
			}
			code = append(code, in)
		}
		malformed = true
		return code, opEnd
	}
	labels = append(labels, end)
	code, ender := list()
	if malformed || ender != opEnd || len(flat) > 0 {
		return nil, fmt.Errorf("has blocks that do not match")
	}
	return code, nil
}

// An encoder writes the code of a function.
type encoder struct {
	*writer
	functions, globals, locals map[int64]int // index of each in the new module
}

// code writes code; labels are those of the blocks around it, innermost last.
func (e *encoder) code(code []instr, labels []int64) {
	for _, in := range code {
		e.code(in.args, labels)
		if in.op == opBr && in.n == end {
			in = op(opReturn)
		}
		e.byte(byte(in.op))
		switch {
		case in.hasLabel():
			e.byte(in.typ)
			inside := append(slices.Clip(labels), in.n)
			e.code(in.body, inside)
			if len(in.other) > 0 {
				e.byte(byte(opElse))
				e.code(in.other, inside)
			}
			e.byte(byte(opEnd))
		case in.op == opBr || in.op == opBrIf:
			depth := slices.Index(reversed(labels), in.n)
			if depth < 0 {
				panic("link: a branch leads out of its function")
			}
			e.uint(uint64(depth))
		case in.op == opCall:
			e.uint(uint64(e.functions[in.n]))
		case isLocal(in.op):
			e.uint(uint64(e.locals[in.n]))
		case in.op == opGlobalGet || in.op == opGlobalSet:
			e.uint(uint64(e.globals[in.n]))
		case opI32Load <= in.op && in.op <= opI64Store32:
			e.byte(in.align)
			e.uint(uint64(in.n))
		case in.op == opI32Const || in.op == opI64Const:
			e.int(in.n)
		case in.op == opF32Const:
			e.fixed(uint64(in.n), 4)
		case in.op == opF64Const:
			e.fixed(uint64(in.n), 8)
		}
	}
}

func isLocal(o opcode) bool { return opLocalGet <= o && o <= opLocalTee }

func reversed(labels []int64) []int64 {
	labels = slices.Clone(labels)
	slices.Reverse(labels)
	return labels
}
