package browser

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
)

// Hosts are host names that only one browser resolves: a copy of /etc/hosts, which the
// browser sees in place of that file because it has its own mount namespace. Names can be
// added while the browser runs.
type Hosts struct{ path string }

// NewHosts returns a copy of this machine's hosts, or an error that says why a browser on
// this machine cannot have its own.
func NewHosts() (*Hosts, error) {
	if runtime.GOOS != "linux" {
		return nil, fmt.Errorf("a browser's own host names require Linux, not %s", runtime.GOOS)
	}
	content, err := os.ReadFile("/etc/hosts")
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "hosts")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	h := &Hosts{file.Name()}
	_, err = file.Write(append(content, '\n'))
	if err == nil {
		err = file.Chmod(0o644)
	}
	if err == nil {
		argv := h.command([]string{"true"})
		if output, failed := exec.Command(argv[0], argv[1:]...).CombinedOutput(); failed != nil {
			err = fmt.Errorf("a browser's own host names require a mount namespace, which this machine does not allow: %w %s", failed, output)
		}
	}
	if err != nil {
		h.Remove()
		return nil, err
	}
	return h, nil
}

// Resolve makes a name resolve to 127.0.0.1 from now on.
func (h *Hosts) Resolve(name string) error {
	file, err := os.OpenFile(h.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = fmt.Fprintf(file, "127.0.0.1 %s\n", name)
	return err
}

// Remove removes the file.
func (h *Hosts) Remove() { os.Remove(h.path) }

// command returns the command that runs another one with these hosts. A user who is not
// root needs a user namespace too.
func (h *Hosts) command(argv []string) []string {
	unshare := []string{"unshare", "--mount", "--propagation", "private"}
	if os.Getuid() != 0 {
		unshare = append(unshare, "--user", "--map-current-user", "--keep-caps")
	}
	return slices.Concat(unshare, []string{"sh", "-c", `mount --bind "$0" /etc/hosts && exec "$@"`, h.path}, argv)
}

// A HostsUser is a [Browser] that can be given its own hosts.
type HostsUser interface{ WithHosts(*Hosts) Browser }

// WithHosts implements [HostsUser].
func (b *Program) WithHosts(h *Hosts) Browser {
	with := b.With()
	with.own = h
	return with
}
