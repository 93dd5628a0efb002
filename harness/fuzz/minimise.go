package fuzz

import (
	"slices"

	"eventsource-wasm/harness/conformance/catalogue"
)

// tries is how often a stream is read again before a difference counts as unsteady.
const tries = 3

// again reads a stream again, and returns how the implementation differs; nil: not once.
func (f *frame) again(s stream) (how *catalogue.Judgement, err error) {
	seen, err := f.test(slices.Repeat([]stream{s}, tries))
	if err != nil {
		return nil, err
	}
	for _, j := range seen {
		if j.Verdict != catalogue.Pass {
			how = &j
		}
	}
	return how, nil
}

// minimise returns the smallest stream that it finds on which the implementation still
// differs, and how. If a test fails, because the run is over, it stops there.
func minimise(s stream, how catalogue.Judgement, test func([]stream) ([]catalogue.Judgement, error)) (small stream, still catalogue.Judgement) {
	// better tries streams, and keeps the first that still differs in the same way: a
	// wrong event is not exchanged for one that is missing, which may just be late.
	better := func(candidates []stream) bool {
		for len(candidates) > 0 {
			n := min(len(candidates), batch)
			judged, err := test(candidates[:n])
			if err != nil {
				return false
			}
			for i, j := range judged {
				if j.Verdict == how.Verdict {
					s, how = candidates[i], j
					return true
				}
			}
			candidates = candidates[n:]
		}
		return false
	}
	for better(s.fewerConnections()) {
	}
	for size := s.longest() / 2; size > 0; size /= 2 {
		for better(s.shorter(size)) {
		}
	}
	for better(s.fewerCuts()) {
	}
	for better(s.shorter(1)) {
	}
	return s, how
}

func (s stream) longest() (n int) {
	for _, c := range s {
		n = max(n, len(c.body))
	}
	return n
}

// with returns the stream with another connection in a place.
func (s stream) with(i int, c connection) stream {
	changed := append(stream{}, s...)
	changed[i] = c
	return changed
}

// fewerConnections returns the streams without one of the connections.
func (s stream) fewerConnections() (candidates []stream) {
	for i := range s {
		if len(s) > 1 {
			candidates = append(candidates, append(append(stream{}, s[:i]...), s[i+1:]...))
		}
	}
	return candidates
}

// shorter returns the streams without a part of the given size.
func (s stream) shorter(size int) (candidates []stream) {
	for i, c := range s {
		for from := 0; from < len(c.body); from += size {
			candidates = append(candidates, s.with(i, c.without(from, min(from+size, len(c.body)))))
		}
	}
	return candidates
}

// fewerCuts returns the streams without cuts, and without one of them.
func (s stream) fewerCuts() (candidates []stream) {
	for i, c := range s {
		if len(c.cuts) > 1 {
			candidates = append(candidates, s.with(i, connection{c.body, nil, c.cut}))
		}
		for at := range c.cuts {
			cuts := append(append([]int{}, c.cuts[:at]...), c.cuts[at+1:]...)
			candidates = append(candidates, s.with(i, connection{c.body, cuts, c.cut}))
		}
	}
	return candidates
}
