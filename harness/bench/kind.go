package bench

import (
	"slices"
	"time"
)

// A kind of measurement: which streams, and what the page (page/NAME.js) tells
// of them.
type kind struct {
	name, what  string
	streams     []stream
	columns     []Column // the first is the one that is drawn
	comparisons []Comparison
	rounds      int           // that are usual
	quick       int           // by what the streams are shorter when little is wanted
	limit       time.Duration // of one measurement
	secure      bool          // HTTP/2 over TLS, else HTTP/1.1
	flags       []string      // of the browser

	// parser: implementations without a parser of their own have no part in it.
	parser bool
}

var kinds = []kind{
	{
		name:    "throughput",
		what:    "from the word go to the last event",
		streams: named("small", "medium", "large", "cjk", "typed"),
		columns: []Column{
			{Name: "rate", Unit: "events/s", More: true},
			{Name: "megabytes", Unit: "MB/s", More: true},
			{Name: "cpu", Unit: "CPU ms"},
			{Name: "stalled", Unit: "ms stalled"}, // longest between two turns of the page's timers
		},
		comparisons: []Comparison{{"rate", native, Ratio}, {"rate", floor, Ratio}},
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
		comparisons: []Comparison{{"p50", native, Difference}, {"p99", native, Difference}},
		rounds:      3,
		quick:       10,
		limit:       time.Minute,
	},
	{
		name:    "start",
		what:    "from the page's first script to the first event",
		streams: []stream{paced("first", 1, 0)},
		columns: []Column{
			{Name: "message", Unit: "message ms"},
			{Name: "open", Unit: "open ms"},
			{Name: "loaded", Unit: "loaded ms"},
		},
		comparisons: []Comparison{{"message", native, Ratio}, {"message", "event-source-polyfill", Ratio}},
		rounds:      9,
		quick:       1,
		limit:       30 * time.Second,
	},
	{
		name:    "memory",
		what:    "the JavaScript heap, over what it was before; kept is for each event of one in 1,000",
		streams: []stream{paced("paced", 120_000, 2000)},
		columns: []Column{
			{Name: "growth", Unit: "MB left"},
			{Name: "peak", Unit: "MB peak"},
			{Name: "kept", Unit: "B kept"},
			{Name: "cpu", Unit: "CPU %"},
		},
		comparisons: []Comparison{{"cpu", native, Ratio}},
		rounds:      1,
		quick:       60,
		limit:       3 * time.Minute,
		flags:       []string{"--enable-precise-memory-info", "--js-flags=--expose-gc"},
	},
	{
		name:    "streams",
		what:    "50 at once over HTTP/2, until each has its first event; then how late events are",
		streams: []stream{paced("fifty", 100, 20)},
		columns: []Column{
			{Name: "ready", Unit: "ready ms"},
			{Name: "opened", Unit: "opened", More: true},
			{Name: "p50", Unit: "p50 ms"},
			{Name: "p99", Unit: "p99 ms"},
			{Name: "cpu", Unit: "CPU %"},
		},
		comparisons: []Comparison{{"ready", native, Ratio}},
		rounds:      5,
		quick:       5,
		limit:       time.Minute,
		secure:      true,
	},
	{
		name:    "parser",
		what:    "bytes in memory, in chunks of 64 KiB, to strings; fetch only decodes",
		streams: named("small", "crlf", "medium", "cjk", "large"),
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

// Kinds are the names of what can be measured.
func Kinds() (names []string) {
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// Streams are the names of all streams.
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

// kindNamed panics if there is none: the name was checked.
func kindNamed(name string) kind {
	return kinds[slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })]
}

func named(names ...string) (list []stream) {
	for _, name := range names {
		list = append(list, streams[slices.IndexFunc(streams, func(s stream) bool { return s.name == name })])
	}
	return list
}

// arguments are those of the browser.
func (k kind) arguments(s *server) []string {
	if !k.secure {
		return k.flags
	}
	return append(slices.Clone(k.flags), "--ignore-certificate-errors-spki-list="+s.keyHash)
}

// prepare makes an implementation ready to be measured, if it can be.
func (k kind) prepare(i Implementation) (ready Implementation, can bool, err error) {
	switch {
	case !k.parser:
		return i, true, nil
	case i.Name == ours:
		i.Script, err = core()
	}
	return i, err == nil && i.parses(), err
}

func (k kind) title(s stream) string { return s.title() + ", " + k.what }
