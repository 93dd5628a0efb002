package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"eventsource-wasm/harness/bench/websocket"
	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/internal/atomicfile"
	"eventsource-wasm/harness/internal/tcpport"
	"eventsource-wasm/www"
)

// compareFlags are the flags of compare.
type compareFlags struct {
	json, html string
	proxy      bool
	timeout    time.Duration
}

// compareVerb measures EventSource and WebSocket in a browser.
func compareVerb(args []string, stdout, stderr io.Writer) int {
	var f compareFlags
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	flags.StringVar(&f.json, "json", "", "write all figures to this `file`")
	flags.StringVar(&f.html, "html", "", "write the page with the figures to this `file`")
	flags.BoolVar(&f.proxy, "proxy", false, "measure through nginx too")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Minute, "give up after this `time`")
	rest, err := parse(flags, "", args, stdout)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("compare takes no argument %q (see harness compare -h)", rest[0])
	}
	if err == nil {
		err = errors.Join(atomicfile.Check(f.json), atomicfile.Check(f.html))
	}
	if err != nil {
		return failed(err, stderr)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	late := fmt.Errorf("not all was measured in %s (raise --timeout)", f.timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, f.timeout, late)
	defer cancel()
	document, err := f.measure(ctx)
	if err == nil {
		err = f.write(document, stdout)
	}
	if err != nil {
		return failed(err, stderr)
	}
	return exitExpected
}

// measure has a browser measure.
func (f compareFlags) measure(ctx context.Context) (*websocket.Document, error) {
	found, err := browser.Find("chromium")
	if err != nil {
		return nil, err
	}
	first, err := listen("127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	second, err := listen("127.0.0.1:0")
	if err != nil {
		return nil, err
	}

	type result struct {
		document *websocket.Document
		err      error
	}
	results := make(chan result, 1)
	setup := websocket.Setup{Other: tcpport.Of(second.Addr()), Run: rand.Text(), Report: func(d *websocket.Document, err error) {
		select {
		case results <- result{d, err}:
		default: // one is enough
		}
	}}
	ctx, stop := context.WithCancel(ctx)
	if f.proxy {
		proxies, wait, err := websocket.StartProxies(ctx, tcpport.Of(first.Addr()))
		if err != nil {
			stop()
			return nil, err
		}
		setup.Proxies = proxies
		defer wait()
	}
	defer stop()

	served := make(chan error, 1)
	go func() { served <- serveOn(ctx, site(ctx, time.Now(), setup), first, second) }()
	// The certificate of the proxy is its own.
	url := fmt.Sprintf("http://%s/compare?run=%s", first.Addr(), setup.Run)
	process, err := found.Start(ctx, url, "--ignore-certificate-errors")
	if err != nil {
		return nil, err
	}
	defer process.Close()

	select {
	case r := <-results:
		return r.document, r.err
	case err := <-served:
		return nil, err
	case <-process.Done():
		return nil, fmt.Errorf("the browser has ended: %w", process.Err())
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// write writes the figures to where they are wanted.
func (f compareFlags) write(document *websocket.Document, stdout io.Writer) error {
	content, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	if f.json != "" {
		if err := atomicfile.Write(f.json, append(content, '\n')); err != nil {
			return err
		}
	}
	if f.html != "" {
		if err := atomicfile.Write(f.html, www.Report(content)); err != nil {
			return err
		}
	}
	return document.WriteText(stdout)
}
