// Package http3 gives the reference server HTTP/3. Programs import it for its effect:
//
//	import _ "eventsource-wasm/harness/conformance/refserver/http3"
//
// Nothing else of the suite depends on a QUIC implementation.
package http3

import (
	"context"
	"crypto/tls"
	"net/http"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"eventsource-wasm/harness/conformance/refserver"
)

// Settings of connections.
const (
	// keepAlive is shorter than the idle timeout of browsers: a stream without events stays
	// open, as it does over TCP.
	keepAlive = 10 * time.Second

	// maxStreams is how many requests a connection carries at once. It is the default of
	// HTTP/2 in package net/http.
	maxStreams = 250
)

func init() {
	refserver.RegisterHTTP3(func(config *tls.Config, handler http.Handler, withConn func(context.Context, refserver.Conn) context.Context) refserver.HTTP3 {
		return &http3.Server{
			TLSConfig:   config,
			QUICConfig:  &quic.Config{KeepAlivePeriod: keepAlive, MaxIncomingStreams: maxStreams},
			Handler:     handler,
			ConnContext: func(ctx context.Context, c *quic.Conn) context.Context { return withConn(ctx, conn{c}) },
		}
	})
}

// A conn is a connection that the reference server can close.
type conn struct{ *quic.Conn }

// Close sends CONNECTION_CLOSE.
func (c conn) Close() error {
	return c.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "")
}
