package bench

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// flat returns a curve of n samples of one size, in MB.
func flat(n int, size float64) []float64 { return slices.Repeat([]float64{size}, n) }

func TestSoakRule(t *testing.T) {
	const warm = int(soakWarmUp / soakInterval) // samples
	anHour := func(first, later float64) []float64 {
		return append(flat(warm, first), flat(int(time.Hour/soakInterval)-warm, later)...)
	}
	long := Soak{Duration: time.Hour}
	short := Soak{Duration: time.Minute}
	all := soakReport{Last: long.count(), Received: long.count(), Opened: 1}
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
		{"the last event is missing", long, with(func(t *soakReport) { t.Last-- }), anHour(100, 100), "the last event was 359999 of 360000"},
		{"reconnections do not matter", long, with(func(t *soakReport) { t.Opened = 9 }), anHour(100, 100), ""},
		{"the page reports an error", long, with(func(t *soakReport) { t.Error = "no EventSource" }), anHour(100, 100), "no EventSource"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := &soakPage{heap: flat(len(tt.own), 10), own: tt.own, report: tt.report}
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
	post(`{"received": 6000, "last": 6000}`)
	post(`{"received": 5980, "last": 5980}`)
	require.Equal(t, soakReport{Received: 6000, Last: 6000}, page.report)
	post(`{`)
	require.Equal(t, 6000, page.report.Last)
	require.Contains(t, page.report.Error, "cannot read the page's report")
	post(`{"received": 6000, "last": 6000}`) // the page has ended once
}

// TestSoakWithoutProcesses checks that the heap is judged where the renderer's own
// memory is not available.
func TestSoakWithoutProcesses(t *testing.T) {
	s := Soak{Duration: time.Minute}
	seen := &soakPage{heap: []float64{10, 10, 10, 30}, report: soakReport{Last: s.count()}}
	require.Equal(t, "memory grew from 10.0 to 30.0 MB", seen.sample(s).Error)
}

// TestSoakPauses checks that the stream pauses, and that the warm-up of the shortest soak
// contains two cycles of the polyfill over XMLHttpRequest, which restarts its connection
// in the first pause after 16 Mi characters.
func TestSoakPauses(t *testing.T) {
	for n, want := range map[int]time.Duration{1: 500, 50: 500, 51: 510, 199: 1990, 200: 2500, 249: 2500, 251: 2510} {
		require.Equal(t, want*time.Millisecond, soakDue(n), "event %d", n)
	}
	const second = soakRate * soakPayload // characters
	cycle := 16<<20 + int(soakPeriod.Seconds())*second
	require.Greater(t, int(MinSoak.Seconds())*3/4*second, 2*cycle)
}
