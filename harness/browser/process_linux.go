package browser

import "syscall"

// ownGroup makes a process the leader of a group, and lets it die with us.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killGroup ends a process and all that it has started.
func killGroup(leader int) { syscall.Kill(-leader, syscall.SIGKILL) }
