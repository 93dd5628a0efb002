package browser

import "syscall"

// inGroup puts a process into a group, 0: a new one that it leads, and lets it
// die with us.
func inGroup(group int) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pgid: group, Pdeathsig: syscall.SIGKILL}
}

// killGroup ends a process and all that it has started.
func killGroup(leader int) { syscall.Kill(-leader, syscall.SIGKILL) }
