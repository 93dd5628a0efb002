package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"eventsource-wasm/harness/internal/tcpport"
	"eventsource-wasm/harness/site"
)

// serveVerb serves the web site until it is interrupted.
func serveVerb(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	addr := flags.String("addr", "127.0.0.1:8080", "`host:port` to listen at; port 0 picks a free one")
	folder := flags.String("results", "", "keep the results of visitors in this `folder`")
	other := flags.String("other", "", "`host:port` of a second origin, for demos across origins\n(default a free port at the host of --addr)")
	export := flags.String("export", "", "write a copy of the site that needs no server to this new `folder`, and exit")
	var hosts []string
	flags.Func("host", "also answer requests for this `name`: needed to open the site by a name of this machine (repeatable)", func(name string) error {
		hosts = append(hosts, strings.ToLower(name))
		return nil
	})
	if err := parseNoArguments(flags, args, stdout); err != nil {
		return err
	}

	if *export != "" {
		if err := site.Export(ctx, *export); err != nil {
			return fmt.Errorf("--export: %w", err)
		}
		fmt.Fprintf(stdout, "%s/index.html is the start page: open it, or copy the folder to any web server\n", *export)
		return nil
	}
	first, err := site.Listen(*addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	defer first.Close()
	if *other == "" {
		*other = site.Beside(first)
	}
	second, err := site.Listen(*other)
	if err != nil {
		return fmt.Errorf("--other: %w", err)
	}
	defer second.Close()

	handler, err := site.Handler(ctx, site.Config{
		Start:     time.Now(),
		OtherPort: tcpport.Of(second.Addr()),
		Results:   *folder,
		Hosts:     hosts,
	})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(stdout, "%s/ (press Ctrl-C to stop)\n", strings.Join(site.Origins(first), "/\n")); err != nil {
		return err
	}
	return site.Serve(ctx, handler, first, second)
}
