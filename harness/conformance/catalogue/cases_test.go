package catalogue

import (
	"bytes"
	_ "embed"
	"regexp"
	"slices"
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
	left := map[string]bool{}
	for _, id := range strings.Fields(allIDs) {
		require.False(t, left[id], "testdata/ids.txt has %s twice", id)
		left[id] = true
	}
	for _, c := range cases {
		require.True(t, left[c.ID], "%s is a new case: add its id to testdata/ids.txt", c.ID)
		delete(left, c.ID)
	}
	require.Empty(t, left, "these cases no longer exist")
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

// TestRetryEndsItsBlock checks that a block with a retry field ends before the connection
// does, except where that is the claim: a client that applies the field at the blank line
// then fails one case, not a dozen.
func TestRetryEndsItsBlock(t *testing.T) {
	claims := []string{"field/retry-without-dispatch", "field/retry-in-unterminated-line"}
	field := regexp.MustCompile(`(^|[\r\n])retry[^a-z]`)
	blank := regexp.MustCompile(`\n\n|\r\r|\n\r`)
	all, err := Load()
	require.NoError(t, err)
	for _, c := range all {
		scripts := slices.Clone(c.Server)
		for _, route := range c.Routes {
			scripts = append(scripts, route...)
		}
		for _, script := range scripts {
			var stream []byte
			for _, step := range script {
				if step.Verb == Send {
					stream = append(stream, bytes.Repeat(step.Bytes, min(step.Repeat, 2))...)
				}
			}
			found := field.FindAllIndex(stream, -1)
			if found == nil || slices.Contains(claims, c.ID) {
				continue
			}
			require.True(t, blank.Match(stream[found[len(found)-1][1]-1:]), "%s: end the block of %q", c.ID, stream[:min(len(stream), 40)])
		}
	}
}
