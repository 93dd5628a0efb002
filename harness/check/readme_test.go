package check

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the table of findings in harness/README.md")

// TestReadme checks that the table of findings in harness/README.md is made from
// [Rules].
func TestReadme(t *testing.T) {
	raw, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	want := "| finding | | about | fix |\n| --- | --- | --- | --- |\n"
	for _, r := range Rules {
		want += fmt.Sprintf("| `%s` | %s | %s | %s |\n", r.ID, r.Severity, r.Title.English, r.Fix.English)
	}
	table := regexp.MustCompile(`(?m)^\| finding \| \| about \| fix \|\n(\|.*\n)*`)
	if *update {
		require.NoError(t, os.WriteFile("../README.md", table.ReplaceAllLiteral(raw, []byte(want)), 0o644))
		return
	}
	require.Equal(t, want, table.FindString(string(raw)), "renew it with go test ./harness/check -update")
}

// Every rule belongs to a point of the advice, has its texts, and differs from the others.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules {
		require.Regexp(t, `^check/[a-z0-9-]+$`, r.ID)
		require.False(t, seen[r.ID], r.ID)
		seen[r.ID] = true
		require.True(t, r.Point == "http2" || slices.ContainsFunc(Points, func(p Point) bool { return p.Name == r.Point }), r.ID)
		require.NotEmpty(t, r.Why, r.ID)
		require.NotEmpty(t, r.Fix.English, r.ID)
		require.Regexp(t, `\p{Han}.*[。0-9]$`, r.Fix.Chinese, r.ID)
		require.NotEmpty(t, r.Title.Chinese, r.ID)
		for server, line := range r.Lines {
			require.Contains(t, Servers, server, r.ID)
			require.NotContains(t, line, "\n", r.ID)
		}
		require.Contains(t, Help(), r.ID)
	}
	for _, p := range Points {
		require.NotContains(t, strings.ToLower(p.Text.English), "<script", p.Name)
	}
}
