//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package browser

import (
	"os"
	"syscall"
)

// tryLock locks a file, and reports whether it could. The lock ends with the process,
// or when the file is closed. Programs that this process starts do not inherit it.
func tryLock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
