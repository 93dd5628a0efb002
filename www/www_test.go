package www

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A report has all that it needs inside, and no text of its document can leave
// the place that it has.
func TestReport(t *testing.T) {
	page := string(Report([]byte(`{"browser": "</script><b>"}`)))
	require.Contains(t, page, `{"browser": "\u003c/script\u003e\u003cb\u003e"}`)
	require.NotRegexp(t, `(src|href)="/`, page)
	require.Contains(t, page, "<style>")
}

func TestPages(t *testing.T) {
	for path, page := range Pages {
		require.Regexp(t, `<title data-en="[^"]+" data-zh="[^"]+">[^<]+</title>`, string(page), path)
		require.NotContains(t, string(page), "<no value>", path)
	}
}
