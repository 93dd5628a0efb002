package link

import "slices"

// coalesce drops what sets a local that nobody reads, and makes one local of
// two if one is set to the other and they never hold different values that are
// both needed. It reports whether it found any.
//
// It is the coalescing of Chaitin's register allocation, for as many registers
// as there are locals.
func (f *function) coalesce() (changed bool) {
	l, entry := f.liveness()
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
	var sunk bool
	f.code, sunk = l.sink(f.code)
	return f.spread(entry) || sunk || changed
}

// liveness finds what f needs where, and at its beginning.
func (f *function) liveness() (l *liveness, entry set) {
	size := len(f.locals)/64 + 1
	l = &liveness{size: size, labels: map[int64]set{end: make(set, size)}, needed: map[*instr]bool{}, again: map[*instr]bool{}, conflicts: map[int64]set{}}
	for id := range f.locals {
		l.conflicts[id] = make(set, size)
	}
	// Parameters have their values from the start, all others are zero.
	entry = l.code(f.code, make(set, size))
	for _, id := range f.params {
		entry.add(id)
	}
	for x := range f.locals {
		if entry.has(x) {
			l.define(x, x, entry)
		}
	}
	return l, entry
}

// share makes locals one that are never needed at the same time.
func (f *function) share() {
	l, _ := f.liveness()
	home := map[int64]int64{}
	homes := slices.Clone(f.params)
	for _, id := range f.params {
		home[id] = id
	}
	each(f.code, func(in *instr) {
		if !isLocal(in.op) {
			return
		}
		x := in.n
		if _, ok := home[x]; !ok {
			i := slices.IndexFunc(homes, func(y int64) bool { return f.locals[x] == f.locals[y] && !l.conflicts[y].has(x) })
			if i < 0 {
				homes = append(homes, x)
				i = len(homes) - 1
			}
			home[x] = homes[i]
			for z := range f.locals {
				if l.conflicts[x].has(z) {
					l.conflicts[homes[i]].add(z)
					l.conflicts[z].add(homes[i])
				}
			}
		}
		in.n = home[x]
	})
}

// A liveness finds which locals are needed where. It goes backwards.
type liveness struct {
	size      int
	labels    map[int64]set   // what is needed where a branch to the label leads
	again     map[*instr]bool // of instructions that read a local: whether it is read again
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
		if after.has(in.n) {
			l.again[in] = true
		}
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

// sink moves what a local is set to into the next statement, if that is where
// the local is read for the last time.
func (l *liveness) sink(code []instr) (out []instr, changed bool) {
	moved := make(set, l.size) // locals that are now read later than l knows
	for _, in := range code {
		var inBody, inOther bool
		in.body, inBody = l.sink(in.body)
		in.other, inOther = l.sink(in.other)
		changed = changed || inBody || inOther
		for n := len(out) - 1; n >= 0 && out[n].op == opLocalSet && !moved.has(out[n].n); n-- {
			value := out[n].args[0]
			if found, ok := l.replace(in.args, out[n].n, value, new(bool)); !found || !ok {
				break
			}
			each([]instr{value}, func(in *instr) {
				if isLocal(in.op) {
					moved.add(in.n)
				}
			})
			out, changed = out[:n], true
		}
		out = append(out, in)
	}
	return out, changed
}

// replace puts value in the place where code, operands in the order in which
// they are computed, reads the local x, if nothing before interferes.
func (l *liveness) replace(code []instr, x int64, value instr, begun *bool) (found, ok bool) {
	for i := range code {
		in := &code[i]
		if found, ok = l.replace(in.args, x, value, begun); found {
			return found, ok
		}
		whole := []instr{value}
		switch {
		case in.op == opLocalGet && in.n == x:
			simple := !contains(whole, opCall) && !contains(whole, opLocalTee)
			if l.again[in] || *begun && !simple {
				return true, false
			}
			*in = value
			return true, true
		case in.op == opLocalTee && (in.n == x || reads(whole, in.n)), in.op == opCall:
			return true, false
		}
		*begun = true
	}
	return false, false
}

func reads(code []instr, local int64) (found bool) {
	each(code, func(in *instr) { found = found || in.op == opLocalGet && in.n == local })
	return found
}

// spread writes constants where they are read from a local that holds nothing
// else, if that is no longer.
func (f *function) spread(entry set) (changed bool) {
	values := map[int64]instr{}
	sets, gets := map[int64]int{}, map[int64]int{}
	each(f.code, func(in *instr) {
		switch in.op {
		case opLocalGet:
			gets[in.n]++
		case opLocalSet, opLocalTee:
			sets[in.n]++
			values[in.n] = in.args[0]
		}
	})
	each(f.code, func(in *instr) {
		if in.op != opLocalGet || sets[in.n] != 1 || entry.has(in.n) {
			return
		}
		value := values[in.n]
		if value.op != opI64Const && value.op != opI32Const {
			return
		}
		var w writer
		w.int(value.n)
		if size := 1 + len(w.data); size*gets[in.n] <= size+2+2*gets[in.n] {
			*in, changed = value, true
		}
	})
	return changed
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
