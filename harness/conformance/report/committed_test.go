package report

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
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

// TestCommittedClients checks that the committed tables of clients and parsers are made
// from the committed report.
func TestCommittedClients(t *testing.T) {
	run, err := Read(committed + "clients/clients.json")
	require.NoError(t, err)
	require.Equal(t, run.clients(false), committedTable(t, "clients"), "renew it: go run ./harness report --clients www/results/README.md www/results/clients/clients.json")
	require.Equal(t, run.clients(true), committedTable(t, "parsers"))
	clients, parsers := 0, 0
	for _, target := range run.Targets {
		if slices.Contains(target.Can, "feed") {
			parsers++
		} else {
			clients++
		}
	}
	require.GreaterOrEqual(t, clients, 10)
	require.GreaterOrEqual(t, parsers, 6)
}

// TestCommittedBuilds checks that the committed tables say which build of the
// polyfill was judged and when: it may be an earlier one than that in
// polyfill/dist.
func TestCommittedBuilds(t *testing.T) {
	const build = `^(\d+\.\d+\.\d+ )?` + "`[0-9a-f]{12}`$"
	const date = `^\d{4}-\d\d-\d\d$`
	const recorded = "2026-11-28" // reports name builds from then on

	header, rows := cells(committedTable(t, "browsers"))
	for _, row := range rows {
		day := row[column(t, header, "date")]
		require.Regexp(t, date, day, row[0])
		if day >= recorded {
			require.Regexp(t, build, row[column(t, header, "polyfill build")], row[0])
		}
	}
}

// committedTable returns the table between the marks of a name.
func committedTable(t *testing.T, name string) string {
	content, err := os.ReadFile(committed + "README.md")
	require.NoError(t, err)
	found := regexp.MustCompile(`(?s)<!-- ` + name + ` -->\n(.*)<!-- /` + name + ` -->`).FindSubmatch(content)
	require.NotNil(t, found)
	return string(found[1])
}

// cells returns the header and the rows of a Markdown table.
func cells(table string) (header []string, rows [][]string) {
	for line := range strings.Lines(table) {
		var row []string
		for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			row = append(row, strings.TrimSpace(cell))
		}
		rows = append(rows, row)
	}
	return rows[0], rows[2:]
}

func column(t *testing.T, header []string, name string) int {
	for i, cell := range header {
		if cell == name {
			return i
		}
	}
	require.Contains(t, header, name)
	return -1
}
