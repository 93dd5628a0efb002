package report

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/catalogue"
)

// document is a run with one of everything.
func document() *Document {
	cases := []catalogue.Case{
		{ID: "parse/lf", Title: "Ends lines with LF", Requirement: "Each LF is one end of line.", Level: catalogue.Must, Spec: "html#x"},
		{ID: "parse/cr", Title: "Ends lines with CR", Requirement: "Each CR is one end of line.", Level: catalogue.Must, Spec: "html#x"},
		{ID: "retry/default-delay", Title: "Ends a stream", Requirement: "The client reconnects.", Level: catalogue.Info, Spec: "html#y"},
	}
	d := New(time.Date(2026, 11, 22, 8, 0, 0, 500, time.UTC), cases)
	d.Milliseconds = 12345
	d.Targets = []Target{
		{Name: "chromium/native", Browser: "chromium", BrowserVersion: "Chrome/156.0", UserAgent: "Mozilla", Implementation: "native", Context: "window", Milliseconds: 4321},
		{Name: "chromium/x.js", Browser: "chromium", BrowserVersion: "Chrome/156.0", UserAgent: "Mozilla", Implementation: "x.js", Path: "lib/x.js", Context: "window", Milliseconds: 8024},
	}
	origin := "http://127.0.0.1:1"
	d.Results = []Result{
		{Target: "chromium/x.js", Case: "retry/default-delay", Verdict: catalogue.Error, Got: "it broke"},
		{Target: "chromium/x.js", Case: "parse/lf", Verdict: catalogue.Error, Got: "it broke"},
		{Target: "chromium/x.js", Case: "parse/cr", Verdict: catalogue.Pass, Reason: "x.js knows no CR"},
		{Target: "chromium/native", Case: "retry/default-delay", Verdict: catalogue.Recorded, Expected: true, Got: "3 s"},
		{Target: "chromium/native", Case: "parse/cr", Verdict: catalogue.Fail, Want: `message "a"`, Got: `message "a\rb"`, Milliseconds: 1.5, Transcript: catalogue.Transcript{
			Events:   []catalogue.SeenEvent{{Type: "message", Data: &catalogue.Text{Value: "a\rb"}, Origin: &origin, Class: "MessageEvent", ReadyState: 1, MS: 3.25}},
			Log:      []catalogue.Entry{{Name: "state", Value: 1.0}},
			Complete: true,
			Requests: []catalogue.SeenRequest{{Method: "GET", Target: "/x", Headers: []catalogue.Header{{Name: "Last-Event-ID", Value: "\xff"}}, Arrived: 1, Ended: -1, Gone: 2}},
		}},
		{Target: "chromium/native", Case: "parse/lf", Verdict: catalogue.Pass, Expected: true},
	}
	d.Sort()
	return d
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	NewText(&b, false).Write(document())
	require.Equal(t, `FAIL  parse/cr  chromium/native
      Ends lines with CR
      must   Each CR is one end of line.
      want   message "a"
      got    message "a\rb"        <- first difference
      again  go run ./harness run parse/cr --implementation native

ERROR  parse/lf  chromium/x.js
      Ends lines with LF
      must   Each LF is one end of line.
      error  it broke
      again  go run ./harness run parse/lf --implementation lib/x.js
      and 1 more that say the same

PASS  parse/cr  chromium/x.js
      Ends lines with CR
      must   Each CR is one end of line.
      want   a failure: x.js knows no CR
      got    a pass: take the case out of harness/runner/expectations.json
      again  go run ./harness run parse/cr --implementation lib/x.js

3 cases, chromium/native: 1 pass, 1 fail, 1 info   (4.3s)
3 cases, chromium/x.js: 2 error, 1 unexpected pass   (8.0s)

the targets differ in  chromium/native  chromium/x.js
parse/lf               pass             error
parse/cr               fail             pass
retry/default-delay    info             error
`, b.String())
}

func TestColour(t *testing.T) {
	var b bytes.Buffer
	NewText(&b, true).Failures(document())
	require.Contains(t, b.String(), "\x1b[31mFAIL\x1b[0m  parse/cr")
}

func TestSameOnAllTargets(t *testing.T) {
	d := document()
	d.Results = nil
	var b bytes.Buffer
	NewText(&b, false).Write(d)
	require.Equal(t, `0 cases, chromium/native: none played   (4.3s)
0 cases, chromium/x.js: none played   (8.0s)

no case tells the targets apart
`, b.String())
}

func TestProgress(t *testing.T) {
	result := func(target string) Result { return Result{Target: target, Case: "parse/lf"} }
	var lines bytes.Buffer
	p := NewProgress(&lines, 30)
	for range 30 {
		p.Add(result("a"))
	}
	p.Add(result("b"))
	p.Close()
	require.Equal(t, "a  25/30\na  30/30\n", lines.String(), "lines now and then")

	var terminal bytes.Buffer
	p = &Progress{w: &terminal, terminal: true, total: 2, done: map[string]int{}}
	p.Add(result("a"))
	p.Add(result("a"))
	p.Close()
	require.Equal(t, "\r\x1b[Ka  1/2  parse/lf\r\x1b[Ka  2/2  parse/lf\r\x1b[K", terminal.String(), "one line, written anew")
}

func TestDocument(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	require.NoError(t, document().Write(path))
	require.NoError(t, document().Write(path), "it replaces a report")

	got, err := Read(path)
	require.NoError(t, err)
	require.Equal(t, document(), got)

	files, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing is left beside it")
}

func TestRead(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"no JSON", "oh", "is not JSON"},
		{"another format", `{"format": "other", "version": 1}`, `has format "other": expected "eventsource-conformance"`},
		{"another version", `{"format": "eventsource-conformance", "version": 2}`, "has version 2: this harness reads version 1"},
		{"another type", `{"format": "eventsource-conformance", "version": 1, "results": 1}`, "cannot unmarshal number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "report.json")
			require.NoError(t, os.WriteFile(path, []byte(tt.content), 0o644))
			_, err := Read(path)
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err := Read(filepath.Join(t.TempDir(), "none.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorIs(t, (&Document{}).Write(filepath.Join(t.TempDir(), "none", "report.json")), os.ErrNotExist)
}
