package link

import "slices"

// A set is a set of locals, a bit for each, from sp on.
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

// A liveness is the result of a liveness analysis, which goes backward through the
// code of a function. A local is live at a point if its value may be read later.
type liveness struct {
	none      set
	labels    map[int64]set   // the locals live at the target of a branch to each label
	needed    map[*instr]bool // the instructions that set a local which is then live
	conflicts map[int64]set   // for each local, those that are live where it is set, and vice versa
	copies    [][2]int64      // pairs of locals, where the first is set to the second
}

func (f *function) liveness() *liveness {
	l := &liveness{
		none:      make(set, len(f.locals)/64+1),
		labels:    map[int64]set{},
		needed:    map[*instr]bool{},
		conflicts: map[int64]set{},
	}
	l.labels[end] = l.none
	for id := range f.locals {
		l.conflicts[id] = slices.Clone(l.none)
	}
	// At the start, parameters have their values, and other locals are zero.
	entry := l.before(f.code, l.none)
	for _, id := range f.params {
		entry.add(id)
	}
	for id := range f.locals {
		if entry.has(id) {
			l.set(id, id, entry)
		}
	}
	return l
}

// before returns the locals live before code, given those live after it.
func (l *liveness) before(code []instr, after set) set {
	for i := len(code) - 1; i >= 0; i-- {
		after = l.beforeOne(&code[i], after)
	}
	return after
}

func (l *liveness) beforeOne(in *instr, after set) set {
	before := slices.Clone(after)
	switch in.op {
	case opBlock:
		l.labels[in.n] = after
		before = l.before(in.body, after)
	case opLoop:
		// What is live at its start is also live at each branch to it.
		l.labels[in.n] = l.none
		before = l.before(in.body, after)
		for !slices.Equal(before, l.labels[in.n]) {
			l.labels[in.n] = before
			before = l.before(in.body, after)
		}
	case opIf:
		l.labels[in.n] = after
		before = l.before(in.body, after).or(l.before(in.other, after))
	case opBr:
		before = slices.Clone(l.labels[in.n])
	case opBrIf:
		before = after.or(l.labels[in.n])
	case opReturn, opUnreachable:
		before = slices.Clone(l.none)
	case opLocalGet:
		before.add(in.n)
	case opLocalSet, opLocalTee:
		source := in.n
		if x := in.args[0]; x.op == opLocalGet {
			source = x.n
			l.copies = append(l.copies, [2]int64{in.n, source})
		}
		if after.has(in.n) {
			l.needed[in] = true
		}
		l.set(in.n, source, after)
		before.remove(in.n)
	}
	return l.before(in.args, before)
}

// set records that the local x is set to the value of source where others are live.
func (l *liveness) set(x, source int64, others set) {
	for y := range l.conflicts {
		if y != x && y != source && others.has(y) {
			l.conflict(x, y)
		}
	}
}

// conflict records that x and y cannot share a local.
func (l *liveness) conflict(x, y int64) {
	l.conflicts[x].add(y)
	l.conflicts[y].add(x)
}

// merge records that x shares the local y, so that y has the conflicts of x.
func (l *liveness) merge(x, y int64) {
	for z := range l.conflicts {
		if l.conflicts[x].has(z) {
			l.conflict(y, z)
		}
	}
}

// coalesce merges two locals if one is set to the other and they do not conflict,
// as in Chaitin's register allocation. It drops instructions that set a local which
// is not live. It reports whether it changed the code.
func (f *function) coalesce() (changed bool) {
	l := f.liveness()
	into := map[int64]int64{}
	find := func(x int64) int64 {
		for to, ok := into[x]; ok; to, ok = into[x] {
			x = to
		}
		return x
	}
	for _, c := range l.copies {
		x, y := find(c[0]), find(c[1])
		if slices.Contains(f.params, x) {
			x, y = y, x
		}
		if x != y && !l.conflicts[x].has(y) && f.locals[x] == f.locals[y] && !slices.Contains(f.params, x) {
			l.merge(x, y)
			into[x] = y
		}
	}
	each(f.code, func(in *instr) {
		if !isLocal(in.op) {
			return
		}
		in.n = find(in.n)
		if in.op == opLocalGet {
			return
		}
		x := in.args[0]
		toItself := x.op == opLocalGet && find(x.n) == in.n
		if l.needed[in] && !toItself {
			return
		}
		switch {
		case in.op == opLocalTee:
			if isLocal(x.op) {
				x.n = find(x.n)
			}
			*in = x
		case contains(in.args, opCall), contains(in.args, opLocalTee):
			return // the value has side effects
		default:
			*in = op(opNop)
		}
		changed = true
	})
	return changed
}

// share merges locals of the same type that do not conflict.
func (f *function) share() {
	l := f.liveness()
	shared := slices.Clone(f.params)
	into := map[int64]int64{}
	for _, id := range shared {
		into[id] = id
	}
	each(f.code, func(in *instr) {
		if !isLocal(in.op) {
			return
		}
		x := in.n
		if _, ok := into[x]; !ok {
			i := slices.IndexFunc(shared, func(y int64) bool { return f.locals[x] == f.locals[y] && !l.conflicts[x].has(y) })
			if i < 0 {
				i = len(shared)
				shared = append(shared, x)
			}
			into[x] = shared[i]
			l.merge(x, into[x])
		}
		in.n = into[x]
	})
}
