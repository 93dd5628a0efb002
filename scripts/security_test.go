package scripts

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// TestSecurityClaims checks that each claim of SECURITY.md names its proof: cases of the
// catalogue, or tests of this repository; and that the tests exist that it and other
// documents name.
func TestSecurityClaims(t *testing.T) {
	text, err := os.ReadFile("../SECURITY.md")
	require.NoError(t, err)
	known := proofs(t)
	name := regexp.MustCompile("`([^`]+)`")
	claims := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 4 || strings.TrimSpace(cells[1]) == "claim" || strings.HasPrefix(cells[1], " ---") {
			continue
		}
		proofs := name.FindAllStringSubmatch(cells[2], -1)
		require.NotEmpty(t, proofs, cells[1])
		for _, proof := range proofs {
			require.True(t, known[proof[1]], "%s: %s is neither a case nor a test", cells[1], proof[1])
		}
		claims++
	}
	require.Greater(t, claims, 15)

	// Tests that other sentences name.
	for _, path := range []string{"../SECURITY.md", "../polyfill/README.md", "../harness/README.md"} {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, named := range regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w+)`").FindAllSubmatch(text, -1) {
			require.True(t, known[string(named[1])], "%s: there is no test %s", path, named[1])
		}
	}
}

// proofs returns the ids of cases and the names of test functions of this repository.
func proofs(t *testing.T) map[string]bool {
	cases, err := catalogue.Load()
	require.NoError(t, err)
	known := map[string]bool{}
	for i := range cases {
		known[cases[i].ID] = true
	}
	command := exec.Command("git", "grep", "-hE", `^func (Test|Fuzz)`, "--", "*_test.go")
	command.Dir = ".."
	functions, err := command.Output()
	require.NoError(t, err)
	for _, found := range regexp.MustCompile(`(?m)^func (\w+)\(`).FindAllSubmatch(functions, -1) {
		known[string(found[1])] = true
	}
	return known
}

// TestRequestsProven checks that each row of "What users ask for" in polyfill/README.md
// names existing cases and tests. A row without code that could prove it has no proof.
func TestRequestsProven(t *testing.T) {
	text, err := os.ReadFile("../polyfill/README.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## What users ask for\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	known := proofs(t)
	rows, unproven := 0, 0
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 3 || strings.HasPrefix(line, "| request |") || strings.HasPrefix(line, "| ---") {
			continue
		}
		rows++
		names := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[2], -1)
		if len(names) == 0 {
			unproven++
		}
		for _, name := range names {
			prefix, many := strings.CutSuffix(name[1], "…")
			exists := known[name[1]]
			for proof := range known {
				exists = exists || many && strings.HasPrefix(proof, prefix)
			}
			require.True(t, exists, "%s: %s is neither a case nor a test", cells[0], name[1])
		}
	}
	require.Equal(t, 30, rows)
	require.Equal(t, 2, unproven)
}
