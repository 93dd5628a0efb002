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
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/conformance/runner"
	"eventsource-wasm/harness/internal/compat"
)

// maxJobs is how many cases may be played at once: each takes up to four
// listeners and a frame.
const maxJobs = 32

// runFlags are the flags of run.
type runFlags struct {
	browsers        []string
	webdriver       string // URL of an endpoint that has a further browser
	capabilities    string // of that browser
	host            string
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
	plans, err := f.plans(patterns)
	if err != nil {
		return failed(err, stderr)
	}

	document, err := play(plans, f.timeout, stderr)
	worse := false
	if document != nil {
		report.NewText(stdout, report.Colour(stdout)).Write(document)
		views := f.views
		if err != nil {
			views, err = views.partial(err)
		}
		var unwritten error
		worse, unwritten = views.write(document, stdout)
		err = errors.Join(err, unwritten)
	}
	switch {
	case err != nil:
		return failed(err, stderr)
	case worse, f.views.baseline == "" && !document.AsExpected():
		return exitUnexpected
	}
	return exitExpected
}

// play carries out plans, one after the other, until they are done or
// interrupted. One that is out of time ends, and the next begins.
func play(plans []runner.Plan, timeout time.Duration, stderr io.Writer) (*report.Document, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // so that a second interrupt ends the program at once

	total := 0
	for _, plan := range plans {
		total += plan.Count()
	}
	progress := report.NewProgress(stderr, total)
	defer progress.Close()

	var documents []*report.Document
	var failures error
	for _, plan := range plans {
		if ctx.Err() != nil {
			break
		}
		plan.Progress = progress.Add
		document, err := playOne(ctx, plan, timeout)
		if document != nil {
			documents = append(documents, document)
		}
		failures = errors.Join(failures, err)
	}
	if documents == nil {
		return nil, failures
	}
	return report.Join(documents...), failures
}

func playOne(ctx context.Context, plan runner.Plan, timeout time.Duration) (*report.Document, error) {
	late := fmt.Errorf("not all was played in %s in %s (raise --timeout)", plan.Browser.Name(), timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, late)
	defer cancel()
	return runner.Run(ctx, plan)
}

func parseRun(args []string, stdout io.Writer) (f runFlags, patterns []string, err error) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.Func("browser", "`name` of a browser (see harness browsers); more with commas or by giving the flag again,\nto be played one after the other (default chromium)", func(list string) error {
		f.browsers = append(f.browsers, strings.Split(list, ",")...)
		return nil
	})
	flags.StringVar(&f.webdriver, "webdriver", "", "play in a browser of the WebDriver endpoint at this `URL`, such as a grid")
	flags.StringVar(&f.capabilities, "capabilities", "", "what to ask that endpoint for, in `JSON`, or @FILE")
	flags.StringVar(&f.host, "addr", "", "`address` of this machine by which a browser elsewhere reaches it\n(default: only browsers of this machine do)")
	flags.Func("implementation", "native, polyfill, polyfill-js, polyfill-xhr or a `FILE.js` that defines EventSource;\nmore with commas or by giving the flag again (default native,polyfill)", func(list string) error {
		f.implementations = append(f.implementations, strings.Split(list, ",")...)
		return nil
	})
	flags.Func("hide", "`features` of the browser that the cases are played without, more with commas:\n"+strings.Join(implementation.Features, ", "), func(list string) error {
		f.hide = append(f.hide, strings.Split(list, ",")...)
		return nil
	})
	flags.StringVar(&f.profile, "profile", "", "play an older `browser`, like edge@16, on this one: hide what it lacked")
	flags.Func("context", "where the client runs: window, dedicated-worker, shared-worker or service-worker;\nmore with commas or by giving the flag again (default all)", f.addContexts)
	f.views.define(flags)
	flags.IntVar(&f.jobs, "jobs", 12, "`how many` cases are played at once; at an endpoint, each in a session of its own")
	flags.DurationVar(&f.timeout, "timeout", 10*time.Minute, "give a browser up after this `time`")
	patterns, err = parse(flags, "[case or prefix …]", args, stdout)
	switch {
	case err != nil:
	case f.jobs < 1 || f.jobs > maxJobs:
		err = fmt.Errorf("--jobs %d: expected 1 to %d", f.jobs, maxJobs)
	case f.timeout <= 0:
		err = fmt.Errorf("--timeout %s: expected a time like 10m", f.timeout)
	case f.capabilities != "" && f.webdriver == "":
		err = errors.New("--capabilities: what endpoint? give --webdriver URL")
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

// plans finds all that flags and patterns name: a plan for each browser.
func (f runFlags) plans(patterns []string) (plans []runner.Plan, err error) {
	all, err := catalogue.Load()
	if err != nil {
		return nil, err
	}
	plan := runner.Plan{Jobs: f.jobs, Contexts: f.contexts, Emulates: f.profile}
	if plan.Contexts == nil {
		plan.Contexts = catalogue.Contexts
	}
	if plan.Cases, err = catalogue.Select(all, patterns); err != nil {
		return nil, err
	}
	if plan.Expectations, err = runner.LoadExpectations(all); err != nil {
		return nil, err
	}
	if plan.Implementations, err = f.loadImplementations(); err != nil {
		return nil, err
	}
	browsers, err := f.findBrowsers()
	if err != nil {
		return nil, err
	}
	plan.Host = f.host
	for _, plan.Browser = range browsers {
		if _, remote := plan.Browser.(*browser.Remote); remote {
			plan.Sessions, plan.Jobs = f.jobs, 1 // a grid has more machines than a window has slots
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// findBrowsers finds those of this machine, and the one of an endpoint.
func (f runFlags) findBrowsers() (browsers []browser.Browser, err error) {
	names := f.browsers
	if names == nil && f.webdriver == "" {
		names = []string{"chromium"}
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("--browser: %s is named twice: name it once", name)
		}
		found, err := browser.Find(name)
		if err != nil {
			return nil, err
		}
		browsers = append(browsers, found)
	}
	if f.webdriver == "" {
		return browsers, nil
	}
	capabilities, err := f.readCapabilities()
	if err != nil {
		return nil, fmt.Errorf("--capabilities: %w", err)
	}
	remote, err := browser.NewRemote(f.webdriver, capabilities)
	if err != nil {
		return nil, fmt.Errorf("--webdriver: %w", err)
	}
	return append(browsers, remote), nil
}

// readCapabilities reads the flag, or the file that it names.
func (f runFlags) readCapabilities() (string, error) {
	file, named := strings.CutPrefix(f.capabilities, "@")
	if !named {
		return f.capabilities, nil
	}
	content, err := os.ReadFile(file)
	return string(content), err
}

func (f runFlags) loadImplementations() ([]implementation.Implementation, error) {
	names := f.implementations
	if names == nil {
		names = []string{"native", "polyfill"}
	}
	hide, err := f.hidden()
	if err != nil {
		return nil, err
	}
	var loaded []implementation.Implementation
	for _, name := range names {
		one, err := implementation.Load(name)
		if err != nil {
			return nil, err
		}
		if one, err = one.Hiding(hide); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(loaded, func(i implementation.Implementation) bool { return i.Name == one.Name }) {
			return nil, fmt.Errorf("two implementations are named %s: run them one after the other", one.Name)
		}
		loaded = append(loaded, one)
	}
	return loaded, nil
}

// hidden are the features that --hide names and those that the browser of
// --profile lacks.
func (f runFlags) hidden() ([]string, error) {
	if f.profile == "" {
		return f.hide, nil
	}
	lacks, err := compat.Parse(f.profile)
	return slices.Concat(f.hide, lacks), err
}
