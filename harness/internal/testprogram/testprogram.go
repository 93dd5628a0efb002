// Package testprogram starts programs for tests. They end with the test.
package testprogram

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/internal/tcpport"
)

// startLimit is how long a server may take to listen, on a busy machine.
const startLimit = time.Minute

// Display starts an X server, and sets DISPLAY. It skips the test if Xvfb is missing.
func Display(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("Xvfb"); err != nil {
		t.Skip(err)
	}
	r, w, err := os.Pipe()
	require.NoError(t, err)
	x := exec.Command("Xvfb", "-displayfd", "3", "-nolisten", "tcp", "-screen", "0", "1024x768x24")
	x.ExtraFiles = []*os.File{w}
	require.NoError(t, x.Start())
	w.Close()
	t.Cleanup(func() {
		_ = x.Process.Kill()
		_ = x.Wait()
	})
	number, err := bufio.NewReader(r).ReadString('\n')
	require.NoError(t, err)
	t.Setenv("DISPLAY", ":"+strings.TrimSpace(number))
	t.Setenv("WAYLAND_DISPLAY", "")
}

// Serve starts a server that is told its port in the variable PORT, waits until it
// listens, and returns its origin.
func Serve(t *testing.T, command ...string) (origin string) {
	t.Helper()
	return ServeAt(t, FreePort(t), command...)
}

// ServeAt is Serve for a server whose port is in its configuration.
func ServeAt(t *testing.T, port int, command ...string) (origin string) {
	t.Helper()
	process := exec.CommandContext(t.Context(), command[0], command[1:]...)
	process.Env = append(os.Environ(), fmt.Sprint("PORT=", port))
	process.Stderr = t.Output()
	require.NoError(t, process.Start())
	t.Cleanup(func() { _ = process.Wait() })

	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	require.NoError(t, tcpport.Await(ctx, port), strings.Join(command, " "))
	return fmt.Sprintf("http://127.0.0.1:%d", port)
}

// FreePort returns a port on which nothing listens.
func FreePort(t *testing.T) int {
	t.Helper()
	ports, err := tcpport.Free(1)
	require.NoError(t, err)
	return ports[0]
}
