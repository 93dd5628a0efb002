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

// What is wrong with one stream is told, and so are the figures if nothing is.
func TestCrowd(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"nothing is wrong", "id: x-7\ndata: a\n\nid: x-8\ndata: b\n\n", ""},
		{"an event is missing", "id: x-7\n\nid: x-9\n\n", "event 9 came after event 7"},
		{"an event came twice", "id: x-7\n\nid: x-7\n\n", "event 7 came after event 7"},
		{"no number", "id: x\n\n", `id "x": no number at its end`},
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
			crowd := Crowd{URL: server.URL, PID: os.Getpid(), Streams: 3, Duration: 200 * time.Millisecond}
			document, err := crowd.Measure(t.Context())
			require.NoError(t, err)
			if tt.want != "" {
				require.Len(t, document.Errors(), 1)
				require.Contains(t, document.Errors()[0], tt.want)
				return
			}
			require.True(t, document.Complete())
			require.Equal(t, 3.0, document.Tables[0].Rows[0].Median["streams"])
		})
	}
}

func TestCrowdIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Crowd{URL: "http://127.0.0.1:1/", Streams: 1, Duration: time.Minute}.Measure(ctx)
	require.ErrorIs(t, err, context.Canceled)
}
