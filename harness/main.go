// Command harness judges implementations of EventSource: it runs the cases of the
// catalogue in real browsers, against a server that sends exact bytes.
//
// Each verb has a file of its own.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	_ "eventsource-wasm/harness/conformance/refserver/http3" // for run --protocol h3
	"eventsource-wasm/harness/internal/suggest"
)

// A verb is a subcommand. It stops when ctx is canceled.
type verb struct {
	name, summary string
	run           func(ctx context.Context, args []string, stdout, stderr io.Writer) error
}

// allVerbs returns all verbs. It is a function because one of them, completion, needs it.
func allVerbs() []verb {
	return []verb{
		{"run", "run cases in browsers and judge the results", runVerb},
		{"report", "show one or more reports as one", reportVerb},
		{"results", "add the report of another device to the committed ones", resultsVerb},
		{"list", "list the cases", listVerb},
		{"show", "show what a case demands, and what both sides do", showVerb},
		{"debug", "run a case in a visible browser, and show both sides", debugVerb},
		{"check", "check a live endpoint of server-sent events", checkVerb},
		{"mock", "serve a scripted event stream to tests", mockVerb},
		{"browsers", "list known browsers, or install some", browsersVerb},
		{"serve", "serve the web site", serveVerb},
		{"faults", "measure what faults on the wire do to streams", faultsVerb},
		{"fuzz", "compare implementations with random streams", fuzzVerb},
		{"bench", "measure throughput, latency, start-up and memory", benchVerb},
		{"compare", "measure EventSource and WebSocket side by side", compareVerb},
		{"completion", "print a script that completes commands in a shell", completionVerb},
		{"version", "print the versions of the harness and its catalogue", versionVerb},
	}
}

func main() {
	ctx, stop := withSignals(context.Background())
	ctx, stdout, stderr := withOutputs(ctx, os.Stdout, os.Stderr)
	code := dispatch(ctx, os.Args[1:], stdout, stderr)
	stop()
	if stdout.failed != nil && code != exitCannotRun {
		code = exitCode(stdout.failed, stderr) // not all of the result was written
	}
	os.Exit(code)
}

// withSignals returns a context that is canceled by the first signal that asks the
// program to stop, so that verbs can stop browsers and remove their files. The
// second such signal ends the program at once.
func withSignals(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	ending := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup does
		ending = append(ending, syscall.SIGHUP)
	}
	received := make(chan os.Signal, 1)
	signal.Notify(received, ending...)
	go func() {
		select {
		case s := <-received:
			cancel(fmt.Errorf("received signal: %s", s))
			signal.Reset(ending...)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// withOutputs returns a context that is canceled when nobody reads an output any
// more, as in `harness run | head`, and outputs that notice it. The signal SIGPIPE
// cannot be used for that: it also comes when a browser closes its end of a pipe.
func withOutputs(parent context.Context, stdout, stderr *os.File) (_ context.Context, out, err *output) {
	signal.Ignore(syscall.SIGPIPE) // so that the write returns an error
	ctx, cancel := context.WithCancelCause(parent)
	return ctx, &output{file: stdout, cancel: cancel}, &output{file: stderr, cancel: cancel}
}

// An output keeps the first error of writing, because verbs ignore it in what they show.
// It cancels a context when it cannot be written to because its reader left.
type output struct {
	file   *os.File
	cancel context.CancelCauseFunc
	mu     sync.Mutex // guards failed
	failed error
}

// Stat shows whether the output is a terminal.
func (o *output) Stat() (os.FileInfo, error) { return o.file.Stat() }

func (o *output) Write(p []byte) (int, error) {
	n, err := o.file.Write(p)
	if err != nil {
		o.mu.Lock()
		o.failed = cmp.Or(o.failed, err)
		o.mu.Unlock()
	}
	if errors.Is(err, syscall.EPIPE) {
		o.cancel(err)
	}
	return n, err
}

// dispatch runs the verb that the first argument names, and returns the exit code.
func dispatch(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		printHelp(stderr)
		return exitCannotRun
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		if len(args) > 1 {
			return dispatch(ctx, []string{args[1], "-h"}, stdout, stderr)
		}
		printHelp(stdout)
		return exitExpected
	}
	var names []string
	for _, v := range allVerbs() {
		if v.name == args[0] {
			return exitCode(v.run(ctx, args[1:], stdout, stderr), stderr)
		}
		names = append(names, v.name)
	}
	return exitCode(fmt.Errorf("unknown verb %q%s (see harness help)", args[0], suggest.DidYouMean(args[0], names)), stderr)
}

func printHelp(w io.Writer) {
	fmt.Fprintln(w, "usage: harness VERB [flag …] [argument …]")
	fmt.Fprintln(w)
	for _, v := range allVerbs() {
		fmt.Fprintf(w, "  %-10s  %s\n", v.name, v.summary)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "harness help VERB lists the flags of a verb.")
	fmt.Fprintln(w, "Exit codes: 0 as expected, 1 not as expected, 2 could not run.")
}
