package http3

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/quic-go/quic-go/http3"
	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/refserver"
)

// TestHTTP3 checks what a client sees of each end of a response, and that pages come over
// HTTP/3 too.
func TestHTTP3(t *testing.T) {
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) })
	server, err := refserver.StartOver(catalogue.HTTP3, 1, pages)
	require.NoError(t, err)
	defer server.Close()
	transport := &http3.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.Close()
	get := func(url string) (string, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		require.NoError(t, err)
		response, err := transport.RoundTrip(request)
		if err != nil {
			return "", err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		return string(body), err
	}

	page, err := get(server.Origin(0) + "/")
	require.NoError(t, err)
	require.Equal(t, "HTTP/3.0", page)

	for _, tt := range []struct {
		last catalogue.Verb
		fail string // a part of the client's error; "": none
	}{
		{catalogue.End, ""},
		{catalogue.Reset, "H3_INTERNAL_ERROR"},
		{catalogue.Cut, "H3_NO_ERROR"},
	} {
		t.Run(string(tt.last), func(t *testing.T) {
			head := catalogue.Head{Status: 200, Headers: [][2]string{{"Content-Type", "text/event-stream"}}, Framing: catalogue.Chunked}
			instance, err := server.Open(0, &catalogue.Case{Server: []catalogue.Connection{{
				{Verb: catalogue.Respond, Head: head}, {Verb: catalogue.Send, Bytes: []byte("data:x\n\n"), Repeat: 1}, {Verb: tt.last, Gap: catalogue.DefaultGap},
			}}})
			require.NoError(t, err)
			body, err := get(instance.Env.StreamURL())
			require.Equal(t, "data:x\n\n", body)
			if tt.fail == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.fail)
			}
			seen := instance.Finish()
			require.Len(t, seen, 1)
			require.True(t, seen[0].Secure)
			require.GreaterOrEqual(t, seen[0].Ended, 0.0)
		})
	}

	// No request comes over another protocol.
	tcp := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	defer tcp.CloseIdleConnections()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, server.Origin(0)+"/", nil)
	require.NoError(t, err)
	_, err = tcp.RoundTrip(request)
	require.Error(t, err)
}

// TestLeave checks that the server notices a client that cancels its request.
func TestLeave(t *testing.T) {
	server, err := refserver.StartOver(catalogue.HTTP3, 1, http.NotFoundHandler())
	require.NoError(t, err)
	defer server.Close()
	transport := &http3.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.Close()
	head := catalogue.Head{Status: 200, Framing: catalogue.Chunked}
	instance, err := server.Open(0, &catalogue.Case{Server: []catalogue.Connection{{
		{Verb: catalogue.Respond, Head: head}, {Verb: catalogue.Headers}, {Verb: catalogue.Hold},
	}}})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, instance.Env.StreamURL(), nil)
	require.NoError(t, err)
	_, err = transport.RoundTrip(request)
	require.NoError(t, err)
	cancel()
	require.Eventually(t, func() bool { return instance.Requests()[0].Gone >= 0 }, 5*time.Second, 10*time.Millisecond)
	instance.Finish()
}
