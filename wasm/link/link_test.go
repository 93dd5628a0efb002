package link

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"eventsource-wasm/wasm/link/testdata/sample"
)

// programs caches built programs by their directory in testdata.
var programs = map[string]*Program{}

func build(t testing.TB, name string) *Program {
	if programs[name] == nil {
		programs[name] = buildDir(t, "testdata/"+name, name)
	}
	return programs[name]
}

var built = flag.String("built", "", "keep built programs in this directory")

// buildDir builds the program in a directory, or reads it if it was built before.
func buildDir(t testing.TB, dir, name string) *Program {
	p := new(Program)
	file := filepath.Join(*built, name+".json")
	if content, err := os.ReadFile(file); *built != "" && err == nil {
		require.NoError(t, json.Unmarshal(content, p))
		return p
	}
	p, err := Build(dir)
	require.NoError(t, err)
	if *built != "" {
		content, err := json.Marshal(p)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, content, 0o644))
	}
	return p
}

// instances compiles a module, which must be valid with the given features and
// import only WASI. It returns a function that makes instances of it.
func instances(t *testing.T, module []byte, features api.CoreFeatures) func() api.Module {
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(features))
	t.Cleanup(func() { r.Close(ctx) })
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	compiled, err := r.CompileModule(ctx, module)
	require.NoError(t, err)
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize")
	return func() api.Module {
		m, err := r.InstantiateModule(ctx, compiled, config)
		require.NoError(t, err)
		return m
	}
}

func call(m api.Module, name string, args ...uint64) (uint64, error) {
	results, err := m.ExportedFunction(name).Call(context.Background(), args...)
	return append(results, 0)[0], err
}

// mustCall calls a function that must succeed and return an i32.
func mustCall(t *testing.T, m api.Module, name string, args ...uint64) uint32 {
	result, err := call(m, name, args...)
	require.NoError(t, err)
	return uint32(result)
}

// functions are the functions of package sample, by the names that testdata/core
// exports.
var functions = map[string]func(a, b int32, x float64) float64{
	"arithmetic":   func(a, b int32, x float64) float64 { return float64(sample.Arithmetic(a, b)) },
	"divide":       func(a, b int32, x float64) float64 { return float64(sample.Divide(a, b)) },
	"wide":         func(a, b int32, x float64) float64 { return float64(sample.Wide(a, b)) },
	"narrow":       func(a, b int32, x float64) float64 { return float64(sample.Narrow(a, b)) },
	"shifts":       func(a, b int32, x float64) float64 { return float64(sample.Shifts(a, b)) },
	"compare":      func(a, b int32, x float64) float64 { return float64(sample.Compare(a, b, x)) },
	"floats":       func(a, b int32, x float64) float64 { return sample.Floats(a, x) },
	"truncate":     func(a, b int32, x float64) float64 { return float64(sample.Truncate(x)) },
	"index":        func(a, b int32, x float64) float64 { return float64(sample.Index(a, b)) },
	"slice":        func(a, b int32, x float64) float64 { return float64(sample.Slice(a, b)) },
	"move":         func(a, b int32, x float64) float64 { return float64(sample.Move(a, b)) },
	"zero":         func(a, b int32, x float64) float64 { return float64(sample.Zero(a, b)) },
	"equal":        func(a, b int32, x float64) float64 { return float64(sample.Equal(a, b)) },
	"find":         func(a, b int32, x float64) float64 { return float64(sample.Find(a, b)) },
	"word":         func(a, b int32, x float64) float64 { return float64(sample.Word(a)) },
	"sort":         func(a, b int32, x float64) float64 { return float64(sample.Sort(a, b)) },
	"quicksort":    func(a, b int32, x float64) float64 { return float64(sample.Quicksort(a, b)) },
	"hash":         func(a, b int32, x float64) float64 { return float64(sample.Hash(a, b)) },
	"records":      func(a, b int32, x float64) float64 { return sample.Records(a, b, x) },
	"recursion":    func(a, b int32, x float64) float64 { return float64(sample.Recursion(a)) },
	"loops":        func(a, b int32, x float64) float64 { return float64(sample.Loops(a, b)) },
	"jumps":        func(a, b int32, x float64) float64 { return float64(sample.Jumps(a, b)) },
	"decisions":    func(a, b int32, x float64) float64 { return float64(sample.Decisions(a, b)) },
	"inlined":      func(a, b int32, x float64) float64 { return float64(sample.Inlined(a, b)) },
	"mixed":        func(a, b int32, x float64) float64 { return sample.Mixed(a, b, x) },
	"conversions":  func(a, b int32, x float64) float64 { return float64(sample.Conversions(a, b)) },
	"panics":       func(a, b int32, x float64) float64 { return float64(sample.Panics(a)) },
	"atomics":      func(a, b int32, x float64) float64 { return float64(sample.Atomics(a, b)) },
	"minMax":       func(a, b int32, x float64) float64 { return sample.MinMax(a, x) },
	"longDivision": func(a, b int32, x float64) float64 { return float64(sample.LongDivision(a, b, a^b)) },
	"runes":        func(a, b int32, x float64) float64 { return float64(sample.Runes(a)) },
	"keptFrame":    func(a, b int32, x float64) float64 { return sample.KeptFrame(a, b, x) },
	"pairs":        func(a, b int32, x float64) float64 { return float64(sample.Pairs(a, b)) },
	"library":      func(a, b int32, x float64) float64 { return sample.Library(a, x) },
	"stores":       func(a, b int32, x float64) float64 { return float64(sample.Stores(a, b, x)) },
	"pointer":      func(a, b int32, x float64) float64 { return float64(sample.Pointer(a)) },
	"largeFrame":   func(a, b int32, x float64) float64 { return float64(sample.LargeFrame(a, b)) },
}

// TestNative compares linked functions with native ones, given the same arguments
// and memory. Where the native function panics, the linked one must trap, and later
// calls must still give the same results.
func TestNative(t *testing.T) {
	linked, err := build(t, "core").Link()
	require.NoError(t, err)
	instance := instances(t, linked, api.CoreFeaturesV1)

	for name, native := range functions {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			for range 60 {
				m := instance()
				sample.Reset()
				memory, _ := m.Memory().Read(mustCall(t, m, "memoryOf"), uint32(len(sample.Memory)))
				for i := range memory {
					memory[i] = byte(random.IntN(8))
				}
				copy(sample.Memory[:], memory)

				for ended := false; !ended; ended = random.IntN(20) == 0 {
					a, b, x := argument(random), argument(random), float64(argument(random))*random.Float64()
					want, panics := try(func() float64 { return native(a, b, x) })
					got, err := callSample(m, name, a, b, x)
					require.Equal(t, panics, err != nil, "%s(%d, %d, %g): %v", name, a, b, x, err)
					if !panics && !(math.IsNaN(want) && math.IsNaN(got)) {
						require.Equal(t, math.Float64bits(want), math.Float64bits(got), "%s(%d, %d, %g) = %g, native %g", name, a, b, x, got, want)
					}
					if i, differ := firstDifference(sample.Memory[:], memory); differ {
						t.Fatalf("after %s(%d, %d, %g): Memory[%d] is %d, natively %d", name, a, b, x, i, memory[i], sample.Memory[i])
					}
				}
			}
		})
	}
}

// firstDifference returns the index of the first byte that differs, if any.
func firstDifference(a, b []byte) (int, bool) {
	for i := range a {
		if a[i] != b[i] {
			return i, true
		}
	}
	return 0, false
}

// argument returns a random number of random size.
func argument(random *rand.Rand) int32 {
	if random.IntN(20) == 0 {
		return []int32{0, 1, -1, math.MinInt32, math.MaxInt32}[random.IntN(5)]
	}
	return int32(random.Uint32()) >> random.IntN(32)
}

// try calls f and reports whether it panics.
func try(f func() float64) (result float64, panics bool) {
	defer func() { panics = recover() != nil }()
	return f(), false
}

// callSample calls an exported function with the arguments that it takes.
func callSample(m api.Module, name string, a, b int32, x float64) (float64, error) {
	types := m.ExportedFunction(name).Definition()
	var args []uint64
	for _, p := range types.ParamTypes() {
		if p == api.ValueTypeF64 {
			args = append(args, api.EncodeF64(x))
		} else {
			args = append(args, api.EncodeI32(a))
			a = b
		}
	}
	result, err := call(m, name, args...)
	if types.ResultTypes()[0] == api.ValueTypeF64 {
		return api.DecodeF64(result), err
	}
	return float64(api.DecodeI32(result)), err
}

// TestConversions compares conversions of floating-point numbers to integers with
// the stock module. Go does not define the result for numbers out of range.
func TestConversions(t *testing.T) {
	p := build(t, "core")
	linked, err := p.Link()
	require.NoError(t, err)
	stock := instances(t, p.Stock, api.CoreFeaturesV2)()
	core := instances(t, linked, api.CoreFeaturesV1)()

	for to := range int32(6) {
		for _, x := range []float64{0, 0.9, -0.9, 3.7, -3.7, 1 << 31, -1 << 31, 1 << 32, 1e18, -1e18, 1 << 63, -1 << 63, 1 << 64, 1e300, -1e300,
			math.Inf(1), math.Inf(-1), math.NaN()} {
			want, err := call(stock, "convert", api.EncodeI32(to), api.EncodeF64(x))
			require.NoError(t, err)
			got, err := call(core, "convert", api.EncodeI32(to), api.EncodeF64(x))
			require.NoError(t, err)
			require.Equal(t, api.DecodeF64(want), api.DecodeF64(got), "convert(%d, %g)", to, x)
		}
	}
}

func TestSignatures(t *testing.T) {
	linked, err := build(t, "core").Link()
	require.NoError(t, err)
	m := instances(t, linked, api.CoreFeaturesV1)()
	address := mustCall(t, m, "memoryOf")
	m.Memory().WriteByte(address+7, 9)

	sum, err := call(m, "everyType", 1, api.EncodeI32(-3), api.EncodeI64(1<<40), api.EncodeF32(0.5), uint64(address+7), api.EncodeU32(1<<31))
	require.NoError(t, err)
	require.Equal(t, -(-3 + 1<<40 + 0.5 + 1<<31 + 9), api.DecodeF64(sum))

	require.EqualValues(t, 1, mustCall(t, m, "isOdd", api.EncodeI64(-5)))
	require.EqualValues(t, 0, mustCall(t, m, "isOdd", api.EncodeI64(1<<40)))
	mustCall(t, m, "nothing")

	for i, name := range []string{"run", "resume", "getsp"} {
		require.EqualValues(t, i+1, mustCall(t, m, name))
	}

	single, err := call(m, "half", api.EncodeF32(5))
	require.NoError(t, err)
	require.Equal(t, float32(2.5), api.DecodeF32(single))
}

// TestStackOverflow checks that unbounded recursion traps and changes no variable.
func TestStackOverflow(t *testing.T) {
	linked, err := build(t, "core").Link()
	require.NoError(t, err)
	instance := instances(t, linked, api.CoreFeaturesV1)
	for _, name := range []string{"endless", "bottomless"} {
		m := instance()
		_, err := call(m, name, 1)
		require.Error(t, err, name)
		variables, _ := m.Memory().Read(stackSize, m.Memory().Size()-stackSize)
		require.Equal(t, make([]byte, len(variables)), variables, name)
		require.EqualValues(t, 0, mustCall(t, m, "descend", 0), "the next call has an empty stack")
	}
}

// TestExports checks that a core contains only the named functions.
func TestExports(t *testing.T) {
	p := build(t, "core")
	linked, err := p.Link("hash", "nothing")
	require.NoError(t, err)
	require.Less(t, len(linked), 300)
	again, err := p.Link("hash", "nothing")
	require.NoError(t, err)
	require.Equal(t, linked, again, "the same input gives the same bytes")

	m := instances(t, linked, api.CoreFeaturesV1)()
	require.Len(t, m.ExportedFunctionDefinitions(), 2)
	require.Len(t, m.ExportedMemoryDefinitions(), 1)
}

// coreSizes are the sizes in bytes of the linked core with the versions of Go for
// which they are known. They change when the linker or package sample changes, and
// show whether an optimization still works.
var coreSizes = map[string]int{
	"go1.26.8": 16_518,
	"go1.27.0": 16_432,
}

func TestSize(t *testing.T) {
	p := build(t, "core")
	m, err := readModule(p.Stock)
	require.NoError(t, err)
	want, ok := coreSizes[m.producer]
	if !ok {
		t.Skipf("the size with %s is not known", m.producer)
	}
	linked, err := p.Link()
	require.NoError(t, err)
	require.Equal(t, want, len(linked), "with %s", m.producer)
}

func TestRefused(t *testing.T) {
	const file = "link: eventsource-wasm/wasm/link/testdata/refused/main.go:"
	const data = ": a core only has variables of its own packages, which start as zero"
	const indirect = "calls an interface method or a function value: a core can only call functions by name"
	tests := []struct{ export, want string }{
		{"grow", "41: main.second calls runtime.growslice: a core cannot allocate (reached by main.grow > main.first > main.second)"},
		{"allocate", "47: main.allocate calls runtime.makeslice: a core cannot allocate (reached by main.allocate)"},
		{"escape", "53: main.escape calls runtime.newobject: a core cannot allocate (reached by main.escape)"},
		{"concatenate", "61: main.join calls runtime.concatstring2: a core cannot allocate (reached by main.concatenate > main.join)"},
		{"lookup", "64: main.lookup calls runtime.mapaccess1_fast32: a core cannot use maps (reached by main.lookup)"},
		{"send", "67: main.send calls runtime.chansend1: a core cannot use channels (reached by main.send)"},
		{"spawn", "70: main.spawn calls runtime.newproc: a core cannot start goroutines (reached by main.spawn)"},
		{"dynamic", "73: main.dynamic " + indirect + " (reached by main.dynamic)"},
		{"closure", "76: main.closure " + indirect + " (reached by main.closure)"},
		{"assertion", "80: main.assertion calls runtime.typeAssert: a core cannot use interfaces (reached by main.assertion)"},
		{"box", "87: main.box calls runtime.convT32: a core cannot use interfaces (reached by main.box)"},
		{"remember", "90: main.remember calls runtime.newobject: a core cannot allocate (reached by main.remember)"},
		{"later", "95: main.later calls runtime.deferproc: a core cannot defer or recover (reached by main.later)"},
		{"text", "104: main.text uses the variable main.weekday" + data + " (reached by main.text)"},
		{"prime", "107: main.prime uses the variable main.primes" + data + " (reached by main.prime)"},
		{"huge", "128: main.huge needs 20008 bytes of stack, and 20024 with its callers: a core has 16384 (use variables of a package for large arrays) (reached by main.huge)"},
		{"deep", "142: main.deeper needs 12008 bytes of stack, and 24048 with its callers: a core has 16384 (use variables of a package for large arrays) (reached by main.deep > main.deeper)"},
		{"deferred", "152: main.deferred calls runtime.deferreturn: a core cannot defer or recover (reached by main.deferred)"},
		{"recovered", "161: main.recovered calls runtime.deferreturn: a core cannot defer or recover (reached by main.recovered)"},
		{"locked", "168: sync.(*Mutex).lockSlow calls sync.runtime_canSpin: a core cannot wait for goroutines (reached by main.locked > sync.(*Mutex).Lock > sync.(*Mutex).lockSlow)"},
		{"printed", "173: main.printed calls runtime.printlock: a core cannot print (reached by main.printed)"},
		{"clock", "176: time.Now calls time.runtimeNow: a core cannot use the clock (reached by main.clock > time.Now)"},
		{"file", "180: main.file calls os.(*File).Write: a core cannot use the operating system (reached by main.file)"},
		{"imported", "188: main.host calls an imported function: a core cannot call imported functions (reached by main.imported > main.host)"},
		{"complexes", "191: main.complexes calls runtime.complex128div: a core cannot divide complex numbers (reached by main.complexes)"},
		{"sorted", "196: main.sorted uses the type arguments of a generic function" + data + " (reached by main.sorted)"},
		{"sortedBy", "203: slices.pdqsortCmpFunc[go.shape.uint8] " + indirect + " (reached by main.sortedBy > slices.pdqsortCmpFunc[go.shape.uint8])"},
		{"sine", "208: math.sin uses a variable or a table of the standard library" + data + " (reached by main.sine > math.sin)"},
		{"number", "212: strconv.AppendInt calls runtime.growslice: a core cannot allocate (reached by main.number > strconv.AppendInt)"},
		{"failing", "223: main.check uses the variable main.errLarge" + data + " (reached by main.failing > main.check)"},
		{"phrase", "231: main.phrase uses the string \"a phrase\"" + data + " (reached by main.phrase)"},
		{"kind", "237: main.kind uses a description of the type *map[int32]int32" + data + " (reached by main.kind)"},
		{"tangle", "113: main.tangle jumps into a loop with goto, which is not supported (reached by main.tangle)"},
	}
	p := build(t, "refused")
	for _, tt := range tests {
		t.Run(tt.export, func(t *testing.T) {
			_, err := p.Link(tt.export)
			require.Error(t, err)
			// Go 1.27 has special functions for small objects.
			message := regexp.MustCompile(`runtime\.mallocgcSmall\w+`).ReplaceAllString(err.Error(), "runtime.newobject")
			require.Equal(t, file+tt.want, message)
		})
	}
	t.Run("unknown export", func(t *testing.T) {
		_, err := p.Link("missing")
		require.ErrorContains(t, err, "link: the program does not export a function missing (mark it with //go:wasmexport; exported are: ")
		_, err = p.Link("_initialize")
		require.ErrorContains(t, err, "link: the program does not export a function _initialize (")
	})
	t.Run("runtime", func(t *testing.T) {
		_, err := p.Link("schedule")
		require.ErrorContains(t, err, "main.schedule calls runtime.mcall: a core cannot use the Go runtime (reached by main.schedule)")
	})
}

// TestRefusedStart checks that a core links only if no code that runs before main
// sets its variables. Then its functions give the same results as in the stock
// module.
func TestRefusedStart(t *testing.T) {
	tests := []struct{ export, want string }{
		{"initialized", "19: main.initialized uses main.local, which code that runs before main may set (main.init)"},
		{"other", "22: main.other uses state.Variable, which code that runs before main may set (state.init)"},
		{"inlined", "25: main.inlined uses state.Inlined, which code that runs before main may set (state.init.0)"},
		{"callee", "28: main.callee uses state.Callee, which code that runs before main may set (state.init.1 > state.callee)"},
		{"copied", "31: main.copied uses state.Copied, which code that runs before main may set (state.init.2)"},
		{"pointer", "34: main.pointer uses state.Pointer, which code that runs before main may set (state.init.3)"},
		{"element", "37: main.element uses state.Elements, which code that runs before main may set (state.init.4)"},
		{"field", "40: main.field uses state.Record, which code that runs before main may set (state.init.5)"},
		{"function", "43: main.function uses state.Function, which code that runs before main may set (state.init.6 > state.function > state.setFunction·f > state.setFunction)"},
		{"static", "46: main.static uses state.Static, which code that runs before main may set (state.init.7 > state.pointer)"},
		{"sliced", "49: main.sliced uses state.Sliced, which code that runs before main may set (state.init)"},
		{"method", "52: main.method uses state.Method, which code that runs before main may set (state.init.9 > state.number > state.(*number).set)"},
		{"spawned", "55: main.spawned uses state.Spawned, which code that runs before main may set (state.init.10 > state.spawn·f > state.spawn)"},
		{"closed", "58: main.closed uses state.Closed, which code that runs before main may set (state.init.12 > state.init.12.func1)"},
		{"once", "61: main.once uses state.Once, which code that runs before main may set (state.init.11 > state.setOnce·f > state.setOnce)"},
		{"mainSets", ""},
		{"unset", ""},
		{"untouched", ""},
	}
	p := build(t, "start")
	stock := instances(t, p.Stock, api.CoreFeaturesV2)()
	require.Len(t, tests, len(stock.ExportedFunctionDefinitions())-2, "all but _initialize and cpus")
	for _, tt := range tests {
		t.Run(tt.export, func(t *testing.T) {
			linked, err := p.Link(tt.export)
			if tt.want != "" {
				require.EqualError(t, err, "link: eventsource-wasm/wasm/link/testdata/start/main.go:"+tt.want+
					": a core does not run such code (set the variable in an exported function) (reached by main."+tt.export+")")
				return
			}
			require.NoError(t, err)
			core := instances(t, linked, api.CoreFeaturesV1)()
			require.Equal(t, mustCall(t, stock, tt.export), mustCall(t, core, tt.export))
		})
	}
	t.Run("variable of the runtime", func(t *testing.T) {
		_, err := p.Link("cpus")
		require.ErrorContains(t, err, "main.go:67: main.cpus uses the variable runtime.")
		require.ErrorContains(t, err, ": a core only has variables of its own packages, which start as zero (reached by main.cpus)")
	})
}

// TestRefusedAssembly checks that packages with assembly are refused: it may set
// variables before main, and no listing shows it.
func TestRefusedAssembly(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":         "module example\n\ngo 1.26\n",
		"main.go":        "package main\n\nimport \"example/state\"\n\nfunc main() {}\n\n//go:wasmexport get\nfunc get() int32 { return state.Variable }\n",
		"state/state.go": "package state\n\nvar Variable int32\n\nfunc init() { set() }\n\nfunc set()\n",
		"state/set.s": "TEXT ·set(SB), 4, $0-0\n\tMOVD $·Variable(SB), R0\n\tGet R0\n\tI32WrapI64\n" +
			"\tI32Const $42\n\tI32Store $0\n\tRET\n",
		"state/other_amd64.s": "",
	} {
		file := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
	}
	_, err := Build(dir)
	require.EqualError(t, err, "link: package example/state has assembly (set.s), which the linker cannot follow (write it in Go)")
}

func TestRefusedModule(t *testing.T) {
	p, other := build(t, "core"), build(t, "refused")
	tests := []struct {
		name         string
		stock, moved []byte
		want         string
	}{
		{"not a module", []byte("#!/bin/sh"), p.Moved, "link: not a WebAssembly module (build the program with GOARCH=wasm)"},
		{"empty module", p.Stock[:8], p.Moved, "link: the module was not built by Go (build it with go1.26 and go1.27)"},
		{"another toolchain", regexp.MustCompile(`\x08go1\.\d\d\.\d`).ReplaceAll(p.Stock, []byte("\x08go1.99.8")), p.Moved,
			"link: the module was built by go1.99.8, but package link supports go1.26 and go1.27 (wasm/link/toolchain.go says how to add a version)"},
		{"another program", p.Stock, other.Moved, "link: the two modules are not the same program (link both from the same source)"},
		{"truncated", p.Stock[:len(p.Stock)/2], p.Moved, "link: malformed module: it ends too early"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := (&Program{tt.stock, tt.moved, p.Listing}).Link()
			require.EqualError(t, err, tt.want)
		})
	}
}

// TestMoved checks that a moved module which differs in anything but addresses is
// refused.
func TestMoved(t *testing.T) {
	built := build(t, "core")
	p, err := readProgram(built)
	require.NoError(t, err)
	for _, name := range []string{"main.hash", "hash", "eventsource_wasm_wasm_link_testdata_sample.Hash", "main.everyType", "everyType"} {
		for i := range p.bodies {
			if p.names[p.imports+i] != name {
				continue
			}
			body := p.moved.bodies[i]
			for at := range body {
				p.distances = map[opcode][]int64{}
				p.moved.bodies[i] = bytes.Clone(body)
				p.moved.bodies[i][at] ^= 1 << (at % 7)
				_, err := p.link([]string{"hash", "everyType"})
				require.Error(t, err, "%s, byte %d", name, at)
			}
			p.moved.bodies[i] = body
		}
	}
	_, err = p.link([]string{"hash", "everyType"})
	require.NoError(t, err)
}

// FuzzLink checks that the linker does not panic on any module.
func FuzzLink(f *testing.F) {
	linked, err := build(f, "core").Link()
	require.NoError(f, err)
	f.Add(linked)
	f.Add([]byte("\x00asm\x01\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, module []byte) {
		(&Program{module, module, nil}).Link()
	})
}

// FuzzCode checks that the linker does not panic on any function in an otherwise
// valid program.
func FuzzCode(f *testing.F) {
	built := build(f, "core")
	p, err := readProgram(&Program{built.Stock, built.Stock, nil})
	require.NoError(f, err)
	main := -1
	for i, body := range p.bodies {
		switch name := p.names[p.imports+i]; {
		case name == "main.hash":
			main = i
			fallthrough
		case isSample(name):
			f.Add(body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p.bodies[main] = body
		p.link([]string{"hash"})
	})
}

// FuzzModule links a program whose modules were changed in one place, both in the same
// way. The linker refuses it, or writes a valid module, unless the program is not valid
// itself: the linker does not check what the compiler ensures.
func FuzzModule(f *testing.F) {
	built := build(f, "core")
	p, err := readProgram(&Program{built.Stock, built.Stock, nil})
	require.NoError(f, err)
	for i, body := range p.bodies {
		if isSample(p.names[p.imports+i]) {
			f.Add(uint32(bytes.Index(built.Stock, body)), []byte{0x41})
		}
	}
	f.Add(uint32(8), []byte{1})
	engine := wazero.NewRuntimeWithConfig(f.Context(), wazero.NewRuntimeConfigInterpreter())
	f.Fuzz(func(t *testing.T, at uint32, change []byte) {
		module := bytes.Clone(built.Stock)
		copy(module[int(at)%len(module):], change)
		linked, err := (&Program{module, module, nil}).Link("hash")
		if err != nil {
			return
		}
		compiled, err := engine.CompileModule(t.Context(), linked)
		if err != nil {
			_, invalid := engine.CompileModule(t.Context(), module)
			require.Error(t, invalid, "a valid module became one that is not: %s", err)
			return
		}
		require.NoError(t, compiled.Close(t.Context()))
	})
}

// isSample reports whether a name in the module is from package sample or its commands.
func isSample(name string) bool {
	return strings.HasPrefix(name, "main.") || strings.HasPrefix(name, "eventsource_wasm_wasm_link_testdata_sample.")
}

// TestCorruptCode is like FuzzCode, with one changed byte in each function.
func TestCorruptCode(t *testing.T) {
	built := build(t, "core")
	p, err := readProgram(&Program{built.Stock, built.Stock, nil})
	require.NoError(t, err)
	var bodies [][]byte
	main := -1
	for i, body := range p.bodies {
		switch name := p.names[p.imports+i]; {
		case name == "main.hash":
			main = i
			fallthrough
		case isSample(name):
			bodies = append(bodies, body)
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	for _, body := range bodies {
		for range 50 {
			body := bytes.Clone(body)
			body[random.IntN(len(body))] = byte(random.Uint32())
			p.bodies[main] = body
			p.link([]string{"hash"})
		}
	}
}

// TestCoalesce checks that a local.tee is kept when it is the value of a local
// that is not live.
func TestCoalesce(t *testing.T) {
	f := &function{locals: map[int64]valtype{0: i64, 1: i64}, code: []instr{
		op(opLocalSet, 1).with(op(opI64Add).with(op(opLocalTee, 0).with(op(opI64Const, 5)), op(opI64Const, 1))),
		op(opGlobalSet, 0).with(op(opLocalGet, 0)),
	}}
	f.coalesce()
	require.True(t, contains(f.code, opLocalTee))
}
