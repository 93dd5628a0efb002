package link

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestToolchain checks that the files of Go on which the linker relies are the ones
// for which it was written.
func TestToolchain(t *testing.T) {
	p := build(t, "adder")
	m, err := readModule(p.Stock)
	require.NoError(t, err)
	if os.Getenv("GOTOOLCHAIN") == "" {
		line, err := exec.Command("go", "list", "-m", "-f", "{{.GoVersion}}").Output()
		require.NoError(t, err)
		require.Equal(t, "go"+strings.TrimSpace(string(line)), m.producer, "Build uses the version in go.mod")
	}

	cmd := exec.Command("go", "env", "GOROOT")
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+m.producer)
	root, err := cmd.Output()
	require.NoError(t, err)
	var hashes []string
	for _, name := range toolchainFiles {
		content, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "src", name))
		require.NoError(t, err)
		hashes = append(hashes, fmt.Sprintf("%x", sha256.Sum256(content))[:8])
	}

	for _, known := range toolchains {
		if strings.HasPrefix(m.producer, known.version) {
			for i, name := range toolchainFiles {
				require.Equal(t, known.hashes[i], hashes[i], "%s of %s differs from that of %s: see toolchain.go (hashes %q)", name, m.producer, known.release, hashes)
			}
		}
	}
}

func TestToolchainFor(t *testing.T) {
	tests := []struct{ line, want string }{
		{"1.18", "go1.26.8"},
		{"1.25.3", "go1.26.8"},
		{"1.26", "go1.26.8"},
		{"1.26rc1", "go1.26rc1"},
		{"1.26.0", "go1.26.0"},
		{"1.26.9", "go1.26.9"},
		{"1.27", "go1.27.0"},
		{"1.27.3", "go1.27.3"},
		{"1.28", ""},
		{"1.28.1", ""},
	}
	for _, tt := range tests {
		got, err := toolchainFor(tt.line)
		require.Equal(t, tt.want, got, tt.line)
		if tt.want == "" {
			require.EqualError(t, err, "link: go.mod requires go"+tt.line+", but package link supports go1.26 and go1.27 (wasm/link/toolchain.go says how to add a version)")
		}
	}
}
