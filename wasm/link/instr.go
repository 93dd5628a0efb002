package link

import "slices"

// An opcode is the opcode of a WebAssembly instruction. Two-byte opcodes, which
// start with 0xFC, are 0xFC00 plus the second byte.
type opcode uint16

const (
	opUnreachable opcode = 0x00
	opNop         opcode = 0x01
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
	opIndirect    opcode = 0x11 // call_indirect
	opDrop        opcode = 0x1A
	opSelect      opcode = 0x1B
	opLocalGet    opcode = 0x20
	opLocalSet    opcode = 0x21
	opLocalTee    opcode = 0x22
	opGlobalGet   opcode = 0x23
	opGlobalSet   opcode = 0x24

	opI32Load    opcode = 0x28
	opI64Load    opcode = 0x29
	opF32Load    opcode = 0x2A
	opF64Load    opcode = 0x2B
	opI32Load8S  opcode = 0x2C
	opI32Load8U  opcode = 0x2D
	opI32Load16U opcode = 0x2F
	opI64Load8S  opcode = 0x30
	opI64Load8U  opcode = 0x31
	opI64Load16S opcode = 0x32
	opI64Load16U opcode = 0x33
	opI64Load32S opcode = 0x34
	opI64Load32U opcode = 0x35
	opI32Store   opcode = 0x36
	opI64Store   opcode = 0x37
	opF32Store   opcode = 0x38
	opF64Store   opcode = 0x39
	opI32Store8  opcode = 0x3A
	opI64Store8  opcode = 0x3C
	opI64Store16 opcode = 0x3D
	opI64Store32 opcode = 0x3E
	opMemorySize opcode = 0x3F
	opMemoryGrow opcode = 0x40

	opI32Const opcode = 0x41
	opI64Const opcode = 0x42
	opF32Const opcode = 0x43
	opF64Const opcode = 0x44

	opI32Eqz  opcode = 0x45
	opI32Eq   opcode = 0x46 // and Ne LtS LtU GtS GtU LeS LeU GeS GeU
	opI32LtU  opcode = 0x49
	opI32LeU  opcode = 0x4D
	opI64Eqz  opcode = 0x50
	opI64Eq   opcode = 0x51 // and Ne and so on
	opF64Eq   opcode = 0x61
	opF64Lt   opcode = 0x63
	opF64Ge   opcode = 0x66
	opI32Add  opcode = 0x6A
	opI32Sub  opcode = 0x6B
	opI32And  opcode = 0x71
	opI64Add  opcode = 0x7C
	opI64And  opcode = 0x83
	opI64Shl  opcode = 0x86
	opI64ShrS opcode = 0x87
	opI64ShrU opcode = 0x88

	opI32Wrap    opcode = 0xA7 // i32.wrap_i64
	opI64ExtendS opcode = 0xAC // i64.extend_i32_s
	opI64ExtendU opcode = 0xAD // i64.extend_i32_u
	opI64TruncS  opcode = 0xB0 // i64.trunc_f64_s
	opI64TruncU  opcode = 0xB1 // i64.trunc_f64_u
	opF64Promote opcode = 0xBB // f64.promote_f32

	lastOf1        opcode = 0xBF // the last opcode of WebAssembly 1.0
	opI64Extend8   opcode = 0xC2
	opI64Extend16  opcode = 0xC3
	opI64Extend32  opcode = 0xC4
	opTruncSatF32S opcode = 0xFC04 // i64.trunc_sat_f32_s
	opTruncSatF32U opcode = 0xFC05
	opTruncSatF64S opcode = 0xFC06
	opTruncSatF64U opcode = 0xFC07
	opMemoryCopy   opcode = 0xFC0A
	opMemoryFill   opcode = 0xFC0B

	// opGoto jumps to the segment n: see [shape]. It is not a WebAssembly opcode.
	opGoto opcode = 0x100
)

func isLocal(o opcode) bool { return opLocalGet <= o && o <= opLocalTee }
func isLoad(o opcode) bool  { return opI32Load <= o && o <= opI64Load32U }
func isStore(o opcode) bool { return opI32Store <= o && o <= opI64Store32 }

// isTruth reports whether o is a comparison.
func isTruth(o opcode) bool { return opI32Eqz <= o && o <= opF64Ge }

// isBinary reports whether o is an operation with two operands.
func isBinary(o opcode) bool {
	return opI32Eq <= o && o < opI64Eqz || opI64Eq <= o && o <= opF64Ge ||
		opI32Add <= o && o <= 0x78 || opI64Add <= o && o <= 0x8A || // integers
		0x92 <= o && o <= 0x98 || 0xA0 <= o && o <= 0xA6 // floats
}

// An instr is an instruction. It contains the body of a block, loop or if, and its
// operands, once [program.fold] has found them. So code is a tree, without a
// stack and without nesting depths.
type instr struct {
	op      opcode
	n       int64      // a constant, an index, an offset, or a label: of a block, or the target of a branch
	align   byte       // of a load or store: the alignment, as a power of two
	typ     byte       // of a block, loop or if: the type of its result, or noResult
	address bool       // n is an address in the memory of the stock module
	ref     *reference // of a call or an address: what it refers to, if the function is in the listing
	route   *route     // of a call or an address: the function that it is from
	labels  []int64
	args    []instr // operands
	body    []instr
	other   []instr // after the else of an if
}

const noResult = 0x40

// end is the label of a whole function: a branch to it returns.
const end = 1 << 40

func op(o opcode, n ...int64) instr {
	return instr{op: o, n: append(n, 0)[0], typ: noResult}
}

// with returns a copy of in with these operands.
func (in instr) with(args ...instr) instr {
	in.args = args
	return in
}

// holding returns a copy of in with this body.
func (in instr) holding(body ...instr) instr {
	in.body = body
	return in
}

// hasLabel reports whether in is a block, a loop or an if.
func (in *instr) hasLabel() bool { return opBlock <= in.op && in.op <= opIf }

// pos returns the position of a call or an address, or, in a function of the
// standard library, the position from which the function is reached.
func (in *instr) pos() string {
	if in.ref != nil && in.ref.pos != "" {
		return in.ref.pos
	}
	return in.route.pos
}

// is reports whether in has the opcode o and the immediate n.
func (in *instr) is(o opcode, n int64) bool { return in.op == o && in.n == n }

// leaves reports whether control never continues after in.
func (in *instr) leaves() bool {
	return in.op == opGoto || in.op == opBr || in.op == opReturn || in.op == opUnreachable
}

// each calls f for all instructions in code, each before its operands and body.
func each(code []instr, f func(*instr)) {
	for i := range code {
		f(&code[i])
		each(code[i].args, f)
		each(code[i].body, f)
		each(code[i].other, f)
	}
}

// contains reports whether o is anywhere in code.
func contains(code []instr, o opcode) (found bool) {
	each(code, func(in *instr) { found = found || in.op == o })
	return found
}

// begins reports whether code begins with instructions of the given opcodes.
func begins(code []instr, ops ...opcode) bool {
	return len(code) >= len(ops) && slices.EqualFunc(code[:len(ops)], ops, func(in instr, o opcode) bool { return in.op == o })
}

// Limits that make hostile input an error. Code of the compiler stays far below.
const (
	maxDepth  = 10_000  // nesting depth of blocks
	maxBody   = 1 << 18 // size of a function, in bytes
	maxLocals = 1_000
)

// A decoder reads the code of a function from the stock module and the moved one,
// which must be the same but for addresses: a constant that differs is one. All
// addresses of data differ by the same distance, and so do all addresses of
// functions, and all indexes of functions.
type decoder struct {
	stock, moved *reader
	imports      int
	distances    map[opcode][]int64 // between the immediates of each opcode, in all functions
	isListed     bool               // whether the function is in the listing
	refs         []reference        // the references of the code that follows
	labels       []int64            // labels of the enclosing blocks, the innermost last
	blocks       int64              // number of blocks so far
}

// decode reads code up to an end or else, which it returns as ender.
func (d *decoder) decode() (code []instr, ender opcode) {
	for {
		in, moved := d.stock.instr(), d.moved.instr()
		if !d.matches(&in, &moved) {
			d.stock.fail("differs in the moved module")
		}
		in.address = in.op != opCall && in.n != moved.n
		if d.isListed && (in.address || in.op == opCall || in.op == opIndirect) {
			if len(d.refs) == 0 || d.refs[0].isCall == in.address {
				d.stock.fail(unlisted)
				return nil, opEnd
			}
			in.ref, d.refs = &d.refs[0], d.refs[1:]
		}
		switch {
		case d.stock.err != nil:
			return nil, opEnd
		case in.op == opEnd, in.op == opElse:
			return code, in.op
		case in.hasLabel():
			d.block(&in)
		case in.op == opBr, in.op == opBrIf:
			in.n = d.label(in.n)
		}
		for i, depth := range in.labels {
			in.labels[i] = d.label(depth)
		}
		code = append(code, in)
	}
}

// matches reports whether the moved instruction is the same as in, but for an
// address.
func (d *decoder) matches(in, moved *instr) bool {
	if in.op != moved.op || in.align != moved.align || in.typ != moved.typ || !slices.Equal(in.labels, moved.labels) {
		return false
	}
	kinds := 0 // of addresses, which differ by different distances
	switch o := in.op; {
	case o == opCall && in.n >= int64(d.imports):
		kinds = 1
	case in.n == moved.n:
		return true
	case o == opI32Const, o == opI64Const:
		kinds = 2
	}
	distance := moved.n - in.n
	if known := d.distances[in.op]; !slices.Contains(known, distance) {
		if len(known) == kinds {
			return false
		}
		d.distances[in.op] = append(known, distance)
	}
	return true
}

const unlisted = "differs from the compiler's listing"

// block reads the body of in and gives in a unique label. Labels are negative
// here; labels from 0 on are numbers of segments.
func (d *decoder) block(in *instr) {
	d.blocks++
	in.n = -d.blocks
	d.labels = append(d.labels, in.n)
	if len(d.labels) > maxDepth {
		d.stock.fail("has more than %d nested blocks", maxDepth)
	}
	var ender opcode
	in.body, ender = d.decode()
	if ender == opElse && in.op == opIf {
		in.other, ender = d.decode()
	}
	if ender != opEnd {
		d.stock.fail("has an else without an if")
	}
	d.labels = d.labels[:len(d.labels)-1]
}

// label returns the label of the enclosing block at the given depth.
func (d *decoder) label(depth int64) int64 {
	switch i := int64(len(d.labels)) - 1 - depth; {
	case i >= 0:
		return d.labels[i]
	case i == -1:
		return end
	}
	d.stock.fail("branches to a block that does not exist")
	return end
}

// locals reads the types of a function's locals other than parameters.
func (r *reader) locals() (locals []valtype) {
	for range r.count() {
		n, typ := int(r.uint()), r.byte()
		if len(locals)+n > maxLocals || typ < f64 || typ > i32 {
			r.fail("has more than %d locals, or one of an unknown type", maxLocals)
			return nil
		}
		locals = append(locals, slices.Repeat([]valtype{typ}, n)...)
	}
	return locals
}

// instr reads one instruction, without its body.
func (r *reader) instr() instr {
	in := instr{op: opcode(r.byte())}
	if in.op == 0xFC {
		in.op = in.op<<8 | opcode(r.byte())
	}
	switch o := in.op; {
	case in.hasLabel():
		in.typ = r.byte()
	case o == opBr, o == opBrIf, o == opCall, isLocal(o), o == opGlobalGet, o == opGlobalSet:
		in.n = int64(r.uint())
	case o == opBrTable:
		for range r.count() + 1 {
			in.labels = append(in.labels, int64(r.uint()))
		}
	case o == opIndirect:
		r.uint()
		r.byte()
	case isLoad(o), isStore(o):
		in.align = r.byte()
		in.n = int64(r.uint())
	case o == opMemorySize, o == opMemoryGrow, o == opMemoryFill:
		r.byte()
	case o == opMemoryCopy:
		r.bytes(2)
	case o == opI32Const, o == opI64Const:
		in.n = r.int()
	case o == opF32Const:
		in.n = int64(r.fixed(4))
	case o == opF64Const:
		in.n = int64(r.fixed(8))
	case o == opUnreachable, o == opNop, o == opElse, o == opEnd, o == opReturn, o == opDrop, o == opSelect,
		opI32Eqz <= o && o <= opI64Extend32, 0xFC00 <= o && o <= opTruncSatF64U:
		// These have no immediate.
	default:
		r.fail("has an unknown instruction 0x%02X", int(o))
	}
	return in
}

// An encoder writes code. Its maps give the index in the module for each of the
// linker's numbers.
type encoder struct {
	*writer
	functions, globals, locals map[int64]int
}

// code writes code that is nested in blocks with the given labels, the innermost
// last.
func (e *encoder) code(code []instr, labels []int64) {
	for _, in := range code {
		e.code(in.args, labels)
		if in.is(opBr, end) {
			in.op = opReturn
		}
		e.bytes(byte(in.op))
		switch o := in.op; {
		case in.hasLabel():
			inside := append(slices.Clip(labels), in.n)
			e.bytes(in.typ)
			e.code(in.body, inside)
			if len(in.other) > 0 {
				e.bytes(byte(opElse))
				e.code(in.other, inside)
			}
			e.bytes(byte(opEnd))
		case o == opBr, o == opBrIf:
			i := slices.Index(labels, in.n)
			if i < 0 {
				panic("link: branch to a block that is not enclosing")
			}
			e.uint(len(labels) - 1 - i)
		case o == opCall:
			e.uint(e.functions[in.n])
		case isLocal(o):
			e.uint(e.locals[in.n])
		case o == opGlobalGet, o == opGlobalSet:
			e.uint(e.globals[in.n])
		case isLoad(o), isStore(o):
			e.bytes(in.align)
			e.uint(int(in.n))
		case o == opI32Const, o == opI64Const:
			e.int(in.n)
		case o == opF32Const:
			e.fixed(uint64(in.n), 4)
		case o == opF64Const:
			e.fixed(uint64(in.n), 8)
		}
	}
}
