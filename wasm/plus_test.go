package main

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero/api"

	"eventsource-wasm/wasm/eventsource"
	"eventsource-wasm/wasm/link"
)

// TestPlus checks that the core of the build tag plus behaves alike as the Go toolchain
// builds it and as package link does, with random settings and inputs.
func TestPlus(t *testing.T) {
	program, err := link.Build(".", "plus")
	require.NoError(t, err)
	module, err := program.Link()
	require.NoError(t, err)
	all := []build{instantiate(t, "stock", program.Stock, api.CoreFeaturesV2), instantiate(t, "linked", module, api.CoreFeaturesV1)}
	call := func(function string, arguments ...int32) (result int32) {
		for i, b := range all {
			r, err := b.call(function, arguments...)
			require.NoError(t, err, "%s: %s%v", b.name, function, arguments)
			if i > 0 {
				require.Equal(t, result, r, "%s%v", function, arguments)
				count := all[0].window()[:4]
				require.Equal(t, count, b.window()[:4], "%s%v", function, arguments)
				require.True(t, bytes.Equal(all[0].window(), b.window()), "%s%v", function, arguments)
			}
			result = r
		}
		return result
	}
	put := func(p []byte) int32 {
		for _, b := range all {
			copy(b.window()[int(unsafe.Offsetof(window.chunk)):], p)
		}
		return int32(len(p))
	}
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		handle := call("open")
		for setting := range int32(eventsource.Statuses + eventsource.MaxStatuses) {
			if r.IntN(2) == 0 {
				call("set", handle, setting, oneOf[int32](r, 0, 1, 2, 200, 503, 1024, 3000, 1<<31-1))
			}
		}
		for range 200 {
			random := int32(r.IntN(1 << 16))
			switch r.IntN(6) {
			case 0, 1:
				call("elapse", handle)
				call("respond", handle, oneOf[int32](r, 200, 200, 200, 503, 404), put([]byte("text/event-stream")), oneOf[int32](r, 0, 5000), random)
			case 2:
				call("end", handle, 1+r.Int32N(11), random)
			case 3:
				call("retryAfter", put([]byte(oneOf(r, "120", "", "Sun, 06 Nov 1994 08:49:37 GMT"))), 1234)
			default:
				stream := randomStream(r)
				call("feed", handle, put(stream[:min(len(stream), oneOf(r, 1, 10, 1000, chunkSize))]))
			}
			call("delay", handle)
		}
		call("close", handle)
	}
}
