package browser

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The profile of a process that was killed is removed by the next one; those of live
// processes stay.
func TestRemoveDead(t *testing.T) {
	if os.Getenv("MAKE_PROFILE") != "" { // the test program as another process
		p, err := newProfile()
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(p.folder, "state"), nil, 0o600))
		os.Stdout.WriteString(p.folder + "\n")
		os.Stdin.Read(make([]byte, 1)) // until killed
		return
	}
	in := t.TempDir()
	start := func() (folder string, kill func()) {
		c := exec.Command(os.Args[0], "-test.run=^TestRemoveDead$")
		c.Env = append(os.Environ(), "MAKE_PROFILE=1", "TMPDIR="+in)
		_, err := c.StdinPipe()
		require.NoError(t, err)
		out, err := c.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, c.Start())
		lines := bufio.NewScanner(out)
		require.True(t, lines.Scan())
		return lines.Text(), func() {
			c.Process.Kill()
			c.Wait()
		}
	}
	dead, kill := start()
	live, end := start()
	defer end()
	t.Setenv("TMPDIR", in)
	own, err := newProfile()
	require.NoError(t, err)
	unlocked, err := os.MkdirTemp(in, profilePattern)
	require.NoError(t, err)

	removeDead(in)
	for _, folder := range []string{dead, live, own.folder, unlocked} {
		require.DirExists(t, folder)
	}
	kill()
	removeDead(in)
	require.NoDirExists(t, dead)
	for _, folder := range []string{live, own.folder, unlocked} {
		require.DirExists(t, folder)
	}
	own.remove()
	require.NoDirExists(t, own.folder)
}
