//go:build !linux

package bench

import (
	"errors"
	"time"
)

// rendererTime is available on Linux only; without it the figure is left out.
func rendererTime(int) (time.Duration, error) {
	return 0, errors.New("the CPU time of another process is available on Linux only")
}

// rendererMemory is available on Linux only.
func rendererMemory(int) (int64, error) {
	return 0, errors.New("the memory of another process is available on Linux only")
}

// peakMemory is available on Linux only; without it the figure is left out.
func peakMemory(int) (int64, error) {
	return 0, errors.New("the memory of another process is available on Linux only")
}
