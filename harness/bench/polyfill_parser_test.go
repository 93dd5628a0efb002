package bench

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPolyfillParser checks what the bundled parser passes on for each event:
// its data, type and last event ID, whatever the chunks are.
func TestPolyfillParser(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no node found: install Node.js")
		}
		t.Skip("no node found: install Node.js")
	}
	script, err := polyfillParser()
	require.NoError(t, err)
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

	type event [3]string // type, data, last event ID
	want := []event{{"message", "größe", "7"}, {"tick", "y", "7"}, {"message", "1\n2", "7"}}
	var seen map[string][]event
	require.NoError(t, json.Unmarshal(out, &seen))
	require.Equal(t, map[string][]event{"whole": want, "bytewise": want}, seen)
}
