package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"eventsource-wasm/harness/site/results"
)

// resultsVerb adds reports of devices that are not at hand to a folder of reports.
func resultsVerb(_ context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("results", flag.ContinueOnError)
	folder := flags.String("results", "www/results", "add to the reports in this `folder`")
	note := flags.String("note", "", "what was measured and how, without names: `text` such as \"iPhone 15, iOS 18.1, by hand\"")
	paths, err := parse(flags, "add REPORT.json …", args, stdout)
	switch {
	case err != nil:
		return err
	case len(paths) == 0:
		return errors.New("results needs an action: harness results add --note TEXT REPORT.json")
	case paths[0] != "add":
		return fmt.Errorf("unknown action %q: want add", paths[0])
	case len(paths) == 1:
		return errors.New("results add needs a file: name one or more reports, as /conformance/ of harness serve offers them for download")
	}
	for _, path := range paths[1:] {
		added, err := results.Add(*folder, path, *note)
		if err != nil {
			return err
		}
		if added.Warning != "" {
			fmt.Fprintln(stderr, "warning:", added.Warning)
		}
		fmt.Fprintf(stdout, "%s has the results of %s\n", added.Path, strings.Join(added.Targets, ", "))
	}
	return nil
}
