package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/internal/testprogram"
)

func TestDebugRefuses(t *testing.T) {
	t.Setenv("CHROME", os.Args[0])
	t.Setenv("PHANTOMJS_1", os.Args[0])
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	tests := []struct {
		args   []string
		stderr string
	}{
		{nil, "harness: debug needs one case: name it, for example parse/lf (see harness list)\n"},
		{[]string{"parse/lf", "parse/cr"}, "harness: debug needs one case: name it, for example parse/lf (see harness list)\n"},
		{[]string{"parse/l"}, "harness: debug needs one case: \"parse/l\" matches "},
		{[]string{"parse/lff"}, "harness: catalogue: no case \"parse/lff\": did you mean parse/lf? (see harness list)\n"},
		{[]string{"cors/document-domain", "--context", "shared-worker"}, "harness: cors/document-domain does not run in context shared-worker: it runs in window\n"},
		{[]string{"parse/lf", "--context", "windw"}, "harness: unknown context \"windw\": did you mean window?\n"},
		{[]string{"parse/lf", "--implementation", "none.js"}, "harness: implementation: open none.js: no such file or directory\n"},
		{[]string{"parse/lf"}, "harness: no display for chromium: run this in a graphical session, or set DISPLAY\n"},
		{[]string{"parse/lf", "--browser", "phantomjs@1"}, "harness: phantomjs@1 shows no windows: use chromium, firefox or webkit\n"},
	}
	for _, tt := range tests {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitCannotRun, dispatch(t.Context(), append([]string{"debug"}, tt.args...), &stdout, &stderr), tt.args)
		require.Contains(t, stderr.String(), tt.stderr, tt.args)
	}
}

// A case runs in a visible browser, also one that needs the server's certificate or a
// driver, and the browser stays open until the user ends it.
func TestDebug(t *testing.T) {
	wrong := filepath.Join(t.TempDir(), "wrong.js")
	require.NoError(t, os.WriteFile(wrong, []byte("EventSource = function () { throw new Error('wrong') }"), 0o644))
	tests := []struct{ name, browser, id, implementation, want string }{
		{"a pass", "chromium", "parse/lf", "native", "1 case, chromium/native/window: 1 pass"},
		{"a failure", "chromium", "parse/lf", wrong, "what the client does"},
		{"a certificate", "chromium", "policy/upgrade-insecure", "native", "1 case, chromium/native/window: 1 pass"},
		{"a driver", "chromium", "lifecycle/beforeunload-cancel", "native", "1 case, chromium/native/window: 1 pass"},
		{"Firefox", "firefox", "parse/lf", "polyfill", "1 case, firefox/polyfill/window: 1 pass"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := browser.Find(tt.browser); err != nil {
				t.Skip(err)
			}
			testprogram.Display(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			r, w := io.Pipe()
			code := make(chan int, 1)
			var stderr bytes.Buffer
			go func() {
				code <- dispatch(ctx, []string{"debug", tt.id, "--browser", tt.browser, "--implementation", tt.implementation}, w, &stderr)
				w.Close()
			}()
			shown := make(chan string, 1)
			go func() {
				var text strings.Builder
				for lines := bufio.NewScanner(r); lines.Scan(); {
					text.WriteString(lines.Text() + "\n")
					if strings.Contains(lines.Text(), "1 case, ") {
						break
					}
				}
				shown <- text.String()
				io.Copy(io.Discard, r)
			}()
			select {
			case text := <-shown:
				require.Contains(t, text, "/case/"+tt.id+"?", stderr.String())
				require.Contains(t, text, tt.want)
				require.NotContains(t, text, "not-applicable")
			case <-time.After(90 * time.Second):
				t.Fatal("the case did not run")
			}
			select {
			case <-code:
				t.Fatal("the browser did not stay open: " + stderr.String())
			case <-time.After(time.Second):
			}
			stop()
			require.Equal(t, exitExpected, <-code, stderr.String())
		})
	}
}
