package catalogue

import (
	_ "embed"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// TestCases checks what Load does not: that every case reads as a claim, and that
// it can fail.
func TestCases(t *testing.T) {
	cases, err := Load()
	require.NoError(t, err)
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			require.True(t, isSentence(c.Title+"."), "title %q: a phrase that begins with a capital, without a full stop", c.Title)
			require.True(t, isSentence(c.Requirement), "requirement %q: a sentence", c.Requirement)
			if c.Level == Should {
				require.NotNil(t, c.Choice, "choice: the place in a standard that permits something else")
			}
			if c.Choice != nil {
				require.True(t, isSentence(c.Choice.Permits), "choice.permits %q: a sentence", c.Choice.Permits)
			}
			require.True(t, strings.HasPrefix(c.Source, "{\n  \"id\": ") && strings.HasSuffix(c.Source, "\n}"), "the file is indented by two spaces: %s", c.Source)
			if c.Level != Info {
				require.True(t, canFail(&c), "the case cannot fail, whatever is seen")
			}
		})
	}
}

//go:embed testdata/ids.txt
var allIDs string

// TestIDs shows that no id was removed or renamed: an id is permanent.
func TestIDs(t *testing.T) {
	cases, err := Load()
	require.NoError(t, err)
	var ids []string
	for _, c := range cases {
		ids = append(ids, c.ID)
	}
	require.ElementsMatch(t, strings.Fields(allIDs), ids, "add the id of a new case to testdata/ids.txt")
}

// TestFewAreImpossible shows that nearly all cases can run.
func TestFewAreImpossible(t *testing.T) {
	cases, err := Load()
	require.NoError(t, err)
	impossible := 0
	for _, c := range cases {
		if c.Impossible != "" {
			impossible++
		}
	}
	require.LessOrEqual(t, impossible, 5)
}

func isSentence(s string) bool {
	body, found := strings.CutSuffix(s, ".")
	return found && !strings.HasSuffix(body, ".") && unicode.IsUpper(rune(s[0]))
}

// canFail reports whether the case fails if a page sees nothing, or if it sees
// something that no case expects.
func canFail(c *Case) bool {
	silent := &Transcript{Complete: true}
	noisy := &Transcript{
		Complete: true,
		Events:   []SeenEvent{{Type: "unexpected"}},
		Log:      []Entry{{Name: "unexpected"}},
	}
	return Judge(c, silent, testEnv).Verdict != Pass || Judge(c, noisy, testEnv).Verdict != Pass
}
