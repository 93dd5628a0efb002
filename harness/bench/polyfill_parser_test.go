package bench

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPolyfillParser checks what the parsers of the polyfill's class and of the package
// pass on for each event: its data, type and last event ID, whatever the chunks are.
func TestPolyfillParser(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no node found: install Node.js")
		}
		t.Skip("no node found: install Node.js")
	}
	class, err := polyfillParser()
	require.NoError(t, err)
	exported, err := packageParser()
	require.NoError(t, err)
	t.Run("class", func(t *testing.T) { testParser(t, class, nil) })
	t.Run("package", func(t *testing.T) { testParser(t, exported, []event{{"other", "x", "7"}}) })
}

// An event is its type, data and last event ID.
type event [3]string

// testParser checks the parser of a script. others are the events of types without
// listeners.
func testParser(t *testing.T, script []byte, others []event) {
	const test = `
		var bytes = new TextEncoder().encode('id: 7\ndata: größe\n\nevent: other\ndata: x\n\nevent: tick\ndata: y\n\ndata: 1\ndata: 2\n\n')
		var chunks = { whole: bytes.length, bytewise: 1 }
		var seen = {}
		for (var name in chunks) {
			seen[name] = []
			var feed = benchParser(function (data, type, id) { seen[name].push([type, data, id]) }, ['message', 'tick'])
			for (var at = 0; at < bytes.length;) feed(bytes.subarray(at, at += chunks[name]))
		}
		console.log(JSON.stringify(seen))`
	command := exec.CommandContext(t.Context(), "node", "-e", "var window = globalThis;\n"+string(script)+test)
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)

	want := slices.Concat([]event{{"message", "größe", "7"}}, others, []event{{"tick", "y", "7"}, {"message", "1\n2", "7"}})
	var seen map[string][]event
	require.NoError(t, json.Unmarshal(out, &seen))
	require.Equal(t, map[string][]event{"whole": want, "bytewise": want}, seen)
}
