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
	symbolLine     = regexp.MustCompile(`^(.*?) ?\b(S[A-Z]+) (?:[a-z]+ )*size=(\d+)`)
	codeLine       = regexp.MustCompile(`^\t0x[0-9a-f]+ \d+ \((.*):(\d+)\)\t(\S+)(?:\t(.*))?$`)
	operand        = regexp.MustCompile(`^\$?(.*?)(?:<[^>]*>)?([+-]\d+)?\(SB\)$`)
	relocationLine = regexp.MustCompile(`^\trel \d+\+\d+ t=\S+ (.+)\+-?\d+$`)
	punctuation    = regexp.MustCompile(`[^\w.]`)
)

func readListing(text string) *listing {
	l := &listing{map[string]*symbol{}, map[string][]*symbol{}}
	var s *symbol
	own := []string{"main."} // what names in the packages begin with
	var file, pos string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "\t") {
			s = nil
			if path, ok := strings.CutPrefix(line, "# "); ok {
				own = append(own, path+".")
			}
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
		if m := relocationLine.FindStringSubmatch(line); m != nil {
			s.refs = append(s.refs, m[1])
			continue
		}
		m := codeLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if m[3] == "TEXT" {
			file = m[1]
			s.pos = m[1] + ":" + m[2]
		}
		// Code that was inlined from another file, such as one of the standard
		// library, counts as part of the last line before it. Generic functions
		// of the standard library are listed, but have no position.
		if m[1] == file {
			pos = m[1] + ":" + m[2]
		}
		if !slices.ContainsFunc(own, func(prefix string) bool { return strings.HasPrefix(s.name, prefix) }) {
			s.pos, pos = "", ""
		}
		if m[3] == "CallIndirect" {
			s.code = append(s.code, reference{isCall: true, pos: pos})
		}
		if o := operand.FindStringSubmatch(m[4]); o != nil {
			offset, _ := strconv.ParseInt(o[2], 10, 64)
			switch m[3] {
			case "Call", "CallImport":
				s.code = append(s.code, reference{true, o[1], 0, pos})
			case "I32Const", "I64Const":
				s.code = append(s.code, reference{false, o[1], offset, pos})
			}
		}
	}
	return l
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
