package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRelease makes the files of a release for this machine, and looks at each of them.
func TestRelease(t *testing.T) {
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("no npm found")
	}
	t.Chdir("../..")
	folder, platform := t.TempDir(), runtime.GOOS+"/"+runtime.GOARCH
	require.NoError(t, release(folder, []string{platform}))
	path := filepath.Join(folder, programName(platform))
	program, err := buildinfo.ReadFile(path)
	require.NoError(t, err)
	require.NotEmpty(t, program.Deps)

	t.Run("a second build has the same bytes", func(t *testing.T) {
		second := filepath.Join(t.TempDir(), "other name")
		require.NoError(t, build(second, platform))
		first, err := os.ReadFile(path)
		require.NoError(t, err)
		again, err := os.ReadFile(second)
		require.NoError(t, err)
		require.True(t, string(first) == string(again))
		root, err := os.Getwd()
		require.NoError(t, err)
		require.NotContains(t, string(first), root, "a path of this machine")
	})

	t.Run("the bill of materials and the licences name each module", func(t *testing.T) {
		content, err := os.ReadFile(filepath.Join(folder, "harness.cdx.json"))
		require.NoError(t, err)
		var list struct {
			BOMFormat  string
			Components []struct{ PURL string }
		}
		require.NoError(t, json.Unmarshal(content, &list))
		require.Equal(t, "CycloneDX", list.BOMFormat)
		require.Len(t, list.Components, 1+len(program.Deps))
		notices, err := os.ReadFile(filepath.Join(folder, "LICENSES.txt"))
		require.NoError(t, err)
		for _, m := range program.Deps {
			require.Contains(t, string(content), "pkg:golang/"+m.Path+"@"+m.Version)
			require.Contains(t, string(notices), "\n"+m.Path+": ")
		}
		require.Contains(t, string(notices), "Go: LICENSE")
	})

	t.Run("the checksums cover all files", func(t *testing.T) {
		sums, err := os.ReadFile(filepath.Join(folder, "SHA256SUMS"))
		require.NoError(t, err)
		entries, err := os.ReadDir(folder)
		require.NoError(t, err)
		require.Len(t, entries, 5) // the harness, the npm package, the list, the licences, the sums
		require.Len(t, strings.Split(strings.TrimSpace(string(sums)), "\n"), len(entries)-1)
		for _, entry := range entries {
			if entry.Name() == "SHA256SUMS" {
				continue
			}
			content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
			require.NoError(t, err)
			require.Contains(t, string(sums), fmt.Sprintf("%x  %s\n", sha256.Sum256(content), entry.Name()))
		}
	})

	// As in an image from scratch: no other file, and no shell.
	t.Run("the harness runs in an empty root folder", func(t *testing.T) {
		if os.Getuid() != 0 || runtime.GOOS != "linux" {
			t.Skip("only root can change the root folder")
		}
		root := t.TempDir()
		require.NoError(t, os.Link(path, filepath.Join(root, "harness")))
		reference := filepath.Join(root, "nethttp")
		build := exec.CommandContext(t.Context(), "go", "build", "-o", reference, "./harness/clients/nethttp")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		out, err := build.CombinedOutput()
		require.NoError(t, err, "%s", out)
		for _, tt := range []struct{ args, want string }{
			{"version", "eventsource-wasm"},
			{"list parse/lf", "parse/lf"},
			{"run --client /nethttp parse/lf", "client/net-http: 1 pass"},
			{"check http://127.0.0.1:1/", "not reached"},
		} {
			out, _ := exec.CommandContext(t.Context(), "chroot", append([]string{root, "/harness"}, strings.Fields(tt.args)...)...).CombinedOutput()
			require.Contains(t, string(out), tt.want, tt.args)
		}
	})
}
