package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// parse parses flags before, between and after the arguments, which it returns.
// If only help is wanted it writes that and returns [flag.ErrHelp].
func parse(flags *flag.FlagSet, arguments string, args []string, stdout io.Writer) (rest []string, err error) {
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	for {
		err := flags.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			fmt.Fprintf(stdout, "usage: harness %s [flag …] %s\n", flags.Name(), arguments)
			flags.SetOutput(stdout)
			flags.PrintDefaults()
			return nil, err
		case err != nil:
			return nil, fmt.Errorf("%s (see harness %s -h)", inOurWords.Replace(err.Error()), flags.Name())
		case flags.NArg() == 0:
			return rest, nil
		}
		rest = append(rest, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// inOurWords are for what package flag says of values: it writes flags in another
// way, and does not tell what it expects.
var inOurWords = strings.NewReplacer("for flag -", "for --", "parse error", "expected a number, or a time like 10m")

// failed is the exit code of an error that kept a verb from its work.
func failed(err error, stderr io.Writer) int {
	if errors.Is(err, flag.ErrHelp) {
		return exitExpected
	}
	fmt.Fprintln(stderr, "harness:", err)
	return exitCannotRun
}
