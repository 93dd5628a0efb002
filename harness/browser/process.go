package browser

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/internal/tcpport"
)

// startLimit is how long a browser, or what it needs, may take to start.
const startLimit = 30 * time.Second

// A Program is a browser that is installed on this machine.
type Program struct {
	launcher *Launcher
	path     string
	keyHash  string // of the key that is trusted; "": none

	mu      sync.Mutex
	version string
}

// Name implements [Browser].
func (b *Program) Name() string { return b.launcher.Name }

// Path is where the program is.
func (b *Program) Path() string { return b.path }

// Trust implements [Truster].
func (b *Program) Trust(keyHash string) bool {
	if b.launcher.Trust == nil {
		return false
	}
	b.keyHash = keyHash
	return true
}

var number = regexp.MustCompile(`\d+(\.\d+)*`)

// Version is what the program is called: "Chromium 156.0.7800.0".
func (b *Program) Version(ctx context.Context) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.version != "" {
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
	found := number.Find(out)
	if found == nil {
		return "", fmt.Errorf("%s: no version in %q", strings.Join(argv, " "), out)
	}
	b.version = b.launcher.Title + " " + string(found)
	return b.version, nil
}

// Open implements [Browser]. A browser that drives itself is told to open the
// page when it is ready; others are started at the page.
func (b *Program) Open(ctx context.Context, url string) (Window, error) {
	drive := b.launcher.Drive
	if drive == nil || drivers[drive.By] == nil {
		return b.window(b.Start(ctx, url))
	}
	first := url
	if drive.Program == nil {
		first = "about:blank"
	}
	p, err := b.Start(ctx, first, drive.Args...)
	if err != nil {
		return nil, err
	}
	w, err := p.driven(ctx)
	if err == nil && drive.Program == nil {
		_, err = w.OpenTab(ctx, url)
	}
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("%s: %s: %w", b.path, inOneLine(err), p.Err())
	}
	return w, nil
}

// window is not a nil pointer in an interface.
func (b *Program) window(p *Process, err error) (Window, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Start opens the URL with a fresh profile, as a user would: nothing drives the
// browser, so that a page is as fast as it is for its users. args go before the
// launcher's own. The browser ends with ctx.
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
		p.all.Wait()
		profile.remove()
		return nil, fmt.Errorf("%s: %w", b.path, err)
	}
	return p, nil
}

// A Process is a running browser. Whatever is started for it has the same
// process group and profile, and ends with it.
type Process struct {
	program *Program
	version string
	port    int
	profile profile
	display string // of X, "" if the browser needs none
	stderr  tail
	browser *child // among the children
	done    chan struct{}

	all      sync.WaitGroup // of the children
	mu       sync.Mutex
	children []*child // the first leads the group
	killed   bool
}

// A child is a program of the group that we have started.
type child struct {
	*os.Process
	ended chan struct{}
	how   error // it ended; nil: with 0
}

// Version implements [Window].
func (p *Process) Version() string { return p.version }

// Group is the process group of the browser with all its children.
func (p *Process) Group() int { return p.children[0].Pid }

// Profile is the folder of the browser, which is removed when it ends.
func (p *Process) Profile() string { return p.profile.folder }

// Port is one that was free: {port} in the launcher.
func (p *Process) Port() int { return p.port }

// Done is closed when the browser has ended, by itself or not.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err tells how the browser has ended, and its last words.
func (p *Process) Err() error {
	said := "it said nothing"
	if words := p.stderr.String(); words != "" {
		said = "its last words: " + words
	}
	select {
	case <-p.done:
		if how := p.browser.how; how != nil {
			return fmt.Errorf("%w, %s", how, said)
		}
	default:
	}
	return errors.New(said)
}

// Close ends the browser with all its processes and removes its profile.
func (p *Process) Close() {
	select {
	case <-p.done: // its number may be another's by now
	default:
		p.kill()
		<-p.done
	}
}

// start starts the browser, after what it needs.
func (p *Process) start(ctx context.Context, url string, args []string) error {
	l := p.program.launcher
	files := l.Files
	if p.program.keyHash != "" {
		files = slices.Concat(files, l.Trust.Files)
		args = slices.Concat(args, l.Trust.Args)
	}
	for _, f := range files {
		if err := p.write(f); err != nil {
			return err
		}
	}
	if l.Display {
		if err := p.startDisplay(ctx); err != nil {
			return err
		}
	}
	if os.Getuid() == 0 {
		args = slices.Concat(l.Root, args)
	}
	argv := slices.Concat([]string{p.program.path}, args, l.Args)
	browser, err := p.spawn(p.fill(argv, "{url}", url))
	if err != nil {
		return err
	}
	p.browser = browser
	unlink := context.AfterFunc(ctx, p.kill)
	go func() {
		<-browser.ended
		unlink()
		p.kill() // what outlived the one that started it
		p.all.Wait()
		p.profile.remove()
		close(p.done)
	}()
	return nil
}

// write adds a file to the profile; one that is there becomes longer.
func (p *Process) write(f File) error {
	file, err := os.OpenFile(filepath.Join(p.Profile(), f.Name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(p.fill([]string{f.Content})[0])
	return cmp.Or(err, file.Close())
}

// Spawn starts a further program for the browser, in its group, with its profile
// and environment. It ends with the browser.
func (p *Process) Spawn(argv []string) error {
	_, err := p.spawn(p.fill(argv))
	return err
}

// spawn starts a program.
func (p *Process) spawn(argv []string, extra ...*os.File) (*child, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.killed {
		return nil, errors.New("the browser was closed")
	}
	c := exec.Command(argv[0], argv[1:]...)
	c.Env = p.program.environment(p.profile)
	if p.display != "" {
		c.Env = append(c.Env, "DISPLAY="+p.display)
	}
	group := 0
	if p.children != nil {
		group = p.Group()
	}
	c.SysProcAttr = inGroup(group)
	c.Stderr = &p.stderr
	c.ExtraFiles = extra
	c.WaitDelay = time.Second
	if err := c.Start(); err != nil {
		return nil, err
	}
	started := &child{Process: c.Process, ended: make(chan struct{})}
	p.children = append(p.children, started)
	p.all.Go(func() {
		started.how = c.Wait()
		close(started.ended)
	})
	return started, nil
}

// kill ends all programs of the group.
func (p *Process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killed = true
	if p.children != nil {
		killGroup(p.Group())
	}
	for _, c := range p.children {
		c.Kill()
	}
}

// startDisplay starts an X server, and waits until it listens.
func (p *Process) startDisplay(ctx context.Context) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	x, err := p.spawn([]string{"Xvfb", "-displayfd", "3", "-nolisten", "tcp", "-screen", "0", "1024x768x24"}, w)
	if err != nil {
		return err
	}
	r.SetReadDeadline(time.Now().Add(startLimit))
	interrupt := context.AfterFunc(ctx, func() { r.Close() })
	defer interrupt()
	go func() {
		<-x.ended
		r.Close()
	}()
	number, err := bufio.NewReader(r).ReadString('\n') // an Xvfb that cannot write all of it ends
	if err != nil {
		return fmt.Errorf("Xvfb did not start: %w", p.Err())
	}
	p.display = ":" + strings.TrimSpace(number)
	return nil
}

// fill puts what is known in the place of its names.
func (p *Process) fill(texts []string, more ...string) []string {
	return p.program.fill(texts, p.profile, append(more, "{port}", strconv.Itoa(p.port))...)
}

func (b *Program) fill(texts []string, profile profile, more ...string) []string {
	r := strings.NewReplacer(append(more,
		"{program}", b.path,
		"{installed}", b.launcher.folder(),
		"{profile}", profile.folder,
		"{key}", b.keyHash,
	)...)
	filled := make([]string, len(texts))
	for i, text := range texts {
		filled[i] = r.Replace(text)
	}
	return filled
}

// environment is that of all programs of a running browser.
func (b *Program) environment(profile profile) []string {
	return slices.Concat(os.Environ(), profile.env(), b.fill(b.launcher.Env, profile))
}

// A tail keeps the last bytes that were written to it.
type tail struct {
	mu   sync.Mutex
	last string
}

const tailSize = 400

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last += string(b)
	t.last = t.last[max(0, len(t.last)-tailSize):]
	return len(b), nil
}

// String is what is left, in one line.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(strings.Join(strings.Fields(t.last), " "), "")
}
