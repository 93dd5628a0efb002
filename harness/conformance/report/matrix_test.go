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
		{"different words", "open; GET", "error; GET", false},
		{"short times", "after 10 ms", "after 90 ms", true},
		{"a short and a long time", "after 10 ms", "after 500 ms", false},
		{"long times that are nearly the same", "after 3005 ms", "after 3600 ms", true},
		{"different long times", "after 3000 ms", "after 5000 ms", false},
		{"the second times differ", "1 ms, 3000 ms", "1 ms, 5000 ms", false},
		{"one more time", "1 ms", "1 ms, 1 ms", false},
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
		{"names with different numbers of parts", []string{"chromium/a", "chromium/b/worker"}, []string{"chromium/a", "chromium/b/worker"}},
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
	joined := Join(example(), example())
	require.Equal(t, []string{"chromium/native", "chromium/x.js", "chromium/native#2", "chromium/x.js#2"}, targetNames(joined))
	require.Equal(t, example().Cases, joined.Cases)
	require.Len(t, joined.Results, 2*len(example().Results))
	require.Equal(t, example(), Join(example()), "joining one run changes nothing")

	later := example()
	later.Started = later.Started.AddDate(0, 0, 1)
	require.Equal(t, example().Started, Join(later, example()).Started)
	require.Equal(t, "chromium/native#3", targetNames(Join(example(), example(), example()))[4])
}

func targetNames(r *Report) (names []string) {
	for _, t := range r.Targets {
		names = append(names, t.Name)
	}
	return names
}
