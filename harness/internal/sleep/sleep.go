// Package sleep waits for a moment in time, or until a context is done.
package sleep

import (
	"context"
	"time"
)

// Until waits for a moment. It reports whether the moment came before ctx was
// done. For a moment in the past it returns at once.
func Until(ctx context.Context, moment time.Time) bool { return For(ctx, time.Until(moment)) }

// For waits for a duration. It reports whether it passed before ctx was done.
func For(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
