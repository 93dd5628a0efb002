package main

import (
	"encoding/binary"
	"slices"
)

// exportSection is the id of a module's export section.
//
// https://www.w3.org/TR/wasm-core-1/#export-section
const exportSection = 7

// renamed returns the module with its exports renamed.
func renamed(module []byte, rename func(name string) string) []byte {
	const header = 8 // magic and version
	out := slices.Clone(module[:header])
	for in := module[header:]; len(in) > 0; {
		id := in[0]
		content, rest := prefixed(in[1:])
		if id == exportSection {
			content = renamedExports(content, rename)
		}
		out = appendPrefixed(append(out, id), content)
		in = rest
	}
	return out
}

func renamedExports(in []byte, rename func(name string) string) []byte {
	count, n := binary.Uvarint(in)
	out, in := slices.Clone(in[:n]), in[n:]
	for range count {
		name, rest := prefixed(in)
		out = appendPrefixed(out, []byte(rename(string(name))))
		// The kind and the index follow.
		_, n := binary.Uvarint(rest[1:])
		out, in = append(out, rest[:1+n]...), rest[1+n:]
	}
	return out
}

// prefixed splits off a byte sequence that is preceded by its size.
func prefixed(in []byte) (content, rest []byte) {
	size, n := binary.Uvarint(in)
	in = in[n:]
	return in[:size], in[size:]
}

func appendPrefixed(out, content []byte) []byte {
	return append(binary.AppendUvarint(out, uint64(len(content))), content...)
}
