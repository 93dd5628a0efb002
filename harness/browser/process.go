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
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/internal/processgroup"
)

// A Process is a running browser. All programs that are started for it share its
// process group and profile, and are killed when it exits.
type Process struct {
	program *Program
	version string
	port    int
	profile profile
	display string // of the X server; "" if the browser needs none
	stderr  tail
	browser *child // one of children
	done    chan struct{}

	running  sync.WaitGroup // counts the children that have not exited
	mu       sync.Mutex
	children []*child // the first one leads the process group
	killed   bool
}

// A child is a program that was started directly by this package.
type child struct {
	*os.Process
	exited chan struct{}
	err    error // how it exited; nil: with status 0
}

// Version implements [Window].
func (p *Process) Version() string { return p.version }

// Group returns the ID of the process group that has the browser and all its
// children.
func (p *Process) Group() int { return p.children[0].Pid }

// Profile returns the browser's profile folder, which is removed when it exits.
func (p *Process) Profile() string { return p.profile.folder }

// Port returns the port that stands for {port} in the launcher.
func (p *Process) Port() int { return p.port }

// Done implements [Window].
func (p *Process) Done() <-chan struct{} { return p.done }

// Err describes how the browser exited, if it has, and its last output on standard
// error.
func (p *Process) Err() error {
	output := "no error output"
	if text := p.stderr.String(); text != "" {
		output = "last error output: " + text
	}
	select {
	case <-p.done:
		if err := p.browser.err; err != nil {
			return fmt.Errorf("%w, %s", err, output)
		}
	default:
	}
	return errors.New(output)
}

// Close implements [Window].
func (p *Process) Close() {
	select {
	case <-p.done: // its process ID may belong to another process by now
	default:
		p.kill()
		<-p.done
	}
}

// start writes the profile, then starts the X server, if needed, and the browser.
func (p *Process) start(ctx context.Context, url string, args []string) error {
	l := p.program.launcher
	files := l.Files
	if p.program.keyHash != "" {
		files = slices.Concat(files, l.Trust.Files)
		args = slices.Concat(args, l.Trust.Args)
	}
	if p.program.http3 {
		args = slices.Concat(args, l.HTTP3)
	} else {
		args = slices.Concat(args, l.NoHTTP3)
	}
	for _, f := range files {
		if err := p.write(f); err != nil {
			return err
		}
	}
	if l.Display && !p.program.visible {
		if err := p.startDisplay(ctx); err != nil {
			return err
		}
	}
	if os.Getuid() == 0 {
		args = slices.Concat(l.Root, args)
	}
	if !p.program.visible {
		args = slices.Concat(l.Headless, args)
	}
	if !l.argumentsInEnv() {
		args = slices.Concat(args, p.program.more)
	}
	argv := slices.Concat([]string{p.program.path}, args, l.Args)
	argv = p.fill(argv, "{url}", url)
	if p.program.own != nil {
		argv = p.program.own.command(argv)
	}
	browser, err := p.spawn(argv)
	if err != nil {
		return err
	}
	p.browser = browser
	unlink := context.AfterFunc(ctx, p.kill)
	go func() {
		<-browser.exited
		unlink()
		p.kill() // the processes that outlived the browser
		p.running.Wait()
		p.profile.remove()
		close(p.done)
	}()
	return nil
}

// write adds a file to the profile, or appends to one that exists.
func (p *Process) write(f File) error {
	file, err := os.OpenFile(filepath.Join(p.Profile(), f.Name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(p.fill([]string{f.Content})[0])
	return cmp.Or(err, file.Close())
}

// Spawn starts another program for the browser, in its process group and with its
// profile and environment. The program is killed when the browser exits.
func (p *Process) Spawn(argv []string) error {
	_, err := p.spawn(p.fill(argv))
	return err
}

// spawn starts a program, which inherits the extra files.
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
	c.SysProcAttr = processgroup.In(group)
	c.Stderr = &p.stderr
	c.ExtraFiles = extra
	c.WaitDelay = time.Second
	if err := c.Start(); err != nil {
		return nil, err
	}
	started := &child{Process: c.Process, exited: make(chan struct{})}
	p.children = append(p.children, started)
	p.running.Go(func() {
		started.err = c.Wait()
		close(started.exited)
	})
	return started, nil
}

// kill kills all programs of the process group.
func (p *Process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killed = true
	if p.children != nil {
		processgroup.Kill(p.Group())
	}
	for _, c := range p.children {
		c.Kill()
	}
}

// startDisplay starts an X server and waits until it listens.
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
		<-x.exited
		r.Close()
	}()
	// The line is read to its end: Xvfb exits if it cannot write all of it.
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return fmt.Errorf("start Xvfb: %w", p.Err())
	}
	p.display = ":" + strings.TrimSpace(number)
	return nil
}

// fill returns texts with their placeholders replaced, {port} among them.
func (p *Process) fill(texts []string, more ...string) []string {
	return p.program.fill(texts, p.profile, append(more, "{port}", strconv.Itoa(p.port))...)
}

// A tail is a writer that keeps only the last tailSize bytes.
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

// String returns the bytes that were kept as a single line of valid UTF-8.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(strings.Join(strings.Fields(t.last), " "), "")
}
