package link

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// randomProgram returns the source of a random main package that a core can
// contain. Its exported functions x0, x1 and so on take and return numbers, and
// change the variable state.
func randomProgram(seed uint64) string {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	for i := range 4 + g.IntN(12) {
		f := randomFunc{name: fmt.Sprintf("f%d", i)}
		for range g.IntN(6) {
			f.params = append(f.params, oneOf(g, types))
		}
		for range 1 + g.IntN(3) {
			f.results = append(f.results, oneOf(g, types))
		}
		g.function(f)
		g.funcs = append(g.funcs, f) // so that functions call only earlier ones and themselves
	}
	for i := range 6 {
		f := randomFunc{name: fmt.Sprintf("x%d", i), isExported: true}
		for range g.IntN(5) {
			f.params = append(f.params, oneOf(g, exportable))
		}
		f.results = []string{oneOf(g, exportable)}
		g.function(f)
	}
	return prelude + g.out.String()
}

const prelude = `package main

import (
	"math"
	"math/bits"
	"unsafe"
)

func main() {}

type record struct {
	a int8
	b int64
	c float32
	d [3]uint16
	e uint32
}

var state struct {
	bytes   [256]byte
	words   [32]uint64
	ints    [64]int32
	floats  [16]float64
	records [4]record
}

// Variables whose value depends on addresses, or that may be NaN.
var (
	last      *record
	current   []int32
	buffer    []byte
	word      string
	scratch32 float32
	scratch64 float64
	flag      bool
)

// Functions return early when there is no fuel left, so that all calls end, and when
// they are nested too deep for the stack.
var fuel, depth int32

//go:wasmexport stateAddress
func stateAddress() int32 { return int32(uintptr(unsafe.Pointer(&state))) }

//go:wasmexport stateSize
func stateSize() int32 { return int32(unsafe.Sizeof(state)) }

func begin() {
	fuel, depth = 300, 0
	if last == nil {
		last = &state.records[0]
		current = state.ints[:]
		buffer = state.bytes[100:]
		word = text(0)
	}
}

// The bits of a NaN depend on the engine, so they must not get into memory.
func canon64(x float64) float64 {
	if x != x {
		return 0
	}
	return x
}

func canon32(x float32) float32 {
	if x != x {
		return 0
	}
	return x
}

//go:noinline
func byteAt(b []byte, i uint8) byte {
	if int(i) >= len(b) {
		return i
	}
	return b[i]
}

func charAt(s string, i int8) byte {
	if i >= 0 && len(s) > int(i) {
		return s[i]
	}
	return 0
}

//go:noinline
func same(x, y record) bool { return x == y }

// id makes a constant a variable, so that overflow is not an error.
func id[T any](x T) T { return x }

func pick[T any](b bool, x, y T) T {
	if b {
		return x
	}
	return y
}

//go:noinline
func clamp16(x, low, high int16) int16 { return min(max(x, low), high) }

//go:noinline
func clamp32(x, low, high uint32) uint32 { return min(max(x, low), high) }

//go:noinline
func clampFloat(x, low, high float64) float64 { return min(max(x, low), high) }

//go:noinline
func text(n uint8) string { return unsafe.String(&state.bytes[n], 255-n) }

var _ = math.Pi
var _ = bits.UintSize
`

var (
	integers   = []string{"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "int", "uint"}
	numbers    = append(slices.Clone(integers), "float32", "float64")
	scalars    = append(slices.Clone(numbers), "bool")
	types      = append(slices.Clone(scalars), "int32", "bool", "record", "[4]int32", "[]byte", "[]int32", "*record", "string")
	exportable = []string{"bool", "int32", "uint32", "int64", "uint64", "float32", "float64"}
)

// A randomFunc is the signature of a generated function.
type randomFunc struct {
	name            string
	params, results []string
	isExported      bool
}

// A generator writes functions.
type generator struct {
	*rand.Rand
	out    strings.Builder
	funcs  []randomFunc
	fn     randomFunc          // the current function
	locals map[string][]string // its variables, by type
	loops  int                 // nesting depth of loops
}

func oneOf[T any](g *generator, choices []T) T { return choices[g.IntN(len(choices))] }

// chance reports true once in n times.
func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

// write chooses one of the patterns and writes it: see pattern.
func (g *generator) write(patterns ...string) { g.out.WriteString(g.pattern(3, patterns...) + "\n") }

// pattern chooses one of the patterns and replaces what is in braces:
//
//	{int32}   an expression of the type
//	{=int32}  a place of the type, to which a value can be assigned
//	{#64}     an index of an array of 64 elements, which is rarely out of range
//	{%64}     a number from 0 to 63
//
// Expressions have at most the given depth.
func (g *generator) pattern(depth int, patterns ...string) string {
	return placeholder.ReplaceAllStringFunc(oneOf(g, patterns), func(p string) string {
		p = p[1 : len(p)-1]
		switch n, _ := strconv.Atoi(p[1:]); p[0] {
		case '=':
			return g.place(p[1:], depth)
		case '#':
			return g.index(n, depth-1)
		case '%':
			return fmt.Sprint(g.IntN(n))
		}
		return g.expr(p, depth-1)
	})
}

var typeName = regexp.MustCompile(`\bT\b`)

var placeholder = regexp.MustCompile(`\{[=#%]?[\w*]*(\[\d*\]\w+)?\}`)

func (g *generator) function(f randomFunc) {
	g.fn, g.locals, g.loops = f, map[string][]string{}, 0
	declare := func(prefix string, types []string) string {
		var all []string
		for i, typ := range types {
			name := fmt.Sprintf("%s%d", prefix, i)
			g.locals[typ] = append(g.locals[typ], name)
			all = append(all, name+" "+typ)
		}
		return strings.Join(all, ", ")
	}
	params, results := declare("p", f.params), declare("r", f.results)
	switch {
	case f.isExported:
		g.write("\n//go:wasmexport " + f.name)
		g.write("func " + f.name + "(" + params + ") " + f.results[0] + " {")
		g.write("var " + results + "\n_ = r0")
		g.write("begin()")
	default:
		g.write("", "//go:noinline")
		g.write("func " + f.name + "(" + params + ") (" + results + ") {")
		g.write("if fuel--; fuel < 0 || depth > 5 {\nreturn\n}\ndepth++")
	}
	for i := range 1 + g.IntN(6) {
		typ, name := oneOf(g, types), fmt.Sprintf("v%d", i)
		g.write("var " + name + " " + typ + " = {" + typ + "}\n_ = " + name)
		g.locals[typ] = append(g.locals[typ], name)
	}
	g.block(2 + g.IntN(8))
	g.write("depth--\nreturn {" + strings.Join(f.results, "}, {") + "}\n}")
}

func (g *generator) block(n int) {
	for range n {
		g.statement()
	}
}

func (g *generator) statement() {
	switch g.IntN(16) {
	case 0, 1:
		g.write("if {bool} {")
		g.block(1 + g.IntN(3))
		if g.chance(2) {
			g.write("} else {")
			g.block(1 + g.IntN(3))
		}
		g.write("}")
	case 2:
		g.loop()
	case 3:
		g.choice()
	case 4:
		g.call()
	case 5:
		g.write(
			"copy(state.bytes[{#256}:], state.bytes[{#256}:])",
			"clear(state.ints[{#64}:])",
			"clear(state.bytes[{#64}:])",
			"last = &state.records[{#4}]",
			"current = state.ints[{#64}:]")
	case 6:
		g.write("", "", "", "", "if {bool} && {bool} && {bool} {\npanic(\"random\")\n}")
	case 7:
		if g.loops > 0 {
			g.write("if {bool} {\nbreak\n}", "if {bool} {\ncontinue\n}")
		} else if !g.fn.isExported {
			g.write("", "if {bool} {\ndepth--\nreturn\n}")
		}
	case 8:
		typ := oneOf(g, integers)
		g.write("{="+typ+"} += {"+typ+"}", "{="+typ+"} -= {"+typ+"}", "{="+typ+"} *= {"+typ+"}", "{="+typ+"} ^= {"+typ+"}", "{="+typ+"} <<= {%70}")
	default:
		typ := oneOf(g, types)
		g.write("{=" + typ + "} = {" + typ + "}")
	}
}

// loop writes a loop, which takes fuel.
func (g *generator) loop() {
	if g.loops > 2 {
		return
	}
	i := fmt.Sprintf("i%d", g.loops)
	g.write(
		"for "+i+" := range state.ints[{#64}:] {",
		"for "+i+" := range {[]byte} {",
		"for "+i+" := range {uint32} % 9 {",
		"for "+i+" := {uint8}; {bool}; "+i+"++ {",
		"for "+i+" := {int32}; "+i+" < {int32}; "+i+"++ {",
		"for "+i+" := uint8(0); "+i+" < {%14}; "+i+"++ {")
	g.write("if fuel--; fuel < 0 {\nbreak\n}\nstate.bytes[uint8(" + i + ")]++")
	g.loops++
	g.block(1 + g.IntN(4))
	g.loops--
	g.write("}")
}

// choice writes a switch.
func (g *generator) choice() {
	loops := g.loops
	g.loops = 0 // a break would leave the switch
	g.write(fmt.Sprintf("switch {uint32} %% %d {", 2+g.IntN(9)))
	for i, n := 0, 1+g.IntN(5); i < n; i++ {
		g.write(fmt.Sprintf("case %d, %d:", 2*i, 2*i+1))
		g.block(1 + g.IntN(2))
		if i < n-1 && g.chance(3) {
			g.write("fallthrough")
		}
	}
	if g.chance(2) {
		g.write("default:")
		g.block(1)
	}
	g.write("}")
	g.loops = loops
}

// call writes a call and assigns its results.
func (g *generator) call() {
	funcs := g.funcs
	if !g.fn.isExported {
		funcs = append(slices.Clip(funcs), g.fn) // recursion
	}
	f := oneOf(g, funcs)
	places := ""
	used := map[string]bool{}
	for i, typ := range f.results {
		place := "_"
		if names := g.locals[typ]; len(names) > 0 && !g.chance(4) {
			if name := oneOf(g, names); !used[name] {
				place, used[name] = name, true
			}
		}
		if i > 0 {
			places += ", "
		}
		places += place
	}
	if len(used) == 0 {
		places = ""
	} else {
		places += " = "
	}
	g.write(places + f.call())
}

// call returns a pattern that calls f.
func (f randomFunc) call() string {
	if len(f.params) == 0 {
		return f.name + "()"
	}
	return f.name + "({" + strings.Join(f.params, "}, {") + "})"
}

// place returns something of the type to which a value can be assigned.
func (g *generator) place(typ string, depth int) string {
	choices := slices.Clone(g.locals[typ])
	switch typ {
	case "uint8":
		choices = append(choices, "state.bytes[{#256}]")
	case "uint64":
		choices = append(choices, "state.words[{#32}]")
	case "int32":
		choices = append(choices, "state.ints[{#64}]", "current[{#2}]")
	case "record":
		choices = append(choices, "state.records[{#4}]", "*last")
	case "int8":
		choices = append(choices, "last.a", "state.records[{#4}].a")
	case "int64":
		choices = append(choices, "last.b", "state.records[{#4}].b")
	case "uint16":
		choices = append(choices, "last.d[{#3}]")
	}
	choices = append(choices, places[typ])
	return g.pattern(depth, choices...)
}

// places are places that each type has. Those for integers are written with a
// conversion to be of the right type, which makes them pointers.
var places = map[string]string{
	"int8": "state.records[2].a", "uint8": "state.bytes[{%256}]", "int16": "*(*int16)(unsafe.Pointer(&state.words[{#32}]))",
	"uint16": "state.records[1].d[{%3}]", "int32": "state.ints[{%64}]", "uint32": "state.records[{#4}].e",
	"int64": "*(*int64)(unsafe.Pointer(&state.words[{#32}]))", "uint64": "state.words[{%32}]",
	"int": "*(*int)(unsafe.Pointer(&state.words[{#32}]))", "uint": "*(*uint)(unsafe.Pointer(&state.words[{%32}]))",
	"float32": "scratch32", "float64": "scratch64", "bool": "*(*bool)(unsafe.Pointer(&flag))", "record": "state.records[{%4}]",
	"[4]int32": "*(*[4]int32)(state.ints[{#32}:])", "[]byte": "buffer", "[]int32": "current", "*record": "last", "string": "word",
}

// index returns an index of an array of n elements, which is rarely out of range.
func (g *generator) index(n, depth int) string {
	switch {
	case g.chance(200):
		return g.pattern(depth, "{uint8}", "{int32}")
	case depth <= 0 || g.chance(3):
		return fmt.Sprint(g.IntN(n))
	}
	index := g.pattern(depth, "uint8({int32})", "uint8({uint64})", "uint8({int8})", "{uint8}")
	if n == 256 {
		return index
	}
	return fmt.Sprintf("%s%%%d", index, n)
}

// expr returns an expression of the type.
func (g *generator) expr(typ string, depth int) string {
	if names := g.locals[typ]; len(names) > 0 && (depth <= 0 || g.chance(3)) {
		return oneOf(g, names)
	}
	if depth <= 0 {
		return g.pattern(0, leaves(typ)...)
	}
	for range 2 {
		if f := oneOf(g, append(g.funcs, randomFunc{})); len(f.results) == 1 && f.results[0] == typ && g.chance(2) {
			return g.pattern(depth-1, f.call())
		}
	}
	if g.chance(12) {
		return g.pattern(depth, "pick({bool}, {"+typ+"}, {"+typ+"})")
	}
	return g.pattern(depth, typeName.ReplaceAllString(oneOf(g, trees(typ)), typ))
}

// leaves returns patterns for expressions without others inside.
func leaves(typ string) []string {
	switch typ {
	case "float32", "float64":
		return []string{"id(" + typ + "({%1000}.125))", typ + "(state.floats[{%16}])", typ + "(state.records[{%4}].c)"}
	case "bool":
		return []string{"(last == nil)", "(state.bytes[{%256}] > 3)", "(state.ints[{%64}] == 0)"}
	case "record":
		return []string{"state.records[{%4}]", "(*pick(last == nil, &state.records[0], last))"}
	case "[4]int32":
		return []string{"[4]int32(state.ints[:])", "[4]int32{state.ints[{%64}]}"}
	case "[]byte":
		return []string{"state.bytes[:]", "state.bytes[7:200]", "state.bytes[99:101:110]", "buffer"}
	case "[]int32":
		return []string{"state.ints[:]", "current", "state.ints[3:20:60]"}
	case "*record":
		return []string{"last", "(&state.records[{%4}])"}
	case "string":
		return []string{"text(uint8(id({%256})))", "word"}
	}
	return []string{"id(" + typ + "({%128}))", typ + "(state.ints[{%64}])", typ + "(state.bytes[{%256}])", typ + "(state.words[{%32}])", typ + "(state.records[{%4}].b)"}
}

// trees returns patterns for expressions with others inside. T is the type.
func trees(typ string) []string {
	switch typ {
	case "float32", "float64":
		return []string{
			"({T} + {T})", "({T} - {T})", "({T} * {T})", "({T} / {T})", "-({T})",
			"T({float32})", "T({float64})", "T({int8})", "T({uint16})", "T({int32})", "T({uint32})", "T({int64})", "T({uint64})",
			"T(math.Sqrt({float64}))", "T(math.Floor({float64}))", "T(math.Ceil({float64}))", "T(math.Trunc({float64}))", "T(math.Abs({float64}))",
			"T(math.Copysign({float64}, {float64}))", "T(min({float64}, {float64}))", "T(max({float32}, {float32}))", "T(clampFloat({float64}, -3, 1e9))",
		}
	case "bool":
		return []string{
			"({bool} && {bool})", "({bool} || {bool})", "({bool} == {bool})", "!({bool})",
			"({string} == {string})", "({string} < {string})", "({string} >= {string})", "({[4]int32} == {[4]int32})", "({*record} != {*record})",
			"({int8} < {int8})", "({uint8} >= {uint8})", "({int16} == {int16})", "({uint16} > {uint16})", "({int32} <= {int32})", "({uint32} < {uint32})",
			"({int64} != {int64})", "({uint64} > {uint64})", "({float32} < {float32})", "({float64} >= {float64})", "({float64} == {float64})",
			"same({record}, {record})",
		}
	case "record":
		return []string{
			"state.records[{#4}]",
			"record{{int8}, {int64}, canon32({float32}), [3]uint16{{uint16}, {uint16}}, {uint32}}",
			"record{e: {uint32}}",
		}
	case "[4]int32":
		return []string{"[4]int32(state.ints[{#60}:])", "[4]int32{{int32}, {int32}}"}
	case "[]byte":
		return []string{"state.bytes[{#64}:][:{#100}]", "{[]byte}[{#2}:]"}
	case "[]int32":
		return []string{"state.ints[{#64}:]", "{[]int32}[{#2}:]"}
	case "*record":
		return []string{"(&state.records[{#4}])"}
	case "string":
		return []string{"text({uint8})", "{string}[{#2}:]"}
	}
	return []string{
		"({T} + {T})", "({T} - {T})", "({T} * {T})", "({T} & {T})", "({T} | {T})", "({T} ^ {T})", "({T} &^ {T})", "-({T})", "^({T})",
		"({T} / ({T} | 1))", "({T} % ({T} | 1))", "({T} / ({T} | 2))", "({T} / ({T} | 4))", "({T} % ({T} | 8))",
		"({T} << {uint8})", "({T} >> ({uint32} % 90))", "({T} << ({uint64} % 70))", "({T} >> {%70})", "({T} << {%70})", "({T} & {%128})",
		"T({int8})", "T({uint8})", "T({int16})", "T({uint16})", "T({int32})", "T({uint32})", "T({int64})", "T({uint64})", "T({float32})", "T({float64})",
		"T(bits.LeadingZeros32({uint32}))", "T(bits.TrailingZeros64({uint64}))", "T(bits.OnesCount64({uint64}))", "T(bits.Len16({uint16}))",
		"T(bits.RotateLeft32({uint32}, {int}))", "T(bits.RotateLeft64({uint64}, {int}))", "T(bits.ReverseBytes32({uint32}))", "T(bits.Reverse32({uint32}))",
		"T(math.Float64bits(canon64({float64})))", "T(math.Float32bits(canon32({float32})))",
		"T(state.bytes[{#256}])", "T(state.ints[{#64}])", "T(state.words[{#32}])", "T(state.records[{#4}].d[{#3}])", "T(state.records[{#4}].a)",
		"T({record}.e)", "T({[4]int32}[{#4}])", "T(byteAt({[]byte}, {uint8}))", "T(len({[]int32}))", "T(len({string}))", "T(charAt({string}, {int8}))",
		"T({*record}.b)", "T(cap({[]byte}))",
		"T(min({int64}, {int64}))", "T(max({uint16}, {uint16}))", "T(clamp32({uint32}, {uint32}, {uint32}))", "T(clamp16({int16}, {int16}, {int16}))",
	}
}
