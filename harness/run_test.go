package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

// ownCase is a case as somebody else writes it.
const ownCase = `[{"id": "mine/hello", "title": "Greets", "requirement": "The greeting arrives.", "level": "must",
	"spec": "https://mine.example/#hello", "server": [[{"send": "data: hello\n\n"}]], "expect": {"messages": ["hello"]}}]`

// folderOf returns a folder with a file.
func folderOf(t *testing.T, name, content string) string {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644))
	return folder
}

// Every selected case is in exactly one shard.
func TestShards(t *testing.T) {
	all, err := catalogue.Load()
	require.NoError(t, err)
	var ids, shared []string
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	for _, part := range []string{"1/3", "2/3", "3/3"} {
		var s selection
		require.NoError(t, s.shard.Set(part))
		cases, err := s.of(all)
		require.NoError(t, err)
		require.InDelta(t, len(all)/3, len(cases), 1)
		for _, c := range cases {
			shared = append(shared, c.ID)
		}
	}
	require.ElementsMatch(t, ids, shared)
}

func TestSelection(t *testing.T) {
	own := folderOf(t, "mine.json", ownCase)
	tests := []struct {
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{[]string{"--cases", own, "mine/"}, exitExpected, "mine/hello  must    all  Greets\n", ""},
		{[]string{"--cases", own, "parse/lf"}, exitExpected, "parse/lf  must    all  Ends lines with LF\n", ""},
		{[]string{"--cases", t.TempDir()}, exitCannotRun, "", "harness: --cases: catalogue: no file *.json in "},
		{[]string{"--cases", folderOf(t, "mine.json", "[{}]")}, exitCannotRun, "", "mine.json: case 1: id: \"\"; expected GROUP/NAME"},
		{[]string{"--cases", folderOf(t, "parse.json", strings.Replace(ownCase, "mine/hello", "parse/lf", 1))}, exitCannotRun, "",
			"parse/lf: id: is also in the catalogue; expected another id"},
		{[]string{"--shard", "0/2"}, exitCannotRun, "", "for --shard: want a number of a part and the number of parts, for example 1/3"},
		{[]string{"--shard", "2"}, exitCannotRun, "", "for --shard: want a number of a part"},
		{[]string{"parse/lf", "--shard", "2/2"}, exitCannotRun, "", "harness: no case is left: --shard 2/2 of 1 cases is empty\n"},
		{[]string{"--level", "mst"}, exitCannotRun, "", "unknown level \"mst\": did you mean must?"},
	}
	for _, tt := range tests {
		var stdout, stderr bytes.Buffer
		code := dispatch(t.Context(), append([]string{"list"}, tt.args...), &stdout, &stderr)
		require.Equal(t, tt.code, code, tt.args)
		require.Contains(t, stdout.String(), tt.stdout, tt.args)
		require.Contains(t, stderr.String(), tt.stderr, tt.args)
	}
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitExpected, dispatch(t.Context(), []string{"show", "mine/hello", "--cases", own}, &stdout, &stderr))
	require.Contains(t, stdout.String(), "\n      https://mine.example/#hello\n")
}

func TestExpectationsFlag(t *testing.T) {
	t.Setenv("CHROME", os.Args[0])
	file := func(content string) string { return filepath.Join(folderOf(t, "known.json", content), "known.json") }
	known := `[{"target": "*/native", "case": "parse/lf", "reason": "Mine."}]`
	f, err := parseRun([]string{"parse/cr", "--expectations", file(known)}, &bytes.Buffer{})
	require.NoError(t, err)
	plans, err := f.plans()
	require.NoError(t, err)
	expected, reason := plans[0].Expectations.Allow(report.Result{Target: "chromium/native", Case: "parse/lf", Verdict: catalogue.Fail}, report.Target{})
	require.True(t, expected)
	require.Equal(t, "Mine.", reason)
	require.Greater(t, len(plans[0].Expectations), 1, "beside those of the suite")

	for content, want := range map[string]string{
		"{}": "cannot unmarshal object",
		strings.Replace(known, "parse/lf", "parse/l", 1): `element 0: unknown case "parse/l": did you mean parse/lf?`,
	} {
		f, err := parseRun([]string{"parse/cr", "--expectations", file(content)}, &bytes.Buffer{})
		require.NoError(t, err)
		_, err = f.plans()
		require.ErrorContains(t, err, "--expectations: ")
		require.ErrorContains(t, err, want)
	}
}

// Each result is written as soon as there is one, in the form that it has in a report.
func TestJSONLines(t *testing.T) {
	var stdout bytes.Buffer
	lines, err := openLines("-", &stdout)
	require.NoError(t, err)
	want := report.Result{Target: "chromium/native", Case: "parse/lf", Verdict: catalogue.Fail, Got: "<a>\n"}
	for n := range 3 {
		require.Equal(t, n, strings.Count(stdout.String(), "\n"))
		lines.add(want)
	}
	require.NoError(t, lines.close())
	d := json.NewDecoder(&stdout)
	for range 3 {
		var got report.Result
		require.NoError(t, d.Decode(&got))
		require.Equal(t, want, got)
	}

	nothing, err := openLines("", &stdout)
	require.NoError(t, err)
	nothing.add(want)
	require.NoError(t, nothing.close())
	require.Zero(t, stdout.Len())

	full, err := openLines("/dev/full", &stdout)
	if err != nil {
		t.Skip(err)
	}
	full.add(want)
	require.ErrorContains(t, full.close(), "no space left on device")
}

// An own case runs beside those of the catalogue, with its result as JSON lines on
// standard output, and with arguments for the browser.
func TestRunOwn(t *testing.T) {
	if _, err := browser.Find("chromium"); err != nil {
		t.Skip(err)
	}
	var stdout, stderr bytes.Buffer
	code := dispatch(t.Context(), []string{"run", "mine/", "parse/lf", "--cases", folderOf(t, "mine.json", ownCase), "--context", "window",
		"--implementation", "native", "--browser-argument", "--user-agent=Mine/1", "--json-lines", "-"}, &stdout, &stderr)
	require.Equal(t, exitExpected, code, stderr.String())
	verdicts := map[string]catalogue.Verdict{}
	for d := json.NewDecoder(&stdout); d.More(); {
		var r report.Result
		require.NoError(t, d.Decode(&r))
		verdicts[r.Case] = r.Verdict
		for _, h := range r.Transcript.Requests[0].Headers {
			if h.Name == "User-Agent" {
				require.Equal(t, "Mine/1", h.Value)
			}
		}
	}
	require.Equal(t, map[string]catalogue.Verdict{"mine/hello": catalogue.Pass, "parse/lf": catalogue.Pass}, verdicts)
	require.Contains(t, stderr.String(), "2 cases, chromium/native/window: 2 pass")
}

// A failure of an own case can be run again with the command that is shown.
func TestRunOwnAgain(t *testing.T) {
	if _, err := browser.Find("chromium"); err != nil {
		t.Skip(err)
	}
	folder := folderOf(t, "mine.json", strings.Replace(ownCase, `"messages": ["hello"]`, `"messages": ["goodbye"]`, 1))
	args := []string{"run", "mine/hello", "--implementation", "native", "--browser-argument", "--lang=de", "--cases", folder, "--context", "window"}
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitUnexpected, dispatch(t.Context(), args, &stdout, &stderr), stderr.String())
	require.Contains(t, stdout.String(), "again  go run ./harness "+strings.Join(args, " ")+"\n")
}
