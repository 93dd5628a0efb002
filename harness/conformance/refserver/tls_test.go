package refserver

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// Every port speaks TLS too, and the host name selects certificate and protocol.
func TestTLS(t *testing.T) {
	server := start(t)
	instance := open(t, server, catalogue.Connection{respond(catalogue.Chunked, 0), send("a"), {Verb: catalogue.End}})
	tests := []struct {
		name, origin, protocol string
	}{
		{"https", instance.Env.HTTPS, "HTTP/1.1"},
		{"HTTP/2", instance.Env.HTTP2, "HTTP/2.0"},
		{"a name in .test", strings.Replace(instance.Env.Remote, "http:", "https:", 1), "HTTP/1.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			response, err := secureClient(t).Get(tt.origin + "/case/" + instance.Env.Token + "/stream")
			require.NoError(t, err)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.Equal(t, "a", string(body))
			require.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
			require.Equal(t, tt.protocol, response.Proto)
			key := sha256.Sum256(response.TLS.PeerCertificates[0].RawSubjectPublicKeyInfo)
			require.Equal(t, server.KeyHash(), base64.StdEncoding.EncodeToString(key[:]))
		})
	}
	seen := instance.Finish()
	require.Len(t, seen, len(tests))
	for _, r := range seen {
		require.True(t, r.Secure)
		require.Equal(t, "GET", r.Method)
		require.Equal(t, "/case/"+instance.Env.Token+"/stream", r.Target)
		require.Equal(t, "Host", r.Headers[0].Name)
	}
}

// Lanes that speak HTTP/2 speak nothing else. A reset ends a stream, a cut the connection.
func TestHTTP2(t *testing.T) {
	server, err := StartOver(catalogue.HTTP2, 1, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }))
	require.NoError(t, err)
	defer server.Close()
	client := secureClient(t)
	page, err := client.Get(server.Origin(0))
	require.NoError(t, err)
	body, err := io.ReadAll(page.Body)
	require.NoError(t, err)
	require.Equal(t, "HTTP/2.0", string(body))

	for _, last := range []catalogue.Verb{catalogue.End, catalogue.Reset, catalogue.Cut} {
		instance := open(t, server, catalogue.Connection{respond(catalogue.Chunked, 0), send("a"), {Verb: last}})
		for _, origin := range []string{instance.Env.Origin, instance.Env.OtherPort, instance.Env.OtherHost} {
			response, err := client.Get(origin + "/case/" + instance.Env.Token + "/stream")
			require.NoError(t, err)
			body, err := io.ReadAll(response.Body)
			require.Equal(t, "a", string(body))
			require.Equal(t, last == catalogue.End, err == nil, "%s: %v", last, err)
			require.Equal(t, "HTTP/2.0", response.Proto)
		}
		require.Len(t, instance.Finish(), 3)
	}

	old := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer old.CloseIdleConnections()
	_, err = (&http.Client{Transport: old}).Get(server.Origin(0))
	require.Error(t, err)
	_, err = StartOver(catalogue.HTTP3, 1, nil)
	require.ErrorContains(t, err, "this program has no HTTP/3")
}

// Even a client that accepts every certificate refuses one whose key the server
// does not have.
func TestUntrusted(t *testing.T) {
	server := start(t)
	instance := open(t, server)
	_, err := secureClient(t).Get(instance.Env.Untrusted + "/")
	require.ErrorContains(t, err, "tls: invalid signature by the server certificate")
}

// The server listens at the given host, which is that of its pages.
func TestHost(t *testing.T) {
	server, err := Start("127.0.0.2", 1, http.NotFoundHandler())
	if err != nil {
		t.Skip(err) // not every system has more than one loopback address
	}
	defer server.Close()
	require.Regexp(t, `^http://127\.0\.0\.2:\d+$`, server.Origin(0))
	response, err := http.Get(server.Origin(0))
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusNotFound, response.StatusCode)
}

// A client sees how a stream of HTTP/2 ends.
func TestHTTP2Ends(t *testing.T) {
	tests := []struct {
		name string
		verb catalogue.Verb
		want string // in the error; "": none
	}{
		{"an end", catalogue.End, ""},
		{"a reset", catalogue.Reset, "stream error"},
		{"a cut", catalogue.Cut, "EOF"},
	}
	server := start(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			instance := open(t, server, catalogue.Connection{respond(catalogue.Chunked, 0), send("a"), {Verb: tt.verb}})
			response, err := secureClient(t).Get(instance.Env.HTTP2 + "/case/" + instance.Env.Token + "/stream")
			require.NoError(t, err)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if tt.want == "" {
				require.NoError(t, err)
				require.Equal(t, "a", string(body))
			} else {
				require.ErrorContains(t, err, tt.want)
			}
			require.GreaterOrEqual(t, instance.Finish()[0].Ended, 0.0)
		})
	}
}

// A client that no longer reads does not keep an instance from finishing.
func TestHTTP2Unread(t *testing.T) {
	server := start(t)
	instance := open(t, server, catalogue.Connection{respond(catalogue.Chunked, 0), send(strings.Repeat("x", 16<<20)), {Verb: catalogue.Hold}})
	response, err := secureClient(t).Get(instance.Env.HTTP2 + "/case/" + instance.Env.Token + "/stream")
	require.NoError(t, err)
	defer response.Body.Close()

	finished := make(chan struct{})
	go func() {
		defer close(finished)
		instance.Finish()
	}()
	select {
	case <-finished:
	case <-time.After(limit):
		require.Fail(t, "the instance is not finished")
	}
}

// Pages are served over every protocol.
func TestSecurePages(t *testing.T) {
	server := start(t)
	instance := open(t, server, catalogue.Connection{respond(catalogue.Close, 0), {Verb: catalogue.End}})
	for _, origin := range []string{instance.Env.HTTPS, instance.Env.HTTP2} {
		response, err := secureClient(t).Get(origin + "/")
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, "a page", string(body))
	}
	require.Empty(t, instance.Finish())
}

// A port that refuses connections closes those without a request, and keeps those
// of streams.
func TestRefuse(t *testing.T) {
	server := start(t)
	instance := open(t, server, catalogue.Connection{
		respond(catalogue.Close, 0),
		{Verb: catalogue.Refuse, Pause: time.Hour},
		send("a"),
		{Verb: catalogue.Hold},
	})
	waiting := dial(t, instance.Env.Origin)
	active := get(t, instance, "stream")
	_, err := active.Read(make([]byte, 1))
	require.NoError(t, err)

	_, err = waiting.Read(make([]byte, 1))
	require.Error(t, err)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
	_, err = net.Dial("tcp", strings.TrimPrefix(instance.Env.Origin, "http://"))
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	dial(t, instance.Env.OtherPort)

	instance.Finish()
	dial(t, instance.Env.Origin)
}

// secureClient returns a client that resolves all names to this machine and accepts
// all certificates.
func secureClient(t *testing.T) *http.Client {
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true},
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: limit}
}
