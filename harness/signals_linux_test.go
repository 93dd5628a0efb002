package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
)

// everySignal makes TestSignalStages send each signal at each stage.
var everySignal = flag.Bool("every-signal", false, "TestSignalStages: send each signal at each stage")

// TestSignalStages stops harness run at each stage with a signal. The exit code must be 2,
// and no process, no profile and no half-written file may be left.
func TestSignalStages(t *testing.T) {
	if _, err := browser.Find("chromium"); err != nil {
		t.Skip(err)
	}
	contains := func(path, text string) func(*stopped) bool {
		return func(s *stopped) bool {
			content, _ := os.ReadFile(filepath.Join(s.folder, path))
			return bytes.Contains(content, []byte(text))
		}
	}
	stages := []struct {
		name  string
		begun func(*stopped) bool
		usual syscall.Signal // the one to send without -every-signal
	}{
		{"at the start", func(s *stopped) bool { return true }, syscall.SIGHUP},
		{"while the browser starts", func(s *stopped) bool { return s.profiles() > 0 }, syscall.SIGTERM},
		{"while cases run", contains("lines", "\n"), syscall.SIGINT},
	}
	for _, stage := range stages {
		chosen := []syscall.Signal{stage.usual}
		if *everySignal {
			chosen = []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
		}
		for _, sent := range chosen {
			t.Run(stage.name+", "+sent.String(), func(t *testing.T) {
				if signal.Ignored(sent) {
					t.Skip("the tests were started by a program that ignores " + sent.String() + ", as nohup does, so harness ignores it too")
				}
				// Not t.TempDir, whose path is too long for a socket of Chromium.
				folder, err := os.MkdirTemp("", "stopped")
				require.NoError(t, err)
				s := &stopped{folder: folder}
				t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
				require.NoError(t, os.Mkdir(s.temporary(), 0o755))
				var output bytes.Buffer
				command := exec.Command(os.Args[0], "run", "--context", "window", "--implementation", "native",
					"--json-lines", filepath.Join(s.folder, "lines"), "--json", filepath.Join(s.folder, "json"), "--html", filepath.Join(s.folder, "html"), "parse/", "retry/")
				command.Env = append(os.Environ(), asHarness+"=1", "TMPDIR="+s.temporary())
				command.Stdout, command.Stderr = &output, &output
				command.WaitDelay = time.Second
				require.NoError(t, command.Start())
				exited := make(chan error, 1)
				go func() { exited <- command.Wait() }()

				if stage.name == "at the start" {
					time.Sleep(50 * time.Millisecond) // until it has asked for signals
				}
				require.Eventually(t, func() bool { return stage.begun(s) }, 2*time.Minute, time.Millisecond)
				require.NoError(t, command.Process.Signal(sent))
				select {
				case <-exited:
				case <-time.After(time.Minute):
					command.Process.Kill()
					require.Fail(t, "it did not exit", output.String())
				}
				status := command.ProcessState.Sys().(syscall.WaitStatus)
				if ended := status.Signaled() && status.Signal() == sent; !ended || stage.name != "at the start" {
					require.Equal(t, exitCannotRun, status.ExitStatus(), "%v: %s", status, output.String())
					require.Contains(t, output.String(), "received signal: "+sent.String())
				}
				require.Eventually(t, func() bool { return !mentioned("TMPDIR=" + s.temporary()) }, 10*time.Second, 20*time.Millisecond,
					"a process of harness or the browser is left")
				left, err := os.ReadDir(s.temporary())
				require.NoError(t, err)
				require.Empty(t, left)
				s.requireWhole(t)
			})
		}
	}
}

// TestSignalWhileWriting sends a signal while a verb writes its report: its standard output is
// a pipe that is full. All files become whole, so the exit code is that of the report.
func TestSignalWhileWriting(t *testing.T) {
	const committed = "../www/results/chromium.json"
	tests := []struct {
		verb   string
		args   []string
		signal syscall.Signal
	}{
		{"report", []string{committed}, syscall.SIGINT},
		{"report", []string{committed}, syscall.SIGTERM},
		{"report", []string{committed}, syscall.SIGHUP},
		{"run", []string{"parse/", "--implementation", "native", "--context", "window"}, syscall.SIGTERM},
	}
	for _, tt := range tests {
		t.Run(tt.verb+", "+tt.signal.String(), func(t *testing.T) {
			if _, err := browser.Find("chromium"); tt.verb == "run" && err != nil {
				t.Skip(err)
			}
			if signal.Ignored(tt.signal) {
				t.Skip("it is ignored, as under nohup")
			}
			folder, err := filepath.Abs(t.TempDir())
			require.NoError(t, err)
			stdout, end, err := os.Pipe()
			require.NoError(t, err)
			defer stdout.Close()
			_, _, failed := syscall.Syscall(syscall.SYS_FCNTL, end.Fd(), 1031, 4096) // F_SETPIPE_SZ
			require.Zero(t, failed)
			var stderr bytes.Buffer
			args := append([]string{tt.verb}, tt.args...)
			command := exec.CommandContext(t.Context(), os.Args[0], append(args, "--json", "-", "--html", filepath.Join(folder, "html"))...)
			command.Env = append(os.Environ(), asHarness+"=1")
			command.Stdout, command.Stderr = end, &stderr
			require.NoError(t, command.Start())
			require.NoError(t, end.Close())

			first := make([]byte, 1)
			_, err = io.ReadFull(stdout, first) // now it writes the rest
			require.NoError(t, err)
			require.NoError(t, command.Process.Signal(tt.signal))
			rest, err := io.ReadAll(stdout)
			require.NoError(t, err)
			require.Greater(t, len(rest), 8192, "the pipe held all of it")
			require.NoError(t, command.Wait(), stderr.String())
			require.True(t, json.Valid(append(first, rest...)))
			page, err := os.ReadFile(filepath.Join(folder, "html"))
			require.NoError(t, err)
			require.Contains(t, string(page), "</html>")
			left, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Len(t, left, 1)
		})
	}
}

// A stopped is a harness that a signal stops.
type stopped struct{ folder string }

func (s *stopped) temporary() string { return filepath.Join(s.folder, "temporary") }

// profiles returns the number of profiles of browsers that start.
func (s *stopped) profiles() int {
	found, _ := os.ReadDir(s.temporary())
	return len(found)
}

// requireWhole checks that every file of results is whole: lines of JSON, JSON, and no
// temporary file.
func (s *stopped) requireWhole(t *testing.T) {
	files, err := os.ReadDir(s.folder)
	require.NoError(t, err)
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(s.folder, f.Name()))
		switch f.Name() {
		case "temporary":
		case "lines":
			require.NoError(t, err)
			for line := range bytes.Lines(content) {
				require.True(t, json.Valid(line), "%s", line)
			}
		case "json", "json.partial":
			require.NoError(t, err)
			require.True(t, json.Valid(content), f.Name())
		case "html", "html.partial":
			require.NoError(t, err)
			require.Contains(t, string(content), "</html>")
		default:
			require.Fail(t, "this file is left: "+f.Name())
		}
	}
}
