package implementation

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHiding(t *testing.T) {
	lean := Implementation{Name: "polyfill-js", Hide: []string{"WebAssembly"}}
	tests := []struct {
		name string
		hide []string
		want []string
	}{
		{"nothing more", nil, []string{"WebAssembly"}},
		{"more", []string{"URL", "bind"}, []string{"URL", "WebAssembly", "bind"}},
		{"the same again", []string{"WebAssembly", "URL", "URL"}, []string{"URL", "WebAssembly"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := lean.Hiding(tt.hide)
			require.NoError(t, err)
			require.Equal(t, tt.want, got.Hide)
			require.Equal(t, []string{"WebAssembly"}, lean.Hide)
		})
	}
	_, err := lean.Hiding([]string{"Url"})
	require.EqualError(t, err, `unknown feature "Url": did you mean URL?`)
	_, err = lean.Hiding([]string{"modules"})
	require.ErrorContains(t, err, `unknown feature "modules": want names from the list AbortController, `)
}
