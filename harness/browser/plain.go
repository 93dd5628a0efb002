package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

// Version is what the program calls itself: "Chromium 156.0.7800.0".
func (c *Chromium) Version(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	out, err := exec.CommandContext(ctx, c.path, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", c.path, err)
	}
	version, _, _ := strings.Cut(strings.TrimSpace(string(out)), " built on")
	return version, nil
}

// Start opens the URL with a fresh profile, as a user would: nothing drives the
// browser and no DevTools are attached, so that a page is as fast as it is for
// its users. args go before the URL, behind the launcher's own. The browser ends
// with ctx.
func (c *Chromium) Start(ctx context.Context, url string, args ...string) (*Process, error) {
	profile, err := newProfile()
	if err != nil {
		return nil, err
	}
	p := &Process{profile: profile, done: make(chan struct{})}
	p.command = exec.CommandContext(ctx, c.path, c.arguments(profile, url, args)...)
	p.command.Env = slices.Concat(os.Environ(), c.launcher.Env, profile.env())
	p.command.SysProcAttr = ownGroup()
	p.command.Stderr = &p.stderr
	p.command.Cancel = p.kill
	p.command.WaitDelay = time.Second
	if err := p.command.Start(); err != nil {
		profile.remove()
		return nil, fmt.Errorf("%s: %w", c.path, err)
	}
	go p.wait()
	return p, nil
}

func (c *Chromium) arguments(profile profile, url string, args []string) []string {
	own := []string{"--user-data-dir=" + profile.folder}
	if os.Getuid() == 0 {
		own = append(own, "--no-sandbox") // root cannot start it otherwise
	}
	return slices.Concat(own, c.launcher.Args, args, []string{url})
}

// A Process is a browser that was started and left to itself.
type Process struct {
	command *exec.Cmd
	profile profile
	stderr  tail
	done    chan struct{}
}

// Group is the process group of the browser with all its children.
func (p *Process) Group() int { return p.command.Process.Pid }

// Done is closed when the browser has ended, by itself or not.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err tells the last words of a browser that has ended.
func (p *Process) Err() error {
	<-p.done
	if words := p.stderr.String(); words != "" {
		return errors.New("its last words: " + words)
	}
	return errors.New("it said nothing")
}

// Close ends the browser with all its processes and removes its profile.
func (p *Process) Close() {
	p.kill()
	<-p.done
}

func (p *Process) kill() error {
	killGroup(p.Group())
	return p.command.Process.Kill()
}

func (p *Process) wait() {
	p.command.Wait()
	killGroup(p.Group()) // what outlived the one that started it
	p.profile.remove()
	close(p.done)
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
