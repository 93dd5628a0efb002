package site

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"eventsource-wasm/harness/bench/websocket"
	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/internal/tcpport"
)

// Compare opens the comparison page in a browser and returns what it measured, in a
// number of rounds. With proxy, it measures through nginx too.
func Compare(ctx context.Context, program *browser.Program, rounds int, proxy bool) (*websocket.Comparison, error) {
	first, err := Listen("127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer first.Close()
	second, err := Listen("127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer second.Close()

	type result struct {
		comparison *websocket.Comparison
		err        error
	}
	results := make(chan result, 1)
	setup := websocket.Setup{Rounds: rounds, Run: rand.Text(), Report: func(c *websocket.Comparison, err error) {
		select {
		case results <- result{c, err}:
		default: // the page has reported already
		}
	}}
	ctx, stop := context.WithCancel(ctx)
	if proxy {
		proxies, stopProxies, err := websocket.StartProxies(tcpport.Of(first.Addr()))
		if err != nil {
			stop()
			return nil, err
		}
		setup.Proxies = proxies
		defer stopProxies()
	}
	defer stop()

	handler, err := Handler(ctx, Config{Start: time.Now(), OtherPort: tcpport.Of(second.Addr()), comparison: setup})
	if err != nil {
		return nil, err
	}
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, handler, first, second) }()
	url := fmt.Sprintf("http://%s/compare?run=%s", first.Addr(), setup.Run)
	process, err := program.Start(ctx, url, "--ignore-certificate-errors") // the proxy's is self-signed
	if err != nil {
		return nil, err
	}
	defer process.Close()

	select {
	case r := <-results:
		return r.comparison, r.err
	case err := <-served:
		return nil, err
	case <-process.Done():
		return nil, fmt.Errorf("the browser exited before it reported: %w", process.Err())
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
