package bench

import (
	"bytes"
	"slices"
	"time"

	"eventsource-wasm/harness/conformance/implementation"
)

// A kind is a kind of measurement: what is sent, and which figures the page's
// script, page/NAME.js, reports. Everything else follows from this table, except
// for the kind's Chinese title in www/bench.js. A soak has a file of its own.
type kind struct {
	name, what  string
	streams     []stream
	columns     []Column // the first one ranks the rows
	comparisons []Comparison
	axes        *Axes         // of the samples' curves; nil: they have none
	rounds      int           // by default
	quick       int           // divides the length of the streams in a quick run
	limit       time.Duration // of one measurement
	secure      bool          // HTTP/2 over TLS; else HTTP/1.1
	flags       []string      // of the browser

	// parser: only implementations that offer their parser take part.
	parser bool
}

var kinds = []kind{
	{
		name:    "throughput",
		what:    "from the start signal to the last event",
		streams: named("small", "medium", "large", "cjk", "typed"),
		columns: []Column{
			{Name: "rate", Unit: "events/s", More: true},
			{Name: "megabytes", Unit: "MB/s", More: true},
			{Name: "cpu", Unit: "CPU ms"},
			{Name: "stalled", Unit: "ms blocked"}, // the longest time between two of the page's timers
		},
		comparisons: []Comparison{{"rate", implementation.Native, Ratio}, {"rate", floor, Ratio}},
		rounds:      5,
		quick:       20,
		limit:       2 * time.Minute,
	},
	{
		name:    "latency",
		what:    "from the server's write to the listener",
		streams: []stream{paced("paced", 7000, 1000)},
		columns: []Column{
			{Name: "p99", Unit: "p99 ms"},
			{Name: "p50", Unit: "p50 ms"},
			{Name: "p90", Unit: "p90 ms"},
			{Name: "max", Unit: "max ms"},
			{Name: "cpu", Unit: "CPU %"},
		},
		comparisons: []Comparison{{"p50", implementation.Native, Difference}, {"p99", implementation.Native, Difference}},
		axes:        &Axes{X: "% of events", Step: 1, Y: "ms", Logarithmic: true},
		rounds:      3,
		quick:       10,
		limit:       time.Minute,
	},
	{
		name:    "start",
		what:    "from a page's first script to its first event; a page load for each event, in one browser",
		streams: []stream{paced("first", 20, 0)},
		columns: []Column{
			{Name: "message", Unit: "message ms"},
			{Name: "open", Unit: "open ms"},
			{Name: "loaded", Unit: "loaded ms"},
		},
		comparisons: []Comparison{{"message", implementation.Native, Ratio}, {"message", floor, Difference}, {"message", "event-source-polyfill", Ratio}},
		axes:        &Axes{X: "% of page loads", Step: 1, Y: "ms"},
		rounds:      9,
		quick:       4,
		limit:       time.Minute,
	},
	{
		name:    "memory",
		what:    "growth of the JavaScript heap; kept is the cost of each event when one in 1,000 is kept",
		streams: []stream{paced("paced", 120_000, 2000)},
		columns: []Column{
			{Name: "growth", Unit: "MB left"},
			{Name: "peak", Unit: "MB peak"},
			{Name: "kept", Unit: "B kept"},
			{Name: "cpu", Unit: "CPU %"},
		},
		comparisons: []Comparison{{"cpu", implementation.Native, Ratio}},
		axes:        &Axes{X: "seconds", Step: 0.5, Y: "MB"},
		rounds:      1,
		quick:       60,
		limit:       3 * time.Minute,
		flags:       []string{"--enable-precise-memory-info", "--js-flags=--expose-gc"},
	},
	{
		name:    "streams",
		what:    "50 at once over HTTP/2: until each has its first event, then the latency",
		streams: []stream{paced("fifty", 100, 20)},
		columns: []Column{
			{Name: "ready", Unit: "ready ms"},
			{Name: "opened", Unit: "opened", More: true},
			{Name: "p50", Unit: "p50 ms"},
			{Name: "p99", Unit: "p99 ms"},
			{Name: "cpu", Unit: "CPU %"},
		},
		comparisons: []Comparison{{"ready", implementation.Native, Ratio}},
		rounds:      5,
		quick:       5,
		limit:       time.Minute,
		secure:      true,
	},
	{
		name:    "parser",
		what:    "bytes in memory, in chunks of 64 KiB, to strings; fetch only decodes",
		streams: named("small", "crlf", "medium", "large", "cjk", "typed"),
		columns: []Column{
			{Name: "megabytes", Unit: "MB/s", More: true},
			{Name: "rate", Unit: "events/s", More: true},
		},
		comparisons: []Comparison{{"megabytes", "eventsource-parser", Ratio}, {"megabytes", floor, Ratio}},
		rounds:      5,
		quick:       20,
		limit:       time.Minute,
		parser:      true,
	},
}

// Kinds returns the names of the kinds of measurement, without [Soak].
func Kinds() (names []string) {
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// NeedsChromium reports whether a kind of measurement works in Chromium only: its page
// needs one of Chromium's flags. It panics if there is no such kind.
func NeedsChromium(name string) bool {
	k := kindNamed(name)
	return k.flags != nil || k.secure
}

// Streams returns the names of all streams.
func Streams() (names []string) {
	for _, k := range kinds {
		for _, s := range k.streams {
			if !slices.Contains(names, s.name) {
				names = append(names, s.name)
			}
		}
	}
	return names
}

// kindNamed panics if there is no such kind: the caller has checked the name.
func kindNamed(name string) kind {
	return kinds[slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })]
}

// named returns streams by their names.
func named(names ...string) (list []stream) {
	for _, name := range names {
		list = append(list, streams[slices.IndexFunc(streams, func(s stream) bool { return s.name == name })])
	}
	return list
}

// arguments returns the browser's command line arguments.
func (k kind) arguments(s *server) []string {
	if !k.secure {
		return k.flags
	}
	return append(slices.Clone(k.flags), "--ignore-certificate-errors-spki-list="+s.keyHash)
}

// prepare returns what to load into the page to measure an implementation, and
// reports whether the implementation takes part in this kind.
func (k kind) prepare(i implementation.Implementation) (prepared implementation.Implementation, ok bool, err error) {
	if !k.parser {
		return i, true, nil
	}
	if i.Name == ours {
		i.Script, err = packageParser()
	}
	return i, err == nil && bytes.Contains(i.Script, []byte("benchParser")), err
}

func (k kind) title(s stream) string { return s.title() + ", " + k.what }
