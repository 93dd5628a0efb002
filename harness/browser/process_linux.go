package browser

import "syscall"

// inGroup returns attributes that put a process into a process group and kill it
// when the harness dies. Group 0 is a new group, which the process leads.
func inGroup(group int) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pgid: group, Pdeathsig: syscall.SIGKILL}
}

// killGroup kills all processes of a process group.
func killGroup(leader int) { syscall.Kill(-leader, syscall.SIGKILL) }
