package polyfill_test

import (
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

// TestBuffering checks, in Chromium, how a source reports a proxy that passes on the head of
// a response and buffers its body, with one line on the console; and nginx as it is by
// default, which holds back the head too.
func TestBuffering(t *testing.T) {
	t.Parallel()
	t.Run("the head comes", func(t *testing.T) {
		const line = "EventSource URL/silent failed: headers came, but no byte within idleTimeout. Does a proxy buffer the stream?"
		require.Equal(t, "buffering 200; buffering 200; "+line, buffered(t, "/silent"))
	})
	t.Run("nginx", func(t *testing.T) {
		upstream := serve(t, site{}, "")
		address := fmt.Sprintf("127.0.0.1:%d", freePort(t))
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "nginx.conf"), fmt.Appendf(nil, `
			daemon off; master_process off; pid nginx.pid; error_log stderr; events {}
			http {
				%s
				server { listen %s; location / { proxy_pass %s; } }
			}`, nginxFiles, address, upstream.URL), 0o644))
		proxy := exec.CommandContext(t.Context(), nginx(t), "-p", folder, "-c", "nginx.conf", "-e", "stderr")
		require.NoError(t, proxy.Start())
		defer proxy.Wait()
		defer proxy.Process.Kill()
		require.Eventually(t, func() bool {
			conn, err := net.Dial("tcp", address)
			if err == nil {
				conn.Close()
			}
			return err == nil
		}, limit, 50*time.Millisecond)
		require.Equal(t, "timeout undefined; timeout undefined", buffered(t, "http://"+address+"/events"))
	})
}

// buffered returns the reason and the status of two errors of a stream, and what the page
// logged on the console meanwhile.
func buffered(t *testing.T, stream string) string {
	files := site{"index.html": strings.Replace(`<script>
		var lines = []
		console.error = function () { lines.push([].join.call(arguments, ' ').replace(location.origin, 'URL')) }
	</script><script src="eventsource-plus.js"></script><script>
		var reasons = []
		var source = new EventSourcePlus('STREAM', { idleTimeout: 500, reconnect: { delay: 10 } })
		source.onerror = function (event) {
			if (reasons.push(event.reason + ' ' + event.status) < 2) return
			source.close()
			console.log(reasons.concat(lines).join('; '))
		}
	</script>`, "STREAM", stream, 1)}
	copied(t, newProject(t), files)
	s := serve(t, files, "")
	s.handle("GET /silent", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	return s.logged(t, openBrowser(t))
}
