package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestLoadTest checks that an error in one stream is reported, and the figures if
// there is none.
func TestLoadTest(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"all is well", "id: x-7\ndata: a\n\nid: x-8\ndata: b\n\n", ""},
		{"an event is missing", "id: x-7\n\nid: x-9\n\n", "event 9 came after event 7"},
		{"an event is repeated", "id: x-7\n\nid: x-7\n\n", "event 7 came after event 7"},
		{"no number", "id: x\n\n", `id "x" does not end with a number`},
		{"the stream ends", "id: x-7\n\nEND", "the server ended it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, ends := strings.CutSuffix(tt.body, "END")
				fmt.Fprint(w, body)
				http.NewResponseController(w).Flush()
				if !ends {
					<-r.Context().Done()
				}
			}))
			defer server.Close()
			test := LoadTest{URL: server.URL, PID: os.Getpid(), Streams: 3, Duration: 200 * time.Millisecond}
			results, err := test.Run(t.Context())
			require.NoError(t, err)
			if tt.want != "" {
				require.Len(t, results.Errors(), 1)
				require.Contains(t, results.Errors()[0], tt.want)
				return
			}
			require.True(t, results.Complete())
			require.Equal(t, 3.0, results.Tables[0].Rows[0].Median["streams"])
		})
	}
}

func TestLoadTestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := LoadTest{URL: "http://127.0.0.1:1/", Streams: 1, Duration: time.Minute}.Run(ctx)
	require.ErrorIs(t, err, context.Canceled)
}
