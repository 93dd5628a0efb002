package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"eventsource-wasm/harness/check"
)

// checkVerb checks a live endpoint.
func checkVerb(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	o := check.Options{Header: http.Header{}}
	var body, json, junit string
	flags.Func("header", "send this header, as `NAME: VALUE`; repeat the flag for several", func(line string) error {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return errors.New("want NAME: VALUE, for example Authorization: Bearer TOKEN")
		}
		o.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		return nil
	})
	flags.StringVar(&o.Method, "method", "", "the `method` of the request; any but GET is sent once only (default GET, or POST with --body)")
	flags.StringVar(&body, "body", "", "the `text` of the request's body, or @FILE")
	flags.StringVar(&o.Origin, "origin", "", "check that pages of this `origin` may read the stream, for example https://app.example")
	flags.DurationVar(&o.For, "for", check.DefaultFor, "how long to observe the stream, as a `duration`; 102s passes the usual limits of proxies")
	flags.BoolVar(&o.Insecure, "insecure", false, "accept any certificate")
	fileVar(flags, &json, "json", "write the report as JSON to this `file`; - is standard output")
	fileVar(flags, &junit, "junit", "write the report as JUnit XML, for CI systems, to this `file`")
	rest, err := parse(flags, "URL", args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(stdout, "\nIt finds:\n%s", check.Help())
	}
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return fmt.Errorf("check: want one URL, got %d (see harness check -h)", len(rest))
	}
	o.URL = rest[0]
	if o.Body, err = bodyOf(body); err != nil {
		return fmt.Errorf("--body: %w", err)
	}
	if o.Method == "" && body != "" {
		o.Method = http.MethodPost
	}
	if err := checkFiles(file{"json", json}, file{"junit", junit}); err != nil {
		return err
	}

	report, err := check.Run(ctx, o)
	if err != nil {
		return err
	}
	err = errors.Join(
		report.Terminal(terminalOf(stdout, stderr, json, junit)),
		writeFile(json, stdout, report.JSON),
		writeFile(junit, stdout, report.JUnit),
	)
	if err == nil && report.Count(check.Fault) > 0 {
		return unexpectedError("")
	}
	return err
}

// bodyOf returns the body that a flag gives, as text or as the name of a file.
func bodyOf(flag string) ([]byte, error) {
	if name, named := strings.CutPrefix(flag, "@"); named {
		return os.ReadFile(name)
	}
	return []byte(flag), nil
}
