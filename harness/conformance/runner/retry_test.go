package runner

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
)

// Transcripts that do not pass.
const (
	incomplete = `{"complete": false}`                             // which rests on time alone
	different  = `{"log": [["answer", 41]], "complete": true}`     // which does not
	unfinished = `{"log": [["answer", 42]], "complete": false}`    // which does, too
	threw      = `{"broke": "threw Error: no", "complete": false}` // which does not
)

// TestRetries checks that a case that fails on time alone runs again, alone, and that
// its first failure is in the report.
func TestRetries(t *testing.T) {
	tests := []struct {
		name            string
		retries, repeat int
		transcripts     []string // of the attempts
		want            catalogue.Verdict
		attempts        []catalogue.Verdict
		flaky           bool
	}{
		{"a pass", 1, 1, []string{right}, "pass", nil, false},
		{"late once", 1, 1, []string{incomplete, right}, "pass", []catalogue.Verdict{"timeout", "pass"}, true},
		{"late at the end", 1, 1, []string{unfinished, right}, "pass", []catalogue.Verdict{"timeout", "pass"}, true},
		{"late twice", 1, 1, []string{incomplete, incomplete}, "timeout", []catalogue.Verdict{"timeout", "timeout"}, false},
		{"late, then wrong", 1, 1, []string{incomplete, different}, "fail", []catalogue.Verdict{"timeout", "fail"}, false},
		{"late twice of three times", 2, 1, []string{incomplete, incomplete, right}, "pass", []catalogue.Verdict{"timeout", "timeout", "pass"}, true},
		{"late, without retries", 0, 1, []string{incomplete}, "timeout", nil, false},
		{"wrong", 1, 1, []string{different}, "fail", nil, false},
		{"threw", 1, 1, []string{threw}, "fail", nil, false},
		{"repeated", 1, 3, []string{right, right, right}, "pass", []catalogue.Verdict{"pass", "pass", "pass"}, false},
		{"repeated, late once", 1, 3, []string{right, incomplete, right}, "timeout", []catalogue.Verdict{"pass", "timeout", "pass"}, true},
		{"repeated, wrong once", 1, 2, []string{right, different}, "fail", []catalogue.Verdict{"pass", "fail"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			left := tt.transcripts
			fake := &fakeBrowser{t: t, behave: func(p *page) {
				for page := p.next(); page != "" && len(left) > 0; page = p.next() {
					transcript := left[0]
					left = left[1:] // before the run can end
					p.report(page, transcript)
				}
			}}
			var progress []report.Result
			result, err := Run(t.Context(), Plan{
				Cases:           testCases("a"),
				Browser:         fake,
				Implementations: []implementation.Implementation{{Name: "native"}},
				Contexts:        inWindow,
				Jobs:            1,
				Retries:         tt.retries,
				Repeat:          tt.repeat,
				Progress:        func(r report.Result) { progress = append(progress, r) },
			})
			require.NoError(t, err)
			require.Empty(t, left, "attempts")
			require.Len(t, result.Results, 1)
			require.Equal(t, result.Results, progress)
			r := result.Results[0]
			require.Equal(t, tt.want, r.Verdict)
			require.Equal(t, tt.want == catalogue.Pass, r.Expected)
			require.Equal(t, tt.flaky, r.Flaky())
			var attempts []catalogue.Verdict
			for _, a := range r.Attempts {
				attempts = append(attempts, a.Verdict)
			}
			require.Equal(t, tt.attempts, attempts)
		})
	}
}

// TestRetriesAlone checks that a case runs again when no other case does.
func TestRetriesAlone(t *testing.T) {
	cases := testCases("a", "b", "c")
	fake := &fakeBrowser{t: t, behave: func(p *page) {
		if p.opened > 1 {
			first, _ := p.nextOf(0)
			second, _ := p.nextOf(1)
			require.NotEmpty(t, first)
			require.Empty(t, second, "there is one slot")
			p.report(first, right)
			p.runAll(right)
			return
		}
		p.runAll(incomplete)
	}}
	result, err := Run(t.Context(), Plan{
		Cases:           cases,
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Contexts:        inWindow,
		Jobs:            2,
		Retries:         1,
	})
	require.NoError(t, err)
	require.Len(t, result.Results, 3)
	for _, r := range result.Results {
		require.True(t, r.Flaky(), r.Case)
	}
	require.Equal(t, 2, fake.opened)
}

// lateBrowser returns a browser in which every case is late. It counts the attempts.
func lateBrowser(t *testing.T, ran *int) *fakeBrowser {
	return &fakeBrowser{t: t, behave: func(p *page) {
		for page := p.next(); page != ""; page = p.next() {
			*ran++ // before the run can end
			p.report(page, incomplete)
		}
	}}
}

// TestRetriesEnd checks that cases do not run again after too many were late again.
func TestRetriesEnd(t *testing.T) {
	ids := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	ran := 0
	fake := lateBrowser(t, &ran)
	result, err := Run(t.Context(), Plan{
		Cases:           testCases(ids...),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Contexts:        inWindow,
		Jobs:            1,
		Retries:         1,
	})
	require.NoError(t, err)
	require.Equal(t, len(ids)+maxLate, ran)
	require.Len(t, result.Results, len(ids))
	for i, r := range result.Results {
		require.Equal(t, catalogue.Timeout, r.Verdict)
		require.Equal(t, i < maxLate, r.Attempts != nil)
	}
}

// TestKnownFailureIsNotRetried checks that a failure that is expected does not cost time.
func TestKnownFailureIsNotRetried(t *testing.T) {
	ran := 0
	fake := lateBrowser(t, &ran)
	result, err := Run(t.Context(), Plan{
		Cases:           testCases("a"),
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Contexts:        inWindow,
		Jobs:            1,
		Retries:         1,
		Expectations:    Expectations{{Case: "a", Target: "fake/native", Reason: "slow"}},
	})
	require.NoError(t, err)
	require.Equal(t, 1, ran)
	require.True(t, result.AsExpected())
}

// TestAloneUndriven checks that a browser without a driver also runs the cases that run
// alone, after the others or by themselves.
func TestAloneUndriven(t *testing.T) {
	for _, ids := range [][]string{{"a"}, {"ordinary", "a", "b"}} {
		fake := &fakeBrowser{t: t, behave: func(p *page) { p.runAll(right) }}
		cases := testCases(ids...)
		for i := range cases {
			cases[i].Alone = !strings.HasSuffix(cases[i].ID, "ordinary")
		}
		result, err := Run(t.Context(), Plan{
			Cases:           cases,
			Browser:         fake,
			Implementations: []implementation.Implementation{{Name: "native"}},
			Contexts:        []catalogue.Context{catalogue.Window},
			Jobs:            1,
			Timeout:         10 * time.Second,
		})
		require.NoError(t, err, ids)
		require.True(t, result.AsExpected(), ids)
		require.Len(t, result.Results, len(ids))
	}
}
