package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestIEMode runs the command of README.md for the Internet Explorer mode of Edge, which
// the workflow runs too, at an endpoint that has no such browser. It checks what the
// command asks for.
func TestIEMode(t *testing.T) {
	t.Chdir("..") // the command names files from there
	command := regexp.MustCompile(`harness(?:\.exe)? (run --webdriver \S+ --capabilities \S*ie-mode.json.*)`)
	of := func(path string) string {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		found := command.FindSubmatch(regexp.MustCompile(`\s*\\\n\s*`).ReplaceAll(text, []byte(" ")))
		require.NotNil(t, found, path)
		return strings.ReplaceAll(strings.ReplaceAll(string(found[1]), "\r", ""), `"`, "")
	}
	inReadme := of("harness/README.md")
	require.Equal(t, inReadme, of(".github/workflows/ie-mode.yml"))

	var mu sync.Mutex
	var asked string
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodPost && r.URL.Path == "/session" {
			asked = string(body)
		}
		w.WriteHeader(http.StatusInternalServerError)
		io.WriteString(w, `{"value": {"error": "session not created", "message": "no Edge here", "stacktrace": ""}}`)
	}))
	defer endpoint.Close()
	args := strings.Fields(strings.Replace(inReadme, "http://127.0.0.1:5555", endpoint.URL, 1))
	for i, arg := range args {
		if arg == "--json" {
			args[i+1] = t.TempDir() + "/ie.json"
		}
	}
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitCannotRun, dispatch(t.Context(), append(args, "parse/lf"), &stdout, &stderr))
	require.Contains(t, stderr.String(), "no Edge here")
	mu.Lock()
	defer mu.Unlock()
	require.JSONEq(t, `{"capabilities": {"alwaysMatch": {
		"browserName": "internet explorer",
		"pageLoadStrategy": "none",
		"unhandledPromptBehavior": "dismiss",
		"se:ieOptions": {
			"ie.edgechromium": true,
			"ie.edgepath": "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
			"ie.ensureCleanSession": true,
			"ignoreProtectedModeSettings": true,
			"ignoreZoomSetting": true
		}
	}}}`, asked)
}
