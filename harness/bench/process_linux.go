package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// renderers returns the ids of all renderers of a process group.
func renderers(group int) (pids []int, err error) {
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return nil, err
	}
	for _, path := range lines {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			return nil, err
		}
		if of, err := syscall.Getpgid(pid); err != nil || of != group {
			continue
		}
		line, err := os.ReadFile(path)
		if err != nil {
			continue // the process has exited
		}
		if isRenderer(line) {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// isRenderer reports whether a command line, as /proc has it, is that of a renderer:
// Chromium starts them with --type=renderer, Firefox with -contentproc and "tab" as the
// last word, and WebKit as programs of their own. Processes that Firefox's fork server or
// Chromium's zygote has started have spaces instead of NUL between the words.
func isRenderer(line []byte) bool {
	words := bytes.FieldsFunc(line, func(r rune) bool { return r == 0 || r == ' ' })
	has := func(word string) bool {
		return slices.ContainsFunc(words, func(w []byte) bool { return string(w) == word })
	}
	webkit := len(words) > 0 && bytes.HasSuffix(words[0], []byte("WebProcess"))
	return webkit || has("--type=renderer") || has("-contentproc") && string(words[len(words)-1]) == "tab"
}

// rendererTime returns the CPU time of all renderers of a process group, including
// threads that have exited, with a resolution of a nanosecond.
func rendererTime(group int) (total time.Duration, err error) {
	pids, err := renderers(group)
	for _, pid := range pids {
		if spent, err := processTime(pid); err == nil {
			total += spent
		}
	}
	return total, err
}

// rendererMemory returns the private memory of all renderers of a process group,
// in bytes.
func rendererMemory(group int) (total int64, err error) {
	pids, err := renderers(group)
	for _, pid := range pids {
		if own, err := processMemory(pid, "RssAnon"); err == nil {
			total += own // otherwise the process has exited
		}
	}
	return total, err
}

// peakMemory returns the largest memory that a process has used so far, in bytes.
func peakMemory(pid int) (int64, error) { return processMemory(pid, "VmHWM") }

// processMemory returns a field of the status file that proc(5) documents, in bytes.
func processMemory(pid int, field string) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := bytes.Cut(status, []byte("\n"+field+":"))
	var kilobytes int64
	if _, err := fmt.Sscan(string(rest), &kilobytes); err != nil {
		return 0, fmt.Errorf("%s of process %d: %w", field, pid, err)
	}
	return kilobytes << 10, nil
}

// processTime reads the CPU clock of a process. The clock's id is computed as
// clock_getcpuclockid(3) does.
func processTime(pid int) (time.Duration, error) {
	const scheduled = 2
	var spent syscall.Timespec
	_, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(^pid<<3|scheduled), uintptr(unsafe.Pointer(&spent)), 0)
	if errno != 0 {
		return 0, errno
	}
	return time.Duration(spent.Nano()), nil
}
