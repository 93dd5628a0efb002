package eventstream

// This file is for people who want to see how a stream is read. The parser does not
// use it.

// A Part says what a byte of a stream is.
type Part byte

const (
	Mark     Part = 1 + iota // a byte of the byte order mark at the start of the stream
	Name                     // a byte of the name of a field
	Colon                    // the colon after the name
	Space                    // the one space after the colon, which is removed
	Value                    // a byte of the value of a field
	LineEnd                  // CR, LF or CRLF after a field or a comment
	BlockEnd                 // CR, LF or CRLF that is a line of its own: the end of a block
	Comment                  // a byte of a line that starts with a colon
	Ignored                  // a byte of a field whose name is unknown or whose value is invalid
)

// Annotate writes what each byte of a whole stream is to parts, which must have room
// for all of them. A last line without an end is annotated as if the stream ended
// after it, although its field has no effect.
func Annotate(stream []byte, parts []Part) {
	i := 0
	for i < 3 && i < len(stream) && stream[i] == mark(i) {
		i++
	}
	if i < 3 {
		i = 0
	}
	fill(parts[:i], Mark)
	for i < len(stream) {
		end := lineEnd(stream, i)
		annotateLine(stream[i:end], parts[i:end])
		part := LineEnd
		if end == i {
			part = BlockEnd
		}
		i = end
		for i < len(stream) && i < end+2 && (i == end || stream[i-1] == '\r' && stream[i] == '\n') {
			parts[i] = part
			i++
		}
	}
}

// mark returns a byte of the byte order mark.
func mark(i int) byte { return byte(uint32(byteOrderMark) >> (16 - 8*i)) }

// annotateLine annotates a line without its end.
func annotateLine(line []byte, parts []Part) {
	colon := 0
	for colon < len(line) && line[colon] != ':' {
		colon++
	}
	if colon == 0 {
		fill(parts, Comment)
		return
	}
	name := noName
	for _, c := range line[:colon] {
		name = min(name<<8|int(c), nameLimit)
	}
	named := fieldNamed(name)
	if named == other {
		fill(parts, Ignored)
		return
	}
	fill(parts[:colon], Name)
	start := colon
	if start < len(line) {
		parts[start] = Colon
		start++
	}
	if start < len(line) && line[start] == ' ' {
		parts[start] = Space
		start++
	}
	if valid(named, line[start:]) {
		fill(parts[start:], Value)
	} else {
		fill(parts, Ignored)
	}
}

// valid reports whether a field with this value has an effect.
func valid(named field, value []byte) bool {
	for _, c := range value {
		if named == id && c == 0 || named == retry && (c < '0' || c > '9') {
			return false
		}
	}
	return named != retry || len(value) > 0
}

func fill(parts []Part, part Part) {
	for i := range parts {
		parts[i] = part
	}
}
