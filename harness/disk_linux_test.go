package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
)

// TestDiskFull runs each verb that writes files while the disk is full. The exit code is 2,
// the error names each file, earlier files stay as they were, and neither temporary files
// nor processes are left.
func TestDiskFull(t *testing.T) {
	disk := t.TempDir()
	if output, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no small disk can be mounted: %s", output)
	}
	t.Cleanup(func() { require.NoError(t, exec.Command("umount", disk).Run()) })
	in := func(name string) string { return filepath.Join(disk, name) }
	stream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: hello\n\n")
	}))
	defer stream.Close()
	const committed = "../www/results/chromium.json"
	tests := []struct {
		name    string
		args    []string
		earlier []string // files that exist
		failed  []string // files that cannot be written
	}{
		{"run", []string{"run", "parse/lf", "--implementation", "native", "--context", "window",
			"--json", in("json"), "--junit", in("junit"), "--html", in("html")},
			[]string{"json", "junit", "html"}, []string{"json", "junit", "html"}},
		{"run, while it writes lines", []string{"run", "parse/lf", "--implementation", "native", "--context", "window", "--json-lines", in("lines")},
			nil, []string{"lines"}},
		{"bench", []string{"bench", "start", "--quick", "--rounds", "1", "--implementation", "native", "--json", in("json"), "--html", in("html")},
			[]string{"json", "html"}, []string{"json", "html"}},
		{"faults", []string{"faults", "reset-every-byte", "--implementation", "native", "--json", in("json"), "--html", in("html")},
			[]string{"json", "html"}, []string{"json", "html"}},
		{"fuzz", []string{"fuzz", "--implementation", wrongImplementation(t), "--seed", "1", "--streams", "5", "--save", disk},
			[]string{"fuzz.json"}, []string{"fuzz.json"}},
		{"check", []string{"check", stream.URL, "--for", "1s", "--json", in("json"), "--junit", in("junit")},
			[]string{"json", "junit"}, []string{"json", "junit"}},
		{"report", []string{"report", committed, "--json", in("json"), "--junit", in("junit"), "--html", in("html"), "--table", in("table")},
			[]string{"json", "junit", "html", "table"}, []string{"json", "junit", "html", "table"}},
		{"results add", []string{"results", "add", "--results", disk, "--note", "a test", committed},
			nil, []string{"chromium@156.json"}},
		{"serve --export", []string{"serve", "--export", in("site")}, nil, []string{"site"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Cleanup(func() { // for the next test, if this one fails
				left, _ := filepath.Glob(in("*"))
				for _, path := range left {
					_ = os.RemoveAll(path)
				}
			})
			const content = "earlier\n<!-- peers -->\n<!-- /peers -->\n" // report --table replaces what is between
			for _, name := range tt.earlier {
				require.NoError(t, os.WriteFile(in(name), []byte(content), 0o644))
			}
			require.ErrorIs(t, os.WriteFile(in("filler"), make([]byte, 128<<10), 0o644), syscall.ENOSPC)
			code, stderr := runAlone(t, nil, tt.args...)
			require.Equal(t, exitCannotRun, code, stderr)
			for _, name := range tt.failed {
				require.Regexp(t, `write `+in(name)+`[^:]*: no space left on device`, stderr)
			}
			require.NoError(t, os.Remove(in("filler")))
			for _, name := range tt.earlier {
				now, err := os.ReadFile(in(name))
				require.NoError(t, err)
				require.Equal(t, content, string(now))
				require.NoError(t, os.Remove(in(name)))
			}
			if tt.name == "run, while it writes lines" { // the file exists from the start, and has whole lines only
				lines, err := os.ReadFile(in("lines"))
				require.NoError(t, err)
				require.Empty(t, string(lines))
				require.NoError(t, os.Remove(in("lines")))
			}
			left, err := os.ReadDir(disk)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
	t.Run("profile", func(t *testing.T) {
		if _, err := browser.Find("chromium"); err != nil {
			t.Skip(err)
		}
		t.Setenv("TMPDIR", disk)
		var stdout, stderr bytes.Buffer
		code := dispatch(t.Context(), []string{"run", "--implementation", "native", "--context", "window", "parse/lf"}, &stdout, &stderr)
		if code == exitExpected { // the browser can do without the files of its profile
			require.Contains(t, stdout.String(), "1 pass")
		} else {
			require.Equal(t, exitCannotRun, code)
			require.NotEmpty(t, stderr.String())
		}
		left, err := os.ReadDir(disk)
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

// TestOutputFull checks that each verb whose result is text on standard output ends with
// exit code 2 if it cannot write that, as on a full disk.
func TestOutputFull(t *testing.T) {
	native := []string{"run", "parse/lf", "--implementation", "native", "--context", "window"}
	for _, args := range [][]string{
		{"show", "parse/lf"}, {"list"}, {"list", "--json"}, {"list", "--schema"}, {"version"}, {"completion", "bash"}, {"help"}, {"run", "-h"},
		{"report", "../www/results/chromium.json"}, {"report", "../www/results/chromium.json", "--json", "-"}, {"browsers"},
		native, append(native, "--json-lines", "-"),
		{"mock", "--case", "parse/lf"}, {"serve", "--addr", "127.0.0.1:0"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			require.NoError(t, err)
			defer full.Close()
			code, stderr := runAlone(t, full, args...)
			require.Equal(t, exitCannotRun, code, stderr)
			require.Regexp(t, `(?m)^harness: .*write /dev/stdout: no space left on device$`, stderr)
		})
	}
}

// runAlone runs the harness as a process of its own, checks that it leaves neither processes
// nor profiles, and returns its exit code and what it wrote to standard error. A nil stdout
// is discarded.
func runAlone(t *testing.T, stdout *os.File, args ...string) (code int, stderr string) {
	// Not t.TempDir, whose path is too long for a socket of Chromium.
	temporary, err := os.MkdirTemp("", "t")
	require.NoError(t, err)
	defer os.RemoveAll(temporary)
	var written bytes.Buffer
	command := exec.CommandContext(t.Context(), os.Args[0], args...)
	command.Env = append(os.Environ(), asHarness+"=1", "TMPDIR="+temporary)
	command.Stderr = &written
	if stdout != nil {
		command.Stdout = stdout
	}
	err = command.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool { return !mentioned("TMPDIR=" + temporary) }, time.Minute, 20*time.Millisecond,
		"a process is left")
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	require.Empty(t, left)
	return command.ProcessState.ExitCode(), written.String()
}

// wrongImplementation writes a script that does not conform, and returns its path.
func wrongImplementation(t *testing.T) string {
	const folder = "conformance/runner/testdata/wrong/"
	base, err := os.ReadFile(folder + "base.js")
	require.NoError(t, err)
	wrong, err := os.ReadFile(folder + "crlf-is-two.js")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "wrong.js")
	require.NoError(t, os.WriteFile(path, append(base, wrong...), 0o644))
	return path
}
