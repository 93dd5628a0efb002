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
		require.Equal(t, "testdata/grade: 4 mutants: 1 killed, 0 explained, 3 survived; score 25.0 %, 25.0 % with those explained (0 more do not compile)", r.String())
		lines := slices.Sorted(strings.Lines(out.String()))
		require.Equal(t, []string{
			"survived: grade.go, Passed: `return points >= 50` to `return points > 50`\n",
			"survived: grade.go, Passed: `return points >= 50` to `return points >= 49`\n",
			"survived: grade.go, Passed: `return points >= 50` to `return points >= 51`\n",
		}, lines)
	}
}

// TestJavaScriptMutants checks what is changed in a script, and that the core is not.
func TestJavaScriptMutants(t *testing.T) {
	const script = `(function() {
  // polyfill/src/grade.js
  function passed(points) {
    if (!points) return false;
    note(points);
    return points >= 50;
  }
  // core:eventsource.wasm
  function core() {
    return 1;
  }
})();
`
	all, err := javaScriptMutants([]byte(script))
	require.NoError(t, err)
	var lines []string
	for _, m := range all {
		if m.valid() {
			lines = append(lines, m.String())
		}
	}
	require.Equal(t, []string{
		"grade.js, passed: `if (!points) return false;` to `if (false && (!points)) return false;`",
		"grade.js, passed: `if (!points) return false;` to `if (true || (!points)) return false;`",
		"grade.js, passed: `if (!points) return false;` to `if (points) return false;`",
		"grade.js, passed: `if (!points) return false;` to `if (!points) return void (false);`",
		"grade.js, passed: `if (!points) return false;` to `if (!points) return true;`",
		"grade.js, passed: `note(points);` to `void 0;`",
		"grade.js, passed: `return points >= 50;` to `return void (points >= 50);`",
		"grade.js, passed: `return points >= 50;` to `return points > 50;`",
		"grade.js, passed: `return points >= 50;` to `return points < 50;`",
		"grade.js, passed: `return points >= 50;` to `return points >= (50+1);`",
		"grade.js, passed: `return points >= 50;` to `return points >= (50-1);`",
	}, lines)
}

// TestFailures checks which cases count as failed.
func TestFailures(t *testing.T) {
	line := func(id, verdict string) string {
		return `{"target": "chromium/mutant.js/window", "case": "` + id + `", "verdict": "` + verdict + `"}` + "\n"
	}
	failed, err := failures([]byte(line("a", "pass") + line("b", "fail") + line("c", "timeout") + line("d", "error") + line("e", "info")))
	require.NoError(t, err)
	require.Equal(t, []string{"b", "c", "d"}, failed)

	_, err = failures(nil)
	require.EqualError(t, err, "harness run has no results")
}
