package report

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// TestCheckJudged checks that a run in which nothing was judged is not a success.
func TestCheckJudged(t *testing.T) {
	const (
		must = catalogue.Must
		info = catalogue.Info
	)
	run := func(implementation string, level catalogue.Level, verdicts ...catalogue.Verdict) *Report {
		target := Target{Name: "b/" + implementation + "/window", Browser: "b", Implementation: implementation}
		r := &Report{Targets: []Target{target}}
		for i, v := range verdicts {
			id := string(level) + string(rune('a'+i))
			r.Cases = append(r.Cases, Case{ID: id, Level: level})
			r.Results = append(r.Results, Result{Target: target.Name, Case: id, Verdict: v, Expected: true, Got: "no workers"})
		}
		return r
	}
	worker := func(r *Report) *Report {
		r.Targets[0].Name = "b/x.js/worker"
		for i := range r.Results {
			r.Results[i].Target = r.Targets[0].Name
		}
		return r
	}
	tests := []struct {
		name string
		run  *Report
		want string
	}{
		{"one judged", run("x.js", must, catalogue.Pass, catalogue.NotApplicable), ""},
		{"a failure", run("x.js", must, catalogue.Fail), ""},
		{"an error", run("x.js", must, catalogue.Error), ""},
		{"info cases only", run("x.js", info, catalogue.Recorded), ""},
		{"not applicable", run("x.js", must, catalogue.NotApplicable, catalogue.Skip), "report: nothing was judged on b/x.js: all 2 must and should cases are not-applicable or skip; the first says: no workers"},
		{"another implementation was judged", Join(run("x.js", must, catalogue.NotApplicable), run("y.js", must, catalogue.Pass)), "report: nothing was judged on b/x.js: all 1 must and should cases are not-applicable or skip; the first says: no workers"},
		{"judged in another context", Join(run("x.js", must, catalogue.Pass), worker(run("x.js", must, catalogue.NotApplicable))), ""},
		{"beside info cases", Join(run("x.js", must, catalogue.NotApplicable), run("x.js", info, catalogue.Recorded)), "report: nothing was judged on b/x.js: all 1 must and should cases are not-applicable or skip; the first says: no workers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.run.CheckJudged()
			var page bytes.Buffer
			require.NoError(t, tt.run.HTML(&page, nil))
			if tt.want == "" {
				require.NoError(t, err)
				require.NotContains(t, page.String(), "Nothing was judged")
				return
			}
			require.EqualError(t, err, tt.want)
			require.Contains(t, page.String(), "<title>✗ Nothing was judged")
			require.NotContains(t, page.String(), "as expected")
		})
	}
}
