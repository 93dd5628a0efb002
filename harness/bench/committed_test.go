package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The committed results, and the pages that show them.
const (
	committed = "../../www/bench"
	tables    = committed + "/README.md"
)

// TestCommittedTables checks that the tables in www/bench/README.md are those of the
// JSON documents beside it: between the comments <!-- NAME.json --> and
// <!-- /NAME.json --> stands what [Results.Markdown] returns. With -update it writes
// them.
func TestCommittedTables(t *testing.T) {
	content, err := os.ReadFile(tables)
	require.NoError(t, err)
	text := string(content)
	for name, r := range readCommitted(t) {
		begin, end := fmt.Sprintf("<!-- %s -->\n\n", name), fmt.Sprintf("<!-- /%s -->", name)
		before, rest, ok := strings.Cut(text, begin)
		require.True(t, ok, "write %q into %s, where the tables belong", begin, tables)
		got, after, ok := strings.Cut(rest, end)
		require.True(t, ok, "write %q into %s, after the tables", end, tables)
		if *update {
			got = r.Markdown()
			text = before + begin + got + end + after
		}
		require.Equal(t, r.Markdown(), got, "%s has other tables than %s: run go test ./harness/bench -run TestCommitted -update", tables, name)
	}
	if *update {
		require.NoError(t, os.WriteFile(tables, []byte(text), 0o644))
	}
}

// TestCommittedBuilds checks that tables which were made with another build of the
// polyfill than the committed one say with which: date and short hash.
func TestCommittedBuilds(t *testing.T) {
	built, err := Load(ours)
	require.NoError(t, err)
	for name, r := range readCommitted(t) {
		for _, m := range r.Implementations {
			if m.Name != ours || m.Build.SHA256 == built.Build().SHA256 {
				continue
			}
			require.NotEmpty(t, m.Build.Short(), "%s does not record the build of the polyfill: measure again", name)
			for _, table := range r.Tables {
				caption := r.caption(table)
				require.Contains(t, caption, r.Started.Format(time.DateOnly))
				require.Contains(t, caption, m.Build.Short())
			}
		}
	}
	for _, path := range []string{"../../README.md", tables} {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, checkBuilds(string(content), built.Build().Short()), path)
	}
}

// speedTable matches the head of a table with measurements.
var speedTable = regexp.MustCompile(`(?m)^\|.*\b(x native|events/s|events|MB peak|ms)\b.*\|\n\| ---`)

// checkBuilds checks that every table with measurements was made with the committed
// build, or that the section around it has a date and a short hash, or says that the
// build was not recorded.
func checkBuilds(markdown, build string) error {
	date := regexp.MustCompile(`20\d\d-\d\d-\d\d`)
	which := regexp.MustCompile("`[0-9a-f]{12}`|build of the polyfill was not recorded")
	for _, section := range regexp.MustCompile(`(?m)^#`).Split(markdown, -1) {
		head := speedTable.FindString(section)
		if head != "" && !strings.Contains(section, "`"+build+"`") && !(date.MatchString(section) && which.MatchString(section)) {
			first, _, _ := strings.Cut(head, "\n")
			return fmt.Errorf("the table %q was not made with the committed build %s, and its section does not say when and with which: want a date and a short hash", first, build)
		}
	}
	return nil
}

func TestCheckBuilds(t *testing.T) {
	const table = "| | rate | x native |\n| --- | --- | --- |\n| a | 1 | 2 |\n"
	tests := []struct {
		name, text string
		ok         bool
	}{
		{"no table", "# speed\n\nfast\n", true},
		{"another table", "| file | bytes |\n| --- | --- |\n", true},
		{"the committed build", "# speed\n`0123456789ab`\n" + table, true},
		{"a date and a hash", "2026-11-22, `ba9876543210`\n" + table, true},
		{"the hash below", table + "with `ba9876543210` on 2026-11-22\n", true},
		{"not recorded", "2026-11-22; the build of the polyfill was not recorded\n" + table, true},
		{"no hash", "2026-11-22, an earlier build\n" + table, false},
		{"no date", "`ba9876543210`\n" + table, false},
		{"in another section", "2026-11-22, `ba9876543210`\n## more\n" + table, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.ok, checkBuilds(tt.text, "0123456789ab") == nil)
		})
	}
}

// TestPageKnowsKinds checks that the page of the results has a title for each kind, and its
// text in Chinese.
func TestPageKnowsKinds(t *testing.T) {
	page, err := os.ReadFile("../../www/bench.js")
	require.NoError(t, err)
	for _, kind := range append(Kinds(), "soak", "'soak-cpu'", "'soak-reconnections'") {
		require.Contains(t, string(page), "\n    "+kind+": [", "give the kind a title in www/bench.js")
	}
	for _, k := range kinds {
		_, what, found := strings.Cut(k.what, ": ") // before it stand numbers
		if !found {
			what = k.what
		}
		require.Contains(t, string(page), strings.ReplaceAll(what, "'", `\'`)+"', '", "give what %s measures a Chinese text in www/bench.js", k.name)
	}
}

// readCommitted reads the committed documents, by name.
func readCommitted(t *testing.T) map[string]*Results {
	t.Helper()
	paths, err := filepath.Glob(committed + "/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	all := map[string]*Results{}
	for _, path := range paths {
		r, err := Read(path)
		require.NoError(t, err)
		all[filepath.Base(path)] = r
	}
	return all
}
