package runner

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
)

// plain is an implementation without accessors, toStringTag and dispatchEvent, that
// throws for a URL that is not a string.
const plain = `
function EventSource(url) {
  if (typeof url !== 'string') throw new SyntaxError('a URL is a string')
  this.url = url
  this.withCredentials = false
  this.readyState = 0
}
EventSource.prototype.addEventListener = function () {}
EventSource.prototype.close = function () { this.readyState = 2 }
`

// TestMistakes checks that a mistake that makes a case's script throw is a failure,
// and not an error, which would say nothing about the implementation.
func TestMistakes(t *testing.T) {
	got := map[string]string{
		"idl/attributes-are-accessors": "threw TypeError: Cannot read properties of undefined (reading 'get')",
		"idl/dispatch-synthetic-event": "threw TypeError: es.dispatchEvent is not a function",
		"idl/to-string-tag":            `log entry 1: "string" is "[object Object]"`,
		"url/stringify-object":         "threw SyntaxError: a URL is a string",
	}
	all, err := catalogue.Load()
	require.NoError(t, err)
	cases, err := catalogue.Select(all, slices.Sorted(maps.Keys(got)))
	require.NoError(t, err)
	results := runIn(t, inWindow, cases, implementation.Implementation{Name: "plain.js", Script: []byte(plain)})
	require.Len(t, results, len(got))
	for _, r := range results {
		require.Equal(t, catalogue.Fail, r.Verdict, "%s: %s", r.Case, r.Got)
		require.Equal(t, got[r.Case], r.Got, r.Case)
	}
}
