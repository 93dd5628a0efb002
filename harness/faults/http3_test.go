package faults

import (
	"bufio"
	"context"
	"crypto/tls"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/quic-go/quic-go/http3"
	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/internal/selfsigned"
)

// TestHTTP3 reads the stream of each row of HTTP/3 as a plain client does: it reconnects
// with the last event ID, and must get every event once, in order.
func TestHTTP3(t *testing.T) {
	certificate, err := selfsigned.New()
	require.NoError(t, err)
	native, err := implementation.Load("native")
	require.NoError(t, err)
	one := map[string]bool{"http3-packet-loss": true, "http3-path-lost": true, "http3-window": true} // the connection survives
	for _, f := range table {
		if f.protocol != overHTTP3 {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			c, err := newCell(f, native, certificate.TLS)
			require.NoError(t, err)
			defer c.close()
			acted := make(chan error, 1)
			go func() {
				if f.act == nil {
					acted <- nil
					return
				}
				acted <- f.act(&row{fault: f, cells: []*cell{c}})
			}()
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			requests := readAll(ctx, t, c)
			require.Equal(t, one[f.Name], requests == 1, "%d requests", requests)
			require.NoError(t, <-acted)
			require.Zero(t, c.left(), "responses that are open")
		})
	}
}

// readAll reads all events of a cell, and returns how many requests that took.
func readAll(ctx context.Context, t *testing.T, c *cell) (requests int) {
	transport := &http3.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.Close()
	for last := 0; last < c.count; requests++ {
		require.NoError(t, ctx.Err(), "%d of %d events came", last, c.count)
		last = read(ctx, t, transport, c, last)
		time.Sleep(c.retry)
	}
	return requests
}

// read reads one response, and returns the last event ID.
func read(ctx context.Context, t *testing.T, transport *http3.Transport, c *cell, last int) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.origin+"/stream", nil)
	require.NoError(t, err)
	if last > 0 {
		request.Header.Set("Last-Event-ID", strconv.Itoa(last))
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return last
	}
	defer response.Body.Close()
	id := 0
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 2<<20)
	for last < c.count && lines.Scan() {
		switch field, value, _ := strings.Cut(lines.Text(), ": "); {
		case field == "id":
			id, err = strconv.Atoi(value)
			require.NoError(t, err)
		case lines.Text() == "" && id > 0:
			require.Equal(t, last+1, id)
			last, id = id, 0
		}
	}
	return last
}
