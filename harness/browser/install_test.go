package browser

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"
)

// What is fetched is checked, unpacked and found; else nothing is left of it.
func TestInstall(t *testing.T) {
	const script = "#!/bin/sh\necho 1.2.3\n"
	good := archive(t, "package/bin/browser.br", compressed(t, script))
	plain := archive(t, "package/bin/browser", []byte(script))
	hash := func(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }

	tests := []struct {
		name   string
		npm    string // what it does, with the archive beside it
		file   string
		served []byte
		sha256 string
		want   string // the error, or "": installed
	}{
		{"compressed", `cp "$ARCHIVE" .`, "bin/browser.br", good, hash(good), ""},
		{"plain", `cp "$ARCHIVE" .`, "bin/browser", plain, hash(plain), ""},
		{"another archive", `cp "$ARCHIVE" .`, "bin/browser.br", plain, hash(good),
			"install test@1: test@1.0.0 is not what it was: its SHA-256 is " + hash(plain) + ", expected " + hash(good)},
		{"the file is not in it", `cp "$ARCHIVE" .`, "bin/other", good, hash(good), "package.tgz has no package/bin/other"},
		{"half an archive", `cp "$ARCHIVE" .`, "bin/browser.br", good[:100], hash(good[:100]), "install test@1: "},
		{"no archive", `echo hello >package.tgz`, "bin/browser", good, hash([]byte("hello\n")), "install test@1: package.tgz: unexpected EOF"},
		{"npm fails", `echo half >package.tgz; echo no network >&2; exit 1`, "bin/browser.br", good, hash(good),
			"install test@1: npm pack --ignore-scripts --silent test@1.0.0: exit status 1: no network"},
		{"npm does nothing", `exit`, "bin/browser.br", good, hash(good), "install test@1: nothing was fetched of test@1.0.0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := fakeNpm(t, tt.npm, tt.served)
			withLauncher(t, Npm{"test@1.0.0", tt.file, tt.sha256})
			var progress bytes.Buffer
			found, err := Install(t.Context(), "test@1", &progress)
			if tt.want != "" {
				require.ErrorContains(t, err, tt.want)
				require.Empty(t, entries(t, folder), "something is left")
				return
			}
			require.NoError(t, err)
			require.Equal(t, []string{"test@1"}, entries(t, folder))
			require.Equal(t, filepath.Join(folder, "test@1", "browser"), found.Path())
			require.Contains(t, progress.String(), "test@1: npm fetches test@1.0.0\n")
			require.Contains(t, progress.String(), "test@1: is Test 1.2.3 at "+found.Path()+"\n")

			progress.Reset()
			_, err = Install(t.Context(), "test@1", &progress)
			require.NoError(t, err)
			require.Equal(t, "test@1: is at "+found.Path()+"\n", progress.String())
		})
	}
}

// An interrupt leaves nothing.
func TestInstallInterrupted(t *testing.T) {
	folder := fakeNpm(t, `echo half >package.tgz; echo >"$PIPE"; read forever <"$PIPE"`, nil)
	withLauncher(t, Npm{"test@1.0.0", "bin/browser", ""})
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	t.Setenv("PIPE", pipe)

	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		os.ReadFile(pipe) // until npm has begun
		cancel(errors.New("interrupted"))
	}()
	_, err := Install(ctx, "test@1", &bytes.Buffer{})
	require.EqualError(t, err, "install test@1: interrupted")
	require.Empty(t, entries(t, folder))
}

// Packages of the system are installed by who may, and nobody is asked for a password
// that cannot be given.
func TestPackages(t *testing.T) {
	const asks = "echo sudo: a password is required >&2; exit 1"
	tests := []struct {
		name     string
		user     int
		programs map[string]string // what each does
		want     string            // the error, or what apt-get was called with
	}{
		{"all there", 1000, map[string]string{"dpkg-query": "printf installed"}, ""},
		{"root", 0, map[string]string{"apt-get": `echo "$@" >>"$LOG"`}, "update\ninstall --yes a b\n"},
		{"sudo", 1000, map[string]string{"apt-get": "exit 1", "sudo": `echo "$@" >>"$LOG"`},
			"--non-interactive apt-get update\n--non-interactive apt-get install --yes a b\n"},
		{"sudo wants a password", 1000, map[string]string{"apt-get": "exit 1", "sudo": asks},
			"sudo --non-interactive apt-get update: exit status 1: sudo: a password is required (if it wants a password, run sudo -v first)"},
		{"no sudo", 1000, map[string]string{"apt-get": "exit 1"}, "not root, and no sudo here: run as root: apt-get update && apt-get install --yes a b"},
		{"no apt-get", 0, nil, "no apt-get here: install a, b by hand, or set TEST_1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bin := t.TempDir()
			for name, does := range tt.programs {
				executable(t, bin, name, does)
			}
			t.Setenv("PATH", bin)
			log := filepath.Join(bin, "log")
			t.Setenv("LOG", log)
			i := installation{t.Context(), &Launcher{Name: "test@1", Variable: "TEST_1"}, &bytes.Buffer{}, tt.user}
			if err := i.packages([]string{"a", "b"}); err != nil {
				require.EqualError(t, err, tt.want)
				return
			}
			called, _ := os.ReadFile(log)
			require.Equal(t, tt.want, string(called))
		})
	}
}

func TestInstallUnknown(t *testing.T) {
	_, err := Install(t.Context(), "ie", &bytes.Buffer{})
	require.ErrorContains(t, err, `unknown browser "ie": expected chromium, chromium@64`)
}

// fakeNpm puts an npm into the PATH, and makes the folder of browsers.
func fakeNpm(t *testing.T, does string, served []byte) (folder string) {
	bin := t.TempDir()
	executable(t, bin, "npm", does)
	package_ := filepath.Join(bin, "package.tgz")
	require.NoError(t, os.WriteFile(package_, served, 0o644))
	t.Setenv("ARCHIVE", package_)
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	folder = t.TempDir()
	t.Setenv("EVENTSOURCE_BROWSERS", folder)
	return folder
}

// withLauncher makes a browser known for the time of the test.
func withLauncher(t *testing.T, npm Npm) {
	known := launchers
	t.Cleanup(func() { launchers = known })
	launchers = append(Launchers(), &Launcher{
		Name:     "test@1",
		Title:    "Test",
		Variable: "TEST_1",
		Version:  []string{"{program}"},
		Source:   npm.with(),
	})
}

func archive(t *testing.T, name string, content []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, file := range []string{"package/README.md", name} {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: file, Mode: 0o644, Size: int64(len(content))}))
		_, err := w.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, z.Close())
	return b.Bytes()
}

func compressed(t *testing.T, content string) []byte {
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func entries(t *testing.T, folder string) (names []string) {
	list, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}
