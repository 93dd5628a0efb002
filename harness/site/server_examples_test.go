package site

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/internal/nginx"
	"eventsource-wasm/harness/internal/testprogram"
)

// withExamples runs a test for each language of the example servers in a folder, with a
// function that starts the server and returns its URL. Languages that are not installed
// are skipped.
func withExamples(t *testing.T, folder string, test func(t *testing.T, serve func() string)) {
	program := filepath.Join(t.TempDir(), "server")
	tests := []struct {
		name  string
		build []string // fails if the language is not installed
		run   []string
	}{
		{"Go", []string{"go", "build", "-o", program, filepath.Join(folder, "go", "main.go")}, []string{program}},
		{"Node", []string{"node", "--check", filepath.Join(folder, "server.mjs")}, []string{"node", filepath.Join(folder, "server.mjs")}},
		{"Flask", []string{"python3", "-c", "import flask"}, []string{"python3", filepath.Join(folder, "server.py")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if output, err := exec.Command(tt.build[0], tt.build[1:]...).CombinedOutput(); err != nil {
				t.Skipf("%s cannot run on this machine: %v %s", tt.name, err, output)
			}
			test(t, func() string { return testprogram.Serve(t, tt.run...) })
		})
	}
}

// The example servers in www/servers do what the page says.
func TestServerExamples(t *testing.T) {
	t.Parallel()
	withExamples(t, filepath.Join("..", "..", "www", "servers"), func(t *testing.T, serve func() string) {
		url := serve() + "/events"
		first := read(t, url, "", 2)
		second := read(t, url, first[0], 2)
		require.Equal(t, first[1], second[0], "resumes after the last event ID")

		another := serve() + "/events"
		for _, id := range []string{"", first[1], "x", "99999999999999999999"} {
			next := read(t, another, id, 1)
			require.Greater(t, number(t, next[0]), number(t, first[1]), "another process resumes after %q", id)
		}
	})
}

// The programs of the article send 0 to 9, in three languages alike.
func TestArticleServers(t *testing.T) {
	t.Parallel()
	want := ""
	for n := range 10 {
		want += fmt.Sprintf("data: %d\n\n", n)
	}
	withExamples(t, filepath.Join("..", "..", "www", "servers", "article"), func(t *testing.T, serve func() string) {
		response, err := http.Get(serve() + "/events")
		require.NoError(t, err)
		defer response.Body.Close()
		require.Equal(t, 200, response.StatusCode)
		require.Contains(t, response.Header.Get("Content-Type"), "text/event-stream")
		require.Equal(t, "*", response.Header.Get("Access-Control-Allow-Origin"))
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	})
}

func number(t *testing.T, id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	require.NoError(t, err)
	return n
}

// read reads events, as many as count says, and returns their ids.
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
	require.Equal(t, "no-store, no-transform", response.Header.Get("Cache-Control"))
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

// Through nginx, with the configuration that the page shows, an event arrives before
// the next one is sent.
func TestNginxExample(t *testing.T) {
	t.Parallel()
	program, err := nginx.Find()
	if err != nil {
		t.Skip(err)
	}
	received := make(chan bool)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for n := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", n)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-received:
			case <-r.Context().Done():
			}
		}
	}))
	t.Cleanup(upstream.Close)

	location, err := os.ReadFile(filepath.Join("..", "..", "www", "servers", "nginx.conf"))
	require.NoError(t, err)
	require.Contains(t, string(location), "http://127.0.0.1:8080;")
	folder, port := t.TempDir(), testprogram.FreePort(t)
	conf := fmt.Sprintf("daemon off;\nmaster_process off;\npid nginx.pid;\nevents {}\nhttp {\n%s\nserver {\nlisten 127.0.0.1:%d;\n%s}\n}\n",
		nginx.HTTP, port, strings.ReplaceAll(string(location), "http://127.0.0.1:8080", upstream.URL))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "nginx.conf"), []byte(conf), 0o644))
	url := testprogram.ServeAt(t, port, program, "-p", folder, "-c", "nginx.conf", "-e", "stderr") + "/events"

	client := http.Client{Timeout: 20 * time.Second}
	response, err := client.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	for n := range 3 {
		require.True(t, lines.Scan(), "event %d: %v", n, lines.Err())
		require.Equal(t, fmt.Sprint("data: ", n), lines.Text())
		require.True(t, lines.Scan())
		received <- true
	}
}

// Windows that share a stream open only one. When its window closes, another window
// opens the next.
func TestSharedStreamExample(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile(filepath.Join("..", "..", "www", "servers", "shared.js"))
	require.NoError(t, err)
	var opened atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		stream := opened.Add(1)
		for r.Context().Err() == nil {
			fmt.Fprintf(w, "data: of stream %d\n\n", stream)
			_ = http.NewResponseController(w).Flush()
			<-time.After(50 * time.Millisecond)
		}
	})
	mux.Handle("/window", servePage([]byte("<!DOCTYPE html><script>function show(text) { document.title = text }\n"+string(script)+"</script>")))
	mux.Handle("/", servePage([]byte("<!DOCTYPE html><main></main>")))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)

	p := open(t, testSite{t: t, main: server}, "/")
	window := func(name string) {
		p.do(chromedp.Evaluate[chromedp.Void](name + ` = document.body.appendChild(document.createElement("iframe")); ` + name + `.src = "/window"`))
	}
	window("first")
	p.wait(`first.contentDocument.title === "of stream 1"`)
	window("second")
	p.wait(`second.contentDocument.title === "of stream 1"`)
	require.EqualValues(t, 1, opened.Load())
	p.do(chromedp.Evaluate[chromedp.Void](`first.remove()`))
	p.wait(`second.contentDocument.title === "of stream 2"`)
}
