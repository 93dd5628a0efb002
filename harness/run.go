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

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/catalogue"
	"eventsource-wasm/harness/report"
	"eventsource-wasm/harness/runner"
)

// maxJobs is how many cases may be played at once: each needs four listeners
// and a frame.
const maxJobs = 32

// runFlags are the flags of run.
type runFlags struct {
	browser         string
	implementations names
	json            string
	jobs            int
	timeout         time.Duration
}

// run plays cases and judges what came of them.
func run(args []string, stdout, stderr io.Writer) int {
	code, err := runCases(args, stdout, stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(stderr, "harness:", err)
	}
	return code
}

func runCases(args []string, stdout, stderr io.Writer) (int, error) {
	f, patterns, err := parseRun(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitExpected, err
	}
	if err != nil {
		return exitCannotRun, err
	}
	plan, err := f.plan(patterns)
	if err != nil {
		return exitCannotRun, err
	}
	progress := report.NewProgress(stderr, len(plan.Cases))
	plan.Progress = progress.Add

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends it at once
	ctx, cancel := context.WithTimeoutCause(ctx, f.timeout, fmt.Errorf("not all was played in %s (raise --timeout)", f.timeout))
	defer cancel()

	document, err := runner.Run(ctx, plan)
	progress.Close()
	if document != nil {
		report.NewText(stdout, report.Colour(stdout)).Write(document)
	}
	if err != nil {
		return exitCannotRun, err
	}
	if f.json != "" {
		if err := document.Write(f.json); err != nil {
			return exitCannotRun, err
		}
	}
	if !document.AsExpected() {
		return exitUnexpected, nil
	}
	return exitExpected, nil
}

func parseRun(args []string, stderr io.Writer) (f runFlags, patterns []string, err error) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: harness run [flag …] [case or prefix …]")
		flags.PrintDefaults()
	}
	flags.StringVar(&f.browser, "browser", "chromium", "`name` of the browser")
	flags.Var(&f.implementations, "implementation", "native, polyfill or a `FILE.js` that defines EventSource; more with commas\nor by giving the flag again (default native,polyfill)")
	flags.StringVar(&f.json, "json", "", "write the report to this `file`")
	flags.IntVar(&f.jobs, "jobs", 6, "how `many` cases are played at once")
	flags.DurationVar(&f.timeout, "timeout", 10*time.Minute, "give up after this `time`")
	patterns, err = parseMixed(flags, args)
	switch {
	case err != nil:
	case f.jobs < 1 || f.jobs > maxJobs:
		err = fmt.Errorf("--jobs %d: expected 1 to %d", f.jobs, maxJobs)
	case f.timeout <= 0:
		err = fmt.Errorf("--timeout %s: expected a time like 10m", f.timeout)
	}
	return f, patterns, err
}

// plan finds what the flags name.
func (f runFlags) plan(patterns []string) (plan runner.Plan, err error) {
	all, err := catalogue.Load()
	if err != nil {
		return plan, err
	}
	plan.Jobs = f.jobs
	if plan.Expectations, err = runner.LoadExpectations(all); err != nil {
		return plan, err
	}
	if plan.Cases, err = catalogue.Select(all, patterns); err != nil {
		return plan, err
	}
	if plan.Implementations, err = loadImplementations(f.implementations); err != nil {
		return plan, err
	}
	plan.Browser, err = browser.Find(f.browser)
	return plan, err
}

func loadImplementations(list names) ([]runner.Implementation, error) {
	if list == nil {
		list = names{"native", "polyfill"}
	}
	var loaded []runner.Implementation
	for _, name := range list {
		implementation, err := runner.LoadImplementation(name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(loaded, func(i runner.Implementation) bool { return i.Name == implementation.Name }) {
			return nil, fmt.Errorf("two implementations are named %s: run them one after the other", implementation.Name)
		}
		loaded = append(loaded, implementation)
	}
	return loaded, nil
}

// names is a flag that may be given more than once, and with commas.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }

func (n *names) Set(value string) error {
	for name := range strings.SplitSeq(value, ",") {
		if name == "" {
			return errors.New("empty name")
		}
		*n = append(*n, name)
	}
	return nil
}

// parseMixed parses flags that stand before, between or after the arguments.
func parseMixed(flags *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return rest, nil
		}
		rest = append(rest, flags.Arg(0))
		args = flags.Args()[1:]
	}
}
