package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/compat"
)

func TestDispatch(t *testing.T) {
	tests := []struct {
		args   []string
		code   int
		stdout string // a part of it
		stderr string
	}{
		{nil, exitCannotRun, "", "usage: harness VERB"},
		{[]string{"help"}, exitExpected, "usage: harness VERB", ""},
		{[]string{"help", "list"}, exitExpected, "usage: harness list [flag …] [case or prefix …]\n", ""},
		{[]string{"bogus"}, exitCannotRun, "", "harness: unknown verb \"bogus\" (see harness help)\n"},
		{[]string{"results"}, exitCannotRun, "", "harness: results needs an action: harness results add --note TEXT REPORT.json\n"},
		{[]string{"results", "ad"}, exitCannotRun, "", "harness: unknown action \"ad\": want add\n"},
		{[]string{"results", "add"}, exitCannotRun, "", "harness: results add needs a file: name one or more reports, as /conformance/ of harness serve offers them for download\n"},
		{[]string{"raport"}, exitCannotRun, "", "harness: unknown verb \"raport\": did you mean report? (see harness help)\n"},
		{[]string{"version"}, exitExpected, ", catalogue " + catalogue.Hash() + ", go1.", ""},

		{[]string{"list", "parse/lf"}, exitExpected, "parse/lf  must    all  Ends lines with LF\n", ""},
		{[]string{"list", "cors/document-domain"}, exitExpected, "cors/document-domain  must    window  Sets", ""},
		{[]string{"list", "url/scheme-blob"}, exitExpected, "url/scheme-blob  must    not service-worker  Con", ""},
		{[]string{"list", "--schema"}, exitExpected, "{\n  \"$schema\": \"https://json-schema.org/", ""},
		{[]string{"list", "-h"}, exitExpected, "usage: harness list [flag …] [case or prefix …]\n  -cases folder\n", ""},
		{[]string{"list", "--bogus"}, exitCannotRun, "", "harness: unknown flag --bogus (see harness list -h)\n"},
		{[]string{"list", "-jsn"}, exitCannotRun, "", "harness: unknown flag --jsn: did you mean --json? (see harness list -h)\n"},
		{[]string{"list", ""}, exitCannotRun, "", "harness: empty argument: a variable may be unset (see harness list -h)\n"},
		{[]string{"list", "parse/lf", "parse/cr", "--exclude", "parse/cr"}, exitExpected, "parse/lf  must    all  Ends lines with LF\n", ""},
		{[]string{"list", "--exclude", "bogus/"}, exitCannotRun, "", "harness: --exclude: catalogue: no case \"bogus/\""},
		{[]string{"list", "parse/lf", "--level", "should,info"}, exitCannotRun, "", "harness: no case is left: --exclude and --level exclude all selected cases\n"},
		{[]string{"list", "--level", "may"}, exitCannotRun, "", "unknown level \"may\": want must, should, info or extension (see harness list -h)\n"},
		{[]string{"list", "bogus/"}, exitCannotRun, "", "harness: catalogue: no case \"bogus/\" (see harness list)\n"},

		{[]string{"show"}, exitCannotRun, "", "harness: show needs a case: name one, for example parse/lf (see harness list)\n"},
		{[]string{"show", "parse/lf"}, exitExpected, "\n            0 ms  send \"data:a\\ndata:b\\n\\n\"\n", ""},
		{[]string{"show", "parse/lf"}, exitExpected, "\n      https://html.spec.whatwg.org/multipage/#event-stream-interpretation\n", ""},
		{[]string{"show", "parse/lf", "parse/cr"}, exitExpected, "\n\nparse/cr  must\n", ""},
		{[]string{"show", "retry/"}, exitExpected, "\n\nretry/zero  ", ""},
		{[]string{"show", "pars/lf"}, exitCannotRun, "", "harness: catalogue: no case \"pars/lf\": did you mean parse/lf? (see harness list)\n"},
		{[]string{"check", "-h"}, exitExpected, "  check/buffered             fault  Something buffers the stream\n", ""},
		{[]string{"check"}, exitCannotRun, "", "harness: check: want one URL, got 0 (see harness check -h)\n"},
		{[]string{"check", "localhost"}, exitCannotRun, "", "harness: invalid URL \"localhost\": want one like https://example.com/events\n"},
		{[]string{"check", "http://127.0.0.1:1/"}, exitCannotRun, "", "harness: http://127.0.0.1:1/: not reached: dial tcp 127.0.0.1:1: connect: connection refused\n"},
		{[]string{"check", "--header", "x", "http://127.0.0.1:1/"}, exitCannotRun, "", "harness: invalid value \"x\" for --header: want NAME: VALUE, for example Authorization: Bearer TOKEN (see harness check -h)\n"},
		{[]string{"check", "--body", "@none.json", "http://127.0.0.1:1/"}, exitCannotRun, "", "harness: --body: open none.json: no such file or directory\n"},

		{[]string{"mock"}, exitCannotRun, "", "harness: mock: want one file, got 0, or --case (see harness mock -h)\n"},
		{[]string{"mock", "none.json"}, exitCannotRun, "", "harness: open none.json: no such file or directory\n"},
		{[]string{"mock", "main.go"}, exitCannotRun, "", "harness: main.go: script: line 1: invalid character"},
		{[]string{"mock", "--case", "parse/l"}, exitCannotRun, "", "harness: \"parse/l\" names "},
		{[]string{"mock", "--case", "parse/lf", "x.json"}, exitCannotRun, "", "harness: mock: both --case and a file: give one of them\n"},
		{[]string{"mock", "--case", "parse/lf", "--addr", "8080"}, exitCannotRun, "", "harness: --addr: invalid address \"8080\": want host:port, for example 127.0.0.1:8080\n"},
		{[]string{"mock", "--case", "parse/lf", "--control", "8080"}, exitCannotRun, "", "harness: --control: invalid address \"8080\": want host:port, for example 127.0.0.1:8080\n"},

		{[]string{"browsers", "get"}, exitCannotRun, "", "harness: browsers get: want install, as in harness browsers install chromium (see harness browsers -h)\n"},
		{[]string{"browsers", "install"}, exitCannotRun, "", "harness: browsers install: name one or more browsers (see harness browsers)\n"},
		{[]string{"browsers", "install", "ie"}, exitCannotRun, "", "harness: unknown browser \"ie\": want one of chromium, chromium@64"},
		{[]string{"browsers", "install", "chromium"}, exitCannotRun, "", "harness: no Chromium at CHROME=/nowhere: name an executable file\n"},

		{[]string{"serve", "now"}, exitCannotRun, "", "harness: serve takes no arguments: got \"now\" (see harness serve -h)\n"},
		{[]string{"serve", "--addr", "8080"}, exitCannotRun, "", "harness: --addr: invalid address \"8080\": want host:port, for example 127.0.0.1:8080\n"},
		{[]string{"serve", "--addr", ":0", "--other", "8080"}, exitCannotRun, "", "harness: --other: invalid address \"8080\": want host:port, for example 127.0.0.1:8080\n"},

		{[]string{"run", "--help"}, exitExpected, "stop a browser's run after this duration (default: only if it makes no progress)", ""},
		{[]string{"run", "--bogus"}, exitCannotRun, "", "(see harness run -h)\n"},
		{[]string{"run", ""}, exitCannotRun, "", "harness: empty argument: a variable may be unset (see harness run -h)\n"},
		{[]string{"run", "--browser", ""}, exitCannotRun, "", "harness: invalid value \"\" for --browser: empty name: a variable may be unset (see harness run -h)\n"},
		{[]string{"run", "--max-failures", "-1"}, exitCannotRun, "", "harness: --max-failures -1: want 1 or more\n"},
		{[]string{"run", "--retries", "-1"}, exitCannotRun, "", "harness: --retries -1: want 0 or more\n"},
		{[]string{"run", "--repeat", "0"}, exitCannotRun, "", "harness: --repeat 0: want 1 or more\n"},
		{[]string{"run", "--jobs", "0"}, exitCannotRun, "", "harness: --jobs 0: want 1 to 32\n"},
		{[]string{"run", "--timeout", "5"}, exitCannotRun, "", "harness: invalid value \"5\" for --timeout: want a number, or a duration like 10m (see harness run -h)\n"},
		{[]string{"run", "--timeout", "-1s"}, exitCannotRun, "", "harness: --timeout -1s: want a duration like 10m\n"},
		{[]string{"run", "--json", "none/r.json"}, exitCannotRun, "", "harness: --json none/r.json: stat none: no such file or directory\n"},
		{[]string{"run", "--context", "window,worker"}, exitCannotRun, "", "unknown context \"worker\": want window, dedicated-worker, shared-worker or service-worker (see harness run -h)\n"},
		{[]string{"run", "--implementation", "nativ"}, exitCannotRun, "", "harness: unknown implementation \"nativ\": did you mean native?\n"},
		{[]string{"run", "--implementation", "mine.ts"}, exitCannotRun, "", "harness: unknown implementation \"mine.ts\": want native, polyfill, polyfill-js, polyfill-xhr, plus, plus-xhr or a FILE.js\n"},
		{[]string{"run", "--hide", "fetch,Fetch"}, exitCannotRun, "", "harness: unknown feature \"Fetch\": did you mean fetch?\n"},
		{[]string{"run", "--browser", "ie"}, exitCannotRun, "", "harness: unknown browser \"ie\": want one of chromium, chromium@64"},
		{[]string{"run", "--browser", "Firefox"}, exitCannotRun, "", "harness: unknown browser \"Firefox\": did you mean firefox?\n"},
		{[]string{"run", "--webdriver", "grid:4444"}, exitCannotRun, "", "harness: --webdriver: invalid endpoint \"grid:4444\": want a URL, for example http://grid.example:4444\n"},
		{[]string{"run", "--webdriver", "http://grid", "--capabilities", "firefox"}, exitCannotRun, "", "want a JSON object, for example {\"browserName\": \"firefox\"}\n"},
		{[]string{"run", "--webdriver", "http://grid", "--capabilities", "@none.json"}, exitCannotRun, "", "harness: --capabilities: open none.json: no such file or directory\n"},
		{[]string{"run", "--capabilities", "{}"}, exitCannotRun, "", "harness: --capabilities requires --webdriver URL\n"},
		{[]string{"run", "--profile", "edge@50"}, exitCannotRun, "", "harness: --profile: edge has no version \"50\": want one from 12 to "},
		{[]string{"run", "--browser", "phantomjs@1", "--browser", "phantomjs@1"}, exitCannotRun, "", "harness: --browser: phantomjs@1 is given twice: give it once\n"},
		{[]string{"run", "--browser", "phantomjs@2"}, exitCannotRun, "", "harness: no PhantomJS found: run go run ./harness browsers install phantomjs@2, or set PHANTOMJS_2\n"},
		{[]string{"run", "--implementation", "native,native"}, exitCannotRun, "", "harness: two implementations are named native: rename a file, or run them one at a time\n"},
		{[]string{"run", "parse/lf", "--implementation", "none.js"}, exitCannotRun, "", "harness: implementation: open none.js: no such file or directory\n"},
		{[]string{"run", "bogus/"}, exitCannotRun, "", "harness: catalogue: no case \"bogus/\" (see harness list)\n"},
		{[]string{"run", "--client", ""}, exitCannotRun, "", "empty command: a variable may be unset"},
		{[]string{"run", "--client", "a=x", "--client", "a=y"}, exitCannotRun, "", "two clients are named a: name one of them differently"},
		{[]string{"run", "parse/lf", "--client", "exit 3"}, exitCannotRun, "", "harness: the client \"exit 3\" did not start: it exited: exit status 3\n"},
		{[]string{"list", "--client", "parse/lf"}, exitExpected, "parse/lf  must    any client\n", ""},
		{[]string{"run"}, exitCannotRun, "", "harness: no Chromium at CHROME=/nowhere: name an executable file\n"},
	}
	t.Setenv("CHROME", "/nowhere")
	t.Setenv("PHANTOMJS_1", os.Args[0])
	t.Setenv("EVENTSOURCE_BROWSERS", t.TempDir())
	for _, tt := range tests {
		var stdout, stderr bytes.Buffer
		code := dispatch(t.Context(), tt.args, &stdout, &stderr)
		require.Equal(t, tt.code, code, tt.args)
		require.Contains(t, stdout.String(), tt.stdout, tt.args)
		require.Contains(t, stderr.String(), tt.stderr, tt.args)
		if tt.stderr == "" {
			require.Empty(t, stderr.String(), tt.args)
		}
	}
}

// TestReadmeVerbs checks that README.md lists all verbs, in the order of harness help.
func TestReadmeVerbs(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(readme), "| verb | what it does |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var listed, want []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(.*?)` \\|").FindAllStringSubmatch(table, -1) {
		listed = append(listed, row[1])
	}
	for _, v := range allVerbs() {
		want = append(want, v.name)
	}
	require.Equal(t, want, listed)
}

// Verbs return errors; the type of the error distinguishes an unexpected result.
func TestExitCode(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		code   int
		stderr string
	}{
		{"success", nil, exitExpected, ""},
		{"help", flag.ErrHelp, exitExpected, ""},
		{"not as expected", unexpectedError(""), exitUnexpected, ""},
		{"not as expected, with a reason", unexpectedError("stopped"), exitUnexpected, "harness: stopped\n"},
		{"not as expected, and a view that could not be written", errors.Join(unexpectedError("stopped"), errors.New("disk full")), exitCannotRun, "harness: stopped\ndisk full\n"},
		{"could not run", errors.New("no browser"), exitCannotRun, "harness: no browser\n"},
		{"nobody reads the output", fmt.Errorf("write: %w", syscall.EPIPE), exitCannotRun, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stderr bytes.Buffer
			require.Equal(t, tt.code, exitCode(tt.err, &stderr))
			require.Equal(t, tt.stderr, stderr.String())
		})
	}
}

// The first signal that asks the program to stop cancels the context, so that verbs
// can clean up.
func TestSignals(t *testing.T) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			if signal.Ignored(s) {
				t.Skip("it is ignored, as under nohup")
			}
			ctx, stop := withSignals(t.Context())
			defer stop()
			self, err := os.FindProcess(os.Getpid())
			require.NoError(t, err)
			require.NoError(t, self.Signal(s))
			select {
			case <-ctx.Done():
				require.EqualError(t, context.Cause(ctx), "received signal: "+s.String())
			case <-time.After(10 * time.Second):
				require.Fail(t, "the context is not canceled")
			}
		})
	}
}

// An output whose reader has left cancels the context; another pipe that breaks,
// such as that of a browser, does not.
func TestOutputs(t *testing.T) {
	pipe := func() *os.File {
		r, w, err := os.Pipe()
		require.NoError(t, err)
		require.NoError(t, r.Close())
		t.Cleanup(func() { w.Close() })
		return w
	}
	ctx, stdout, _ := withOutputs(t.Context(), pipe(), os.Stderr)
	_, err := pipe().WriteString("x")
	require.ErrorIs(t, err, syscall.EPIPE)
	require.NoError(t, ctx.Err())
	_, err = io.WriteString(stdout, "x")
	require.ErrorIs(t, err, syscall.EPIPE)
	require.ErrorIs(t, context.Cause(ctx), syscall.EPIPE)
}

func TestListJSON(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitExpected, dispatch(t.Context(), []string{"list", "parse/lf", "--json"}, &stdout, &stderr))
	var cases []report.Case
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &cases))
	require.Len(t, cases, 1)
	require.Equal(t, "parse/lf", cases[0].ID)
	require.Equal(t, "Each LF is one end of line.", cases[0].Requirement)
}

// Every known browser is listed: with its path, an error, or the command that installs
// it.
func TestBrowsersJSON(t *testing.T) {
	for _, l := range browser.Launchers() {
		t.Setenv(l.Variable, "/nowhere")
	}
	t.Setenv("PHANTOMJS_1", "")
	t.Setenv("EVENTSOURCE_BROWSERS", t.TempDir())
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitExpected, dispatch(t.Context(), []string{"browsers", "--json"}, &stdout, &stderr))
	var list []known
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &list))
	require.Len(t, list, len(browser.Launchers()))
	require.Equal(t, known{Name: "chromium", Engine: "Blink", Driver: "devtools", Error: "no Chromium at CHROME=/nowhere: name an executable file"}, list[0])
	last := list[len(list)-1]
	require.Equal(t, "phantomjs@1", last.Name)
	require.Equal(t, "go run ./harness browsers install phantomjs@1", last.Install)
}

// Flags may follow arguments, and lists may be given in two ways.
func TestParseRun(t *testing.T) {
	f, err := parseRun([]string{
		"parse/", "--implementation", "native,a.js", "retry/zero", "--json=r.json", "--implementation", "polyfill", "--jobs", "3",
		"--context", "window,shared-worker", "--context", "window", "--hide", "bind,URL", "--hide", "fetch",
	}, &bytes.Buffer{})
	require.NoError(t, err)
	require.Equal(t, []string{"parse/", "retry/zero"}, f.cases.patterns)
	require.Equal(t, []string{"native", "a.js", "polyfill"}, f.implementations)
	require.Equal(t, []catalogue.Context{catalogue.Window, catalogue.SharedWorker}, f.contexts)
	require.Equal(t, []string{"bind", "URL", "fetch"}, f.hide)
	require.Equal(t, "r.json", f.views.json)
	require.Equal(t, 3, f.jobs)
}

// A quick run leaves out implementations and contexts that no flag names.
func TestParseRunQuick(t *testing.T) {
	tests := []struct {
		args            []string
		implementations []string
		contexts        []catalogue.Context
	}{
		{[]string{"--quick"}, []string{"polyfill"}, []catalogue.Context{catalogue.Window, catalogue.DedicatedWorker}},
		{[]string{"--quick", "--implementation", "native"}, []string{"native"}, []catalogue.Context{catalogue.Window, catalogue.DedicatedWorker}},
		{[]string{"--quick", "--context", "shared-worker"}, []string{"polyfill"}, []catalogue.Context{catalogue.SharedWorker}},
		{nil, []string{"native", "polyfill"}, catalogue.Contexts},
	}
	for _, tt := range tests {
		f, err := parseRun(tt.args, &bytes.Buffer{})
		require.NoError(t, err)
		plan, err := f.plan()
		require.NoError(t, err)
		loaded, err := f.loadImplementations()
		require.NoError(t, err)
		var names []string
		for _, one := range loaded {
			names = append(names, one.Name)
		}
		require.Equal(t, tt.implementations, names, tt.args)
		require.Equal(t, tt.contexts, plan.Contexts, tt.args)
	}
}

// A file whose name has a comma can be given.
func TestParseRunComma(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a,b.js")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	f, err := parseRun([]string{"--implementation", file, "--implementation", "native,polyfill"}, &bytes.Buffer{})
	require.NoError(t, err)
	require.Equal(t, []string{file, "native", "polyfill"}, f.implementations)
}

// What a profile says that a browser lacks can be hidden.
func TestProfile(t *testing.T) {
	require.Subset(t, implementation.Features, compat.Features())

	f := runFlags{implementations: []string{"polyfill-js"}, hide: []string{"bind"}, profile: "firefox@60"}
	loaded, err := f.loadImplementations()
	require.NoError(t, err)
	require.Equal(t, []string{"WebAssembly", "bind", "fetch-streams", "globalThis", "queueMicrotask", "reportError", "scheduler"}, loaded[0].Hide)
}
