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

const limit = 30 * time.Second

// A browser that cannot start is an error, not a wait.
func TestNoStart(t *testing.T) {
	program := executable(t, t.TempDir(), "chromium", "[ \"$1\" = --version ] && echo 1.0 && exit\necho no display >&2\nexit 3")
	t.Setenv("CHROME", program)
	found, err := Find("chromium")
	require.NoError(t, err)
	_, err = found.Open(t.Context(), "about:blank")
	require.ErrorContains(t, err, program)
	require.ErrorContains(t, err, "no display")
}

// Every browser opens the page, and nothing is left of it when it has ended.
func TestOpen(t *testing.T) {
	agents := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/page": // tells, a timer later, that it runs
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
				// A socket there must have a name of at most 107 bytes.
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
					require.Regexp(t, agentOf[found.launcher.Engine], agent)
				case <-ctx.Done():
					t.Fatal("the page did not run")
				}

				tt.end(process(opened), cancel)
				select {
				case <-opened.Done():
				case <-time.After(limit):
					t.Fatal("the browser did not end")
				}
				opened.Close()
				opened.Close() // twice does no harm
				require.Eventually(t, func() bool { return gone(temporary) }, limit, 10*time.Millisecond)
				left, err := filepath.Glob(filepath.Join(temporary, "*"))
				require.NoError(t, err)
				require.Empty(t, left, "profiles left behind")
			})
		}
	}
}

// agentOf are the families of engines in user agents.
var agentOf = map[string]string{blink: `Chrome/\d`, gecko: `Gecko/.* Firefox/\d`, webKit: `AppleWebKit/\d`}

// installed finds a browser, or skips the test; in CI, some must be there.
func installed(t *testing.T, name string) *Program {
	t.Helper()
	found, err := Find(name)
	if err != nil && (os.Getenv("CI") == "" || !slices.Contains([]string{"chromium", "chromium@64", "firefox", "wpe"}, name)) {
		t.Skip(err)
	}
	require.NoError(t, err)
	return found
}

// process is the one of a window.
func process(w Window) *Process {
	if d, ok := w.(*driven); ok {
		return d.Process
	}
	return w.(*Process)
}

// gone tells whether all processes have ended that have their temporary files in
// a folder. One that nobody has waited for is a zombie, and has no environment.
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
