package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The programs that www/servers shows do what the page says, where there is
// something to run them.
func TestServers(t *testing.T) {
	t.Parallel()
	servers := filepath.Join("..", "www", "servers")
	program := filepath.Join(t.TempDir(), "server")
	tests := []struct {
		name  string
		build []string // shows that there is what is needed
		run   []string
	}{
		{"Go", []string{"go", "build", "-o", program, filepath.Join(servers, "go", "main.go")}, []string{program}},
		{"Node", []string{"node", "--check", filepath.Join(servers, "server.mjs")}, []string{"node", filepath.Join(servers, "server.mjs")}},
		{"Flask", []string{"python3", "-c", "import flask"}, []string{"python3", filepath.Join(servers, "server.py")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if said, err := exec.Command(tt.build[0], tt.build[1:]...).CombinedOutput(); err != nil {
				t.Skipf("%s cannot run here: %v %s", tt.name, err, said)
			}
			url := start(t, tt.run)
			first := read(t, url, "", 2)
			second := read(t, url, first[0], 2)
			require.Equal(t, first[1], second[0], "goes on after the last event ID")
		})
	}
}

// start starts a server at a free port, and waits until it answers.
func start(t *testing.T, command []string) (url string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := portOf(listener)
	listener.Close()

	process := exec.CommandContext(t.Context(), command[0], command[1:]...)
	process.Env = append(os.Environ(), fmt.Sprint("PORT=", port))
	var said strings.Builder
	process.Stderr = &said
	require.NoError(t, process.Start())
	t.Cleanup(func() { _ = process.Wait() })

	address := fmt.Sprintf("127.0.0.1:%d", port)
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	}, 20*time.Second, 20*time.Millisecond, "%s does not listen", command)
	return "http://" + address + "/events"
}

// read reads so many events, and returns their ids.
func read(t *testing.T, url, lastEventID string, count int) (ids []string) {
	ctx, leave := context.WithTimeout(t.Context(), 20*time.Second)
	defer leave()
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	require.NoError(t, err)
	if lastEventID != "" {
		r.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, 200, response.StatusCode)
	require.Contains(t, response.Header.Get("Content-Type"), "text/event-stream")
	require.Equal(t, "no-store", response.Header.Get("Cache-Control"))
	require.Equal(t, "no", response.Header.Get("X-Accel-Buffering"))
	lines := bufio.NewScanner(response.Body)
	for len(ids) < count && lines.Scan() {
		if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			ids = append(ids, id)
		}
	}
	require.Len(t, ids, count)
	return ids
}

// The configuration for nginx is one.
func TestNginxSnippet(t *testing.T) {
	path, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("no nginx found")
	}
	location, err := os.ReadFile(filepath.Join("..", "www", "servers", "nginx.conf"))
	require.NoError(t, err)
	folder := t.TempDir()
	conf := fmt.Sprintf("pid %s/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\nserver {\nlisten 127.0.0.1:8099;\n%s}\n}\n", folder, location)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "nginx.conf"), []byte(conf), 0o644))
	said, err := exec.Command(path, "-t", "-p", folder, "-c", "nginx.conf").CombinedOutput()
	require.NoError(t, err, string(said))
}
