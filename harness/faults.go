package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/faults"
)

// faultsFlags are the flags of faults.
type faultsFlags struct {
	browsers        []string
	implementations []string
	json, html      string
	with            []string
	timeout         time.Duration
}

// faultsVerb measures what implementations make of faults on the wire.
func faultsVerb(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, plan, err := parseFaults(args, stdout)
	if err != nil {
		return err
	}
	plan.Progress = func(cells []faults.Cell) {
		var words []string
		for _, c := range cells {
			words = append(words, c.Implementation+" "+c.Text())
		}
		fmt.Fprintf(stderr, "%s %s  %s\n", cells[0].Browser, cells[0].Fault, strings.Join(words, "  "))
	}
	ctx, cancel := withTimeout(ctx, f.timeout, "faults", "faults")
	defer cancel()
	results, err := faults.Run(ctx, plan)
	if results == nil {
		return err
	}
	if results, err = joined(results, f.with, err); results == nil {
		return err
	}
	results.Command = strings.Join(append([]string{"go run ./harness faults"}, args...), " ")
	results.WriteTerminal(terminalOf(stdout, stderr, f.json, f.html))
	if err != nil {
		err = markPartial(err, &f.json, &f.html)
	}
	err = errors.Join(err,
		writeFile(f.json, stdout, results.JSON),
		writeFile(f.html, stdout, func(w io.Writer) error { return results.HTML(w) }))
	if err == nil && results.Failures() != nil {
		return unexpectedError("")
	}
	return err
}

// joined returns results with those of earlier documents, and the error that it got.
func joined(results *faults.Results, paths []string, err error) (*faults.Results, error) {
	documents := []*faults.Results{results}
	for _, path := range paths {
		content, failed := os.ReadFile(path)
		if failed != nil {
			return nil, errors.Join(err, failed)
		}
		document, failed := faults.Parse(path, content)
		if failed != nil {
			return nil, errors.Join(err, failed)
		}
		documents = append(documents, document)
	}
	if len(documents) == 1 {
		return results, err
	}
	all, failed := faults.Join(documents...)
	return all, errors.Join(err, failed)
}

func parseFaults(args []string, stdout io.Writer) (f faultsFlags, plan faults.Plan, err error) {
	flags := flag.NewFlagSet("faults", flag.ContinueOnError)
	listVar(flags, &f.browsers, "browser", "`names` of browsers, separated by commas (default chromium)")
	implementationVar(flags, &f.implementations, "", "native,polyfill,polyfill-js,polyfill-xhr")
	fileVar(flags, &f.json, "json", "write all results to this `file`; - is standard output")
	fileVar(flags, &f.html, "html", "write the matrix as a page to this `file`")
	listVar(flags, &f.with, "with", "add the results of this earlier document, a JSON `file`; repeat the flag for several")
	flags.DurationVar(&f.timeout, "timeout", time.Hour, "stop after this `duration`")
	names, err := parse(flags, "[FAULT …]\n\nFAULT is one of "+strings.Join(faults.Names(), ", ")+",\nor the first words of several, such as http2.\n", args, stdout)
	if err != nil {
		return f, plan, err
	}
	if f.timeout <= 0 {
		return f, plan, fmt.Errorf("--timeout %s: want a duration like 1h", f.timeout)
	}
	if err := checkFiles(file{"json", f.json}, file{"html", f.html}); err != nil {
		return f, plan, err
	}
	if plan.Faults, err = faults.Select(names); err != nil {
		return f, plan, err
	}
	if f.browsers == nil {
		f.browsers = []string{"chromium"}
	}
	for _, name := range f.browsers {
		b, err := browser.Find(name)
		if err != nil {
			return f, plan, err
		}
		plan.Browsers = append(plan.Browsers, b)
	}
	if f.implementations == nil {
		f.implementations = []string{implementation.Native, "polyfill", "polyfill-js", "polyfill-xhr"}
	}
	for _, name := range f.implementations {
		i, err := implementation.Load(name)
		if err != nil {
			return f, plan, err
		}
		plan.Implementations = append(plan.Implementations, i)
	}
	return f, plan, nil
}
