package browser

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A window ends with its tab, even if it is opened only then.
func TestWindows(t *testing.T) {
	var closed []string
	w := windows{close: func(id string) { closed = append(closed, id) }}
	w.add("first")
	w.add("second")
	require.Empty(t, closed)
	w.end()
	require.Equal(t, []string{"first", "second"}, closed)
	w.add("late")
	require.Equal(t, []string{"first", "second", "late"}, closed)
}
