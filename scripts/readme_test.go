package scripts

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadmeTables checks that README.md quotes the large tables: each row of its
// sections on speed and conformance stands in one of them, word for word.
func TestReadmeTables(t *testing.T) {
	var rows []string
	for _, path := range []string{"../www/bench/README.md", "../www/results/README.md"} {
		rows = append(rows, tableRows(t, path, "#")...)
	}
	for _, heading := range []string{"## How fast", "## How conforming"} {
		quoted := tableRows(t, "../README.md", heading)
		require.NotEmpty(t, quoted, heading)
		require.Subset(t, rows, quoted, "README.md, %s: copy the rows from the large tables", heading)
	}
}

// tableRows returns the rows of all tables of a Markdown file that stand between a
// heading and the next heading of its level; "#" stands for the whole file.
func tableRows(t *testing.T, path, heading string) (rows []string) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	inside := heading == "#"
	level, _, _ := strings.Cut(heading, " ")
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case line == heading:
			inside = true
		case heading != "#" && strings.HasPrefix(line, "#") && strings.Count(line, "#") <= len(level):
			inside = false
		case inside && strings.HasPrefix(line, "|"):
			rows = append(rows, line)
		}
	}
	return rows
}
