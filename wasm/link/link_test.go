package link

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"eventsource-wasm/wasm/link/testdata/sample"
)

// build builds the program in testdata/name.
func build(t testing.TB, name string) *Program {
	p, err := Build("testdata/" + name)
	require.NoError(t, err)
	return p
}

// compile checks that module is valid as WebAssembly 1.0 and returns what makes
// instances of it.
func compile(t *testing.T, module []byte) func() api.Module {
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV1))
	t.Cleanup(func() { r.Close(ctx) })
	compiled, err := r.CompileModule(ctx, module)
	require.NoError(t, err)
	require.Empty(t, compiled.ImportedFunctions())
	return func() api.Module {
		m, err := r.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName(""))
		require.NoError(t, err)
		return m
	}
}

func call(m api.Module, name string, args ...uint64) (uint64, error) {
	results, err := m.ExportedFunction(name).Call(context.Background(), args...)
	if len(results) == 1 {
		return results[0], err
	}
	return 0, err
}

// functions of package sample, by the name that testdata/core exports them under.
var functions = map[string]func(a, b int32, x float64) float64{
	"arithmetic": func(a, b int32, x float64) float64 { return float64(sample.Arithmetic(a, b)) },
	"divide":     func(a, b int32, x float64) float64 { return float64(sample.Divide(a, b)) },
	"wide":       func(a, b int32, x float64) float64 { return float64(sample.Wide(a, b)) },
	"narrow":     func(a, b int32, x float64) float64 { return float64(sample.Narrow(a, b)) },
	"shifts":     func(a, b int32, x float64) float64 { return float64(sample.Shifts(a, b)) },
	"compare":    func(a, b int32, x float64) float64 { return float64(sample.Compare(a, b, x)) },
	"floats":     func(a, b int32, x float64) float64 { return sample.Floats(a, x) },
	"truncate":   func(a, b int32, x float64) float64 { return float64(sample.Truncate(x)) },
	"index":      func(a, b int32, x float64) float64 { return float64(sample.Index(a, b)) },
	"slice":      func(a, b int32, x float64) float64 { return float64(sample.Slice(a, b)) },
	"move":       func(a, b int32, x float64) float64 { return float64(sample.Move(a, b)) },
	"zero":       func(a, b int32, x float64) float64 { return float64(sample.Zero(a, b)) },
	"equal":      func(a, b int32, x float64) float64 { return float64(sample.Equal(a, b)) },
	"word":       func(a, b int32, x float64) float64 { return float64(sample.Word(a)) },
	"sort":       func(a, b int32, x float64) float64 { return float64(sample.Sort(a, b)) },
	"hash":       func(a, b int32, x float64) float64 { return float64(sample.Hash(a, b)) },
	"records":    func(a, b int32, x float64) float64 { return sample.Records(a, b, x) },
	"recursion":  func(a, b int32, x float64) float64 { return float64(sample.Recursion(a)) },
	"loops":      func(a, b int32, x float64) float64 { return float64(sample.Loops(a, b)) },
	"jumps":      func(a, b int32, x float64) float64 { return float64(sample.Jumps(a, b)) },
	"decisions":  func(a, b int32, x float64) float64 { return float64(sample.Decisions(a, b)) },
	"inlined":    func(a, b int32, x float64) float64 { return float64(sample.Inlined(a, b)) },
	"panics":     func(a, b int32, x float64) float64 { return float64(sample.Panics(a)) },
	"pointer":    func(a, b int32, x float64) float64 { return float64(sample.Pointer(a)) },
	"largeFrame": func(a, b int32, x float64) float64 { return float64(sample.LargeFrame(a, b)) },
}

// TestSameResults runs functions natively and linked, with the same arguments
// and on the same memory.
func TestSameResults(t *testing.T) {
	program := build(t, "core")
	linked, err := program.Link()
	require.NoError(t, err)
	instance := compile(t, linked)

	for name, native := range functions {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			for range 40 {
				m := instance()
				sample.Reset()
				address, err := call(m, "memoryOf")
				require.NoError(t, err)
				memory, ok := m.Memory().Read(uint32(address), uint32(len(sample.Memory)))
				require.True(t, ok)
				for i := range memory {
					memory[i] = byte(random.IntN(8))
				}
				copy(sample.Memory[:], memory)

				for trapped := false; !trapped && random.IntN(20) > 0; {
					a, b, x := argument(random), argument(random), float64(argument(random))*random.Float64()
					want, panics := try(func() float64 { return native(a, b, x) })
					got, err := callSample(m, name, a, b, x)
					trapped = err != nil
					require.Equal(t, panics, trapped, "%s(%d, %d, %g): %v", name, a, b, x, err)
					if !trapped {
						require.True(t, got == want || got != got && want != want, "%s(%d, %d, %g) = %g, natively %g", name, a, b, x, got, want)
						require.Equal(t, sample.Memory[:], memory)
					}
				}
			}
		})
	}
}

// argument returns numbers of all magnitudes.
func argument(random *rand.Rand) int32 {
	if random.IntN(20) == 0 {
		return []int32{0, 1, -1, math.MinInt32, math.MaxInt32}[random.IntN(5)]
	}
	return int32(random.Uint32()) >> random.IntN(32)
}

func try(f func() float64) (result float64, panics bool) {
	defer func() { panics = recover() != nil }()
	return f(), false
}

// callSample calls an exported function with as many arguments as it takes.
func callSample(m api.Module, name string, a, b int32, x float64) (float64, error) {
	f := m.ExportedFunction(name)
	var args []uint64
	integers := []int32{a, b}
	for _, p := range f.Definition().ParamTypes() {
		if p == api.ValueTypeF64 {
			args = append(args, api.EncodeF64(x))
		} else {
			args = append(args, api.EncodeI32(integers[0]))
			integers = integers[1:]
		}
	}
	result, err := call(m, name, args...)
	if f.Definition().ResultTypes()[0] == api.ValueTypeF64 {
		return api.DecodeF64(result), err
	}
	return float64(api.DecodeI32(result)), err
}

func TestZ(t *testing.T) {
	p := build(t, "refused")
	for _, n := range []string{"grow", "allocate", "escape", "concatenate", "lookup", "send", "spawn", "dynamic", "closure", "assertion", "box", "remember", "later", "text", "prime", "schedule"} {
		_, err := Link(p.Stock, p.Moved, n)
		fmt.Println(n, err)
	}
	p = build(t, "initialised")
	_, err := p.Link()
	fmt.Println(err)
	p = build(t, "format")
	_, err = p.Link()
	fmt.Println(err)
}
