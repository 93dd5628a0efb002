package link

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A listing is what the compiler knows about the symbols of a program, other than
// those of the standard library. It is read from the output of the compiler's flag
// -S, which lists for each symbol its kind and size, its code or data, and its
// relocations, the places where it refers to other symbols:
//
//	main.add STEXT size=2 args=0x10 locals=0x0 …
//		0x0000 00000 (main.go:12)	I64Const	$main.table+8(SB)
//		…
//		rel 19+1 t=R_ADDR main.table+8
//	main.table SNOPTRBSS size=16
type listing struct {
	symbols map[string]*symbol

	// functions has the functions by their names in the module, where all
	// punctuation is replaced: see nameRegexp in cmd/link/internal/wasm/asm.go.
	functions map[string][]*symbol
}

// A symbol is a function, a variable or other data.
type symbol struct {
	name string
	kind string // such as STEXT for a function
	size int64  // in bytes
	refs []string
	code []reference // of a function: its references in the order of its code
	pos  string      // of a function: where it starts, as file:line; empty in the standard library
}

// isZero reports whether s is a variable that starts as zero.
func (s *symbol) isZero() bool { return s.kind == "SBSS" || s.kind == "SNOPTRBSS" }

// A reference is an instruction that refers to a symbol: a call, or a constant that
// is an address.
type reference struct {
	isCall bool
	name   string // of the symbol; empty for an indirect call
	offset int64  // of an address, from that of the symbol
	pos    string // file:line; empty in the standard library
}

var (
	symbolLine  = regexp.MustCompile(`^(.*?) ?\b(S[A-Z]+) (?:[a-z]+ )*size=(\d+)`)
	operand     = regexp.MustCompile(`^\$?(.*?)(?:<[^>]*>)?([+-]\d+)?\(SB\)$`)
	punctuation = regexp.MustCompile(`[^\w.]`)
)

func readListing(text string) *listing {
	l := &listing{map[string]*symbol{}, map[string][]*symbol{}}
	own := []string{"main."} // what names of the listed packages begin with
	var s *symbol
	var file string // of the function s
	var pos string  // of the last line of code that is in the file
	for line := range strings.Lines(text) {
		line, isPart := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "\t")
		if !isPart {
			if path, ok := strings.CutPrefix(line, "# "); ok {
				own = append(own, path+".")
			}
			s, file, pos = nil, "", ""
			if m := symbolLine.FindStringSubmatch(line); m != nil {
				size, _ := strconv.ParseInt(m[3], 10, 64)
				s = &symbol{name: m[1], kind: m[2], size: size}
				l.add(s)
			}
			continue
		}
		if s == nil {
			continue
		}
		if _, target, ok := strings.Cut(line, " t="); ok && strings.HasPrefix(line, "rel ") {
			_, target, _ = strings.Cut(target, " ")
			s.refs = append(s.refs, target[:max(strings.LastIndexByte(target, '+'), 0)])
			continue
		}

		// 0x0000 00000 (FILE:LINE)	OPCODE	OPERANDS
		_, line, _ = strings.Cut(line, "(")
		at, line, ok := strings.Cut(line, ")\t")
		if !ok {
			continue // data
		}
		opcode, operands, _ := strings.Cut(line, "\t")
		isOwn := func(prefix string) bool { return strings.HasPrefix(s.name, prefix) }
		if opcode == "TEXT" && slices.ContainsFunc(own, isOwn) {
			file, _, _ = strings.Cut(at, ":")
			s.pos = at
		}
		// Code that was inlined from another file, such as one of the standard
		// library, counts as part of the last line before it.
		if strings.HasPrefix(at, file+":") {
			pos = at
		}
		if r, ok := readReference(opcode, operands); ok {
			r.pos = pos
			s.code = append(s.code, r)
		}
	}
	return l
}

// readReference returns the reference in a line of code, if there is one.
func readReference(opcode, operands string) (r reference, ok bool) {
	switch opcode {
	case "CallIndirect":
		return reference{isCall: true}, true
	case "Call", "CallImport":
		r.isCall = true
	case "I32Const", "I64Const":
	default:
		return r, false
	}
	m := operand.FindStringSubmatch(operands)
	if m == nil {
		return r, false
	}
	r.name = m[1]
	r.offset, _ = strconv.ParseInt(m[2], 10, 64)
	return r, true
}

// moduleName returns the name of a function in the module.
func moduleName(symbol string) string { return punctuation.ReplaceAllString(symbol, "_") }

// add adds a symbol. Several packages can have the same one, such as a generic
// function; the linker keeps one of them.
func (l *listing) add(s *symbol) {
	if s.name == "" || l.symbols[s.name] != nil {
		return
	}
	l.symbols[s.name] = s
	if s.kind == "STEXT" {
		name := moduleName(s.name)
		l.functions[name] = append(l.functions[name], s)
	}
}
