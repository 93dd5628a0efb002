//go:build plus

package eventsource

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

// TestPlusSettings checks that each response is parsed with the settings of the policy.
func TestPlusSettings(t *testing.T) {
	const cost = eventstream.PieceCost
	data := func(size int) string { return "data:" + strings.Repeat("a", size-cost) + "\n" }
	out := make([]eventstream.Token, 1000)
	for _, comments := range []int32{0, 1} {
		r := reconnector(map[Setting]int32{MaxEvent: 100, Comments: comments})
		for range 2 {
			require.Equal(t, Announce, ok(r))
			count, action := r.Feed([]byte(":a\n"), out)
			require.Equal(t, []any{int(comments), Nothing}, []any{count, action})
			require.Equal(t, Nothing, stream(data(100)+"\n")(r))
			r.End(Network, 0)
			r.Elapse()
		}
		ok(r)
		require.Equal(t, Fail, stream(data(101))(r))
		require.Equal(t, Limit, r.Reason)
		require.Equal(t, closed, r.state)
	}
	r := reconnector(nil)
	ok(r)
	require.Equal(t, Nothing, stream(strings.Repeat("data\n", 1000))(r), "the standard's limit is that of Connection")
}
