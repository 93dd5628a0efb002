package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// TestFlaky checks that every view lists a flaky case, counts it, and counts it as a
// pass; and that every view says that the browser was lost.
func TestFlaky(t *testing.T) {
	const late = "request 2: 3297 ms after the one before"
	r := &Report{
		Format: Format, Version: Version,
		Targets: []Target{{Name: "chromium/native/window", Browser: "chromium", Implementation: "native", Context: "window",
			Losses: []string{"it exited by itself, while retry/a ran"}}},
		Cases: []Case{{ID: "retry/a", Level: catalogue.Must}, {ID: "retry/b", Level: catalogue.Must}},
		Results: []Result{
			{Target: "chromium/native/window", Case: "retry/a", Verdict: catalogue.Pass, Expected: true, Attempts: []Attempt{
				{Verdict: catalogue.Fail, Want: "request 2: 895 to 2500 ms after the one before", Got: late},
				{Verdict: catalogue.Pass},
			}},
			{Target: "chromium/native/window", Case: "retry/b", Verdict: catalogue.Pass, Expected: true, Attempts: []Attempt{
				{Verdict: catalogue.Pass}, {Verdict: catalogue.Pass},
			}},
		},
	}
	require.True(t, r.AsExpected())
	require.True(t, r.Results[0].Flaky())
	require.False(t, r.Results[1].Flaky())
	require.Equal(t, Score{Passed: 2, Judged: 2, Selected: 2}, r.Matrix().Score(0))

	var terminal, html, junit, json strings.Builder
	NewTerminal(&terminal, false).Write(r)
	require.NoError(t, r.HTML(&html, nil))
	require.NoError(t, r.JUnit(&junit))
	require.NoError(t, r.JSON(&json))
	for name, view := range map[string]string{"terminal": terminal.String(), "HTML": html.String(), "JUnit": junit.String(), "JSON": json.String()} {
		require.Contains(t, view, late, name)
		require.Contains(t, view, "it exited by itself, while retry/a ran", name)
	}
	require.Contains(t, terminal.String(), "FLAKY  retry/a  chromium/native/window\n      run 1  fail: want request 2: 895 to 2500 ms after the one before, got "+late+"\n      run 2  pass\n")
	require.Contains(t, terminal.String(), "2 cases, chromium/native/window: 1 pass, 1 flaky; 2 of 2 must cases judged")
	require.Contains(t, html.String(), "1 flaky")
	require.Contains(t, html.String(), "<strong>2</strong> of 2 must cases")
	require.Contains(t, junit.String(), `<property name="flaky" value="1 case"></property>`)
	require.Contains(t, junit.String(), `failures="0"`)
	require.Contains(t, r.table(), "| flaky |  | 1 |\n")

	var again strings.Builder
	read, err := Parse("r.json", []byte(json.String()))
	require.NoError(t, err)
	require.NoError(t, read.JSON(&again))
	require.Equal(t, json.String(), again.String())
}
