package report

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

var update = flag.Bool("update", false, "write the golden files")

// example returns a report with a result of every kind.
func example() *Report {
	data := "a"
	one := catalogue.Expect{Events: []catalogue.Event{{Type: "open"}, {Type: "message", Data: &data}}, Requests: []catalogue.Request{}}
	sends := []catalogue.Connection{{{Verb: catalogue.Respond, Head: catalogue.Head{Status: 200}}, {Verb: catalogue.Send, Bytes: []byte("data: a\r")}, {Verb: catalogue.Hold}}}
	cases := []catalogue.Case{
		{ID: "parse/lf", Title: "Ends lines with LF", Requirement: "Each LF is one end of line.", Level: catalogue.Must, Spec: "html#x", Expect: one},
		{ID: "parse/cr", Title: "Ends lines with CR", Requirement: "Each CR is one end of line.", Level: catalogue.Must, Spec: "html#x", Server: sends, Client: catalogue.Client{URL: "{url}"}},
		{ID: "parse/long", Title: "Sends a long line", Requirement: "It is one line.", Level: catalogue.Should, Spec: "other#x"},
		{ID: "retry/default-delay", Title: "Ends a stream", Requirement: "The client reconnects.", Level: catalogue.Info, Spec: "html#y"},
		{ID: "retry/below-500", Title: "Ends a stream", Requirement: "The client reconnects.", Level: catalogue.Info, Spec: "html#y"},
		{ID: "retry/zero", Title: "Sends a time of 0", Requirement: "It is taken.", Level: catalogue.Must, Spec: "html#y"},
		{ID: "security/frame", Title: "Opens in a frame", Requirement: "It opens.", Level: catalogue.Must, Spec: "html#z", Contexts: []catalogue.Context{catalogue.Window}, Impossible: "No frame is there."},
	}
	r := New(time.Date(2026, 11, 22, 8, 0, 0, 500, time.UTC), cases)
	r.Milliseconds = 12345
	suite := Suite{Catalogue: "aaaaaaaaaaaa", Revision: "v0.2.0"}
	build := Build{SHA256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
	r.Targets = []Target{
		{Name: "chromium/native", Browser: "chromium", BrowserVersion: "Chrome/156.0", UserAgent: "Mozilla", Implementation: "native", Context: "window", Suite: suite, Started: r.Started, Milliseconds: 4321},
		{Name: "chromium/x.js", Browser: "chromium", BrowserVersion: "Chrome/156.0", UserAgent: "Mozilla", Implementation: "x.js", Path: "lib/x.js", Context: "window", Suite: suite, Build: build, Started: r.Started, Emulates: "edge@13", Hidden: []string{"fetch", "URL"}, Milliseconds: 8024},
	}
	origin := "http://127.0.0.1:1"
	r.Results = []Result{
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
		{Target: "chromium/native", Case: "parse/long", Verdict: catalogue.Timeout, Want: "event 2: message", Got: "no event 2"},
		{Target: "chromium/x.js", Case: "parse/long", Verdict: catalogue.Timeout, Want: "event 2: message", Got: "no event 2"},
		{Target: "chromium/native", Case: "retry/below-500", Verdict: catalogue.Recorded, Expected: true, Got: "request 2 after 10 ms"},
		{Target: "chromium/x.js", Case: "retry/below-500", Verdict: catalogue.Recorded, Expected: true, Got: "request 2 after 500 ms"},
		{Target: "chromium/native", Case: "retry/zero", Verdict: catalogue.Fail, Expected: true, Reason: "It waits a little.", Want: "0 ms", Got: "1 ms"},
		{Target: "chromium/native", Case: "security/frame", Verdict: catalogue.NotApplicable, Expected: true, Got: "it has no frames"},
		{Target: "chromium/x.js", Case: "security/frame", Verdict: catalogue.Skip, Expected: true},
	}
	r.Sort()
	return r
}

// TestViews compares the views of a report with golden files. The flag -update writes
// them.
func TestViews(t *testing.T) {
	colourless := func(write func(*Terminal, *Report)) func(*Report, io.Writer) error {
		return func(r *Report, w io.Writer) error {
			write(NewTerminal(w, false), r)
			return nil
		}
	}
	tests := []struct {
		golden string
		write  func(*Report, io.Writer) error
	}{
		{"run.txt", colourless((*Terminal).Write)},
		{"overview.txt", colourless((*Terminal).Overview)},
		{"report.xml", (*Report).JUnit},
		{"report.html", withoutStyle(func(r *Report, w io.Writer) error { return r.HTML(w, nil) })},
		{"table.md", func(r *Report, w io.Writer) error {
			_, err := io.WriteString(w, r.table())
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.golden, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, tt.write(example(), &b))
			path := filepath.Join("testdata", tt.golden)
			if *update {
				require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), b.String())
		})
	}
}

// Views cut the length of what an implementation says.
func TestLongFacts(t *testing.T) {
	r := example()
	for i := range r.Results {
		r.Results[i].Want, r.Results[i].Got = strings.Repeat("x", 2*maxFact), strings.Repeat("y", 2*maxFact)
		r.Results[i].Transcript.Error = strings.Repeat("z", 2*maxFact)
	}
	var b bytes.Buffer
	NewTerminal(&b, false).Write(r)
	require.NoError(t, r.JUnit(&b))
	require.NoError(t, r.HTML(&b, nil))
	for _, char := range "xyz" {
		require.False(t, strings.Contains(b.String(), strings.Repeat(string(char), maxFact+1)), "%c", char)
	}
}

// withoutStyle removes page.css from a page.
func withoutStyle(write func(*Report, io.Writer) error) func(*Report, io.Writer) error {
	return func(r *Report, w io.Writer) error {
		var b strings.Builder
		err := write(r, &b)
		io.WriteString(w, strings.Replace(b.String(), pageStyle, "", 1))
		return err
	}
}

func TestColour(t *testing.T) {
	var b bytes.Buffer
	NewTerminal(&b, true).Failures(example())
	require.Contains(t, b.String(), "\x1b[31mFAIL\x1b[0m  parse/cr")
}

func TestNoResults(t *testing.T) {
	r := example()
	r.Results = nil
	var b bytes.Buffer
	NewTerminal(&b, false).Write(r)
	require.Equal(t, `0 cases, chromium/native: no cases   (4.3s)
0 cases, chromium/x.js, emulating edge@13, without fetch, URL: no cases   (8.0s)

the targets do not differ
`, b.String())
	require.NoError(t, r.HTML(io.Discard, nil))
	require.NoError(t, r.JUnit(io.Discard))
}

func TestProgress(t *testing.T) {
	result := Result{Target: "a", Case: "parse/lf"}
	var lines bytes.Buffer
	p := NewProgress(&lines, step+1)
	for range step + 1 {
		p.Add(result)
	}
	p.Close()
	require.Equal(t, "100/101  a\n101/101  a\n", lines.String(), "a line every 100 results")

	var terminal bytes.Buffer
	p = &Progress{w: &terminal, terminal: true, total: 2}
	p.Add(result)
	p.Add(result)
	p.Close()
	require.Equal(t, "\r\x1b[K\x1b[?7l1/2  a  parse/lf\x1b[?7h\r\x1b[K\x1b[?7l2/2  a  parse/lf\x1b[?7h\r\x1b[K", terminal.String(), "one line, overwritten, not wrapped")
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	require.NoError(t, example().Write(path))
	require.NoError(t, example().Write(path), "replaces a report")

	got, err := Read(path)
	require.NoError(t, err)
	require.Equal(t, example(), got)

	files, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, files, 1, "no other file is left")
}

// TestSlim checks that a slim report lacks only what no view needs.
func TestSlim(t *testing.T) {
	slim := example().Slim()
	var all, less bytes.Buffer
	NewTerminal(&all, false).Write(example())
	NewTerminal(&less, false).Write(slim)
	require.Equal(t, all.String(), less.String())

	for i, r := range slim.Results {
		require.Zero(t, r.Milliseconds)
		if r.Verdict == catalogue.Fail {
			require.Equal(t, example().Results[i].Transcript, r.Transcript)
		}
		if r.Verdict == catalogue.Pass && r.Expected {
			require.False(t, r.Kept())
		}
	}

	kept := func(r *Report) bool {
		return slices.ContainsFunc(r.Results, func(result Result) bool { return result.Kept() })
	}
	clients := example()
	for i := range clients.Targets {
		clients.Targets[i].Client = "./client"
	}
	require.True(t, kept(clients))
	require.False(t, kept(clients.Slim()))

	path := filepath.Join(t.TempDir(), "slim.json")
	require.NoError(t, slim.Write(path))
	got, err := Read(path)
	require.NoError(t, err)
	require.Equal(t, slim, got)
}

func TestRead(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"not JSON", "oh", "is not JSON"},
		{"another format", `{"format": "other", "version": 2}`, `has format "other": want "eventsource-conformance", as harness run --json writes it`},
		{"an older version", `{"format": "eventsource-conformance", "version": 1}`, "has format version 1, and this harness reads version 2: make it again with harness run --json"},
		{"a newer version", `{"format": "eventsource-conformance", "version": 3}`, "has format version 3, and this harness reads version 2: use the harness that wrote it, or a newer one"},
		{"another type", `{"format": "eventsource-conformance", "version": 2, "results": 1}`, "cannot unmarshal number"},
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
	require.ErrorIs(t, (&Report{}).Write(filepath.Join(t.TempDir(), "none", "report.json")), os.ErrNotExist)
}

// TestCommand checks that the command that runs a case again can be pasted into a
// shell, whatever the path of the implementation.
func TestCommand(t *testing.T) {
	tests := []struct{ path, want string }{
		{"lib/mine.js", "--implementation lib/mine.js"},
		{"my lib/mine.js", "--implementation 'my lib/mine.js'"},
		{"it's $HOME.js", `--implementation 'it'\''s $HOME.js'`},
	}
	for _, tt := range tests {
		command := Command("parse/lf", Target{Browser: "chromium", Implementation: "mine.js", Path: tt.path})
		require.Equal(t, "go run ./harness run parse/lf "+tt.want, command)
	}
	own := Target{Browser: "chromium", Implementation: "native", Folder: "my cases", Arguments: []string{"--no-sandbox", "--a=b c"}}
	require.Equal(t, "go run ./harness run parse/lf --implementation native"+
		" --browser-argument --no-sandbox --browser-argument '--a=b c' --cases 'my cases'", Command("parse/lf", own))
}
