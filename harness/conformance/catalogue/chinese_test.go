package catalogue

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every group and every case has a Chinese text, and nothing else has one.
func TestChinese(t *testing.T) {
	cases, err := Load()
	require.NoError(t, err)
	wanted := map[string]bool{}
	for _, c := range cases {
		wanted[c.ID], wanted[c.Group()+"/"] = true, true
	}
	for id := range wanted {
		require.NotEmpty(t, chinese[id], "%s: add a line to chinese.txt", id)
	}
	// Texts are Chinese, or the name of a thing as in url/ and worker/, and have no full stop.
	text := regexp.MustCompile(`^(.*\p{Han}.*[^。]|URL|worker)$`)
	for id, got := range chinese {
		require.True(t, wanted[id], "chinese.txt has a line for %s, which does not exist", id)
		require.Regexp(t, text, got, id)
	}
	require.Equal(t, "行以 LF 结尾", ChineseTitle("parse/lf"))
	require.Equal(t, "解析", ChineseGroup("parse"))
	require.Empty(t, ChineseTitle("mine/x"))
}
