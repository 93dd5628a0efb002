package scripts

import (
	"os"
	"regexp"
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

// TestChineseReadme checks that README.zh-CN.md and the English READMEs link to each
// other, and that it quotes the same sizes as README.md.
func TestChineseReadme(t *testing.T) {
	read := func(path string) string {
		text, err := os.ReadFile("../" + path)
		require.NoError(t, err)
		return string(text)
	}
	chinese, english := read("README.zh-CN.md"), read("README.md")
	require.Contains(t, english, "(README.zh-CN.md)")
	require.Contains(t, read("polyfill/README.md"), "(../README.zh-CN.md)")
	for _, path := range []string{"(README.md)", "(polyfill/README.md)"} {
		require.Contains(t, chinese, path)
	}
	for _, name := range []string{"eventsource.js", "eventsource-legacy.js"} {
		sizes := regexp.MustCompile("(?m)^\\| `" + regexp.QuoteMeta(name) + "`[^|]*(\\|.*)$")
		require.NotEmpty(t, sizes.FindStringSubmatch(english), name)
		require.Equal(t, sizes.FindStringSubmatch(english)[1], sizes.FindStringSubmatch(chinese)[1], name)
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
