package link

import "slices"

// tidy drops the branches and blocks that structured code can do without. The
// labels in next are those that a branch at the end of code reaches anyway.
func tidy(code []instr, next []int64) []instr {
	var out []instr
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
	if n := len(out); n > 0 && out[n-1].op == opBr && slices.Contains(next, out[n-1].n) {
		out = out[:n-1]
	}
	return out
}

// tidyIf writes an if without an else, or even without a block, where it can.
func tidyIf(in instr) []instr {
	then, other := in.body, in.other
	in.other = nil
	switch {
	case len(then) == 1 && then[0].op == opBr:
		return append([]instr{op(opBrIf, then[0].n).with(in.args...)}, other...)
	case len(other) == 1 && other[0].op == opBr:
		return append([]instr{op(opBrIf, other[0].n).with(op(opI32Eqz).with(in.args...))}, then...)
	case len(then) > 0 && leaves(then[len(then)-1]):
		return append([]instr{in}, other...)
	case len(other) > 0 && leaves(other[len(other)-1]), len(then) == 0:
		in.body = other
		return append([]instr{in.with(op(opI32Eqz).with(in.args...))}, then...)
	}
	in.other = other
	return []instr{in}
}

// branches reports whether code branches to the label.
func branches(code []instr, label int64) (found bool) {
	each(code, func(in *instr) {
		found = found || (in.op == opBr || in.op == opBrIf) && in.n == label
	})
	return found
}
