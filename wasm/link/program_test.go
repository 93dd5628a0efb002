package link

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

var (
	programCount = flag.Int("programs", 3, "test this many random programs")
	seed         = flag.Uint64("seed", 0, "test other random programs")
)

// TestRandomPrograms checks that the functions of random programs behave alike in the
// stock module and in the linked one. For more programs, and others:
//
//	go test ./wasm/link -run TestRandomPrograms -programs 1000 -seed 50 -timeout 0
//
// (It is not a fuzz target, because go test -fuzz kills inputs that take longer than
// ten seconds, and each of these builds a program.)
//
// If the modules differ, other engines run both, because an engine can have bugs. The
// test fails if the modules differ in any other engine.
func TestRandomPrograms(t *testing.T) {
	for i := range *programCount {
		seed := *seed + uint64(i)
		t.Run(fmt.Sprint(seed), func(t *testing.T) { testRandomProgram(t, seed) })
	}
}

func testRandomProgram(t *testing.T, seed uint64) {
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	require.NoError(t, os.WriteFile(source, []byte(randomProgram(seed)), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module random\n\ngo 1.26\n"), 0o644))
	p := buildDir(t, dir, fmt.Sprint("random", seed))
	linked, err := p.Link()
	require.NoError(t, err)

	script := randomScript(seed, p.Stock)
	difference := compare(compiled, p.Stock, linked, script)
	if difference == "" {
		return
	}
	for _, e := range []engine{interpreted, node} {
		if d := compare(e, p.Stock, linked, script); d != "" {
			t.Fatalf("%s\nand in another engine: %s", difference, d)
		}
	}
	t.Logf("only wazero's compiler differs: %s", difference)
}

// An invocation is a call of an exported function. Types are a letter each: i, I, f
// and F for i32, i64, f32 and f64.
type invocation struct {
	name, params, result string
	args                 []uint64 // bits of the arguments
}

// An outcome is the effect of an invocation.
type outcome struct {
	trapped bool
	result  uint64
	state   string // the bytes of the variable state after it
}

// randomScript returns calls of the functions that a random program exports.
func randomScript(seed uint64, module []byte) (script []invocation) {
	m, err := readModule(module)
	if err != nil {
		panic(err)
	}
	random := rand.New(rand.NewPCG(seed, 1))
	letters := map[valtype]string{i32: "i", i64: "I", f32: "f", f64: "F"}
	for range 200 {
		e := m.exports[random.IntN(len(m.exports))]
		if !strings.HasPrefix(e.name, "x") {
			continue
		}
		s := invocation{name: e.name}
		sig := m.types[m.funcs[e.fn-m.imports]]
		for _, typ := range []byte(sig.params) {
			n := argument(random)
			s.params += letters[typ]
			switch typ {
			case i32:
				s.args = append(s.args, uint64(uint32(n)))
			case i64:
				s.args = append(s.args, random.Uint64()>>random.IntN(64))
			case f32:
				s.args = append(s.args, uint64(math.Float32bits(float32(n)/float32(1+random.IntN(9)))))
			case f64:
				s.args = append(s.args, math.Float64bits(float64(n)*random.Float64()))
			}
		}
		s.result = letters[sig.results[0]]
		script = append(script, s)
	}
	return script
}

// An engine runs a script with a module. If a call traps, the calls after it use a
// new instance, whose variable state is set to the value before.
type engine func(module []byte, script []invocation) ([]outcome, error)

// compare runs the script with both modules, and describes the first difference.
func compare(run engine, stock, linked []byte, script []invocation) string {
	want, err := run(stock, script)
	if err != nil {
		return err.Error()
	}
	got, err := run(linked, script)
	if err != nil {
		return err.Error()
	}
	for i, s := range script {
		w, g := want[i], got[i]
		if w.trapped == g.trapped && w.state == g.state && (w.trapped || sameResult(s.result, w.result, g.result)) {
			continue
		}
		where := ""
		for j := range min(len(w.state), len(g.state)) {
			if w.state[j] != g.state[j] {
				where = fmt.Sprintf(", state[%d] is %d, want %d", j, g.state[j], w.state[j])
				break
			}
		}
		return fmt.Sprintf("call %d, %s%x: trap %t, result %#x, want %t, %#x%s", i, s.name, s.args, g.trapped, g.result, w.trapped, w.result, where)
	}
	return ""
}

// sameResult reports whether two results are equal, or both NaN.
func sameResult(typ string, x, y uint64) bool {
	isNaN := func(bits uint64) bool {
		switch typ {
		case "f":
			return math.IsNaN(float64(math.Float32frombits(uint32(bits))))
		case "F":
			return math.IsNaN(math.Float64frombits(bits))
		}
		return false
	}
	return x == y || isNaN(x) && isNaN(y)
}

// compiled and interpreted are wazero's two engines.
func compiled(module []byte, script []invocation) ([]outcome, error) {
	return runWazero(wazero.NewRuntimeConfigCompiler(), module, script)
}

func interpreted(module []byte, script []invocation) ([]outcome, error) {
	return runWazero(wazero.NewRuntimeConfigInterpreter(), module, script)
}

func runWazero(config wazero.RuntimeConfig, module []byte, script []invocation) (outcomes []outcome, err error) {
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, config)
	defer r.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	code, err := r.CompileModule(ctx, module)
	if err != nil {
		return nil, err
	}
	var instance api.Module
	var state []byte
	for _, s := range script {
		if instance == nil {
			before := string(state)
			instance, err = r.InstantiateModule(ctx, code, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
			if err != nil {
				return nil, err
			}
			address, err := call(instance, "stateAddress")
			if err != nil {
				return nil, err
			}
			size, err := call(instance, "stateSize")
			if err != nil {
				return nil, err
			}
			state, _ = instance.Memory().Read(uint32(address), uint32(size))
			copy(state, before)
		}
		result, err := call(instance, s.name, s.args...)
		o := outcome{trapped: err != nil, result: result, state: string(state)}
		outcomes = append(outcomes, o)
		if o.trapped {
			instance = nil
		}
	}
	return outcomes, nil
}

// node is Node.js. It agrees with any other engine if it is not installed.
func node(module []byte, script []invocation) ([]outcome, error) {
	path, err := exec.LookPath("node")
	if err != nil {
		return make([]outcome, len(script)), nil
	}
	file, err := os.CreateTemp("", "*.wasm")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	if _, err := file.Write(module); err != nil {
		return nil, err
	}
	file.Close()

	var input strings.Builder
	for _, s := range script {
		fmt.Fprintf(&input, "%s %s- %s", s.name, s.params, s.result)
		for _, arg := range s.args {
			fmt.Fprintf(&input, " %#x", arg)
		}
		input.WriteString("\n")
	}
	cmd := exec.Command(path, "--no-warnings", "testdata/run.js", file.Name())
	cmd.Stdin = strings.NewReader(input.String())
	output, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	var outcomes []outcome
	for line := range strings.Lines(string(output)) {
		var o outcome
		if _, err := fmt.Sscan(line, &o.trapped, &o.result, &o.state); err != nil {
			return nil, fmt.Errorf("node: %w: %s", err, line)
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, nil
}
