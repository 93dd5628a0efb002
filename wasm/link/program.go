package link

import (
	"bytes"
	"debug/gosym"
	"encoding/binary"
	"fmt"
	"path"
	"slices"
	"strings"
)

// A program is what `go build` linked, with what the Go runtime would know of it.
type program struct {
	*module
	moved *module // the same program at other addresses
	lines *gosym.Table
	names []string // of functions, without the imported ones
	zero  []span   // where variables are that begin as zero
}

// A span of addresses, from the first to before the last.
type span struct{ start, end int64 }

// Functions have addresses too: cmd/link/internal/wasm/asm.go says which.
const (
	firstPC    = 0x1000 << 16
	pcPerFunc  = 1 << 16
	pcTableTag = "\xF1\xFF\xFF\xFF\x00\x00\x01\x08" // runtime.pcHeader: magic, one byte a step, 8 bytes a pointer
)

// Words of runtime.moduledata, see runtime/symtab.go.
const (
	wordBSS       = 28
	wordEndBSS    = 29
	wordNoPtrBSS  = 30
	wordEndNoPtr  = 31
	moduledataLen = 32
)

func readProgram(stock, moved []byte) (*program, error) {
	m, err := readModule(stock)
	if err != nil {
		return nil, err
	}
	if err := knownVersion(m.producer); err != nil {
		return nil, err
	}
	other, err := readModule(moved)
	if err != nil {
		return nil, err
	}
	if len(other.bodies) != len(m.bodies) || other.imports != m.imports || other.producer != m.producer {
		return nil, fmt.Errorf("link: the two modules are different programs (build both from the same source)")
	}
	p := &program{module: m, moved: other}

	// The table of functions and lines, and the word that points to it, which
	// is the first of runtime.moduledata.
	at := bytes.Index(m.memory, []byte(pcTableTag))
	if at < 0 {
		return nil, fmt.Errorf("link: no Go program: it has no table of functions")
	}
	table, err := pcTable(m.memory[at:], len(m.funcs))
	if err != nil {
		return nil, err
	}
	p.lines, err = gosym.NewTable(nil, gosym.NewLineTable(table, 0))
	if err != nil {
		return nil, fmt.Errorf("link: malformed module: table of functions: %w", err)
	}
	p.names = make([]string, len(m.funcs))
	for _, f := range p.lines.Funcs {
		if i := (f.Entry - firstPC) / pcPerFunc; f.Entry >= firstPC && i < uint64(len(p.names)) {
			p.names[i] = f.Name
		}
	}

	for i := 0; i+8*moduledataLen <= len(m.memory); i += 8 {
		word := func(n int) int64 { return int64(binary.LittleEndian.Uint64(m.memory[i+8*n:])) }
		ends := []int64{word(wordBSS), word(wordEndBSS), word(wordNoPtrBSS), word(wordEndNoPtr)}
		if word(0) == int64(at) && slices.IsSorted(ends) && 0 < ends[0] && ends[3] < maxMemory {
			p.zero = []span{{ends[0], ends[1]}, {ends[2], ends[3]}}
			return p, nil
		}
	}
	return nil, fmt.Errorf("link: malformed module: it has no runtime.moduledata")
}

// pcTable returns the table of functions as debug/gosym wants it. The linker
// numbers the functions of WebAssembly 1, 2, 3; their addresses are that << 16.
func pcTable(memory []byte, functions int) ([]byte, error) {
	malformed := fmt.Errorf("link: malformed module: its table of functions")
	r := &reader{data: memory[min(len(memory), len(pcTableTag)):]}
	n, _, _, _, _, _, _, start := r.fixed(8), r.fixed(8), r.fixed(8), r.fixed(8), r.fixed(8), r.fixed(8), r.fixed(8), r.fixed(8)
	if r.err != nil || n > uint64(functions) || start > uint64(len(memory)) {
		return nil, malformed
	}
	table := slices.Clone(memory)
	shift := func(at uint64) (word []byte) {
		if at+8 > uint64(len(table)) {
			malformed = nil
			return make([]byte, 8)
		}
		word = table[at:]
		binary.LittleEndian.PutUint32(word, binary.LittleEndian.Uint32(word)<<16)
		return word
	}
	for i := range n {
		function := binary.LittleEndian.Uint32(shift(start + 8*i)[4:])
		shift(start + uint64(function))
	}
	shift(start + 8*n)
	return table, nil
}

// name is the name of a function as Go programmers write it: without the path
// of its package.
func (p *program) name(fn int64) string {
	return path.Base(p.symbol(fn))
}

// symbol is the full name of a function.
func (p *program) symbol(fn int64) string {
	i := int(fn) - p.imports
	if i < 0 || i >= len(p.names) {
		return "an imported function"
	}
	return p.names[i]
}

// position is the line of source that a call is on, and "" where that is unknown.
func (p *program) position(pc uint64) string {
	file, line, _ := p.lines.PCToLine(pc)
	if file == "" || line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", file, line)
}

// The toolchain whose code this linker knows: how it calls, unwinds and lays out
// memory. What has to be checked before another is added is cited where it is used.
const toolchain = "go1.26"

func knownVersion(version string) error {
	if version == toolchain || strings.HasPrefix(version, toolchain+".") {
		return nil
	}
	if version == "" {
		version = "another compiler than Go's"
	}
	return fmt.Errorf("link: built by %s, which this linker does not know (build with %s, for example GOTOOLCHAIN=%s.0)", version, toolchain, toolchain)
}
