// Command harness judges implementations of EventSource: it runs the cases of the
// catalogue in real browsers, against a server that sends exact bytes.
//
// Each verb has a file of its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes.
const (
	exitExpected   = 0
	exitUnexpected = 1
	exitCannotRun  = 2
)

// errUnexpected is the error of a verb that ran, and whose result is not as
// expected. The verb has shown the reason, so the error is not printed.
var errUnexpected = errors.New("not as expected")

// A verb is a subcommand. It stops when ctx is canceled.
type verb struct {
	name, summary string
	run           func(ctx context.Context, args []string, stdout, stderr io.Writer) error
}

var verbs = []verb{
	{"run", "run cases in browsers and judge the results", runVerb},
	{"report", "show one or more reports as one", reportVerb},
	{"list", "list the cases", listVerb},
	{"browsers", "list known browsers, or install some", browsersVerb},
	{"serve", "serve the web site", serveVerb},
	{"bench", "measure throughput, latency, start-up and memory", benchVerb},
	{"compare", "measure EventSource and WebSocket side by side", compareVerb},
}

func main() {
	ctx, stop := withSignals(context.Background())
	code := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// withSignals returns a context that is canceled by the first signal that asks the
// program to stop, so that verbs can stop browsers and remove their files. The
// second such signal ends the program at once.
func withSignals(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// dispatch runs the verb that the first argument names, and returns the exit code.
func dispatch(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		printHelp(stderr)
		return exitCannotRun
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		printHelp(stdout)
		return exitExpected
	}
	for _, v := range verbs {
		if v.name == args[0] {
			return exitCode(v.run(ctx, args[1:], stdout, stderr), stderr)
		}
	}
	return exitCode(fmt.Errorf("unknown verb %q (see harness help)", args[0]), stderr)
}

// exitCode returns the exit code for the error of a verb, and prints the error if
// it kept the verb from its work.
func exitCode(err error, stderr io.Writer) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp): // which has been printed
		return exitExpected
	case err == errUnexpected: // and nothing else
		return exitUnexpected
	}
	fmt.Fprintln(stderr, "harness:", err)
	return exitCannotRun
}

func printHelp(w io.Writer) {
	fmt.Fprintln(w, "usage: harness VERB [flag …] [argument …]")
	fmt.Fprintln(w)
	for _, v := range verbs {
		fmt.Fprintf(w, "  %-8s  %s\n", v.name, v.summary)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "harness VERB -h lists the flags of a verb.")
	fmt.Fprintln(w, "Exit codes: 0 as expected, 1 not as expected, 2 could not run.")
}
