package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// shard returns the part of a report with the cases at every other place.
func shard(r *Report, first int) *Report {
	part := *r
	part.Cases, part.Results = nil, nil
	for i := first; i < len(r.Cases); i += 2 {
		part.Cases = append(part.Cases, r.Cases[i])
	}
	for _, result := range r.Results {
		if part.hasCase(result.Case) {
			part.Results = append(part.Results, result)
		}
	}
	return &part
}

// Shards of a run are one run again.
func TestJoinShards(t *testing.T) {
	joined := Join(shard(example(), 0), shard(example(), 1))
	require.ElementsMatch(t, example().Cases, joined.Cases)
	require.ElementsMatch(t, example().Results, joined.Results)
	require.Len(t, joined.Targets, 2)
	require.Equal(t, 2*example().Targets[0].Milliseconds, joined.Targets[0].Milliseconds)
}

// Targets that only have the same name stay apart.
func TestJoinOthers(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Report)
	}{
		{"the same cases", func(*Report) {}},
		{"another build", func(r *Report) {
			r.Cases[0].ID, r.Results = "parse/other", []Result{{Target: r.Targets[0].Name, Case: "parse/other", Verdict: catalogue.Pass}}
			r.Targets[0].Build.SHA256 = "other"
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			second := example()
			tt.change(second)
			joined := Join(example(), second)
			require.True(t, joined.has("chromium/native#2"))
		})
	}
}
