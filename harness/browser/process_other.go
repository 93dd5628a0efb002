//go:build !linux

package browser

import "syscall"

// inGroup leaves the process in our group: how to make another differs from
// system to system, and [Window.Close] ends what was started anyway.
func inGroup(group int) *syscall.SysProcAttr { return nil }

func killGroup(leader int) {}
