package runner

import (
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

func TestExpectations(t *testing.T) {
	list, err := readExpectations("expectations.json", []byte(`[
		{"target": "chromium/native", "case": "parse/lf", "reason": "one"},
		{"target": "*/polyfill*", "case": "parse/lf", "reason": "two"},
		{"target": "chromium", "case": "parse/cr", "reason": "three"}
	]`), testCases("parse/lf", "parse/cr"))
	require.NoError(t, err)

	tests := []struct {
		target, id string
		verdict    catalogue.Verdict
		expected   bool
		reason     string
	}{
		{"chromium/native", "parse/lf", catalogue.Fail, true, "one"},
		{"chromium/native", "parse/lf", catalogue.Timeout, true, "one"},
		{"chromium/native", "parse/lf", catalogue.Pass, false, "one"},
		{"chromium/native", "parse/lf", catalogue.Error, false, "one"},
		{"chromium/native", "parse/lf", catalogue.NotApplicable, true, ""},
		{"chromium/native", "parse/lf", catalogue.Skip, true, ""},
		{"firefox/native", "parse/lf", catalogue.Fail, false, ""},
		{"firefox/polyfill", "parse/lf", catalogue.Fail, true, "two"},
		{"firefox/polyfill-xhr", "parse/lf", catalogue.Fail, true, "two"},
		{"firefox/polyfill/shared-worker", "parse/lf", catalogue.Fail, true, "two"},
		{"chromium/polyfill", "parse/cr", catalogue.Fail, true, "three"},
		{"chromium@64/polyfill", "parse/cr", catalogue.Fail, false, ""},
		{"chromium/native", "parse/other", catalogue.Pass, true, ""},
		{"chromium/native", "parse/other", catalogue.Recorded, true, ""},
		{"chromium/native", "parse/other", catalogue.Skip, true, ""},
		{"chromium/native", "parse/other", catalogue.Error, false, ""},
	}
	for _, tt := range tests {
		expected, reason := list.Allow(report.Result{Target: tt.target, Case: tt.id, Verdict: tt.verdict}, report.Target{})
		require.Equal(t, tt.expected, expected, tt)
		require.Equal(t, tt.reason, reason, tt)
	}
}

// A browser that emulates another has the known failures of both.
func TestExpectationsOfProfile(t *testing.T) {
	list := Expectations{
		{Target: "ie@11/polyfill", Case: "parse/crlf", Reason: "of the old browser"},
		{Target: "chromium", Case: "parse/cr", Reason: "of the new one"},
	}
	tests := []struct {
		emulates, target, id, reason string
	}{
		{"ie@11", "chromium/polyfill/window", "parse/crlf", "of the old browser"},
		{"ie@11", "chromium/polyfill/window", "parse/cr", "of the new one"},
		{"ie@11", "chromium/native/window", "parse/crlf", ""},
		{"ie@10", "chromium/polyfill/window", "parse/crlf", ""},
		{"", "chromium/polyfill/window", "parse/crlf", ""},
	}
	for _, tt := range tests {
		expected, reason := list.Allow(report.Result{Target: tt.target, Case: tt.id, Verdict: catalogue.Fail}, report.Target{Emulates: tt.emulates})
		require.Equal(t, tt.reason, reason, tt)
		require.Equal(t, tt.reason != "", expected, tt)
	}
}

// A known failure may be one of a single protocol.
func TestExpectationsOfProtocol(t *testing.T) {
	list := Expectations{
		{Target: "*", Protocol: "h3", Case: "parse/cr", Reason: "over HTTP/3"},
		{Target: "*", Protocol: "h1", Case: "parse/lf", Reason: "over HTTP/1.1"},
		{Target: "*", Case: "parse/crlf", Reason: "over any"},
	}
	for over, want := range map[catalogue.Protocol]map[string]string{
		"":   {"parse/cr": "", "parse/lf": "over HTTP/1.1", "parse/crlf": "over any"},
		"h2": {"parse/cr": "", "parse/lf": "", "parse/crlf": "over any"},
		"h3": {"parse/cr": "over HTTP/3", "parse/lf": "", "parse/crlf": "over any"},
	} {
		for id, reason := range want {
			_, got := list.Allow(report.Result{Target: "chromium/native/window", Case: id, Verdict: catalogue.Fail}, report.Target{Protocol: over})
			require.Equal(t, reason, got, "%s over %q", id, over)
		}
	}
}

func TestExpectationErrors(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"not a list", `{}`, "expectations.json: json: cannot unmarshal object"},
		{"two lists", `[] []`, "more than one list: want one"},
		{"an unknown key", `[{"cases": "parse/lf"}]`, `unknown field "cases"`},
		{"no target", `[{"case": "parse/lf", "reason": "x"}]`, "element 0: no target: want one like chromium/native"},
		{"no reason", `[{"target": "*", "case": "parse/lf"}]`, "no reason for parse/lf: write why it fails"},
		{"an unknown case", `[{"target": "*", "case": "parse/lg", "reason": "x"}]`, `unknown case "parse/lg": did you mean parse/lf?`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readExpectations("expectations.json", []byte(tt.content), testCases("parse/lf"))
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// TestExpectations checks the built-in list against the catalogue.
func TestLoadExpectations(t *testing.T) {
	cases, err := catalogue.Load()
	require.NoError(t, err)
	list, err := LoadExpectations(cases)
	require.NoError(t, err)
	require.NotEmpty(t, list)
}
