package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/bench/websocket"
)

// A figure in the terminal is the median of its rounds with the range, or the most
// frequent word.
func TestWriteComparison(t *testing.T) {
	c := &websocket.Comparison{Browser: "B", Machine: "M", Figures: map[string]map[string][]any{
		"rate": {"native": {155390.2, 154100.0, 170004.0}, "websocket": {21990.0}},
		"back": {"native": {3001.5, 3002.5}, "polyfill": {"never", 9.96, "never"}, "websocket": {"never"}},
	}}
	var text strings.Builder
	require.NoError(t, writeComparison(c, &text))
	require.Regexp(t, `messages of 100 bytes +155390 /s \(154100–170000\) +not measured +21990 /s`, text.String())
	require.Regexp(t, `back after a cut, without code for it +3000 ms +never \(2 of 3\) +never\s`, text.String())
	require.Regexp(t, `\nB\nM\npolyfill`, text.String())
}
