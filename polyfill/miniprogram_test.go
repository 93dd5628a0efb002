package polyfill_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMiniProgram checks the build for mini programs in a context that has only wx,
// timers and the console, with a wx.request that behaves as those of devices may.
func TestMiniProgram(t *testing.T) {
	t.Parallel()
	const headers = `{"Accept":"text/event-stream","Pragma":"no-cache","Cache-Control":"no-cache"}`
	const request = "request https://example.com/events " + headers + "\n"
	again := func(id string) string {
		return strings.Replace(request, `,"Pragma"`, `,"Last-Event-ID":"`+id+`","Pragma"`, 1)
	}
	tests := []struct{ story, want string }{
		{"chunks and an end", request + "open 1\nmessage a 1 1\nerror 0\n" + again("1") + "aborted true\n"},
		{"a chunk before the headers", request + "open 1\nmessage a 1\nmessage b 1\n"},
		{"a buffer that is used again", request + "open 1\nmessage a 1\nmessage b 1\n"},
		{"characters cut at every byte", request + "open 1\nmessage 你好，世界 🎉 1\n"},
		{"calls after abort", request + "open 1\naborted true 1\n"},
		{"no report of the end", request + "open 1\nmessage a 7 1\nsilence 1\nerror 0\n" + again("7") + "aborted true\nsilence 0\n"},
		{"the limit of 60 s", request + "limit 60000\nopen 1\nmessage a 中 1\nerror 0\n" + again("ä¸\u00ad")},
		{"a response without chunks", request + "open 1\nmessage a 1\nerror 0\n"},
		{"a refusal", request + "error 2\naborted true 1\n"},
		{"no network", request + "error 0\n"},
		{"an old base library", "error 2\n"},
		{"another object", request + "open 1\n"},
		{"another object whose request has no chunks", "EventSource: no request with chunks (wx.request has them from base library 2.20.2 on; " +
			"EventSource.use sets another object):\nerror 2\n"},
		{"no object", "error 2\n"},
		{"a relative URL", "SyntaxError 12 Failed to construct 'EventSource': invalid URL /events: it must be absolute, such as https://example.com/events\n"},
		{"a thousand events in one chunk", "request https://example.com/ " + headers + "\n1000\n"},
	}
	p := newProject(t)
	script, err := filepath.Abs("testdata/miniprogram.js")
	require.NoError(t, err)
	for _, tt := range tests {
		t.Run(tt.story, func(t *testing.T) {
			t.Parallel()
			file := "node_modules/eventsource-wasm/dist/eventsource-miniprogram.js"
			require.Equal(t, tt.want, p.output(t, "node", script, file, tt.story))
		})
	}
	p.write(t, "main.mjs", "import { EventSource } from 'eventsource-wasm/miniprogram'\nconsole.log(typeof EventSource.use)")
	require.Equal(t, "function\n", p.output(t, "node", "main.mjs"))
}
