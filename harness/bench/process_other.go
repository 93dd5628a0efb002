//go:build !linux

package bench

import (
	"errors"
	"time"
)

// rendererTime is known on Linux only: elsewhere the figure is left out.
func rendererTime(int) (time.Duration, error) {
	return 0, errors.New("CPU time of another process: only on Linux")
}

// rendererMemory is known on Linux only.
func rendererMemory(int) (int64, error) {
	return 0, errors.New("memory of another process: only on Linux")
}

// peakMemory is known on Linux only: elsewhere the figure is left out.
func peakMemory(int) (int64, error) {
	return 0, errors.New("memory of another process: only on Linux")
}
