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
// connections, that the polyfill's own restarts fire open but no error, and that no event
// is repeated or lost, except between two connections of a server without a history.
// With -v it prints the number of connections and the memory.
func TestBacklog(t *testing.T) {
	t.Parallel()
	const page = `<script>
		var timer, seen = {}, result = { Received: 0, Repeated: 0, Errors: 0, Opens: 0 }
		var source = new EventSource('/backlog')
		source.onopen = function () { result.Opens++ }
		source.onerror = function () { result.Errors++ }
		source.onmessage = function (event) {
			var number = parseInt(event.data, 10)
			if (seen[number]) result.Repeated++
			else result.Received++
			seen[number] = true
			if (number % 50 == 0) {
				var request = new XMLHttpRequest()
				request.open('POST', '/arrived?' + number)
				request.send()
			}
			clearTimeout(timer)
			if (number == 700) end()
			else timer = setTimeout(end, 15000) // the rest was sent between two connections
		}
		function end() {
			source.close()
			console.log(JSON.stringify(result))
		}
	</script>`
	tests := []struct {
		name        string
		history     bool // whether the server continues after Last-Event-ID
		paced       bool // whether the server waits after every fifty events until they have arrived
		ids         bool
		connections int // at most
	}{
		{"at once, with history", true, false, true, 1},
		{"at once, without history", false, false, true, 1},
		{"at once, without ids", false, false, false, 1},
		{"in bursts, with history", true, true, true, 3},
		{"in bursts, without history", false, true, true, 3},
	}
	p := newProject(t)
	padding := strings.Repeat("x", backlogPayload)
	for _, tier := range []string{"fetch", "XMLHttpRequest"} {
		for i, tt := range tests {
			if tier == "fetch" && i > 0 {
				continue // for comparison only
			}
			t.Run(tier+"/"+tt.name, func(t *testing.T) {
				files := withHidden(t, p, transports[tier], page)
				window := open(t, "chromium") // of its own, whose memory is known
				s := serve(t, files, "")
				var connections, sent atomic.Int32
				var arrived atomic.Int32 // the number of the last event
				s.handle("/arrived", func(_ http.ResponseWriter, r *http.Request) {
					number, _ := strconv.Atoi(r.URL.RawQuery)
					arrived.Store(int32(number))
				})
				s.handle("/backlog", func(w http.ResponseWriter, r *http.Request) {
					connections.Add(1)
					w.Header().Set("Content-Type", "text/event-stream")
					fmt.Fprint(w, ":\n\n") // with XMLHttpRequest, open needs a byte
					_ = http.NewResponseController(w).Flush()
					count := &sent // without a history, connections share it
					if tt.history {
						last, _ := strconv.Atoi(r.Header.Get("Last-Event-ID"))
						count = new(atomic.Int32)
						count.Store(int32(last))
					}
					for count.Load() < backlogEvents {
						number := count.Add(1)
						if tt.ids {
							fmt.Fprintf(w, "id: %d\n", number)
						}
						if _, err := fmt.Fprintf(w, "data: %d %s\n\n", number, padding); err != nil {
							return
						}
						_ = http.NewResponseController(w).Flush()
						for tt.paced && number%50 == 0 && arrived.Load() < number {
							select {
							case <-time.After(10 * time.Millisecond):
							case <-r.Context().Done():
								return
							}
						}
					}
					<-r.Context().Done()
				})
				var got backlog
				began := time.Now()
				var peak atomic.Int64
				ticker := time.NewTicker(100 * time.Millisecond)
				defer ticker.Stop()
				go func() {
					for range ticker.C {
						peak.Store(max(peak.Load(), rendererPeak(window)))
					}
				}()
				defer func() {
					t.Logf("%d connections, %d MB, %+v, %v", connections.Load(), peak.Load()>>20, got, time.Since(began).Round(time.Millisecond))
				}()
				require.NoError(t, json.Unmarshal([]byte(s.logged(t, window)), &got))
				require.Zero(t, got.Repeated)
				require.Zero(t, got.Errors)
				require.EqualValues(t, connections.Load(), got.Opens)
				require.LessOrEqual(t, got.Opens, tt.connections)
				lost := 0
				if !tt.history {
					lost = 50 * (got.Opens - 1) // sent between two connections
				}
				require.GreaterOrEqual(t, got.Received, backlogEvents-lost)
			})
		}
	}
}

// rendererPeak returns the largest memory that a page of the browser has used so far,
// in bytes; 0 if that cannot be known on this system.
func rendererPeak(window browser.Driver) (peak int64) {
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
		var kilobytes int64
		_, _ = fmt.Sscan(string(rest), &kilobytes)
		peak = max(peak, kilobytes<<10)
	}
	return peak
}
