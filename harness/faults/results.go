package faults

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/report"
)

// Format and Version name the JSON form of [Results]. The version grows when a reader of
// the last one would misread the next.
const (
	Format  = "eventsource-faults"
	Version = 1
)

// Results are what was measured.
type Results struct {
	Format       string    `json:"format"`
	Version      int       `json:"version"`
	Revision     string    `json:"revision,omitempty"` // of the suite: see [report.Suite]; "": not recorded
	Command      string    `json:"command,omitempty"`  // that measures again; "": not recorded
	Started      time.Time `json:"started"`
	Milliseconds int64     `json:"milliseconds"` // from start to end
	System       string    `json:"system"`       // "linux/amd64, 2 CPUs"
	Browsers     []Engine  `json:"browsers"`

	Implementations []Measured `json:"implementations"`
	Faults          []*Fault   `json:"faults"`
	Cells           []Cell     `json:"cells"`
}

// An Engine is a browser that was measured.
type Engine struct {
	Name    string `json:"name"`
	Version string `json:"version"` // as it reports itself
}

// A Measured is an implementation with the build that was measured.
type Measured struct {
	Name  string       `json:"name"`
	Build report.Build `json:"build,omitzero"`
}

// Results of a cell.
const (
	Passed        = "passed"
	Failed        = "failed"
	NotApplicable = "n/a"
)

// A Cell is what one implementation in one browser made of a fault.
type Cell struct {
	Fault          string   `json:"fault"`
	Browser        string   `json:"browser"`
	Implementation string   `json:"implementation"`
	Result         string   `json:"result"`
	Seen           []string `json:"seen,omitempty"` // what failed, or why the fault is not applicable

	Events        int     `json:"events"` // that came, each counted once
	Lost          int     `json:"lost"`
	Doubled       int     `json:"doubled"`
	Reconnections int     `json:"reconnections"` // announced with an error event
	Late          float64 `json:"late"`          // by how much the latest reconnection came after the reconnection time, in ms
	Left          int     `json:"left"`          // responses still open some time after close
}

func newResults(started time.Time, plan Plan) *Results {
	r := &Results{
		Format:   Format,
		Version:  Version,
		Revision: report.ThisSuite().Revision,
		Started:  started.UTC().Truncate(time.Second),
		System:   fmt.Sprintf("%s/%s, %d CPUs", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
		Faults:   plan.Faults,
	}
	for _, i := range plan.Implementations {
		r.Implementations = append(r.Implementations, Measured{i.Name, i.Build()})
	}
	return r
}

func (r *Results) finish(started time.Time) { r.Milliseconds = time.Since(started).Milliseconds() }

// Failures returns the cells that failed.
func (r *Results) Failures() (failed []Cell) {
	for _, c := range r.Cells {
		if c.Result == Failed {
			failed = append(failed, c)
		}
	}
	return failed
}

// JSON writes the results as a JSON document.
func (r *Results) JSON(w io.Writer) error {
	content, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(content, '\n'))
	return err
}

// Parse reads results from a JSON document. Errors name it.
func Parse(name string, content []byte) (*Results, error) {
	r := &Results{}
	if err := json.Unmarshal(content, r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if r.Format != Format || r.Version != Version {
		return nil, fmt.Errorf("%s has format %q, version %d: want %q, version %d, as harness faults --json writes it", name, r.Format, r.Version, Format, Version)
	}
	return r, nil
}

// Join returns the results of several documents as one. Of cells that are in several, the
// one of the latest document counts.
func Join(list ...*Results) (*Results, error) {
	if len(list) == 0 {
		return nil, errors.New("no results to join")
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *Results) int { return b.Started.Compare(a.Started) })
	joined := *list[0]
	joined.Faults, joined.Browsers, joined.Cells, joined.Milliseconds = nil, nil, nil, 0
	joined.Command = ""
	for _, r := range list {
		joined.Milliseconds += r.Milliseconds
		joined.Faults = append(joined.Faults, slices.DeleteFunc(slices.Clone(r.Faults), func(f *Fault) bool {
			return slices.ContainsFunc(joined.Faults, func(other *Fault) bool { return other.Name == f.Name })
		})...)
		for _, b := range r.Browsers {
			if !slices.ContainsFunc(joined.Browsers, func(other Engine) bool { return other.Name == b.Name }) {
				joined.Browsers = append(joined.Browsers, b)
			}
		}
		for _, m := range r.Implementations {
			if !slices.ContainsFunc(joined.Implementations, func(other Measured) bool { return other.Name == m.Name }) {
				joined.Implementations = append(joined.Implementations, m)
			}
		}
		for _, c := range r.Cells {
			if joined.cell(c.Fault, c.Browser, c.Implementation) == nil {
				joined.Cells = append(joined.Cells, c)
			}
		}
	}
	order := Names()
	slices.SortStableFunc(joined.Faults, func(a, b *Fault) int {
		return cmp.Compare(slices.Index(order, a.Name), slices.Index(order, b.Name))
	})
	slices.SortFunc(joined.Browsers, func(a, b Engine) int { return cmp.Compare(a.Name, b.Name) })
	return &joined, nil
}

// cell returns a cell, or nil if it was not measured.
func (r *Results) cell(fault, browser, implementation string) *Cell {
	i := slices.IndexFunc(r.Cells, func(c Cell) bool {
		return c.Fault == fault && c.Browser == browser && c.Implementation == implementation
	})
	if i < 0 {
		return nil
	}
	return &r.Cells[i]
}

// fail records a reason why the cell fails.
func (c *Cell) fail(format string, values ...any) {
	c.Result = Failed
	c.Seen = append(c.Seen, fmt.Sprintf(format, values...))
}

// judge compares what both sides have recorded.
func (c *Cell) judge(of *cell, log pageLog) {
	c.Result = Passed
	c.Left = of.left()
	c.events(of, log)
	c.delays(of, log)
	if log.Failed {
		c.fail("the source failed (readyState CLOSED)")
	}
	if log.After > 0 {
		c.fail("%d events after close", log.After)
	}
	if log.Kept > 0 {
		c.fail("%d listeners on the page's objects more than at the first open event", log.Kept)
	}
	if c.Left > 0 {
		c.fail("%d responses still open %s after close", c.Left, leaveLimit)
	}
	for _, problem := range log.Problems {
		c.fail("the page had an uncaught error: %s", problem)
	}
	if c.Result == Passed && c.Reconnections == 0 && !of.mild {
		c.fail("no reconnection: the fault did not reach the source")
	}
	if why := of.skipped(); why != "" && c.Result == Passed {
		c.Result, c.Seen = NotApplicable, []string{why}
	}
}

// events counts the events.
func (c *Cell) events(of *cell, log pageLog) {
	counts := map[int]int{}
	last, damaged, disordered := 0, 0, 0
	for _, e := range log.Events {
		number, id, length := e[0], e[1], e[2]
		counts[number]++
		want := len(fmt.Sprint(number))
		if of.size > 0 {
			want = of.size
		}
		if id != number || length != want {
			damaged++
		}
		if number < last {
			disordered++
		}
		last = number
	}
	c.Events = len(counts)
	var lost, doubled []int
	for number := 1; number <= of.count; number++ {
		switch {
		case counts[number] == 0:
			lost = append(lost, number)
		case counts[number] > 1:
			doubled = append(doubled, number)
		}
	}
	c.Lost, c.Doubled = len(lost), len(doubled)
	if lost != nil {
		c.fail("%d of %d events did not come: %s", c.Lost, of.count, numbers(lost))
	}
	if doubled != nil {
		c.fail("%d events came more than once: %s", c.Doubled, numbers(doubled))
	}
	if damaged > 0 {
		c.fail("%d events with other data or another last event ID", damaged)
	}
	if disordered > 0 {
		c.fail("%d events not in order", disordered)
	}
}

// numbers returns at most five numbers.
func numbers(list []int) string {
	text := strings.Trim(fmt.Sprint(list[:min(len(list), 5)]), "[]")
	if len(list) > 5 {
		text += " …"
	}
	return text
}

// delays checks when the source reconnected: after each error event, the next request or,
// if the port refused it, the next error event.
func (c *Cell) delays(of *cell, log pageLog) {
	arrivals := of.seen()
	retry := float64(of.retry.Milliseconds())
	c.Reconnections = len(log.Errors)
	for i, at := range log.Errors {
		next := 0.0
		for _, arrival := range arrivals {
			if arrival >= at+1 { // the page's clock rounds down
				next = arrival
				break
			}
		}
		if i+1 < len(log.Errors) && (next == 0 || log.Errors[i+1] < next) {
			next = log.Errors[i+1]
		}
		if next == 0 {
			continue // never: then the last event is missing
		}
		delay := next - at
		c.Late = max(c.Late, delay-retry)
		if delay < retry-float64(early.Milliseconds()) {
			c.fail("reconnected after %.0f ms: the reconnection time is %.0f ms", delay, retry)
		}
		if delay > retry+float64((slack+of.held).Milliseconds()) {
			c.fail("reconnected after %.0f ms: want at most %s more than the reconnection time of %.0f ms", delay, slack+of.held, retry)
		}
	}
}
