package main

import (
	"testing"

	"eventsource-wasm/harness/conformance"
)

// The parser of a third party is judged by one call, from another module.
func TestConformance(t *testing.T) {
	conformance.TestClient(t, tmaxmax{can: []string{"feed"}},
		conformance.KnownFailure{
			Case:   "dispatch/type-without-data",
			Reason: "dispatches an event for each block, also without data",
		},
		conformance.KnownFailure{
			Case:   "last-event-id/committed-without-data-visible",
			Reason: "dispatches an event for each block, also without data",
		},
		conformance.KnownFailure{
			Case:   "dispatch/data-identical-large",
			Reason: "refuses events above 64 KiB, unless MaxEventSize is set",
		},
		conformance.KnownFailure{
			Case:   "long-stream/huge-comment",
			Reason: "refuses lines above 64 KiB, unless MaxEventSize is set",
		},
	)
}
