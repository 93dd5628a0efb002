package report

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAlike(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"the same", "open; GET", "open; GET", true},
		{"other words", "open; GET", "error; GET", false},
		{"short times", "after 10 ms", "after 90 ms", true},
		{"a short and a long time", "after 10 ms", "after 500 ms", false},
		{"long times nearly the same", "after 3005 ms", "after 3600 ms", true},
		{"different long times", "after 3000 ms", "after 5000 ms", false},
		{"the second time is another", "1 ms, 3000 ms", "1 ms, 5000 ms", false},
		{"a time more", "1 ms", "1 ms, 1 ms", false},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, alike(tt.a, tt.b), tt.name)
		require.Equal(t, tt.want, alike(tt.b, tt.a), tt.name)
	}
}

func TestDistinct(t *testing.T) {
	tests := []struct {
		name        string
		names, want []string
	}{
		{"one target", []string{"chromium/native"}, []string{"chromium/native"}},
		{"one browser", []string{"chromium/native/window", "chromium/polyfill/window"}, []string{"native", "polyfill"}},
		{"one implementation", []string{"chromium/native/window", "firefox/native/window"}, []string{"chromium", "firefox"}},
		{"two parts", []string{"chromium/a/window", "chromium/b/worker"}, []string{"a/window", "b/worker"}},
		{"names of different form", []string{"chromium/a", "chromium/b/worker"}, []string{"chromium/a", "chromium/b/worker"}},
	}
	for _, tt := range tests {
		var targets []Target
		for _, name := range tt.names {
			targets = append(targets, Target{Name: name})
		}
		require.Equal(t, tt.want, distinct(targets), tt.name)
	}
}

func TestJoin(t *testing.T) {
	joined := Join(document(), document())
	require.Equal(t, []string{"chromium/native", "chromium/x.js", "chromium/native#2", "chromium/x.js#2"}, targetNames(joined))
	require.Equal(t, document().Cases, joined.Cases)
	require.Len(t, joined.Results, 2*len(document().Results))
	require.Equal(t, document(), Join(document()), "one run is itself")

	later := document()
	later.Started = later.Started.AddDate(0, 0, 1)
	require.Equal(t, document().Started, Join(later, document()).Started)
	require.Equal(t, "chromium/native#3", targetNames(Join(document(), document(), document()))[4])
}

func targetNames(d *Report) (names []string) {
	for _, t := range d.Targets {
		names = append(names, t.Name)
	}
	return names
}
