package bench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBaseline checks which changes count as worse.
func TestBaseline(t *testing.T) {
	const base = "throughput small of polyfill: x native was 7.00 (6.50 to 7.50) in the baseline, is "
	tests := []struct {
		name string
		now  Estimate
		cpu  float64 // CPU ms - native; the baseline has 100 (90 to 110)
		want []string
	}{
		{"the same", Estimate{7, 6.5, 7.5}, 100, nil},
		{"better", Estimate{9, 8.5, 9.5}, 10, nil},
		{"as much lower as the spread", Estimate{6, 5.5, 6.5}, 100, nil},
		{"lower than that", Estimate{5.9, 5.5, 6.5}, 100, []string{base + "5.90 (5.50 to 6.50)"}},
		{"lower, but with a wide spread", Estimate{5, 4, 6.5}, 100, nil},
		{"far lower, with a wide spread", Estimate{4, 3, 5}, 100, []string{base + "4.00 (3.00 to 5.00)"}},
		{"more, where less is better", Estimate{7, 6.5, 7.5}, 121, []string{
			"throughput small of polyfill: CPU ms - native was +100.00 (+90.00 to +110.00) in the baseline, is +121.00"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			baseline := comparable(Estimate{7, 6.5, 7.5}, Estimate{100, 90, 110})
			now := comparable(tt.now, Estimate{tt.cpu, tt.cpu, tt.cpu})
			worse, compared := now.Worse(baseline)
			require.Equal(t, tt.want, worse)
			require.Equal(t, 2, compared, "native, fetch and comparisons with fetch do not count")
		})
	}
}

// TestBaselineWithGaps checks that only what both results have is compared.
func TestBaselineWithGaps(t *testing.T) {
	full := func() *Results { return comparable(Estimate{1, 1, 1}, Estimate{0, 0, 0}) }
	tests := []struct {
		name   string
		change func(*Results)
		want   int // comparisons
	}{
		{"another kind", func(r *Results) { r.Tables[0].Kind = "latency" }, 0},
		{"another stream", func(r *Results) { r.Tables[0].Stream = "medium" }, 0},
		{"another implementation", func(r *Results) { r.Tables[0].Rows[0].Implementation = "mine" }, 0},
		{"other comparisons", func(r *Results) {
			r.Tables[0].Comparisons = r.Tables[0].Comparisons[1:]
			r.Tables[0].Rows[0].Compared = r.Tables[0].Rows[0].Compared[1:]
		}, 1},
		{"no estimate", func(r *Results) { r.Tables[0].Rows[0].Compared[0] = nil }, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			changed := full()
			tt.change(changed)
			_, compared := changed.Worse(full())
			require.Equal(t, tt.want, compared)
			_, compared = full().Worse(changed)
			require.Equal(t, tt.want, compared)
		})
	}
}

// comparable returns results of a table with two comparisons of the polyfill with
// native, and bad figures for all that must not be compared.
func comparable(ratio, difference Estimate) *Results {
	bad := &Estimate{-1e9, -1e9, -1e9}
	return &Results{Tables: []*Table{{
		Kind: "throughput", Stream: "small",
		Columns:     []Column{{"rate", "events/s", true}, {"cpu", "CPU ms", false}},
		Comparisons: []Comparison{{"rate", "native", Ratio}, {"cpu", "native", Difference}, {"rate", floor, Ratio}},
		Rows: []*Row{
			{Implementation: ours, Compared: []*Estimate{&ratio, &difference, bad}},
			{Implementation: "native", Compared: []*Estimate{bad, bad, bad}},
			{Implementation: floor, Compared: []*Estimate{bad, bad, bad}},
		},
	}}}
}
