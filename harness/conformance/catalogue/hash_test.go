package catalogue

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestHash(t *testing.T) {
	require.Regexp(t, `^[0-9a-f]{12}$`, Hash())

	hash := func(name, cases string) string {
		t.Helper()
		h, err := hashOf(fstest.MapFS{"cases/" + name: {Data: []byte(cases)}})
		require.NoError(t, err)
		return h
	}
	first := hash("parse.json", `[{"id": "parse/a b"}]`)
	require.Equal(t, first, hash("parse.json", "[\n  {\"id\":\"parse/a b\"}\n]\n"), "white space between members does not count")
	require.NotEqual(t, first, hash("parse.json", `[{"id": "parse/ab"}]`), "a word does")
	require.NotEqual(t, first, hash("field.json", `[{"id": "parse/a b"}]`), "a file's name does")
}
