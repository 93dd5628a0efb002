package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"
)

// parse parses flags before, between and after the arguments, which it returns.
// For -h it prints help and returns [flag.ErrHelp].
func parse(flags *flag.FlagSet, arguments string, args []string, stdout io.Writer) (rest []string, err error) {
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	for {
		err := flags.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			fmt.Fprintln(stdout, strings.TrimSpace(fmt.Sprintf("usage: harness %s [flag …] %s", flags.Name(), arguments)))
			flags.SetOutput(stdout)
			flags.PrintDefaults()
			return nil, err
		case err != nil:
			return nil, fmt.Errorf("%s (see harness %s -h)", reword.Replace(err.Error()), flags.Name())
		case flags.NArg() == 0:
			return rest, nil
		}
		rest = append(rest, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// reword improves the errors of package flag, which writes flags with one hyphen
// and does not say what it wants.
var reword = strings.NewReplacer("for flag -", "for --", "parse error", "want a number, or a duration like 10m")

// parseNoArguments parses the flags of a verb that takes no arguments.
func parseNoArguments(flags *flag.FlagSet, args []string, stdout io.Writer) error {
	rest, err := parse(flags, "", args, stdout)
	if err == nil && rest != nil {
		err = fmt.Errorf("%s takes no arguments: got %q (see harness %s -h)", flags.Name(), rest[0], flags.Name())
	}
	return err
}

// listVar defines a flag whose values are lists separated by commas. It may be
// given more than once.
func listVar(flags *flag.FlagSet, values *[]string, name, usage string) {
	flags.Func(name, usage, func(list string) error {
		*values = append(*values, strings.Split(list, ",")...)
		return nil
	})
}

// withTimeout returns a context that ends after a verb's --timeout. What says what
// has timed out, and with what left.
func withTimeout(ctx context.Context, timeout time.Duration, subject, rest string) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, timeout, fmt.Errorf("%s: timed out after %s with %s left (raise --timeout)", subject, timeout, rest))
}
