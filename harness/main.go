// Command harness judges implementations of EventSource: it plays the cases of
// the catalogue in real browsers, against a server that plays exact bytes.
//
// Each verb has a file of its own.
package main

import (
	"fmt"
	"io"
	"os"
)

// Exit codes.
const (
	exitExpected   = 0 // all verdicts are as expected
	exitUnexpected = 1 // some are not
	exitCannotRun  = 2 // a wrong argument, no browser, an interrupt
)

// A verb is a subcommand. It returns the exit code.
type verb struct {
	name, does string
	run        func(args []string, stdout, stderr io.Writer) int
}

var verbs = []verb{
	{"run", "play cases in a browser and judge what came of them", run},
	{"report", "show one or more reports as one", join},
	{"list", "list the cases", list},
	{"browsers", "show which browsers are known, or install some", browsers},
	{"serve", "show the demo pages", serve},
	{"bench", "measure how fast, how late and how large", measure},
	{"compare", "measure EventSource beside WebSocket", compareVerb},
}

func main() {
	os.Exit(dispatch(os.Args[1:], os.Stdout, os.Stderr))
}

// dispatch runs the verb that the first argument names.
func dispatch(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		help(stderr)
		return exitCannotRun
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		help(stdout)
		return exitExpected
	}
	for _, v := range verbs {
		if v.name == args[0] {
			return v.run(args[1:], stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "harness: unknown verb %q (see harness help)\n", args[0])
	return exitCannotRun
}

func help(w io.Writer) {
	fmt.Fprintln(w, "usage: harness VERB [flag …] [argument …]")
	fmt.Fprintln(w)
	for _, v := range verbs {
		fmt.Fprintf(w, "  %-8s %s\n", v.name, v.does)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "harness VERB -h tells the flags of a verb. Exit codes: 0 all as expected,")
	fmt.Fprintln(w, "1 something is not, 2 could not run.")
}
