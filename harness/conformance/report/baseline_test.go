package report

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// ran returns a run of one target with a result for each pair of case and verdict.
func ran(target string, pairs ...string) *Report {
	r := &Report{Targets: []Target{{Name: target}}}
	for i := 0; i < len(pairs); i += 2 {
		r.Cases = append(r.Cases, Case{ID: pairs[i]})
		verdict := catalogue.Verdict(pairs[i+1])
		result := Result{Target: target, Case: pairs[i], Verdict: verdict, Expected: verdict == catalogue.Pass}
		if verdict != catalogue.Pass {
			result.Got = "it did " + pairs[i+1]
		}
		r.Results = append(r.Results, result)
	}
	return r
}

func TestCompare(t *testing.T) {
	tests := []struct {
		before, now string
		want        string // of worse, better, other
	}{
		{"pass", "pass", ""},
		{"fail", "fail", ""},
		{"pass", "fail", "worse"},
		{"pass", "timeout", "worse"},
		{"pass", "error", "worse"},
		{"pass", "not-applicable", "worse"},
		{"pass", "skip", "worse"},
		{"pass", "info", "other"},
		{"fail", "not-applicable", "other"},
		{"fail", "pass", "better"},
		{"error", "pass", "better"},
		{"info", "pass", "other"},
		{"fail", "timeout", "other"},
		{"skip", "fail", "other"},
	}
	for _, tt := range tests {
		c, err := Compare(ran("a", "x/y", tt.before), ran("a", "x/y", tt.now))
		require.NoError(t, err)
		for name, list := range map[string][]Change{"worse": c.Worse, "better": c.Better, "other": c.Other} {
			require.Equal(t, name == tt.want, len(list) == 1, "%s -> %s is %s", tt.before, tt.now, name)
		}
		require.Empty(t, c.New)
		require.Empty(t, c.Gone)
	}
}

func TestChanges(t *testing.T) {
	before := Join(
		ran("a", "x/worse", "pass", "x/known", "pass", "x/better", "fail", "x/other", "fail", "x/gone", "pass", "x/gone-fail", "fail", "x/same", "fail", "y/not-selected", "pass"),
		ran("another target", "x/same", "pass"),
	)
	now := ran("a", "x/worse", "timeout", "x/known", "fail", "x/better", "pass", "x/other", "error", "x/new", "pass", "x/new-fail", "fail", "x/same", "fail")
	now.Results[1].Expected, now.Results[1].Reason = true, "it cannot"
	now.Cases = append(now.Cases, Case{ID: "x/gone"}, Case{ID: "x/gone-fail"})
	c, err := Compare(before, now)
	require.NoError(t, err)
	var b bytes.Buffer
	NewTerminal(&b, false).Changes(c)
	require.Equal(t, `
since the baseline: 3 worse, 1 better, 1 changed otherwise, 2 new, 1 gone
worse    x/worse  a  pass -> timeout: it did timeout
worse    x/known  a  pass -> known: it cannot
worse    x/gone  a  pass -> not run
better   x/better  a  fail -> pass
changed  x/other  a  fail -> error: it did error
new      x/new-fail  a  fail: it did fail
new      x/new  a  pass
gone     x/gone-fail  a  fail -> not run
not compared: 2 results of the baseline, which this run did not select
`, b.String())
}

// TestManyChanges checks that cases that did not run do not push out changes for the
// worse.
func TestManyChanges(t *testing.T) {
	var pairs, failing []string
	for i := range 30 {
		pairs = append(pairs, fmt.Sprint("x/", i), "pass")
		failing = append(failing, fmt.Sprint("x/", i), "fail")
	}
	count := func(before, now *Report, what string) int {
		c, err := Compare(before, now)
		require.NoError(t, err)
		var b bytes.Buffer
		NewTerminal(&b, false).Changes(c)
		return bytes.Count(b.Bytes(), []byte("\n"+what))
	}
	nothing := ran("a", pairs...)
	nothing.Results = nil
	require.Equal(t, mostChanges+1, count(ran("a", failing...), nothing, "gone"))
	require.Equal(t, 30, count(ran("a", pairs...), nothing, "worse"))
	require.Equal(t, 30, count(ran("a", pairs...), ran("a", failing...), "worse"), "nothing that is worse is left out")
}

// TestCompareOthers checks that comparing nothing is an error.
func TestCompareOthers(t *testing.T) {
	_, err := Compare(ran("a"), ran("b"))
	require.EqualError(t, err, "report: the baseline has none of the targets of this run: it has a, and the run has b")
}
