package bench

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// flat is a curve of n looks at one size, in MB.
func flat(n int, size float64) []float64 { return slices.Repeat([]float64{size}, n) }

func TestSoakRule(t *testing.T) {
	const warm = int(soakWarmUp / soakLook) // looks
	anHour := func(first, later float64) []float64 {
		return append(flat(warm, first), flat(int(time.Hour/soakLook)-warm, later)...)
	}
	long := Soak{Duration: time.Hour}
	short := Soak{Duration: time.Minute}
	all := soakTold{Last: long.count(), Received: long.count(), Opened: 1}
	told := func(change func(*soakTold)) soakTold {
		t := all
		change(&t)
		return t
	}
	tests := []struct {
		name  string
		soak  Soak
		told  soakTold
		space []float64
		want  string // the error
	}{
		{"flat", long, all, anHour(100, 100), ""},
		{"a tenth and 8 MB more", long, all, anHour(100, 118), ""},
		{"more than that", long, all, anHour(100, 118.5), "memory grew from 100.0 to 118.5 MB"},
		{"more than that, once", long, all, slices.Insert(anHour(100, 100), warm, 200), "memory grew from 100.0 to 200.0 MB"},
		{"much, once, in the first five minutes", long, all, slices.Insert(anHour(100, 200), warm-1, 200), ""},
		{"less", long, all, anHour(100, 50), ""},
		{"much in three quarters of a minute", short, all, []float64{100, 100, 300, 300}, ""},
		{"much behind them", short, all, []float64{100, 100, 100, 300}, "memory grew from 100.0 to 300.0 MB"},
		{"looked at too seldom", short, all, []float64{100, 100, 100}, "its memory was seen less than four times"},

		{"an event is lost", long, told(func(t *soakTold) { t.Lost = 1 }), anHour(100, 100), "1 events were lost, 0 doubled, 0 damaged"},
		{"an event is doubled", long, told(func(t *soakTold) { t.Doubled = 1 }), anHour(100, 100), "0 events were lost, 1 doubled, 0 damaged"},
		{"an event is damaged", long, told(func(t *soakTold) { t.Damaged = 1 }), anHour(100, 100), "0 events were lost, 0 doubled, 1 damaged"},
		{"the last event is missing", long, told(func(t *soakTold) { t.Last-- }), anHour(100, 100), "the last event was 359999 of 360000"},
		{"reconnections do not matter", long, told(func(t *soakTold) { t.Opened = 9 }), anHour(100, 100), ""},
		{"the page says what is wrong", long, told(func(t *soakTold) { t.Error = "no EventSource" }), anHour(100, 100), "no EventSource"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := &soaked{heap: flat(len(tt.space), 10), space: tt.space, told: tt.told}
			require.Equal(t, tt.want, seen.sample(tt.soak).Error)
		})
	}
}

// Where the memory of the renderer cannot be seen, that of the heap is judged.
func TestSoakWithoutProcesses(t *testing.T) {
	s := Soak{Duration: time.Minute}
	seen := &soaked{heap: []float64{10, 10, 10, 30}, told: soakTold{Last: s.count()}}
	require.Equal(t, "memory grew from 10.0 to 30.0 MB", seen.sample(s).Error)
}
