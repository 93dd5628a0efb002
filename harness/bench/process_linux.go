package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// rendererTime is the CPU time that all renderers of a process group have spent,
// in nanoseconds exact, with that of threads that have ended.
func rendererTime(group int) (total time.Duration, err error) {
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return 0, err
	}
	for _, path := range lines {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			return 0, err
		}
		if of, err := syscall.Getpgid(pid); err != nil || of != group {
			continue
		}
		line, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(line, []byte("--type=renderer")) {
			continue
		}
		if spent, err := processTime(pid); err == nil {
			total += spent
		}
	}
	return total, nil
}

// processTime reads the CPU clock of a process, which has the number that
// clock_getcpuclockid(3) makes of its id.
func processTime(pid int) (time.Duration, error) {
	const scheduled = 2
	var spent syscall.Timespec
	_, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(^pid<<3|scheduled), uintptr(unsafe.Pointer(&spent)), 0)
	if errno != 0 {
		return 0, errno
	}
	return time.Duration(spent.Nano()), nil
}

// peakMemory is the most memory that a process has had at a time, in bytes.
func peakMemory(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	var kilobytes int64
	if _, err := fmt.Sscan(string(rest), &kilobytes); err != nil {
		return 0, fmt.Errorf("memory of process %d: %w", pid, err)
	}
	return kilobytes << 10, nil
}
