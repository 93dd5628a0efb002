package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

// writeReport writes a report with a verdict of parse/lf, and returns its path.
func writeReport(t *testing.T, name string, verdict catalogue.Verdict) string {
	d := report.New(time.Unix(0, 0), []catalogue.Case{{ID: "parse/lf", Level: catalogue.Must, Spec: "html#x"}})
	d.Targets = []report.Target{{Name: "chromium/native", Browser: "chromium", Implementation: "native"}}
	d.Results = []report.Result{{Target: "chromium/native", Case: "parse/lf", Verdict: verdict, Expected: verdict == catalogue.Pass}}
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, d.Write(path))
	return path
}

func TestReport(t *testing.T) {
	pass, fail := writeReport(t, "pass.json", catalogue.Pass), writeReport(t, "fail.json", catalogue.Fail)
	tests := []struct {
		name           string
		args           []string
		code           int
		stdout, stderr string
	}{
		{"one", []string{pass}, exitExpected, "1 case, chromium/native: 1 pass", ""},
		{"one with a failure", []string{fail}, exitExpected, "not passed by all  chromium", ""},
		{"two", []string{pass, fail}, exitExpected, "1 case, chromium/native#2: 1 fail", ""},
		{"same as the baseline", []string{fail, "--baseline", fail}, exitExpected, "0 worse, 0 better", ""},
		{"worse than the baseline", []string{fail, "--baseline", pass}, exitUnexpected, "worse    parse/lf  chromium/native  pass -> fail", ""},
		{"better than the baseline", []string{pass, "--baseline", fail}, exitExpected, "better   parse/lf  chromium/native  fail -> pass", ""},
		{"none", nil, exitCannotRun, "", "harness: report needs a file: name one or more that harness run --json has written\n"},
		{"no such file", []string{"none.json"}, exitCannotRun, "", "harness: report: open none.json: no such file or directory\n"},
		{"no such baseline", []string{pass, "--baseline", "none.json"}, exitCannotRun, "", "harness: report: open none.json: no such file or directory\n"},
		{"no such folder", []string{pass, "--html", "none/r.html"}, exitCannotRun, "", "harness: --html none/r.html: stat none: no such file or directory\n"},
		{"two views to standard output", []string{pass, "--json", "-", "--html", "-"}, exitCannotRun, "", "harness: --json, --html: only one of them can be standard output\n"},
		{"an unset variable", []string{pass, "--json", ""}, exitCannotRun, "", "harness: invalid value \"\" for --json: empty name: a variable may be unset (see harness report -h)\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := dispatch(t.Context(), append([]string{"report"}, tt.args...), &stdout, &stderr)
			require.Equal(t, tt.code, code)
			require.Contains(t, stdout.String(), tt.stdout)
			require.Equal(t, tt.stderr, stderr.String())
		})
	}
}

// A run that is cut short does not overwrite the reports of an earlier run.
func TestPartialReport(t *testing.T) {
	t.Setenv("CHROME", os.Args[0]) // never started: the run times out first
	earlier := writeReport(t, "r.json", catalogue.Pass)
	before, err := os.ReadFile(earlier)
	require.NoError(t, err)

	var stdout, stderr bytes.Buffer
	code := dispatch(t.Context(), []string{"run", "parse/lf", "--timeout", "1ns", "--json", earlier, "--baseline", earlier}, &stdout, &stderr)
	require.Equal(t, exitCannotRun, code)
	require.Regexp(t, "^harness: chromium: timed out after 1ns, before the browser asked for a case; check that it starts, and that it can reach http://127.0.0.1:[0-9]+; partial results are in "+earlier+".partial\n$", stderr.String())

	after, err := os.ReadFile(earlier)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
	partial, err := report.Read(earlier + ".partial")
	require.NoError(t, err)
	require.Empty(t, partial.Results)
}

// Neither does a run whose browsers do not start. The error names each of them.
func TestReportWithoutBrowsers(t *testing.T) {
	exits, err := exec.LookPath("false")
	require.NoError(t, err)
	t.Setenv("CHROME", exits)
	endpoint := httptest.NewServer(http.NotFoundHandler())
	defer endpoint.Close()
	earlier := writeReport(t, "r.json", catalogue.Pass)

	var stdout, stderr bytes.Buffer
	code := dispatch(t.Context(), []string{"run", "parse/lf", "--context", "window", "--implementation", "native", "--jobs", "1",
		"--browser", "chromium", "--webdriver", endpoint.URL, "--json", earlier}, &stdout, &stderr)
	require.Equal(t, exitCannotRun, code)
	require.Contains(t, stderr.String(), "harness: not run: chromium exited or hung 3 times; last error: it did not start: ")
	require.Contains(t, stderr.String(), "\nnot run: browser@"+strings.TrimPrefix(endpoint.URL, "http://")+" exited or hung 3 times")
	require.Contains(t, stdout.String(), "1 case, chromium/native/window: 1 error")

	kept, err := report.Read(earlier)
	require.NoError(t, err)
	require.Equal(t, "chromium/native", kept.Targets[0].Name)
	partial, err := report.Read(earlier + ".partial")
	require.NoError(t, err)
	require.Len(t, partial.Results, 2)
}

// A run in which nothing was judged is not a success, whatever a baseline says.
func TestNothingJudged(t *testing.T) {
	if _, err := browser.Find("chromium"); err != nil {
		t.Skip(err)
	}
	args := []string{"run", "request/fetch-metadata-cross-site", "--addr", "127.0.0.1", "--context", "window", "--implementation", "native"}
	written := filepath.Join(t.TempDir(), "r.json")
	for _, more := range [][]string{{"--json", written}, {"--baseline", written}} {
		var stdout, stderr bytes.Buffer
		code := dispatch(t.Context(), append(slices.Clone(args), more...), &stdout, &stderr)
		require.Equal(t, exitCannotRun, code)
		require.Contains(t, stdout.String(), "0 of 1 must case judged")
		require.Contains(t, stderr.String(), "harness: report: nothing was judged on chromium/native: all 1 must and should cases are not-applicable or skip; the first says: the browser is on another machine")
	}
}

// A run stops at --max-failures. That is an unexpected result, and not an error.
func TestMaxFailures(t *testing.T) {
	if _, err := browser.Find("chromium"); err != nil {
		t.Skip(err)
	}
	wrong := filepath.Join(t.TempDir(), "wrong.js")
	require.NoError(t, os.WriteFile(wrong, []byte("EventSource = function () { throw new Error('wrong') }"), 0o644))
	written := filepath.Join(t.TempDir(), "r.json")

	var stdout, stderr bytes.Buffer
	code := dispatch(t.Context(), []string{"run", "parse/", "--context", "window", "--implementation", wrong,
		"--jobs", "1", "--max-failures", "2", "--json", written}, &stdout, &stderr)
	require.Equal(t, exitUnexpected, code, stderr.String())
	require.Equal(t, "harness: stopped at --max-failures 2; partial results are in "+written+".partial\n", stderr.String())
	partial, err := report.Read(written + ".partial")
	require.NoError(t, err)
	require.Len(t, partial.Results, 2)
}

func TestMarkPartial(t *testing.T) {
	reason := errors.New("interrupted")
	tests := []struct{ path, want, message string }{
		{"r.json", "r.json.partial", "interrupted; partial results are in r.json.partial"},
		{os.DevNull, os.DevNull, "interrupted"}, // replaces nothing
		{"", "", "interrupted"},
	}
	for _, tt := range tests {
		path := tt.path
		require.EqualError(t, markPartial(reason, &path), tt.message)
		require.Equal(t, tt.want, path)
	}
}

func TestReportFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(file("README.md"), []byte("<!-- peers -->\n<!-- /peers -->\n"), 0o644))
	args := []string{"report", writeReport(t, "pass.json", catalogue.Pass),
		"--json", file("r.json"), "--junit", file("r.xml"), "--html", file("r.html"), "--table", file("README.md")}
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitExpected, dispatch(t.Context(), args, &stdout, &stderr), stderr.String())
	for name, holds := range map[string]string{
		"r.json":    `"format": "eventsource-conformance"`,
		"r.xml":     "<testsuites ",
		"r.html":    "<!DOCTYPE html>",
		"README.md": "| parse | 1 | 1 |",
	} {
		content, err := os.ReadFile(file(name))
		require.NoError(t, err)
		require.Contains(t, string(content), holds)
	}
}

// With --json -, standard output is the JSON and nothing else.
func TestReportToStdout(t *testing.T) {
	path := writeReport(t, "r.json", catalogue.Pass)
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitExpected, dispatch(t.Context(), []string{"report", path, "--json", "-"}, &stdout, &stderr))
	require.Equal(t, string(want), stdout.String())
	require.Contains(t, stderr.String(), "1 case, chromium/native: 1 pass")
	require.NoFileExists(t, "-")
}

// If a view cannot be written, the others are.
func TestReportFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	json := filepath.Join(t.TempDir(), "r.json")
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitCannotRun, dispatch(t.Context(), []string{"report", writeReport(t, "pass.json", catalogue.Pass),
		"--html", "/dev/full", "--junit", "/dev/full", "--json", json}, &stdout, &stderr))
	require.Equal(t, 2, strings.Count(stderr.String(), "write /dev/full: no space left on device"), stderr.String())
	require.FileExists(t, json)
}
