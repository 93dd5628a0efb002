package link

import "slices"

// coalesce drops what sets a local that nobody reads, and makes one local of
// two if one is set to the other and they never hold different values that are
// both needed. It reports whether it found any.
//
// It is the coalescing of Chaitin's register allocation, for as many registers
// as there are locals.
func (f *function) coalesce() (changed bool) {
	size := len(f.locals)/64 + 1
	l := &liveness{size: size, labels: map[int64]set{end: make(set, size)}, needed: map[*instr]bool{}, conflicts: map[int64]set{}}
	for id := range f.locals {
		l.conflicts[id] = make(set, size)
	}
	// Parameters have their values from the start, all others are zero.
	entry := l.code(f.code, make(set, size))
	for _, id := range f.params {
		entry.add(id)
	}
	for x := range f.locals {
		if entry.has(x) {
			l.define(x, x, entry)
		}
	}

	into := map[int64]int64{}
	for _, c := range l.copies {
		x, y := c[0], c[1]
		for to, ok := into[x]; ok; to, ok = into[x] {
			x = to
		}
		for to, ok := into[y]; ok; to, ok = into[y] {
			y = to
		}
		if slices.Contains(f.params, x) {
			x, y = y, x
		}
		if x == y || l.conflicts[x].has(y) || f.locals[x] != f.locals[y] || slices.Contains(f.params, x) {
			continue
		}
		into[x] = y
		changed = true
		for z := range f.locals {
			if l.conflicts[x].has(z) {
				l.conflicts[y].add(z)
				l.conflicts[z].add(y)
			}
		}
	}
	each(f.code, func(in *instr) {
		if isLocal(in.op) {
			for to, ok := into[in.n]; ok; to, ok = into[in.n] {
				in.n = to
			}
		}
	})
	each(f.code, func(in *instr) {
		isSet := in.op == opLocalSet || in.op == opLocalTee
		if !isSet {
			return
		}
		self := in.args[0].op == opLocalGet && in.args[0].n == in.n
		if !self && (l.needed[in] || contains(in.args, opCall)) {
			return
		}
		changed = true
		if in.op == opLocalTee {
			*in = in.args[0]
		} else {
			*in = op(opNop)
		}
	})
	return changed
}

// A liveness finds which locals are needed where. It goes backwards.
type liveness struct {
	size      int
	labels    map[int64]set   // what is needed where a branch to the label leads
	needed    map[*instr]bool // of instructions that set a local: whether it is read
	conflicts map[int64]set   // locals that hold values while another is set
	copies    [][2]int64
}

// code returns what is needed before code, given what is needed after it.
func (l *liveness) code(code []instr, after set) set {
	for i := len(code) - 1; i >= 0; i-- {
		after = l.instr(&code[i], after)
	}
	return after
}

func (l *liveness) instr(in *instr, after set) set {
	before := after
	switch in.op {
	case opBlock:
		l.labels[in.n] = after
		before = l.code(in.body, after)
	case opLoop:
		// What the next round needs is needed at the end of this one.
		l.labels[in.n] = make(set, l.size)
		for before = l.code(in.body, after); !slices.Equal(before, l.labels[in.n]); before = l.code(in.body, after) {
			l.labels[in.n] = before
		}
	case opIf:
		l.labels[in.n] = after
		before = l.code(in.body, after).or(l.code(in.other, after))
	case opBr:
		before = l.labels[in.n]
	case opBrIf:
		before = after.or(l.labels[in.n])
	case opReturn, opUnreachable:
		before = make(set, l.size)
	case opLocalGet:
		before = slices.Clone(after)
		before.add(in.n)
	case opLocalSet, opLocalTee:
		if after.has(in.n) {
			l.needed[in] = true
		}
		source := in.n
		if from := in.args[0]; from.op == opLocalGet {
			source = from.n
			l.copies = append(l.copies, [2]int64{in.n, source})
		}
		l.define(in.n, source, after)
		before = slices.Clone(after)
		before.remove(in.n)
	}
	return l.code(in.args, before)
}

// define notes that x is set, to what source holds, when others are needed.
func (l *liveness) define(x, source int64, others set) {
	for y := range l.conflicts {
		if y != x && y != source && others.has(y) {
			l.conflicts[x].add(y)
			l.conflicts[y].add(x)
		}
	}
}

// A set of locals. Their numbers begin at sp.
type set []uint64

func (s set) has(id int64) bool { return s[(id-sp)/64]>>((id-sp)%64)&1 != 0 }
func (s set) add(id int64)      { s[(id-sp)/64] |= 1 << ((id - sp) % 64) }
func (s set) remove(id int64)   { s[(id-sp)/64] &^= 1 << ((id - sp) % 64) }

func (s set) or(t set) set {
	s = slices.Clone(s)
	for i := range s {
		s[i] |= t[i]
	}
	return s
}
