package demo

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/internal/sse"
)

func TestStreams(t *testing.T) {
	tests := []struct {
		name        string
		path        string
		lastEventID string
		up          time.Duration // time that the process has run when the request arrives
		stay        time.Duration // time until the client disconnects
		want        string
	}{
		{"the head is sent before the first event", "/events", "", 0, ms(999), head},
		{"events are numbered from the start", "/events", "", 0, ms(2999), head + numbered(1, 2)},
		{"a new client starts with the newest", "/events", "", ms(7500), ms(1499), head + numbered(7, 8)},
		{"a client that reconnects gets what it missed at once", "/events", epoch + "-3", ms(7000), 0, head + numbered(4, 7)},
		{"and then the next events", "/events", epoch + "-3", ms(7000), ms(1999), head + numbered(4, 8)},
		{"nothing was missed", "/events", epoch + "-7", ms(7500), ms(499), head},
		{"history is bounded", "/events", epoch + "-1", ms(5_000_000), 0, head + numbered(4001, 5000)},
		{"a number that is not due counts as none", "/events", epoch + "-9000", ms(7000), 0, head + numbered(7, 7)},
		{"so does an id that is not a number", "/events", epoch + "-7; x", ms(7000), 0, head + numbered(7, 7)},
		{"and one of another process", "/events", "ab12-3", ms(7000), 0, head + numbered(7, 7)},
		{"and one without a process", "/events", "3", ms(7000), 0, head + numbered(7, 7)},
		{"and a negative one", "/events", epoch + "--1", ms(7000), 0, head + numbered(7, 7)},
		{"and a number out of range", "/events", epoch + "-99999999999999999999", ms(7000), 0, head + numbered(7, 7)},

		{"describes the request", "/events?request", "", 0, 0, head + described("", `"Last-Event-Id":[""]`)},
		{"with the last event ID", "/events?request", epoch + "-7", ms(7000), 0, head + described(epoch+"-7", `"Last-Event-Id":["`+epoch+`-7"]`)},

		{"starts at once", "/stream", "", 0, 0, digit(0, 0)},
		{"sends one a second", "/stream", "", 0, ms(2999), digit(0, 2)},
		{"ends after ten", "/stream", "", 0, time.Hour, digit(0, 9)},
		{"ignores ids", "/stream", "4", ms(7000), 0, digit(0, 0)},
	}
	for _, tt := range tests {
		t.Run(tt.path+" "+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // with a fake clock
				// A nanosecond more, so that events due at that time are sent.
				ctx, leave := context.WithTimeout(t.Context(), tt.stay+1)
				defer leave()
				r := httptest.NewRequestWithContext(ctx, "GET", tt.path, nil)
				w := httptest.NewRecorder()
				started := events{time.Now().Add(-tt.up)}
				r.Header.Set("Last-Event-ID", strings.Replace(tt.lastEventID, epoch, started.epoch(), 1))
				plain(started.start).ServeHTTP(w, r)

				require.Equal(t, http.StatusOK, w.Code)
				require.Equal(t, "text/event-stream", w.Header().Get("Content-Type"))
				body := regexp.MustCompile(`"retry":1\d\d\d`).ReplaceAllString(retry.ReplaceAllString(w.Body.String(), "retry: 1000\n"), `"retry":1000`)
				require.Equal(t, tt.want, strings.ReplaceAll(body, started.epoch()+"-", epoch+"-"))
			})
		})
	}
}

func TestMethodsAndOrigins(t *testing.T) {
	const elsewhere = "http://page.test"
	tests := []struct {
		name           string
		method, origin string
		status         int
		headers        map[string]string // "" is absent
	}{
		{"a page of this origin needs no permission", "HEAD", "", 200, map[string]string{
			"Access-Control-Allow-Origin": "", "Vary": "Origin"}},
		{"a page of another may read", "HEAD", elsewhere, 200, map[string]string{
			"Access-Control-Allow-Origin": elsewhere, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}},
		{"and reconnect", "OPTIONS", elsewhere, 204, map[string]string{
			"Access-Control-Allow-Origin": elsewhere, "Access-Control-Allow-Headers": "Last-Event-ID", "Content-Type": ""}},
		{"a refusal can be read", "POST", elsewhere, 405, map[string]string{
			"Access-Control-Allow-Origin": elsewhere, "Allow": "GET, HEAD, OPTIONS"}},
		{"proxies neither cache nor buffer it", "HEAD", "", 200, map[string]string{
			"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}},
	}
	for _, path := range []string{"/events", "/stream"} {
		for _, tt := range tests {
			t.Run(path+" "+tt.name, func(t *testing.T) {
				r := httptest.NewRequest(tt.method, path, nil)
				if tt.origin != "" {
					r.Header.Set("Origin", tt.origin)
				}
				w := httptest.NewRecorder()
				plain(time.Now()).ServeHTTP(w, r)

				require.Equal(t, tt.status, w.Code)
				for name, want := range tt.headers {
					require.Equal(t, want, w.Header().Get(name), name)
				}
			})
		}
	}
}

// Writes have a deadline, so a client that reads nothing is disconnected.
func TestWriteLimit(t *testing.T) {
	w := &stuck{ResponseRecorder: httptest.NewRecorder()}
	before := time.Now()
	plain(before.Add(-time.Minute)).ServeHTTP(w, httptest.NewRequest("GET", "/events", nil))

	require.WithinRange(t, w.deadline, before.Add(sse.WriteLimit), time.Now().Add(sse.WriteLimit))
}

// stuck is a connection whose writes fail, as if after their deadline.
type stuck struct {
	*httptest.ResponseRecorder
	deadline time.Time
}

func (s *stuck) SetWriteDeadline(t time.Time) error { s.deadline = t; return nil }
func (s *stuck) Write([]byte) (int, error)          { return 0, http.ErrHandlerTimeout }

// retry matches a reconnection time with its random part.
var retry = regexp.MustCompile(`retry: 1[0-4]\d\d\n`)

// epoch stands in the table for that of the process.
const epoch = "epoch"

// head is the start of /events: a comment and the reconnection time.
// described is the event that describes a request.
func described(lastEventID, headers string) string {
	return `event: request` + "\n" + `data: {"lastEventId":"` + lastEventID + `","cookie":false,"retry":1000,"headers":{` + headers + "}}\n\n"
}

const head = ": hello\nretry: 1000\n\n"

// numbered returns what /events sends for the events from and to and all between.
func numbered(from, to int) string {
	var s strings.Builder
	for n := from; n <= to; n++ {
		fmt.Fprintf(&s, "id: %s-%d\ndata: server up for %v\n\n", epoch, n, ms(1000*n))
	}
	return s.String()
}

// digit returns what /stream sends for the numbers from and to and all between.
func digit(from, to int) string {
	var s strings.Builder
	for n := from; n <= to; n++ {
		fmt.Fprintf(&s, "data: %d\n\n", n)
	}
	return s.String()
}

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }
