package main

import (
	"testing"

	"eventsource-wasm/harness/conformance"
)

func TestConformance(t *testing.T) {
	conformance.TestClient(t, nethttp{},
		conformance.KnownFailure{
			Case:   "last-event-id/tab-and-controls",
			Reason: "net/http sends no control characters in headers",
		},
		conformance.KnownFailure{
			Case:   "redirect/empty-location",
			Reason: "net/http takes an empty Location for none",
		},
	)
}
