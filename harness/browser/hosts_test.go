package browser

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// A program resolves a name that was added while other programs do not.
func TestHosts(t *testing.T) {
	h, err := NewHosts()
	if err != nil {
		t.Skip(err)
	}
	defer h.Remove()
	resolve := func(argv []string) error { return exec.Command(argv[0], argv[1:]...).Run() }
	lookup := []string{"getent", "hosts", "added.test"}
	require.Error(t, resolve(h.command(lookup)))
	require.NoError(t, h.Resolve("added.test"))
	require.NoError(t, resolve(h.command(lookup)))
	require.Error(t, resolve(lookup))
}
