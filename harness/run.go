package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/compat"
)

// maxJobs is the most cases that may run at once: each takes up to four listeners
// and a frame.
const maxJobs = 32

// runFlags are the flags of run.
type runFlags struct {
	cases           selection
	expectations    string // path of a list of known failures
	browsers        []string
	arguments       []string // for them
	clients         []clientFlag
	webdriver       string // URL of an endpoint that has one more browser
	capabilities    string // of that browser
	host            string
	implementations []string
	hide            []string
	profile         string
	protocol        catalogue.Protocol
	contexts        []catalogue.Context
	quick           bool // fewer implementations and contexts, unless flags name them
	views           views
	jobs            int
	retries         int
	repeat          int
	timeout         time.Duration
	maxFailures     int    // 0 for no limit
	lines           string // path of the results as JSON lines
}

// runVerb runs cases and judges the results.
func runVerb(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, err := parseRun(args, stdout)
	if err != nil {
		return err
	}
	tasks, err := f.tasks()
	if err != nil {
		return err
	}

	lines, err := openLines(f.lines, stdout)
	if err != nil {
		return err
	}
	result, err := f.runTasks(ctx, tasks, lines, stderr)
	unsent := lines.close()
	if result == nil {
		return err
	}
	terminal := f.views.terminal(stdout, stderr, f.lines)
	terminal.Write(result)
	_, stopped := err.(tooManyFailures)
	views := f.views
	if err != nil {
		views, err = views.partial(err)
	}
	worse, unwritten := views.write(result, terminal, stdout)
	unwritten = errors.Join(unsent, unwritten)
	switch {
	case unwritten != nil:
		return errors.Join(err, unwritten)
	case stopped:
		return unexpectedError(err.Error())
	case err == nil && result.CheckJudged() != nil:
		return result.CheckJudged()
	case err == nil && (worse || views.baseline == "" && !result.AsExpected()):
		return unexpectedError("")
	}
	return err
}

// tooManyFailures is the error of a run that ended at --max-failures.
type tooManyFailures int

func (n tooManyFailures) Error() string { return fmt.Sprintf("stopped at --max-failures %d", n) }

// runTasks carries out tasks, one after the other, until ctx is canceled or there are
// too many failures. A task that times out ends, and the next one starts.
func (f runFlags) runTasks(ctx context.Context, tasks []task, lines *jsonLines, stderr io.Writer) (*report.Report, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	total := 0
	for _, t := range tasks {
		total += t.count
	}
	progress := report.NewProgress(stderr, total)
	defer progress.Close()

	var reports []*report.Report
	var errs []error
	failures := 0
	for _, t := range tasks {
		if ctx.Err() != nil {
			break
		}
		result, err := t.run(ctx, func(r report.Result) {
			progress.Add(r)
			lines.add(r)
			if !r.Expected {
				failures++
			}
			if failures == f.maxFailures && f.maxFailures > 0 {
				stop(tooManyFailures(failures))
			}
		})
		if result != nil {
			f.describe(result)
			reports = append(reports, result)
		}
		if err != nil && !errors.Is(err, tooManyFailures(f.maxFailures)) {
			errs = append(errs, err)
		}
	}
	err := errors.Join(errs...)
	if err == nil {
		err = context.Cause(ctx) // nil, unless it was canceled before or between two tasks
	}
	if reports == nil {
		return nil, err
	}
	return report.Join(reports...), err
}

// describe adds to the targets of a report what only the flags say.
func (f runFlags) describe(r *report.Report) {
	for i := range r.Targets {
		t := &r.Targets[i]
		t.Folder = f.cases.folder
		if !t.Remote {
			t.Arguments = f.arguments
		}
	}
}

func parseRun(args []string, stdout io.Writer) (f runFlags, err error) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	f.cases.define(flags)
	listVar(flags, &f.browsers, "browser", "`name` of a browser (see harness browsers); separate several with commas or repeat the flag\n(default chromium)")
	browserArgumentVar(flags, &f.arguments)
	clientVar(flags, &f.clients)
	flags.StringVar(&f.webdriver, "webdriver", "", "run in a browser of the WebDriver endpoint at this `URL`, such as a grid")
	flags.StringVar(&f.capabilities, "capabilities", "", "the capabilities to request from that endpoint, as `JSON` or @FILE")
	flags.StringVar(&f.host, "addr", "", "`address` of this machine at which a browser on another machine reaches it\n(default: only browsers on this machine can)")
	implementationVar(flags, &f.implementations, "", "native,polyfill")
	listVar(flags, &f.hide, "hide", "`features` of the browser to hide from the cases, separated by commas:\n"+strings.Join(implementation.Features, ", "))
	flags.StringVar(&f.profile, "profile", "", "emulate an older `browser`, for example edge@16: hide the features that it lacked")
	flags.Func("protocol", "`protocol` of pages and streams: h1 (HTTP/1.1), h2 (HTTP/2) or h3 (HTTP/3);\ncases about HTTP/1.1 itself are not applicable to the others (default h1)", func(name string) (err error) {
		f.protocol, err = catalogue.ParseProtocol(name)
		return err
	})
	flags.Func("context", "`context` in which the client runs: window, dedicated-worker, shared-worker or service-worker;\nseparate several with commas or repeat the flag (default all)", f.addContexts)
	flags.BoolVar(&f.quick, "quick", false, "run only the polyfill, in a window and a dedicated worker, unless --implementation or --context name others")
	f.views.define(flags)
	fileVar(flags, &f.lines, "json-lines", "write each result to this `file` as soon as there is one, as a line of JSON; - is standard output")
	fileVar(flags, &f.expectations, "expectations", "add the known failures of this `file`: a JSON array of objects with target, case and reason")
	flags.IntVar(&f.jobs, "jobs", 12, "the `number` of cases to run at once; at an endpoint, each has a WebDriver session of its own")
	flags.IntVar(&f.retries, "retries", 1, "how often a case that failed on time alone runs again, alone; if it passes then, it is listed as flaky;\n0 to measure")
	flags.IntVar(&f.repeat, "repeat", 1, "run each case this `number` of times, without retries, to find cases that are flaky")
	flags.DurationVar(&f.timeout, "timeout", 0, "stop a browser's run after this `duration` (default: only if it makes no progress)")
	flags.IntVar(&f.maxFailures, "max-failures", 0, "stop after this `number` of results that are not as expected (default: run all cases)")
	f.cases.patterns, err = parse(flags, "[case or prefix …]", args, stdout)
	switch {
	case err != nil:
	case f.jobs < 1 || f.jobs > maxJobs:
		err = fmt.Errorf("--jobs %d: want 1 to %d", f.jobs, maxJobs)
	case f.retries < 0:
		err = fmt.Errorf("--retries %d: want 0 or more", f.retries)
	case f.repeat < 1:
		err = fmt.Errorf("--repeat %d: want 1 or more", f.repeat)
	case f.maxFailures < 0:
		err = fmt.Errorf("--max-failures %d: want 1 or more", f.maxFailures)
	case f.timeout < 0:
		err = fmt.Errorf("--timeout %s: want a duration like 10m", f.timeout)
	case f.capabilities != "" && f.webdriver == "":
		err = errors.New("--capabilities requires --webdriver URL")
	case f.clients != nil && f.protocol != "" && f.protocol != catalogue.HTTP1:
		err = fmt.Errorf("--protocol %s is for browsers: run --client without it", f.protocol)
	case f.arguments != nil && f.browsers == nil && f.webdriver != "":
		err = errors.New("--browser-argument is for browsers on this machine: for that of --webdriver, use --capabilities")
	default:
		err = f.views.check(file{"json-lines", f.lines})
	}
	return f, err
}

// addContexts adds the contexts of one --context flag.
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

// plans returns a plan for each browser, with everything that the flags name.
func (f runFlags) plans() (plans []conformance.Plan, err error) {
	plan, err := f.plan()
	if err != nil {
		return nil, err
	}
	if plan.Implementations, err = f.loadImplementations(); err != nil {
		return nil, err
	}
	browsers, err := f.findBrowsers()
	if err != nil {
		return nil, err
	}
	for _, plan.Browser = range browsers {
		if _, remote := plan.Browser.(*browser.Remote); remote {
			plan.Sessions, plan.Jobs = f.jobs, 1 // a grid has more machines than a window has slots
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// plan returns a plan without a browser and implementations.
func (f runFlags) plan() (plan conformance.Plan, err error) {
	plan, err = conformance.NewPlan(nil)
	if err != nil {
		return plan, err
	}
	plan.Jobs, plan.Emulates, plan.Host, plan.Protocol = f.jobs, f.profile, f.host, f.protocol
	plan.Retries, plan.Repeat, plan.Timeout = f.retries, f.repeat, f.timeout
	switch {
	case f.contexts != nil:
		plan.Contexts = f.contexts
	case f.quick:
		plan.Contexts = []catalogue.Context{catalogue.Window, catalogue.DedicatedWorker}
	}
	all, err := f.cases.load()
	if err != nil {
		return plan, err
	}
	if plan.Cases, err = f.cases.of(all); err != nil {
		return plan, err
	}
	if f.expectations != "" {
		own, err := conformance.ReadExpectations(f.expectations, all)
		if err != nil {
			return plan, fmt.Errorf("--expectations: %w", err)
		}
		plan.Expectations = slices.Concat(own, plan.Expectations) // the first that fits counts
	}
	return plan, nil
}

// findBrowsers finds the browsers on this machine, and the one of the endpoint.
func (f runFlags) findBrowsers() (browsers []browser.Browser, err error) {
	names := f.browsers
	if names == nil && f.webdriver == "" {
		names = []string{"chromium"}
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("--browser: %s is given twice: give it once", name)
		}
		found, err := browser.Find(name)
		if err != nil {
			return nil, err
		}
		browsers = append(browsers, found.With(f.arguments...))
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

// readCapabilities returns the value of the flag, or the content of the file that it
// names.
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
	switch {
	case names != nil:
	case f.quick:
		names = []string{"polyfill"}
	default:
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
			return nil, fmt.Errorf("two implementations are named %s: rename a file, or run them one at a time", one.Name)
		}
		loaded = append(loaded, one)
	}
	return loaded, nil
}

// hidden returns the features that --hide names and those that the browser of
// --profile lacks.
func (f runFlags) hidden() ([]string, error) {
	if f.profile == "" {
		return f.hide, nil
	}
	lacks, err := compat.Lacks(f.profile)
	if err != nil {
		return nil, fmt.Errorf("--profile: %w", err)
	}
	return slices.Concat(f.hide, lacks), nil
}
