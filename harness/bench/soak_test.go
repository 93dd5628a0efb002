package bench

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/implementation"
)

// flat returns a curve of n samples of one size, in MB.
func flat(n int, size float64) []float64 { return slices.Repeat([]float64{size}, n) }

// sampled returns samples with a heap and a curve of the renderer's own memory.
func sampled(heap float64, own []float64) (list []soakSample) {
	for _, size := range own {
		list = append(list, soakSample{heap: heap, own: size})
	}
	return list
}

func TestSoakRule(t *testing.T) {
	long := Soak{Duration: time.Hour}
	short := Soak{Duration: time.Minute}
	warm := int(soakWarmUp / long.interval()) // samples
	anHour := func(first, later float64) []float64 {
		return append(flat(warm, first), flat(int(time.Hour/long.interval())-warm, later)...)
	}
	all := soakReport{Ended: 1, Received: long.count(), Opened: 1}
	with := func(change func(*soakReport)) soakReport {
		t := all
		change(&t)
		return t
	}
	tests := []struct {
		name   string
		soak   Soak
		report soakReport
		own    []float64
		want   string // the error
	}{
		{"flat", long, all, anHour(100, 100), ""},
		{"a tenth and 8 MB more", long, all, anHour(100, 118), ""},
		{"more than that", long, all, anHour(100, 118.5), "memory grew from 100.0 to 118.5 MB"},
		{"more than that, once", long, all, slices.Insert(anHour(100, 100), warm, 200), "memory grew from 100.0 to 200.0 MB"},
		{"much, once, in the first five minutes", long, all, slices.Insert(anHour(100, 200), warm-1, 200), ""},
		{"less", long, all, anHour(100, 50), ""},
		{"much in three quarters of a minute", short, all, []float64{100, 100, 300, 300}, ""},
		{"much after them", short, all, []float64{100, 100, 100, 300}, "memory grew from 100.0 to 300.0 MB"},
		{"too few samples", short, all, []float64{100, 100, 100}, "the page reported its memory 3 times: want 4 or more"},

		{"an event is lost", long, with(func(t *soakReport) { t.Lost = 1 }), anHour(100, 100), "events: 1 lost, 0 duplicated, 0 damaged"},
		{"an event is duplicated", long, with(func(t *soakReport) { t.Doubled = 1 }), anHour(100, 100), "events: 0 lost, 1 duplicated, 0 damaged"},
		{"an event is damaged", long, with(func(t *soakReport) { t.Damaged = 1 }), anHour(100, 100), "events: 0 lost, 0 duplicated, 1 damaged"},
		{"the last event is missing", long, with(func(t *soakReport) { t.Ended, t.Received = 0, t.Received-1 }), anHour(100, 100), "0 of 1 streams received their last event, 359999 events in all"},
		{"reconnections do not matter", long, with(func(t *soakReport) { t.Opened = 9 }), anHour(100, 100), ""},
		{"the page reports an error", long, with(func(t *soakReport) { t.Error = "no EventSource" }), anHour(100, 100), "no EventSource"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := &soakPage{samples: sampled(10, tt.own), report: tt.report}
			require.Equal(t, tt.want, seen.sample(tt.soak).Error)
		})
	}
}

// TestSoakReportsOutOfOrder checks that a report that arrives after a newer one does not
// replace it, and that one that cannot be read leaves the counts.
func TestSoakReportsOutOfOrder(t *testing.T) {
	page := &soakPage{done: make(chan struct{})}
	s := &soakServer{Soak: Soak{Duration: time.Minute}, pages: map[string]*soakPage{"native": page}}
	post := func(body string) {
		r := httptest.NewRequest("POST", "/native/report", strings.NewReader(body))
		s.handler().ServeHTTP(httptest.NewRecorder(), r)
	}
	post(`{"received": 6000, "ended": 1}`)
	post(`{"received": 5980, "ended": 0}`)
	require.Equal(t, soakReport{Received: 6000, Ended: 1}, page.report)
	post(`{`)
	require.Equal(t, 6000, page.report.Received)
	require.Contains(t, page.report.Error, "cannot read the page's report")
	post(`{"received": 6000, "ended": 1}`) // the page has ended once
}

// TestSoakWithoutProcesses checks that the heap is judged where the renderer's own
// memory is not available.
func TestSoakWithoutProcesses(t *testing.T) {
	s := Soak{Duration: time.Minute}
	seen := &soakPage{report: soakReport{Ended: 1}}
	for _, heap := range []float64{10, 10, 10, 30} {
		seen.samples = append(seen.samples, soakSample{heap: heap})
	}
	require.Equal(t, "memory grew from 10.0 to 30.0 MB", seen.sample(s).Error)
}

// TestSoakPauses checks that the stream pauses, and that the warm-up of the shortest soak
// contains two cycles of the polyfill over XMLHttpRequest, which restarts its connection
// in the first pause after 16 Mi characters.
func TestSoakPauses(t *testing.T) {
	for n, want := range map[int]time.Duration{1: 500, 50: 500, 51: 510, 199: 1990, 200: 2500, 249: 2500, 251: 2510} {
		require.Equal(t, want*time.Millisecond, soakSteady.due(n, 0), "event %d", n)
	}
	second := soakSteady.rate * soakSteady.payload // characters
	cycle := 16<<20 + int(soakSteady.period.Seconds())*second
	require.Greater(t, int(MinSoak.Seconds())*3/4*second, 2*cycle)
}

// TestSoakSpreadsStreams checks that fifty streams do not send at the same moment.
func TestSoakSpreadsStreams(t *testing.T) {
	require.Equal(t, time.Second, soakFaulty.due(1, 0))
	require.Equal(t, 1020*time.Millisecond, soakFaulty.due(1, 1))
	require.Equal(t, 2980*time.Millisecond, soakFaulty.due(2, 49))
}

// TestSoakInterval checks that a soak of any duration has enough samples, and not too many.
func TestSoakInterval(t *testing.T) {
	for duration, want := range map[time.Duration]time.Duration{
		6 * time.Second: time.Second, time.Minute: 5 * time.Second, time.Hour: 18 * time.Second, 90 * time.Minute: 27 * time.Second,
	} {
		require.Equal(t, want, Soak{Duration: duration}.interval(), duration)
	}
}

// TestSoakFaults runs a soak with faults, briefly: all events come once, and connections
// that were cut are opened again.
func TestSoakFaults(t *testing.T) {
	chromium, err := browser.Find("chromium")
	require.NoError(t, err)
	var loaded []implementation.Implementation
	for _, name := range []string{implementation.Native, ours} {
		i, err := Load(name)
		require.NoError(t, err)
		loaded = append(loaded, i)
	}
	results, err := Soak{Browser: chromium, Implementations: loaded, Duration: 12 * time.Second, Faults: true, Progress: func(time.Duration) {}}.Run(t.Context())
	require.NoError(t, err)
	for _, table := range results.Tables {
		for _, row := range table.Rows {
			figures := row.Samples[0].Figures
			switch table.Kind {
			case "soak":
				require.Equal(t, 600.0, figures["events"], row.Implementation)
				require.Zero(t, figures["lost"]+figures["doubled"], row.Implementation)
			case "soak-reconnections":
				require.Greater(t, figures["reconnections"], 3.0, row.Implementation)
				require.LessOrEqual(t, figures["open"], 50.0, row.Implementation)
			}
		}
	}
}
