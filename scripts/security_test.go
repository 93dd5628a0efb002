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
// catalogue, or tests of this repository.
func TestSecurityClaims(t *testing.T) {
	text, err := os.ReadFile("../SECURITY.md")
	require.NoError(t, err)
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
}
