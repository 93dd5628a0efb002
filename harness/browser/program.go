package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/internal/tcpport"
)

// startLimit is how long a browser, or a program that it needs, may take to start. On a
// busy machine, Firefox needs more than a minute.
const startLimit = 3 * time.Minute

// A Program is a browser that is installed on this machine.
type Program struct {
	launcher *Launcher
	path     string
	more     []string // arguments, see With
	visible  bool     // see Visible
	keyHash  string   // of the trusted public key; "" if there is none
	hosts    []string // that resolve to this machine
	http3    bool     // see SpeakHTTP3
	own      *Hosts   // see WithHosts; nil: those of this machine

	mu      sync.Mutex
	version string // cached by Version
}

// Name implements [Browser].
func (b *Program) Name() string { return b.launcher.Name }

// Path returns the path of the program.
func (b *Program) Path() string { return b.path }

// With returns the browser with more arguments, which precede those of the launcher.
func (b *Program) With(arguments ...string) *Program {
	return &Program{
		launcher: b.launcher, path: b.path, visible: b.visible, keyHash: b.keyHash, hosts: b.hosts, http3: b.http3, own: b.own,
		more: slices.Concat(b.more, arguments),
	}
}

// Visible returns the browser with windows that its user sees, on the display of this
// process.
func (b *Program) Visible() (*Program, error) {
	switch {
	case b.launcher.Headless == nil && !b.launcher.Display:
		return nil, fmt.Errorf("%s shows no windows: use chromium, firefox or webkit", b.Name())
	case needsDisplay && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return nil, fmt.Errorf("no display for %s: run this in a graphical session, or set DISPLAY", b.Name())
	}
	visible := b.With()
	visible.visible = true
	return visible, nil
}

// needsDisplay reports whether programs find their display with environment variables.
const needsDisplay = runtime.GOOS != "darwin" && runtime.GOOS != "windows"

// Trust implements [Truster].
func (b *Program) Trust(keyHash string, hosts []string) bool {
	if b.launcher.Trust == nil {
		return false
	}
	b.keyHash, b.hosts = keyHash, hosts
	return true
}

// SpeakHTTP3 implements [HTTP3Speaker].
func (b *Program) SpeakHTTP3(on bool) bool {
	can := b.launcher.HTTP3 != nil
	b.http3 = on && can
	return can
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+)*`)

// Version returns the browser's product name and version, such as
// "Chromium 156.0.7800.0".
func (b *Program) Version(ctx context.Context) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.version != "" {
		return b.version, nil
	}
	if found := versionFolder(b.path); found != "" {
		b.version = b.launcher.Title + " " + found
		return b.version, nil
	}
	profile, err := newProfile()
	if err != nil {
		return "", err
	}
	defer profile.remove()
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	argv := b.fill(b.launcher.Version, profile)
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	c.Env = b.environment(profile)
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
	}
	found := versionNumber.Find(out)
	if found == nil {
		return "", fmt.Errorf("%s: no version in %q", strings.Join(argv, " "), out)
	}
	b.version = b.launcher.Title + " " + string(found)
	return b.version, nil
}

// versionFolder returns the version of Chrome or Edge on Windows, where these programs
// print nothing: the name of the folder beside the program. It returns "" for others.
func versionFolder(program string) string {
	if filepath.Ext(program) != ".exe" {
		return ""
	}
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(program), "[0-9]*.[0-9]*.[0-9]*.[0-9]*"))
	if len(found) == 0 {
		return ""
	}
	return filepath.Base(found[len(found)-1])
}

// Open implements [Browser]. A browser that accepts a driver's connection itself
// opens the page when the driver is connected. Other browsers start with the page.
func (b *Program) Open(ctx context.Context, url string) (Window, error) {
	drive := b.launcher.Drive
	if drive == nil {
		p, err := b.Start(ctx, url)
		if err != nil {
			return nil, err // not p: a nil *Process would make a non-nil Window
		}
		return p, nil
	}
	first := url
	if drive.Program == nil {
		first = "about:blank"
	}
	if b.visible {
		first = url // in the first window, so that there is no empty one
	}
	p, err := b.Start(ctx, first, drive.Args...)
	if err != nil {
		return nil, err
	}
	w, err := p.attachDriver(ctx)
	if err == nil && first != url {
		_, err = w.OpenTab(ctx, url)
	}
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("%s: %s: %w", b.path, singleLine(err), p.Err())
	}
	return w, nil
}

// Start opens the URL with a fresh profile and without a driver, so that the page
// is as fast as it is for users. The given arguments precede those of the launcher.
// The browser is closed when ctx is done.
func (b *Program) Start(ctx context.Context, url string, args ...string) (*Process, error) {
	version, err := b.Version(ctx)
	if err != nil {
		return nil, err
	}
	ports, err := tcpport.Free(1)
	if err != nil {
		return nil, err
	}
	profile, err := newProfile()
	if err != nil {
		return nil, err
	}
	p := &Process{program: b, version: version, port: ports[0], profile: profile, done: make(chan struct{})}
	if err := p.start(ctx, url, args); err != nil {
		p.kill()
		p.running.Wait()
		profile.remove()
		return nil, fmt.Errorf("%s: %w", b.path, err)
	}
	return p, nil
}

// fill returns texts with their placeholders replaced. The pairs in more are
// further placeholders and their values.
func (b *Program) fill(texts []string, profile profile, more ...string) []string {
	var hosts []string
	for _, host := range b.hosts {
		hosts = append(hosts, strings.ReplaceAll(b.launcher.Trust.Host, "{host}", host))
	}
	r := strings.NewReplacer(append(more,
		"{program}", b.path,
		"{installed}", b.launcher.folder(),
		"{profile}", profile.folder,
		"{key}", b.keyHash,
		"{arguments}", strings.Join(b.more, " "),
		"{hosts}", strings.Join(hosts, ","),
	)...)
	filled := make([]string, len(texts))
	for i, text := range texts {
		filled[i] = r.Replace(text)
	}
	return filled
}

// environment returns the environment of all programs of a running browser.
func (b *Program) environment(profile profile) []string {
	return slices.Concat(os.Environ(), profile.env(), b.fill(b.launcher.Env, profile))
}
