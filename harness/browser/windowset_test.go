package browser

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWindowSet checks that all windows of a tab are closed with it, also one that
// opens only afterwards.
func TestWindowSet(t *testing.T) {
	var closed []string
	w := windowSet{close: func(id string) { closed = append(closed, id) }}
	w.add("first")
	w.add("second")
	require.Empty(t, closed)
	w.closeAll()
	require.Equal(t, []string{"first", "second"}, closed)
	w.add("late")
	require.Equal(t, []string{"first", "second", "late"}, closed)
}
