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

	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/internal/suggest"
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
			return nil, fmt.Errorf("%s (see harness %s -h)", reword(err, flags), flags.Name())
		case flags.NArg() == 0:
			return rest, nil
		case flags.Arg(0) == "":
			return nil, fmt.Errorf("empty argument: a variable may be unset (see harness %s -h)", flags.Name())
		}
		rest = append(rest, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// reword improves an error of package flag, which writes flags with one hyphen, does
// not say what it wants, and suggests nothing.
func reword(err error, flags *flag.FlagSet) string {
	if unknown, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		unknown = strings.TrimLeft(unknown, "-")
		var known []string
		flags.VisitAll(func(f *flag.Flag) { known = append(known, "--"+f.Name) })
		return fmt.Sprintf("unknown flag --%s%s", unknown, suggest.DidYouMean("--"+unknown, known))
	}
	return strings.NewReplacer("for flag -", "for --", "parse error", "want a number, or a duration like 10m").Replace(err.Error())
}

// parseNoArguments parses the flags of a verb that takes no arguments.
func parseNoArguments(flags *flag.FlagSet, args []string, stdout io.Writer) error {
	rest, err := parse(flags, "", args, stdout)
	if err == nil && rest != nil {
		err = fmt.Errorf("%s takes no arguments: got %q (see harness %s -h)", flags.Name(), rest[0], flags.Name())
	}
	return err
}

// implementationVar defines a flag with names of implementations: those of the suite
// and others. Unlike those of [listVar], a value that names a file is not split at
// commas.
func implementationVar(flags *flag.FlagSet, values *[]string, others, defaults string) {
	known := strings.Join(implementation.Names(), ", ") + others
	flags.Func("implementation", known+" or a `FILE.js` that defines EventSource\n(default "+defaults+");\nseparate several with commas or repeat the flag", func(list string) error {
		if _, err := os.Stat(list); err == nil {
			*values = append(*values, list)
			return nil
		}
		return addNames(values, list)
	})
}

// browserArgumentVar defines a flag with arguments of browsers, which may have commas.
func browserArgumentVar(flags *flag.FlagSet, values *[]string) {
	flags.Func("browser-argument", "pass this `argument` to the browsers that are started; repeat the flag for several", func(argument string) error {
		*values = append(*values, argument)
		return nil
	})
}

// listVar defines a flag whose values are lists separated by commas. It may be
// given more than once.
func listVar(flags *flag.FlagSet, values *[]string, name, usage string) {
	flags.Func(name, usage, func(list string) error { return addNames(values, list) })
}

// addNames adds the names of a list that is separated by commas.
func addNames(values *[]string, list string) error {
	names := strings.Split(list, ",")
	if slices.Contains(names, "") {
		return errors.New("empty name: a variable may be unset")
	}
	*values = append(*values, names...)
	return nil
}

// withTimeout returns a context that ends after a verb's --timeout. What says what
// has timed out, and with what left.
func withTimeout(ctx context.Context, timeout time.Duration, subject, rest string) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, timeout, fmt.Errorf("%s: timed out after %s with %s left (raise --timeout)", subject, timeout, rest))
}
