package sleep

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestUntil(t *testing.T) {
	tests := []struct {
		name          string
		moment, limit time.Duration // from now
		want          bool
		took          time.Duration
	}{
		{"the moment comes first", 2 * time.Second, 3 * time.Second, true, 2 * time.Second},
		{"the context ends first", 3 * time.Second, 2 * time.Second, false, 2 * time.Second},
		{"a moment in the past", -time.Second, time.Second, true, 0},
		{"a moment in the past and a context that is done", -time.Second, 0, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), tt.limit)
				defer cancel()
				require.Equal(t, tt.want, Until(ctx, began.Add(tt.moment)))
				require.Equal(t, tt.took, time.Since(began))
			})
		})
	}
}
