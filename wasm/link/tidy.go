package link

import "slices"

// tidy drops redundant branches, blocks and ifs. Branches to the labels in next
// are redundant at the end of code: control continues there anyway.
func tidy(code []instr, next []int64) (out []instr) {
	for i, in := range code {
		var after []int64
		if i == len(code)-1 {
			after = slices.Clip(next)
		}
		switch in.op {
		case opBlock:
			in.body = tidy(in.body, append(after, in.n))
			if !branches(in.body, in.n) {
				out = append(out, in.body...)
				continue
			}
		case opLoop:
			in.body = tidy(in.body, after)
		case opIf:
			in.body = tidy(in.body, after)
			in.other = tidy(in.other, after)
			out = append(out, tidyIf(in)...)
			continue
		}
		out = append(out, in)
	}
	if n := len(out) - 1; n >= 0 && out[n].op == opBr && slices.Contains(next, out[n].n) {
		out = out[:n]
	}
	return out
}

// tidyIf rewrites an if as a br_if, or as an if with one arm, where possible.
func tidyIf(in instr) []instr {
	then, other := in.body, in.other
	not := op(opI32Eqz).with(in.args...)
	in.other = nil
	switch {
	case len(then) == 1 && then[0].op == opBr:
		return append([]instr{op(opBrIf, then[0].n).with(in.args...)}, other...)
	case len(other) == 1 && other[0].op == opBr:
		return append([]instr{op(opBrIf, other[0].n).with(not)}, then...)
	case len(then) > 0 && then[len(then)-1].leaves():
		return append([]instr{in}, other...)
	case len(then) == 0, len(other) > 0 && other[len(other)-1].leaves():
		return append([]instr{in.with(not).holding(other...)}, then...)
	}
	in.other = other
	return []instr{in}
}

// branches reports whether code branches to the label.
func branches(code []instr, label int64) (found bool) {
	each(code, func(in *instr) { found = found || in.is(opBr, label) || in.is(opBrIf, label) })
	return found
}
