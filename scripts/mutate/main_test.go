package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMutate checks that mutants of a package whose tests leave out the limit survive,
// that the others are killed, and that a second run knows it.
func TestMutate(t *testing.T) {
	p := plan{jobs: 2, known: t.TempDir()}
	for range 2 {
		var out bytes.Buffer
		r, err := p.run("testdata/grade", &out)
		require.NoError(t, err)
		require.Equal(t, "testdata/grade: 4 mutants: 1 killed, 0 explained, 3 survived; score 25.0 % (0 more do not compile)", r.String())
		lines := slices.Sorted(strings.Lines(out.String()))
		require.Equal(t, []string{
			"survived: grade.go, Passed: `return points >= 50` to `return points > 50`\n",
			"survived: grade.go, Passed: `return points >= 50` to `return points >= 49`\n",
			"survived: grade.go, Passed: `return points >= 50` to `return points >= 51`\n",
		}, lines)
	}
}
