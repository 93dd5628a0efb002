package link

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSet(t *testing.T) {
	const size = 200
	empty := make(set, size/64+1)
	for id := int64(sp); id < size-1; id++ {
		s := slices.Clone(empty)
		s.add(id)
		for other := int64(sp); other < size-1; other++ {
			require.Equal(t, other == id, s.has(other), "%d in a set of %d", other, id)
		}
		require.True(t, empty.or(s).has(id))
		s.remove(id)
		require.Equal(t, empty, s)
	}
}
