package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/fuzz"
	"eventsource-wasm/harness/internal/atomicfile"
)

// fuzzVerb compares implementations with random streams.
func fuzzVerb(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	plan, folder, err := parseFuzz(args, stdout)
	if err != nil {
		return err
	}
	shown := time.Now()
	plan.Progress = func(t fuzz.Tally) {
		if time.Since(shown) > 10*time.Second {
			shown = time.Now()
			fmt.Fprintf(stderr, "%s\n", t)
		}
	}
	fmt.Fprintf(stderr, "seed %d\n", plan.Seed)
	results, err := fuzz.Run(ctx, plan)
	if results == nil {
		return err
	}
	for _, t := range results.Tallies {
		fmt.Fprintf(stdout, "%s\n", t)
	}
	if len(results.Differences) > 0 {
		for _, d := range results.Differences {
			fmt.Fprintf(stdout, "\n%s", d)
			fmt.Fprintf(stdout, "      again  go run ./harness run --cases %s %s --browser %s --implementation %s\n", folder, d.Case.ID, d.Browser, d.Implementation)
		}
		path := filepath.Join(folder, "fuzz.json")
		failed := os.MkdirAll(folder, 0o755)
		if failed == nil {
			failed = atomicfile.Write(path, fuzz.File(results.Differences))
		}
		if failed != nil {
			return errors.Join(err, failed)
		}
		fmt.Fprintf(stdout, "\nthe cases are in %s\n", path)
	}
	if err == nil && results.Different() {
		return unexpectedError("")
	}
	return err
}

func parseFuzz(args []string, stdout io.Writer) (plan fuzz.Plan, folder string, err error) {
	flags := flag.NewFlagSet("fuzz", flag.ContinueOnError)
	var browsers, implementations []string
	listVar(flags, &browsers, "browser", "`names` of browsers, separated by commas (default chromium)")
	implementationVar(flags, &implementations, "", "native,polyfill,polyfill-js,polyfill-xhr")
	flags.Uint64Var(&plan.Seed, "seed", rand.Uint64N(1<<32), "make the streams of this `number`; the same seed makes the same streams (default random)")
	flags.DurationVar(&plan.For, "for", time.Minute, "stop after this `duration` in each browser; minimising may take 30 s more")
	flags.Uint64Var(&plan.Streams, "streams", 0, "stop after this `number` of streams instead, for each implementation in each browser")
	flags.StringVar(&folder, "save", "fuzz-cases", "write the cases of differences into this `folder`, to fuzz.json")
	if err := parseNoArguments(flags, args, stdout); err != nil {
		return plan, folder, err
	}
	if plan.Streams > 0 {
		plan.For = 0
	} else if plan.For <= 0 {
		return plan, folder, fmt.Errorf("--for %s: want a duration like 5m", plan.For)
	}
	if browsers == nil {
		browsers = []string{"chromium"}
	}
	for _, name := range browsers {
		b, err := browser.Find(name)
		if err != nil {
			return plan, folder, err
		}
		plan.Browsers = append(plan.Browsers, b)
	}
	if implementations == nil {
		implementations = []string{implementation.Native, "polyfill", "polyfill-js", "polyfill-xhr"}
	}
	for _, name := range implementations {
		i, err := implementation.Load(name)
		if err != nil {
			return plan, folder, err
		}
		plan.Implementations = append(plan.Implementations, i)
	}
	return plan, folder, nil
}
