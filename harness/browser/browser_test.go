package browser

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const limit = 2 * time.Minute

// TestOpenFails checks that the error for a browser that does not start has its output.
func TestOpenFails(t *testing.T) {
	program := executable(t, t.TempDir(), "chromium", "[ \"$1\" = --version ] && echo 1.0 && exit\necho no display >&2\nexit 3")
	t.Setenv("CHROME", program)
	found, err := Find("chromium")
	require.NoError(t, err)
	_, err = found.Open(t.Context(), "about:blank")
	require.ErrorContains(t, err, program)
	require.ErrorContains(t, err, "no display")
}

// TestOpen checks that every browser opens the page, and that it leaves neither
// processes nor files behind, however it is closed.
func TestOpen(t *testing.T) {
	agents := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/page": // reports from a timer that it runs
			io.WriteString(w, `<!doctype html><script>
				setTimeout(function () { document.createElement('img').src = '/runs' }, 10)
			</script>`)
		case "/runs":
			agents <- r.UserAgent()
		}
	}))
	defer server.Close()

	ends := []struct {
		name string
		end  func(p *Process, cancel func())
	}{
		{"closed", func(p *Process, _ func()) { p.Close() }},
		{"interrupted", func(_ *Process, cancel func()) { cancel() }},
		{"killed", func(p *Process, _ func()) { p.browser.Kill() }},
	}
	for _, name := range names() {
		for _, tt := range ends {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				found := installed(t, name)
				// Not t.TempDir: the path of a Unix socket there has at most 107 bytes.
				temporary, err := os.MkdirTemp("", "")
				require.NoError(t, err)
				defer os.RemoveAll(temporary)
				t.Setenv("TMPDIR", temporary)
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				opened, err := found.Open(ctx, server.URL+"/page")
				require.NoError(t, err)
				defer opened.Close()
				require.Regexp(t, found.launcher.Title+` \d`, opened.Version())
				select {
				case agent := <-agents:
					require.Regexp(t, userAgents[found.launcher.Engine], agent)
				case <-ctx.Done():
					t.Fatal("the page did not run")
				}

				tt.end(process(opened), cancel)
				select {
				case <-opened.Done():
				case <-time.After(limit):
					t.Fatal("the browser did not exit")
				}
				opened.Close()
				opened.Close() // a second call has no effect
				require.Eventually(t, func() bool { return gone(temporary) }, limit, 10*time.Millisecond)
				left, err := filepath.Glob(filepath.Join(temporary, "*"))
				require.NoError(t, err)
				require.Empty(t, left, "profiles left behind")
			})
		}
	}
}

// userAgents has, for each engine family, a pattern of the user agent string.
var userAgents = map[string]string{blink: `Chrome/\d`, gecko: `Gecko/.* Firefox/\d`, webKit: `AppleWebKit/\d`}

// installed finds a browser. If it is missing, the test is skipped, or fails for some
// browsers in CI.
func installed(t *testing.T, name string) *Program {
	t.Helper()
	found, err := Find(name)
	if err != nil && (os.Getenv("CI") == "" || !slices.Contains([]string{"chromium", "chromium@64", "firefox", "wpe"}, name)) {
		t.Skip(err)
	}
	require.NoError(t, err)
	return found
}

// process returns the process of a window.
func process(w Window) *Process {
	if d, ok := w.(*drivenProcess); ok {
		return d.Process
	}
	return w.(*Process)
}

// gone reports whether all processes have exited that use a folder for temporary
// files. Zombies count as exited: they have no environment.
func gone(folder string) bool {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		content, _ := os.ReadFile(file)
		if strings.Contains(string(content), "TMPDIR="+folder+"/") {
			return false
		}
	}
	return true
}
