//go:build !linux

package browser

import "syscall"

// ownGroup leaves the process in our group: how to make another differs from
// system to system, and [Window.Close] stops the browser anyway.
func ownGroup() *syscall.SysProcAttr { return nil }

func killGroup(leader int) {}
