package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"eventsource-wasm/harness/bench/websocket"
	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/site"
	"eventsource-wasm/www"
)

// compareFlags are the flags of compare.
type compareFlags struct {
	json, html string
	proxy      bool
	timeout    time.Duration
}

// compareVerb measures EventSource and WebSocket side by side in a browser.
func compareVerb(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, err := parseCompare(args, stdout)
	if err != nil {
		return err
	}
	chromium, err := browser.Find("chromium")
	if err != nil {
		return err
	}
	ctx, cancel := withTimeout(ctx, f.timeout, "compare", "measurements")
	defer cancel()
	comparison, err := site.Compare(ctx, chromium, f.proxy)
	if err != nil {
		return err
	}
	terminal := terminalOf(stdout, stderr, f.json, f.html)
	return errors.Join(comparison.WriteTerminal(terminal), f.write(comparison, stdout))
}

func parseCompare(args []string, stdout io.Writer) (f compareFlags, err error) {
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	fileVar(flags, &f.json, "json", "write all measurements to this `file`; - is standard output")
	fileVar(flags, &f.html, "html", "write the page with the measurements to this `file`")
	flags.BoolVar(&f.proxy, "proxy", false, "measure through nginx too")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Minute, "stop after this `duration`")
	err = parseNoArguments(flags, args, stdout)
	switch {
	case err != nil:
	case f.timeout <= 0:
		err = fmt.Errorf("--timeout %s: want a duration like 2m", f.timeout)
	default:
		err = checkFiles(file{"json", f.json}, file{"html", f.html})
	}
	return f, err
}

// write writes the files that were asked for.
func (f compareFlags) write(comparison *websocket.Comparison, stdout io.Writer) error {
	content, err := json.MarshalIndent(comparison, "", "  ")
	if err != nil {
		return err
	}
	return errors.Join(
		writeFile(f.json, stdout, verbatim(append(content, '\n'))),
		writeFile(f.html, stdout, verbatim(www.Report(content))),
	)
}

// verbatim returns a function that writes content.
func verbatim(content []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}
}
