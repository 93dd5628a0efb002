package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"eventsource-wasm/harness/bench"
	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/internal/atomicfile"
)

// soak is the kind that is measured alone: all implementations at once, for long.
const (
	soak    = "soak"
	minSoak = 30 * time.Second
)

// benchFlags are the flags of bench.
type benchFlags struct {
	implementations []string
	peers           bool
	streams         []string
	rounds          int
	quick           bool
	server          bool
	duration        time.Duration
	json, html      string
	timeout         time.Duration
}

// measure measures implementations in a browser, or our own server.
func measure(args []string, stdout, stderr io.Writer) int {
	f, kinds, err := parseBench(args, stdout)
	if err != nil {
		return failed(err, stderr)
	}
	run, err := f.run(kinds, stderr)
	if err != nil {
		return failed(err, stderr)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	late := fmt.Errorf("not all was measured in %s (raise --timeout)", f.timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, f.timeout, late)
	defer cancel()

	document, err := run(ctx)
	if document != nil {
		document.WriteText(stdout)
		if err != nil {
			err = asPartial(err, &f.json, &f.html)
		}
		err = errors.Join(err, f.write(document))
	}
	switch {
	case err != nil:
		return failed(err, stderr)
	case !document.Complete():
		return exitUnexpected
	}
	return exitExpected
}

// run is what measures the kinds.
func (f benchFlags) run(kinds []string, stderr io.Writer) (func(context.Context) (*bench.Document, error), error) {
	if f.server {
		return func(ctx context.Context) (*bench.Document, error) { return measureServer(ctx, f.quick, stderr) }, nil
	}
	if slices.Equal(kinds, []string{soak}) {
		plan, err := f.soak()
		plan.Progress = func(passed time.Duration) {
			fmt.Fprintf(stderr, "soak  %s of %s\n", passed.Round(time.Second), plan.Duration)
		}
		return plan.Run, err
	}
	plan, err := f.plan(kinds)
	plan.Progress = func(t *bench.Table, round int, implementation string) {
		fmt.Fprintf(stderr, "%s %s  round %d/%d  %s\n", t.Kind, t.Stream, round, t.Rounds, implementation)
	}
	return func(ctx context.Context) (*bench.Document, error) { return bench.Run(ctx, plan) }, err
}

// soak finds what is to be soaked.
func (f benchFlags) soak() (plan bench.Soak, err error) {
	if f.implementations == nil {
		f.implementations = bench.SoakNames
	}
	plan.Duration = f.duration
	if plan.Implementations, err = f.load(); err != nil {
		return plan, err
	}
	plan.Browser, err = browser.Find("chromium")
	return plan, err
}

func parseBench(args []string, stdout io.Writer) (f benchFlags, kinds []string, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	list := func(name, usage string, to *[]string) {
		flags.Func(name, usage, func(list string) error {
			*to = append(*to, strings.Split(list, ",")...)
			return nil
		})
	}
	list("implementation", "native, polyfill, polyfill-js, polyfill-xhr, fetch or a `FILE.js` that defines EventSource;\nmore with commas or by giving the flag again (default native,polyfill,fetch; of soak the first four)", &f.implementations)
	flags.BoolVar(&f.peers, "peers", false, "measure what scripts/peers.sh has left in "+bench.PeersDir+" too")
	list("stream", "only streams of these `names`: "+strings.Join(bench.Streams(), ", "), &f.streams)
	flags.IntVar(&f.rounds, "rounds", 0, "`how many` times all is measured (default depends on the kind)")
	flags.BoolVar(&f.quick, "quick", false, "measure little: shows that all works, not how fast")
	flags.BoolVar(&f.server, "server", false, "measure harness serve with a thousand streams, in place of browsers (with streams alone)")
	flags.DurationVar(&f.duration, "duration", time.Hour, "soak for this `time`")
	flags.StringVar(&f.json, "json", "", "write all figures to this `file`")
	flags.StringVar(&f.html, "html", "", "write a page with plots to this `file`")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Hour, "give up after this `time`")
	kinds, err = parse(flags, "["+strings.Join(bench.Kinds(), "|")+" …] or soak", args, stdout)
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
		if name == soak && len(kinds) > 1 {
			return fmt.Errorf("soak is measured alone: leave out %s", strings.Join(slices.DeleteFunc(slices.Clone(kinds), func(k string) bool { return k == soak }), ", "))
		}
		if name != soak && !slices.Contains(bench.Kinds(), name) {
			return fmt.Errorf("nothing is named %q: bench measures %s and soak", name, strings.Join(bench.Kinds(), ", "))
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
	case f.duration < minSoak:
		return fmt.Errorf("--duration %s: expected %s or more", f.duration, minSoak)
	case f.rounds < 0:
		return fmt.Errorf("--rounds %d: expected 1 or more", f.rounds)
	case f.timeout <= 0:
		return fmt.Errorf("--timeout %s: expected a time like 1h", f.timeout)
	}
	return errors.Join(atomicfile.Check(f.json), atomicfile.Check(f.html))
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
	plan.Browser, err = browser.Find("chromium")
	return plan, err
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
