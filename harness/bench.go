package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"eventsource-wasm/harness/bench"
	"eventsource-wasm/harness/browser"
)

// benchFlags are the flags of bench.
type benchFlags struct {
	implementations []string
	peers           bool
	streams         []string
	rounds          int
	quick           bool
	server          bool
	json, html      string
	timeout         time.Duration
}

// measure measures implementations in a browser, or our own server.
func measure(args []string, stdout, stderr io.Writer) int {
	f, kinds, err := parseBench(args, stdout)
	if err != nil {
		return failed(err, stderr)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	late := fmt.Errorf("not all was measured in %s (raise --timeout)", f.timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, f.timeout, late)
	defer cancel()

	var document *bench.Document
	if f.server {
		document, err = measureServer(ctx, f.quick, stderr)
	} else {
		document, err = f.measureClients(ctx, kinds, stderr)
	}
	if document != nil {
		document.WriteText(stdout)
		if err == nil {
			err = f.write(document)
		}
	}
	switch {
	case err != nil:
		return failed(err, stderr)
	case !document.Complete():
		return exitUnexpected
	}
	return exitExpected
}

// measureClients measures implementations in a browser.
func (f benchFlags) measureClients(ctx context.Context, kinds []string, stderr io.Writer) (*bench.Document, error) {
	plan, err := f.plan(kinds)
	if err != nil {
		return nil, err
	}
	plan.Progress = func(t *bench.Table, round int, implementation string) {
		fmt.Fprintf(stderr, "%s %s  round %d/%d  %s\n", t.Kind, t.Stream, round, t.Rounds, implementation)
	}
	return bench.Run(ctx, plan)
}

func parseBench(args []string, stdout io.Writer) (f benchFlags, kinds []string, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	list := func(name, usage string, to *[]string) {
		flags.Func(name, usage, func(list string) error {
			*to = append(*to, strings.Split(list, ",")...)
			return nil
		})
	}
	list("implementation", "native, polyfill, fetch or a `FILE.js` that defines EventSource; more with commas\nor by giving the flag again (default native,polyfill,fetch)", &f.implementations)
	flags.BoolVar(&f.peers, "peers", false, "measure what scripts/peers.sh has left in "+bench.PeersDir+" too")
	list("stream", "only streams of these `names`: "+strings.Join(bench.Streams(), ", "), &f.streams)
	flags.IntVar(&f.rounds, "rounds", 0, "`how many` times all is measured (default depends on the kind)")
	flags.BoolVar(&f.quick, "quick", false, "measure little: shows that all works, not how fast")
	flags.BoolVar(&f.server, "server", false, "measure harness serve with a thousand streams, in place of browsers (with streams alone)")
	flags.StringVar(&f.json, "json", "", "write all figures to this `file`")
	flags.StringVar(&f.html, "html", "", "write a page with plots to this `file`")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Hour, "give up after this `time`")
	kinds, err = parse(flags, "["+strings.Join(bench.Kinds(), "|")+" …]", args, stdout)
	if err != nil {
		return f, nil, err
	}
	if kinds == nil {
		kinds = bench.Kinds()
	}
	return f, kinds, f.check(kinds)
}

func (f benchFlags) check(kinds []string) error {
	for _, name := range kinds {
		if !slices.Contains(bench.Kinds(), name) {
			return fmt.Errorf("nothing is named %q: bench measures %s", name, strings.Join(bench.Kinds(), ", "))
		}
	}
	for _, name := range f.streams {
		if !slices.Contains(bench.Streams(), name) {
			return fmt.Errorf("no stream is named %q: expected one of %s", name, strings.Join(bench.Streams(), ", "))
		}
	}
	switch {
	case f.server && !slices.Equal(kinds, []string{"streams"}):
		return errors.New("--server measures streams alone: harness bench streams --server")
	case f.rounds < 0:
		return fmt.Errorf("--rounds %d: expected 1 or more", f.rounds)
	case f.timeout <= 0:
		return fmt.Errorf("--timeout %s: expected a time like 1h", f.timeout)
	}
	for _, path := range []string{f.json, f.html} {
		if _, err := os.Stat(filepath.Dir(path)); err != nil { // now rather than after the run
			return err
		}
	}
	return nil
}

// plan finds all that the flags name.
func (f benchFlags) plan(kinds []string) (plan bench.Plan, err error) {
	plan.Kinds = kinds
	plan.Streams = f.streams
	plan.Rounds = f.rounds
	plan.Quick = f.quick
	if plan.Implementations, err = f.load(); err != nil {
		return plan, err
	}
	found, err := browser.Find("chromium")
	if err != nil {
		return plan, err
	}
	plan.Browser = found
	return plan, nil
}

func (f benchFlags) load() (loaded []bench.Implementation, err error) {
	names := f.implementations
	if names == nil {
		names = []string{"native", "polyfill", "fetch"}
	}
	for _, name := range names {
		implementation, err := bench.LoadImplementation(name)
		if err != nil {
			return nil, err
		}
		loaded = append(loaded, implementation)
	}
	if f.peers {
		peers, err := bench.LoadPeers()
		if err != nil {
			return nil, err
		}
		loaded = append(loaded, peers...)
	}
	for i, one := range loaded {
		if slices.ContainsFunc(loaded[:i], func(other bench.Implementation) bool { return other.Name == one.Name }) {
			return nil, fmt.Errorf("two implementations are named %s: rename one", one.Name)
		}
	}
	return loaded, nil
}

// write writes the files that were asked for.
func (f benchFlags) write(document *bench.Document) error {
	if f.json != "" {
		if err := document.WriteJSON(f.json); err != nil {
			return err
		}
	}
	if f.html != "" {
		return document.WriteHTML(f.html)
	}
	return nil
}
