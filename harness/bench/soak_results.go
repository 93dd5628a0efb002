package bench

import (
	"fmt"
	"slices"
	"time"
)

// tables returns the tables of the soak: memory and what was received, CPU time, and
// connections. Each has a curve over time.
func (s *soakServer) tables() []*Table {
	memory := &Table{
		Kind:   "soak",
		Stream: "numbered",
		Title:  fmt.Sprintf("%s for %s, all implementations at the same time. Memory is the renderer's own, or the heap on systems other than Linux. It must not grow: %s", s.load().title(), s.Duration, s.rule()),
		Rounds: 1,
		Columns: []Column{
			{Name: "growth", Unit: "MB more"},
			{Name: "peak", Unit: "MB peak"},
			{Name: "heap", Unit: "MB peak of the heap"},
			{Name: "events", Unit: "events", More: true},
			{Name: "lost", Unit: "lost"},
			{Name: "doubled", Unit: "duplicated"},
		},
		Axes: &Axes{X: "seconds", Step: s.interval().Seconds(), Y: "MB"},
	}
	busy := &Table{
		Kind:    "soak-cpu",
		Stream:  "numbered",
		Title:   "CPU time of the renderer, in percent of one CPU, from one sample to the next",
		Rounds:  1,
		Columns: []Column{{Name: "cpu", Unit: "CPU %"}, {Name: "most", Unit: "max CPU %"}},
		Axes:    &Axes{X: "seconds", Step: s.interval().Seconds(), Y: "% of a CPU"},
	}
	connections := &Table{
		Kind:   "soak-reconnections",
		Stream: "numbered",
		Title:  "reconnections so far; " + s.load().faultsTitle(),
		Rounds: 1,
		Columns: []Column{
			{Name: "reconnections", Unit: "reconnections"},
			{Name: "faults", Unit: "faults"},
			{Name: "open", Unit: "connections open at the end"},
			{Name: "silence", Unit: "s without an event"},
		},
		Axes: &Axes{X: "seconds", Step: s.interval().Seconds(), Y: "reconnections"},
	}
	for _, i := range s.Implementations {
		page := s.pages[i.Name]
		memory.Rows = append(memory.Rows, &Row{Implementation: i.Name, Samples: []Sample{page.sample(s.Soak)}})
		busy.Rows = append(busy.Rows, &Row{Implementation: i.Name, Samples: []Sample{page.busy()}})
		connections.Rows = append(connections.Rows, &Row{Implementation: i.Name, Samples: []Sample{page.connections(s.Soak)}})
	}
	return []*Table{memory, busy, connections}
}

// title describes the load: "50 streams, 1 event/s of 1,000 characters each".
func (l soakLoad) title() string {
	title := fmt.Sprintf("%d streams, %d event/s of %s characters each", l.streams, l.rate, thousands(l.payload))
	if l.streams == 1 {
		title = fmt.Sprintf("%d events/s of %s characters", l.rate, thousands(l.payload))
	}
	if l.pause > 0 {
		title += fmt.Sprintf(", with a pause of %s every %s,", l.pause, l.period)
	}
	return title
}

func (l soakLoad) faultsTitle() string {
	if l.faults == 0 {
		return "no faults were injected"
	}
	return fmt.Sprintf("every %s one stream of each page gets a fault: %s", l.faults, faultNames())
}

// rule says how memory is judged.
func (s Soak) rule() string {
	return fmt.Sprintf("after the first 5 minutes (three quarters of a shorter soak), memory, sampled every %s after a garbage collection where the browser allows one, never exceeds its peak during that time by more than a tenth plus 8 MB", s.interval())
}

// sample judges what was seen of a page.
func (p *soakPage) sample(s Soak) Sample {
	p.mu.Lock()
	defer p.mu.Unlock()
	var heap, memory []float64
	for _, one := range p.samples {
		heap = append(heap, one.heap)
		memory = append(memory, one.own)
	}
	if slices.Contains(memory, 0) {
		memory = heap
	}
	sample := Sample{Round: 1, Curve: rounded(memory)}
	if len(memory) < 4 {
		sample.Error = fmt.Sprintf("the page reported its memory %d times: want 4 or more", len(memory))
		return sample
	}
	warm, later := peaks(memory, int(soakWarmUp/s.interval()))
	sample.Figures = map[string]float64{
		"growth":  later - warm,
		"peak":    max(warm, later),
		"events":  float64(p.report.Received),
		"lost":    float64(p.report.Lost),
		"doubled": float64(p.report.Doubled),
	}
	if most := slices.Max(heap); most > 0 {
		sample.Figures["heap"] = most
	}
	switch {
	case p.report.Error != "":
		sample.Error = p.report.Error
	case p.report.Lost+p.report.Doubled+p.report.Damaged > 0:
		sample.Error = fmt.Sprintf("events: %d lost, %d duplicated, %d damaged", p.report.Lost, p.report.Doubled, p.report.Damaged)
	case p.report.Ended < s.load().streams:
		sample.Error = fmt.Sprintf("%d of %d streams received their last event, %d events in all", p.report.Ended, s.load().streams, p.report.Received)
	case later > warm*(1+soakShare)+soakSlack:
		sample.Error = fmt.Sprintf("memory grew from %.1f to %.1f MB", warm, later)
	}
	return sample
}

// busy returns the CPU time between the samples.
func (p *soakPage) busy() Sample {
	p.mu.Lock()
	defer p.mu.Unlock()
	sample := Sample{Round: 1}
	for i, one := range p.samples {
		if i == 0 || one.busy == 0 {
			continue // the first samples are of the start, or there is no figure
		}
		before := p.samples[i-1]
		share := 100 * max(0, float64(one.busy-before.busy)) / float64(max(one.at.Sub(before.at), time.Millisecond))
		sample.Curve = append(sample.Curve, share)
	}
	if n := len(p.samples); len(sample.Curve) > 0 {
		first, last := p.samples[0], p.samples[n-1]
		sample.Figures = map[string]float64{
			"cpu":  100 * float64(last.busy-first.busy) / float64(last.at.Sub(first.at)),
			"most": slices.Max(sample.Curve),
		}
	}
	sample.Curve = rounded(sample.Curve)
	return sample
}

// connections judges the connections of a page.
func (p *soakPage) connections(s Soak) Sample {
	p.mu.Lock()
	defer p.mu.Unlock()
	streams := s.load().streams
	sample := Sample{Round: 1, Figures: map[string]float64{
		"reconnections": float64(max(0, p.report.Opened-streams)),
		"faults":        float64(p.injected),
		"open":          float64(p.open),
		"silence":       p.report.Silence / 1000,
	}}
	for _, one := range p.samples {
		sample.Curve = append(sample.Curve, float64(one.reopened))
	}
	if p.open > streams {
		sample.Error = fmt.Sprintf("%d connections are open at the end: want one for each of %d streams", p.open, streams)
	}
	return sample
}

// peaks returns the largest values during the warm-up, which has at most n values, and
// after it.
func peaks(curve []float64, n int) (warm, later float64) {
	n = max(1, min(n, len(curve)*3/4))
	return slices.Max(curve[:n]), slices.Max(curve[n:])
}

// rounded returns values with one decimal, which is enough for a plot.
func rounded(curve []float64) []float64 {
	short := make([]float64, len(curve))
	for i, value := range curve {
		short[i] = float64(int(value*10+0.5)) / 10
	}
	return short
}
