package report

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

const committed = "../../../www/results/"

// TestCommittedBrowsers checks that the committed table of browsers is made from the
// committed reports.
func TestCommittedBrowsers(t *testing.T) {
	paths, err := filepath.Glob(committed + "*.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	var runs []*Report
	for _, path := range paths {
		run, err := Read(path)
		require.NoError(t, err)
		runs = append(runs, run)
	}
	require.Equal(t, browsers(runs), committedTable(t, "browsers"), "renew it: go run ./harness report --browsers www/results/README.md www/results/*.json")
}

// committedTable returns the table between the marks of a name.
func committedTable(t *testing.T, name string) string {
	content, err := os.ReadFile(committed + "README.md")
	require.NoError(t, err)
	found := regexp.MustCompile(`(?s)<!-- ` + name + ` -->\n(.*)<!-- /` + name + ` -->`).FindSubmatch(content)
	require.NotNil(t, found)
	return string(found[1])
}
