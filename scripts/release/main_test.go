package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRelease makes the files of a release for this machine, looks at each of them, and runs
// what uses them: action.yml, and the harness alone.
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

	// action.yml names the release by a URL; here it is a folder.
	t.Run("the action runs the harness of the release", func(t *testing.T) {
		for _, name := range []string{"bash", "curl"} {
			if _, err := exec.LookPath(name); err != nil {
				t.Skipf("no %s found", name)
			}
		}
		content, err := os.ReadFile("action.yml")
		require.NoError(t, err)
		_, script, found := strings.Cut(string(content), "\n      run: |\n")
		require.True(t, found, "action.yml has no script")
		run := func(folder string) (string, error) {
			action := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
			action.Env = append(os.Environ(), "RELEASE=file://"+folder, "RUNNER_TEMP="+t.TempDir(), "GITHUB_WORKSPACE="+t.TempDir(),
				"RUNNER_OS="+map[string]string{"linux": "Linux", "darwin": "macOS"}[runtime.GOOS],
				"RUNNER_ARCH="+map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH],
				"ARGUMENTS=check 'http://127.0.0.1:1/a path'")
			out, err := action.CombinedOutput()
			return string(out), err
		}
		out, err := run(folder)
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		require.Equal(t, 2, exit.ExitCode(), "not reached")
		require.Contains(t, out, "http://127.0.0.1:1/a%20path: not reached")

		// A program that is not the one of the checksums does not run.
		forged := t.TempDir()
		require.NoError(t, os.CopyFS(forged, os.DirFS(folder)))
		require.NoError(t, os.WriteFile(filepath.Join(forged, programName(platform)), []byte("#!/bin/sh\necho forged\n"), 0o755))
		out, err = run(forged)
		require.Error(t, err)
		require.Contains(t, out, "FAILED")
		require.NotContains(t, out, "\nforged")
	})

	// The Dockerfile copies files of a release.
	t.Run("the image's files are in the release", func(t *testing.T) {
		content, err := os.ReadFile("Dockerfile")
		require.NoError(t, err)
		names := regexp.MustCompile(`build/release/(\S+)`).FindAllStringSubmatch(string(content), -1)
		require.NotEmpty(t, names)
		for _, name := range names {
			file := strings.ReplaceAll(name[1], "${TARGETARCH}", runtime.GOARCH)
			file = strings.Replace(file, "linux", runtime.GOOS, 1)
			require.FileExists(t, filepath.Join(folder, file))
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
