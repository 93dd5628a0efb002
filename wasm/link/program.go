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

// A program is a module that the Go toolchain linked, with the runtime's tables
// about it.
type program struct {
	*module
	moved *module      // the same program at other addresses
	names []string     // symbols of the functions that are not imported
	lines *gosym.Table // source lines
	zero  []span       // the variables that start as zero, in order of address
}

// A span is a range of addresses.
type span struct{ start, end int64 }

func readProgram(stock, moved []byte) (*program, error) {
	m, err := readModule(stock)
	if err != nil {
		return nil, err
	}
	if err := checkVersion(m.producer); err != nil {
		return nil, err
	}
	p := &program{module: m}
	if p.moved, err = readModule(moved); err != nil {
		return nil, err
	}
	if len(p.moved.bodies) != len(m.bodies) || p.moved.imports != m.imports {
		return nil, fmt.Errorf("link: the two modules are not the same program (link both from the same source)")
	}
	table := bytes.Index(m.memory, []byte(tableMark))
	if table < 0 {
		return nil, fmt.Errorf("link: malformed module: no table of functions")
	}
	if err := p.readFunctions(m.memory[table:]); err != nil {
		return nil, err
	}
	return p, p.readSpans(int64(table))
}

// toolchain is the version of Go whose code this linker knows. Comments cite the
// files of Go to compare before another version is supported.
const toolchain = "go1.26"

func checkVersion(version string) error {
	if version == toolchain || strings.HasPrefix(version, toolchain+".") {
		return nil
	}
	if version == "" {
		return fmt.Errorf("link: the module was not built by Go (build it with %s)", toolchain)
	}
	return fmt.Errorf("link: the module was built by %s, which is not supported (build it with %s)", version, toolchain)
}

// Functions have addresses: see funcValueOffset in cmd/link/internal/wasm/asm.go.
// The low bits number the resume points in the function.
const (
	firstPC    = 0x1000 << 16
	pcsPerFunc = 1 << 16
)

// pc returns the address of the function fn.
func (p *program) pc(fn int64) int64 { return firstPC + (fn-int64(p.imports))*pcsPerFunc }

// tableMark is the start of the table of functions, runtime.pcHeader: its magic
// number, the size of the smallest instruction and the size of a pointer.
const tableMark = "\xF1\xFF\xFF\xFF\x00\x00\x01\x08"

// readFunctions reads names and lines from the table of functions. In
// WebAssembly the table has numbers of functions where package debug/gosym expects
// addresses, so it converts them first.
func (p *program) readFunctions(table []byte) error {
	table = slices.Clone(table)
	word := func(at uint64, size int) []byte {
		if at > uint64(len(table)-size) {
			return make([]byte, size)
		}
		return table[at:]
	}
	toAddress := func(number []byte) {
		binary.LittleEndian.PutUint32(number, binary.LittleEndian.Uint32(number)<<16)
	}
	header := func(n uint64) uint64 { return binary.LittleEndian.Uint64(word(8*n, 8)) }
	functions, entries := header(1), header(8)
	if functions > uint64(len(p.funcs)) {
		return fmt.Errorf("link: malformed module: its table lists more functions than it has")
	}
	for i := range functions + 1 { // the last one ends the table
		entry := word(entries+8*i, 8)
		toAddress(entry)
		if i < functions {
			toAddress(word(entries+uint64(binary.LittleEndian.Uint32(entry[4:])), 4))
		}
	}

	var err error
	if p.lines, err = gosym.NewTable(nil, gosym.NewLineTable(table, 0)); err != nil {
		return fmt.Errorf("link: malformed module: table of functions: %w", err)
	}
	p.names = make([]string, len(p.funcs))
	for _, f := range p.lines.Funcs {
		if i := (f.Entry - firstPC) / pcsPerFunc; i < uint64(len(p.names)) {
			p.names[i] = f.Name
		}
	}
	return nil
}

// readSpans finds the variables in runtime.moduledata, whose first word is the
// address of the table of functions. Words 28 to 31 are bss, ebss, noptrbss and
// enoptrbss: see runtime/symtab.go.
func (p *program) readSpans(table int64) error {
	const bss, noptrbss, size = 28, 30, 32
	for at := 0; at+8*size <= len(p.memory); at += 8 {
		word := func(n int) int64 { return int64(binary.LittleEndian.Uint64(p.memory[at+8*n:])) }
		ends := []int64{0, word(bss), word(bss + 1), word(noptrbss), word(noptrbss + 1), maxMemory}
		if word(0) == table && slices.IsSorted(ends) {
			p.zero = []span{{ends[1], ends[2]}, {ends[3], ends[4]}}
			return nil
		}
	}
	return fmt.Errorf("link: malformed module: no runtime.moduledata")
}

// isZero reports whether the address is in a variable that starts as zero.
func (p *program) isZero(address int64) bool {
	return slices.ContainsFunc(p.zero, func(s span) bool { return s.start <= address && address < s.end })
}

// symbol returns the symbol of the function fn, which has the full package path.
func (p *program) symbol(fn int64) string {
	i := int(fn) - p.imports
	if i < 0 || i >= len(p.names) {
		return "an imported function"
	}
	return p.names[i]
}

// name returns the name of the function fn, qualified as in Go source.
func (p *program) name(fn int64) string { return path.Base(p.symbol(fn)) }

// position returns the source position of the address pc as "file:line: ", or ""
// if it is not known.
func (p *program) position(pc int64) string {
	file, line, _ := p.lines.PCToLine(uint64(pc))
	if line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", file, line)
}

// signature returns the type of the function fn.
func (p *program) signature(fn int64) signature {
	i := int(fn) - p.imports
	if i < 0 || i >= len(p.funcs) {
		return signature{}
	}
	return p.types[p.funcs[i]]
}

// isGo reports whether fn is a compiled Go function, or assembly with the same
// calling convention.
func (p *program) isGo(fn int64) bool { return p.signature(fn) == goFunc }
