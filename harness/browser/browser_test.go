package browser

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const limit = 30 * time.Second

func TestFind(t *testing.T) {
	program := filepath.Join(t.TempDir(), "chromium")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755))
	tests := []struct {
		name, browser, chrome, path string
		want                        string // the program, or the error
	}{
		{"the variable names it", "chromium", program, "", program},
		{"the path has it", "chromium", "", filepath.Dir(program), program},
		{"the variable is wrong", "chromium", "/nowhere/chrome", filepath.Dir(program), "no Chromium at CHROME=/nowhere/chrome: name an executable file"},
		{"there is none", "chromium", "", "/nowhere", "no Chromium found (set CHROME, or run scripts/run.sh)"},
		{"another browser", "ie", "", "", `unknown browser "ie": expected chromium, chromium@64`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("CHROME", tt.chrome)
			t.Setenv("PATH", tt.path)
			found, err := Find(tt.browser)
			if err != nil {
				require.EqualError(t, err, tt.want)
				return
			}
			require.Equal(t, tt.browser, found.Name())
			require.Equal(t, tt.want, found.path)
		})
	}
}

// A browser that cannot start is an error, not a wait.
func TestNoStart(t *testing.T) {
	program := filepath.Join(t.TempDir(), "chromium")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\n[ \"$1\" = --version ] && echo 1.0 && exit\necho no display >&2\nexit 3\n"), 0o755))
	t.Setenv("CHROME", program)
	found, err := Find("chromium")
	require.NoError(t, err)
	_, err = found.Open(t.Context(), "about:blank")
	require.ErrorContains(t, err, program)
	require.ErrorContains(t, err, "no display")
}

// The browser opens the page, and nothing is left of it when it is closed.
func TestOpen(t *testing.T) {
	found, err := Find("chromium")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Setenv("TMPDIR", t.TempDir())

	agents := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/page" {
			agents <- r.UserAgent()
		}
		io.WriteString(w, "hello")
	}))
	defer server.Close()

	ends := []struct {
		name string
		end  func(p *Process, cancel func())
	}{
		{"closed", func(p *Process, _ func()) { p.Close() }},
		{"interrupted", func(_ *Process, cancel func()) { cancel() }},
		{"killed", func(p *Process, _ func()) { syscall.Kill(p.Group(), syscall.SIGKILL) }},
	}
	for _, tt := range ends {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			opened, err := found.Open(ctx, server.URL+"/page")
			require.NoError(t, err)
			defer opened.Close()
			require.Regexp(t, `^Chromium \d+\.`, opened.Version())
			select {
			case agent := <-agents:
				require.Contains(t, agent, "Chrome/")
			case <-ctx.Done():
				t.Fatal("the page was not loaded")
			}

			p := opened.(*driven).Process
			tt.end(p, cancel)
			select {
			case <-opened.Done():
			case <-time.After(limit):
				t.Fatal("the browser did not end")
			}
			opened.Close()
			opened.Close() // twice does no harm
			require.Eventually(t, func() bool { return gone(p.Group()) }, limit, 10*time.Millisecond)
			left, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*"))
			require.NoError(t, err)
			require.Empty(t, left, "profiles left behind")
		})
	}
}

// gone tells whether all processes of a group have ended. One that nobody has
// waited for is a zombie, and has ended too.
func gone(group int) bool {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		content, _ := os.ReadFile(file)
		_, rest, _ := strings.Cut(string(content), ") ")
		fields := strings.Fields(rest) // state, parent, group ...
		if len(fields) > 2 && fields[0] != "Z" && fields[2] == strconv.Itoa(group) {
			return false
		}
	}
	return true
}
