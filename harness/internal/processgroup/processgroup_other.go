//go:build !linux

// Package processgroup starts programs in a process group and kills the group.
package processgroup

import (
	"errors"
	"syscall"
)

// In leaves a process in the harness's own group, because making a new one differs
// between systems. The caller must kill each process that it starts.
func In(group int) *syscall.SysProcAttr { return nil }

// Kill does nothing.
func Kill(leader int) {}

// Suspend returns [errors.ErrUnsupported].
func Suspend(leader int) error { return errors.ErrUnsupported }

// Resume returns [errors.ErrUnsupported].
func Resume(leader int) error { return errors.ErrUnsupported }

// KillMarked does nothing.
func KillMarked(variable string) {}
