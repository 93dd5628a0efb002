package scripts

import (
	"go/build"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestProcessors checks that every Go file is built for all processors of a system or
// for none, so that checking one processor of each system is enough.
func TestProcessors(t *testing.T) {
	listed, err := exec.CommandContext(t.Context(), "git", "ls-files", "../*.go").Output()
	require.NoError(t, err)
	files := strings.Fields(string(listed))
	require.Greater(t, len(files), 200)
	for _, file := range files {
		folder, name := filepath.Split(file)
		if strings.Contains(file, "/testdata/") {
			continue
		}
		for _, system := range []string{"linux", "darwin", "windows"} {
			var built []bool
			for _, processor := range []string{"amd64", "arm64"} {
				c := build.Default
				c.GOOS, c.GOARCH = system, processor
				match, err := c.MatchFile(folder, name)
				require.NoError(t, err)
				built = append(built, match)
			}
			require.Equal(t, built[0], built[1], "%s in %s", file, system)
		}
	}
}
