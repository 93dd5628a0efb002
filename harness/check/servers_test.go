package check

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/internal/nginx"
	"eventsource-wasm/harness/internal/testprogram"
)

// Nothing is found in the example servers of the servers page, and what their authors
// chose in servers that are made with libraries.
func TestServers(t *testing.T) {
	t.Parallel()
	examples := filepath.Join("..", "..", "www", "servers")
	folder := t.TempDir()
	library := func(name string) (build, run []string) {
		program := filepath.Join(folder, name)
		return []string{"go", "build", "-C", filepath.Join("testdata", "servers"), "-o", program, "./" + name}, []string{program}
	}
	goProgram := filepath.Join(folder, "example")
	buildR3labs, runR3labs := library("r3labs")
	buildTmaxmax, runTmaxmax := library("tmaxmax")
	tests := []struct {
		name  string
		build []string // fails if the server cannot be made here
		run   []string
		want  []string
	}{
		{"Go", []string{"go", "build", "-o", goProgram, filepath.Join(examples, "go", "main.go")}, []string{goProgram}, nil},
		{"Node", []string{"node", "--check", filepath.Join(examples, "server.mjs")}, []string{"node", filepath.Join(examples, "server.mjs")}, nil},
		{"Flask", []string{"python3", "-c", "import flask"}, []string{"python3", filepath.Join(examples, "server.py")}, nil},
		{"r3labs", buildR3labs, runR3labs, []string{"check/resume-repeat", "check/unknown-id", "check/no-store", "check/no-transform", "check/accel-buffering", "check/no-retry"}},
		{"tmaxmax", buildTmaxmax, runTmaxmax, []string{"check/no-store", "check/no-transform", "check/accel-buffering", "check/no-retry"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if output, err := exec.Command(tt.build[0], tt.build[1:]...).CombinedOutput(); err != nil {
				t.Skipf("%s cannot run on this machine: %v %s", tt.name, err, output)
			}
			require.Equal(t, tt.want, find(t, testprogram.Serve(t, tt.run...)+"/events", 8*time.Second))
		})
	}
}

// Through nginx, buffering and compression are found, and nothing if they are off.
func TestNginx(t *testing.T) {
	t.Parallel()
	program, err := nginx.Find()
	if err != nil {
		t.Skip(err)
	}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store, no-transform")
		fmt.Fprintf(w, "retry: %d\n\n", 1000+time.Now().UnixMicro()%1000)
		seen, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64)
		if err != nil {
			seen = time.Now().UnixMilli()/200 - 1
		}
		for n := seen + 1; r.Context().Err() == nil; n++ {
			time.Sleep(time.Until(time.UnixMilli(200 * n)))
			fmt.Fprintf(w, "id: %d\ndata: event %d\n\n", n, n)
			_ = http.NewResponseController(w).Flush()
		}
	}))
	t.Cleanup(upstream.Close)

	const gzipped = "gzip on; gzip_types text/event-stream; gzip_min_length 0;"
	tests := []struct {
		name, configuration string
		want                []string
	}{
		{"no buffering", "proxy_buffering off;", nil},
		{"no buffering, and gzip", "proxy_buffering off; " + gzipped, nil},
		{"buffering of responses in chunks, which nginx passes on", "proxy_http_version 1.1;", nil},
		{"buffering of responses in chunks, and gzip", "proxy_http_version 1.1; " + gzipped, []string{"check/compressed-buffered"}},
		{"buffering", "", []string{"check/slow-head"}},
		{"buffering, and gzip", gzipped, []string{"check/slow-head"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			folder, port := t.TempDir(), testprogram.FreePort(t)
			require.NoError(t, os.WriteFile(filepath.Join(folder, "nginx.conf"), fmt.Appendf(nil, `
daemon off;
master_process off;
pid nginx.pid;
events {}
http {
	%s
	server {
		listen 127.0.0.1:%d;
		location / {
			proxy_pass %s;
			%s
		}
	}
}`, nginx.HTTP, port, upstream.URL, tt.configuration), 0o644))
			url := testprogram.ServeAt(t, port, program, "-p", folder, "-c", "nginx.conf", "-e", "stderr")
			require.Equal(t, tt.want, find(t, url+"/events", 8*time.Second))
		})
	}
}

// find checks a URL and returns the ids of what is found.
func find(t *testing.T, url string, observed time.Duration) (ids []string) {
	report, err := Run(t.Context(), Options{URL: url, For: observed})
	require.NoError(t, err)
	for _, f := range report.Findings {
		ids = append(ids, f.ID)
	}
	var text bytes.Buffer
	require.NoError(t, report.Terminal(&text))
	t.Log(&text)
	return ids
}
