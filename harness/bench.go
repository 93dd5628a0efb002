package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/bench"
	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/implementation"
)

// soak is the measurement that runs alone: all implementations at once, for long.
const soak = "soak"

// Streams of --server, and for how long they are measured.
const (
	serverStreams = 1000
	serverTime    = 30 * time.Second
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
	faults          bool
	browser         string
	json, html      string
	baseline        string
	timeout         time.Duration
}

// benchVerb measures implementations in a browser, or our own server.
func benchVerb(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, kinds, err := parseBench(args, stdout)
	if err != nil {
		return err
	}
	baseline, err := f.readBaseline(kinds)
	if err != nil {
		return err
	}
	run, err := f.run(kinds, stderr)
	if err != nil {
		return err
	}

	timeout := cmp.Or(f.timeout, 2*time.Hour)
	if f.timeout == 0 && slices.Equal(kinds, []string{soak}) {
		timeout = f.duration + 10*time.Minute
	}
	ctx, cancel := withTimeout(ctx, timeout, "bench", "measurements")
	defer cancel()
	results, err := run(ctx)
	if results != nil {
		results.Command = strings.Join(append([]string{"go run ./harness bench"}, args...), " ")
		results.WriteTerminal(terminalOf(stdout, stderr, f.json, f.html))
		if err != nil {
			err = markPartial(err, &f.json, &f.html)
		}
		err = errors.Join(err, f.write(results, stdout))
	}
	if err == nil && baseline != nil {
		err = compareBaseline(f.baseline, results, baseline, terminalOf(stdout, stderr, f.json, f.html))
	}
	if err == nil && !results.Complete() {
		err = unexpectedError("")
	}
	return err
}

// readBaseline reads the baseline, if there is one, before anything is measured.
func (f benchFlags) readBaseline(kinds []string) (*bench.Results, error) {
	if f.baseline == "" {
		return nil, nil
	}
	baseline, err := bench.Read(f.baseline)
	if err != nil {
		return nil, err
	}
	var has []string
	for _, t := range baseline.Tables {
		if slices.Contains(kinds, t.Kind) {
			return baseline, nil
		}
		has = append(has, t.Kind)
	}
	return nil, fmt.Errorf("--baseline %s has no measurements of %s: it has %s", f.baseline, strings.Join(kinds, ", "), strings.Join(slices.Compact(has), ", "))
}

// compareBaseline prints what became worse, and returns an [unexpectedError] if
// anything did.
func compareBaseline(path string, results, baseline *bench.Results, stdout io.Writer) error {
	worse, compared := results.Worse(baseline)
	if compared == 0 {
		return fmt.Errorf("--baseline %s has no comparison with native that was measured now: measure native and the same implementations and streams", path)
	}
	fmt.Fprintf(stdout, "\nbaseline %s of %s: %s\n", path, baseline.Started.Format(time.DateOnly), baseline.Builds())
	for _, text := range worse {
		fmt.Fprintln(stdout, "WORSE", text)
	}
	fmt.Fprintf(stdout, "%d of %d comparisons with native became worse by more than their spread\n", len(worse), compared)
	if len(worse) > 0 {
		return unexpectedError("")
	}
	return nil
}

// run returns the function that measures the kinds.
func (f benchFlags) run(kinds []string, stderr io.Writer) (func(context.Context) (*bench.Results, error), error) {
	if f.server {
		return func(ctx context.Context) (*bench.Results, error) { return measureServer(ctx, f.quick, stderr) }, nil
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
	return func(ctx context.Context) (*bench.Results, error) { return bench.Run(ctx, plan) }, err
}

// soak returns the plan of a soak.
func (f benchFlags) soak() (plan bench.Soak, err error) {
	if f.implementations == nil {
		f.implementations = bench.SoakNames
	}
	plan.Duration = f.duration
	plan.Faults = f.faults
	if plan.Implementations, err = f.load(); err != nil {
		return plan, err
	}
	plan.Browser, err = browser.Find(f.browser)
	return plan, err
}

func parseBench(args []string, stdout io.Writer) (f benchFlags, kinds []string, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	implementationVar(flags, &f.implementations, ", fetch", "native,polyfill,fetch; for soak the first four")
	flags.BoolVar(&f.peers, "peers", false, "also measure the peers that scripts/install-peers.sh has put into "+bench.PeersDir)
	listVar(flags, &f.streams, "stream", "only streams of these `names`: "+strings.Join(bench.Streams(), ", "))
	flags.IntVar(&f.rounds, "rounds", 0, "the `number` of times to measure everything (default depends on the kind)")
	flags.BoolVar(&f.quick, "quick", false, "measure little, to check that everything works: do not quote these figures")
	flags.BoolVar(&f.server, "server", false, "measure harness serve with a thousand streams instead of browsers (streams only)")
	flags.DurationVar(&f.duration, "duration", time.Hour, "soak for this `duration`")
	flags.BoolVar(&f.faults, "faults", false, "soak with 50 streams, and inject a fault into one of them every two seconds")
	flags.StringVar(&f.browser, "browser", "chromium", "the `browser` to measure in; memory and streams: chromium only")
	fileVar(flags, &f.json, "json", "write all measurements to this `file`; - is standard output")
	fileVar(flags, &f.html, "html", "write a page with plots to this `file`")
	fileVar(flags, &f.baseline, "baseline", "compare with the JSON `file` of an earlier run: exit code 1 if a comparison with native\nbecame worse by more than its spread")
	flags.DurationVar(&f.timeout, "timeout", 0, "stop after this `duration` (default 2h; for soak, 10m after --duration)")
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
			return fmt.Errorf("soak runs alone: leave out %s", strings.Join(slices.DeleteFunc(slices.Clone(kinds), func(k string) bool { return k == soak }), ", "))
		}
		if name != soak && !slices.Contains(bench.Kinds(), name) {
			return fmt.Errorf("unknown measurement %q: want %s or soak", name, strings.Join(bench.Kinds(), ", "))
		}
	}
	if !strings.HasPrefix(f.browser, "chromium") && !slices.Equal(kinds, []string{soak}) {
		for _, name := range kinds {
			if bench.NeedsChromium(name) {
				return fmt.Errorf("--browser %s: %s is measured in chromium only: name other measurements", f.browser, name)
			}
		}
	}
	for _, name := range f.streams {
		if !slices.Contains(bench.Streams(), name) {
			return fmt.Errorf("unknown stream %q: want one of %s", name, strings.Join(bench.Streams(), ", "))
		}
	}
	switch {
	case f.server && !slices.Equal(kinds, []string{"streams"}):
		return errors.New("--server measures streams only: run harness bench streams --server")
	case f.baseline != "" && f.quick:
		return errors.New("--baseline compares figures, and those of --quick mean nothing: omit one of them")
	case f.faults && !slices.Equal(kinds, []string{soak}):
		return errors.New("--faults is for soak only: run harness bench soak --faults, or harness faults")
	case f.duration < bench.MinSoak:
		return fmt.Errorf("--duration %s: want %s or more", f.duration, bench.MinSoak)
	case f.rounds < 0:
		return fmt.Errorf("--rounds %d: want 1 or more, or 0 for the default", f.rounds)
	case f.timeout < 0:
		return fmt.Errorf("--timeout %s: want a duration like 1h", f.timeout)
	}
	return checkFiles(file{"json", f.json}, file{"html", f.html})
}

// plan returns a plan with everything that the flags name.
func (f benchFlags) plan(kinds []string) (plan bench.Plan, err error) {
	plan.Kinds = kinds
	plan.Streams = f.streams
	plan.Rounds = f.rounds
	plan.Quick = f.quick
	if plan.Implementations, err = f.load(); err != nil {
		return plan, err
	}
	plan.Browser, err = browser.Find(f.browser)
	return plan, err
}

func (f benchFlags) load() (loaded []implementation.Implementation, err error) {
	names := f.implementations
	if names == nil {
		names = []string{"native", "polyfill", "fetch"}
	}
	for _, name := range names {
		i, err := bench.Load(name)
		if err != nil {
			return nil, err
		}
		loaded = append(loaded, i)
	}
	if f.peers {
		peers, err := bench.LoadPeers()
		if err != nil {
			return nil, err
		}
		loaded = append(loaded, peers...)
	}
	for i, one := range loaded {
		if slices.ContainsFunc(loaded[:i], func(other implementation.Implementation) bool { return other.Name == one.Name }) {
			return nil, fmt.Errorf("two implementations are named %s: rename one", one.Name)
		}
	}
	return loaded, nil
}

// write writes the files that were asked for.
func (f benchFlags) write(results *bench.Results, stdout io.Writer) error {
	return errors.Join(
		writeFile(f.json, stdout, results.JSON),
		writeFile(f.html, stdout, results.HTML),
	)
}

// measureServer measures harness serve in a process of its own: the quotes of the
// demo, ten events a second, over many streams at once.
func measureServer(ctx context.Context, quick bool, stderr io.Writer) (*bench.Results, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	server := exec.CommandContext(ctx, program, "serve", "--addr", "127.0.0.1:0")
	server.Stderr = stderr
	stdout, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	defer server.Wait() // it has been stopped
	defer stop()

	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("harness serve did not print its address: %w", err)
	}
	origin, _, _ := strings.Cut(line, "/ ")
	test := bench.LoadTest{URL: origin + "/demo/quotes/events", PID: server.Process.Pid, Streams: serverStreams, Duration: serverTime}
	if quick {
		test.Duration = serverTime / 10
	}
	fmt.Fprintf(stderr, "streams server  %d streams of %s for %s\n", test.Streams, test.URL, test.Duration)
	return test.Run(ctx)
}
