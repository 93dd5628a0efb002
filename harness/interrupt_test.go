package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/report"
)

// asHarness is a variable that makes the test binary the harness itself.
const asHarness = "EVENTSOURCE_TEST_AS_HARNESS"

func TestMain(m *testing.M) {
	if os.Getenv(asHarness) != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestInterruptedRun stops a run while its browser runs cases: it keeps the results so
// far as FILE.partial, and leaves neither processes nor profiles.
func TestInterruptedRun(t *testing.T) {
	if _, err := browser.Find("chromium"); err != nil {
		t.Skip(err)
	}
	tests := []struct {
		name   string
		signal os.Signal // sent when a case has passed; nil: standard output is closed, as by head
		stderr string    // what the harness prints at the end
	}{
		{"the terminal closes", syscall.SIGHUP, "harness: received signal: hangup; partial results are in r.json.partial\n"},
		{"another program ends it", syscall.SIGTERM, "harness: received signal: terminated; partial results are in r.json.partial\n"},
		{"nobody reads the results", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.signal != nil && signal.Ignored(tt.signal) {
				t.Skip("it is ignored, as under nohup")
			}
			folder := t.TempDir()
			temporary, err := os.MkdirTemp("", "t") // a short path: Chromium has sockets in it
			require.NoError(t, err)
			defer os.RemoveAll(temporary)
			c := exec.CommandContext(t.Context(), os.Args[0], "run", "parse/", "--jobs", "1", "--implementation", "native",
				"--context", "window", "--json-lines", "-", "--json", "r.json")
			c.Dir = folder
			c.Env = append(os.Environ(), asHarness+"=1", "TMPDIR="+temporary)
			var stderr bytes.Buffer
			c.Stderr = &stderr
			stdout, err := c.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, c.Start())

			results := bufio.NewReader(stdout)
			for line := ""; !strings.Contains(line, `"verdict":"pass"`); { // some cases have a result without the browser
				line, err = results.ReadString('\n')
				require.NoError(t, err, stderr.String())
			}
			profiles, err := filepath.Glob(filepath.Join(temporary, "harness-*"))
			require.NoError(t, err)
			require.Len(t, profiles, 1)
			if tt.signal != nil {
				require.NoError(t, c.Process.Signal(tt.signal))
				_, err = io.Copy(io.Discard, results)
				require.NoError(t, err)
			} else {
				require.NoError(t, stdout.Close())
			}
			err = c.Wait()

			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, stderr.String())
			require.Equal(t, exitCannotRun, exit.ExitCode(), stderr.String())
			require.True(t, strings.HasSuffix(stderr.String(), tt.stderr), stderr.String())
			require.NoFileExists(t, filepath.Join(folder, "r.json"))
			partial, err := report.Read(filepath.Join(folder, "r.json.partial"))
			require.NoError(t, err)
			require.NotEmpty(t, partial.Results)
			left, err := os.ReadDir(temporary)
			require.NoError(t, err)
			require.Empty(t, left)
			require.Eventually(t, func() bool { return !mentioned(profiles[0]) }, 10*time.Second, 10*time.Millisecond,
				"a process of the browser is left")
		})
	}
}

// mentioned reports whether the environment of a process contains a text. Without /proc,
// it reports false.
func mentioned(text string) bool {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		if environ, _ := os.ReadFile(file); bytes.Contains(environ, []byte(text)) {
			return true
		}
	}
	return false
}
