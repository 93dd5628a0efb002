// Package processgroup starts programs in a process group and kills the group.
package processgroup

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// In returns attributes that put a process into a process group and kill it when the
// harness dies. Group 0 is a new group, which the process leads.
func In(group int) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pgid: group, Pdeathsig: syscall.SIGKILL}
}

// Kill kills all processes of a process group.
func Kill(leader int) { syscall.Kill(-leader, syscall.SIGKILL) }

// Suspend stops all processes of a process group, until Resume is called.
func Suspend(leader int) error { return syscall.Kill(-leader, syscall.SIGSTOP) }

// Resume continues the processes of a process group that Suspend has stopped.
func Resume(leader int) error { return syscall.Kill(-leader, syscall.SIGCONT) }

// KillMarked kills all processes that were started with a variable of the environment,
// given as NAME=VALUE, also those that have left their process group. A program that
// clears its environment escapes.
func KillMarked(variable string) {
	paths, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is valid
	for _, path := range paths {
		environment, err := os.ReadFile(path)
		if err != nil || !marked(environment, variable) {
			continue // it has exited, or belongs to another user
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil && pid != os.Getpid() {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

func marked(environment []byte, variable string) bool {
	for entry := range bytes.SplitSeq(environment, []byte{0}) {
		if string(entry) == variable {
			return true
		}
	}
	return false
}
