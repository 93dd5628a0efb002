package polyfill_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
)

// What TestBacklog sends: 42 MB.
const (
	backlogEvents  = 700
	backlogPayload = 60000
)

// A backlog counts what a page has seen of numbered events.
type backlog struct {
	Received, Repeated, Errors, Opens int
}

// TestBacklog checks that a stream longer than XMLHttpRequest should buffer needs few
// connections, that the polyfill's own restarts fire open but no error, and which events
// are lost. With -v it prints the number of connections and the memory.
func TestBacklog(t *testing.T) {
	const page = `<script>
		var seen = {}, result = { Received: 0, Repeated: 0, Errors: 0, Opens: 0 }
		var source = new EventSource('/backlog')
		source.onopen = function () { result.Opens++ }
		source.onerror = function () { result.Errors++ }
		source.onmessage = function (event) {
			var number = parseInt(event.data, 10)
			if (seen[number]) result.Repeated++
			else result.Received++
			seen[number] = true
			if (number == 700) {
				source.close()
				console.log(JSON.stringify(result))
			}
		}
	</script>`
	tests := []struct {
		name    string
		history bool          // whether the server continues after Last-Event-ID
		gap     time.Duration // between events
		ids     bool
		lost    int // at most
	}{
		{"at once, with history", true, 0, true, 0},
		{"at once, without history", false, 0, true, 0},
		{"at once, without ids", false, 0, false, 0},
		{"one by one, with history", true, 5 * time.Millisecond, true, 0},
		{"one by one, without history", false, 5 * time.Millisecond, true, 20},
	}
	p := newProject(t)
	padding := strings.Repeat("x", backlogPayload)
	for _, tier := range []string{"fetch", "XMLHttpRequest"} {
		for _, tt := range tests {
			t.Run(tier+"/"+tt.name, func(t *testing.T) {
				files := withHidden(t, p, transports[tier], page)
				window := openBrowser(t) // of its own, whose memory is known
				s := serve(t, files, "")
				var connections, sent atomic.Int32
				s.handle("/backlog", func(w http.ResponseWriter, r *http.Request) {
					connections.Add(1)
					w.Header().Set("Content-Type", "text/event-stream")
					_ = http.NewResponseController(w).Flush()
					if tt.history {
						last, _ := strconv.Atoi(r.Header.Get("Last-Event-ID"))
						sent.Store(int32(last))
					}
					for sent.Load() < backlogEvents {
						time.Sleep(tt.gap)
						if r.Context().Err() != nil {
							return
						}
						number := sent.Add(1)
						if tt.ids {
							fmt.Fprintf(w, "id: %d\n", number)
						}
						if _, err := fmt.Fprintf(w, "data: %d %s\n\n", number, padding); err != nil {
							return
						}
						_ = http.NewResponseController(w).Flush()
					}
					<-r.Context().Done()
				})
				var got backlog
				began := time.Now()
				require.NoError(t, json.Unmarshal([]byte(s.logged(t, window)), &got))
				t.Logf("%d connections, %d MB, %d events lost, %d repeated, %d errors, %d times open, in %v", connections.Load(), rendererPeak(window)>>20,
					backlogEvents-got.Received, got.Repeated, got.Errors, got.Opens, time.Since(began).Round(time.Millisecond))
				require.LessOrEqual(t, backlogEvents-got.Received, tt.lost)
				require.Zero(t, got.Repeated)
				require.Zero(t, got.Errors)
				require.EqualValues(t, connections.Load(), got.Opens)
				require.LessOrEqual(t, got.Opens, 3)
			})
		}
	}
}

// rendererPeak returns the largest memory that a page of the browser has used so far,
// in bytes; 0 if that cannot be known on this system.
func rendererPeak(window browser.Driver) (peak int) {
	group := window.(interface{ Group() int }).Group()
	files, _ := filepath.Glob("/proc/[0-9]*/status")
	for _, file := range files {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		of, err := syscall.Getpgid(pid)
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
		if err != nil || of != group || !bytes.Contains(line, []byte("--type=renderer")) {
			continue
		}
		status, _ := os.ReadFile(file)
		_, rest, _ := bytes.Cut(status, []byte("\nVmHWM:"))
		var kilobytes int
		_, _ = fmt.Sscan(string(rest), &kilobytes)
		peak = max(peak, kilobytes<<10)
	}
	return peak
}
