package main

import (
	"context"
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
	"eventsource-wasm/harness/profile"
	"eventsource-wasm/harness/report"
	"eventsource-wasm/harness/runner"
)

// maxJobs is how many cases may be played at once: each takes up to four
// listeners and a frame.
const maxJobs = 32

// runFlags are the flags of run.
type runFlags struct {
	browser         string
	implementations []string
	hide            []string
	profile         string
	contexts        []catalogue.Context
	views           views
	jobs            int
	timeout         time.Duration
}

// run plays cases and judges what came of them.
func run(args []string, stdout, stderr io.Writer) int {
	f, patterns, err := parseRun(args, stdout)
	if err != nil {
		return failed(err, stderr)
	}
	plan, err := f.plan(patterns)
	if err != nil {
		return failed(err, stderr)
	}

	document, err := play(plan, f.timeout, stderr)
	if document != nil {
		report.NewText(stdout, report.Colour(stdout)).Write(document)
	}
	worse := false
	if err == nil {
		worse, err = f.views.write(document, stdout)
	}
	switch {
	case err != nil:
		return failed(err, stderr)
	case worse, f.views.baseline == "" && !document.AsExpected():
		return exitUnexpected
	}
	return exitExpected
}

// play carries out a plan until it is done, interrupted or out of time.
func play(plan runner.Plan, timeout time.Duration, stderr io.Writer) (*report.Document, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // so that a second interrupt ends the program at once

	late := fmt.Errorf("not all was played in %s (raise --timeout)", timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, late)
	defer cancel()

	progress := report.NewProgress(stderr, plan.Count())
	defer progress.Close()
	plan.Progress = progress.Add
	return runner.Run(ctx, plan)
}

func parseRun(args []string, stdout io.Writer) (f runFlags, patterns []string, err error) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.StringVar(&f.browser, "browser", "chromium", "`name` of the browser")
	flags.Func("implementation", "native, polyfill, polyfill-js, polyfill-xhr or a `FILE.js` that defines EventSource;\nmore with commas or by giving the flag again (default native,polyfill)", func(list string) error {
		f.implementations = append(f.implementations, strings.Split(list, ",")...)
		return nil
	})
	flags.Func("hide", "`features` of the browser that the cases are played without, more with commas:\n"+strings.Join(runner.Features, ", "), func(list string) error {
		f.hide = append(f.hide, strings.Split(list, ",")...)
		return nil
	})
	flags.StringVar(&f.profile, "profile", "", "play an older `browser`, like edge@16, on this one: hide what it lacked")
	flags.Func("context", "where the client runs: window, dedicated-worker, shared-worker or service-worker;\nmore with commas or by giving the flag again (default all)", f.addContexts)
	f.views.define(flags)
	flags.IntVar(&f.jobs, "jobs", 8, "`how many` cases are played at once")
	flags.DurationVar(&f.timeout, "timeout", 10*time.Minute, "give up after this `time`")
	patterns, err = parse(flags, "[case or prefix …]", args, stdout)
	switch {
	case err != nil:
	case f.jobs < 1 || f.jobs > maxJobs:
		err = fmt.Errorf("--jobs %d: expected 1 to %d", f.jobs, maxJobs)
	case f.timeout <= 0:
		err = fmt.Errorf("--timeout %s: expected a time like 10m", f.timeout)
	default:
		err = f.views.check()
	}
	return f, patterns, err
}

// addContexts takes the contexts of one --context flag.
func (f *runFlags) addContexts(list string) error {
	for name := range strings.SplitSeq(list, ",") {
		context, err := catalogue.ParseContext(name)
		if err != nil {
			return err
		}
		if !slices.Contains(f.contexts, context) {
			f.contexts = append(f.contexts, context)
		}
	}
	return nil
}

// plan finds all that flags and patterns name.
func (f runFlags) plan(patterns []string) (plan runner.Plan, err error) {
	all, err := catalogue.Load()
	if err != nil {
		return plan, err
	}
	plan.Jobs = f.jobs
	plan.Contexts = f.contexts
	if plan.Contexts == nil {
		plan.Contexts = catalogue.Contexts
	}
	if plan.Cases, err = catalogue.Select(all, patterns); err != nil {
		return plan, err
	}
	if plan.Expectations, err = runner.LoadExpectations(all); err != nil {
		return plan, err
	}
	if plan.Implementations, err = f.loadImplementations(); err != nil {
		return plan, err
	}
	plan.Browser, err = browser.Find(f.browser)
	return plan, err
}

func (f runFlags) loadImplementations() ([]runner.Implementation, error) {
	names := f.implementations
	if names == nil {
		names = []string{"native", "polyfill"}
	}
	hide, err := f.hidden()
	if err != nil {
		return nil, err
	}
	var loaded []runner.Implementation
	for _, name := range names {
		implementation, err := runner.LoadImplementation(name)
		if err != nil {
			return nil, err
		}
		implementation.Plays = f.profile
		if implementation, err = implementation.Hiding(hide); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(loaded, func(i runner.Implementation) bool { return i.Name == implementation.Name }) {
			return nil, fmt.Errorf("two implementations are named %s: run them one after the other", implementation.Name)
		}
		loaded = append(loaded, implementation)
	}
	return loaded, nil
}

// hidden are the features that --hide names and those that the browser of
// --profile lacks.
func (f runFlags) hidden() ([]string, error) {
	if f.profile == "" {
		return f.hide, nil
	}
	lacks, err := profile.Parse(f.profile)
	return slices.Concat(f.hide, lacks), err
}
