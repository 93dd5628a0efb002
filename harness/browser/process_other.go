//go:build !linux

package browser

import "syscall"

// inGroup leaves the process in the harness's own group, because making a new one
// differs between systems. [Window.Close] kills each process that was started.
func inGroup(group int) *syscall.SysProcAttr { return nil }

func killGroup(leader int) {}
