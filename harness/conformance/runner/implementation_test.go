package runner

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLoadImplementation(t *testing.T) {
	native, err := LoadImplementation("native")
	require.NoError(t, err)
	require.Equal(t, Implementation{Name: "native"}, native)

	built, err := LoadImplementation("polyfill")
	require.NoError(t, err)
	require.Equal(t, "polyfill", built.Name)
	require.Contains(t, string(built.Script), "EventSource")

	lean, err := LoadImplementation("polyfill-js")
	require.NoError(t, err)
	require.Equal(t, Implementation{Name: "polyfill-js", Script: built.Script, Hide: []string{"WebAssembly"}}, lean)

	path := filepath.Join(t.TempDir(), "mine.js")
	require.NoError(t, os.WriteFile(path, []byte("var EventSource"), 0o644))
	mine, err := LoadImplementation(path)
	require.NoError(t, err)
	require.Equal(t, Implementation{Name: "mine.js", Path: path, Script: []byte("var EventSource")}, mine)

	_, err = LoadImplementation(filepath.Join(t.TempDir(), "none.js"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = LoadImplementation("nativ")
	require.EqualError(t, err, `unknown implementation "nativ": expected native, polyfill, polyfill-js, polyfill-xhr or a FILE.js`)
}
