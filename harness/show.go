package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

// showVerb prints cases: what they demand, where the standard says so, and what both
// sides do.
func showVerb(_ context.Context, args []string, stdout, _ io.Writer) error {
	flags := flag.NewFlagSet("show", flag.ContinueOnError)
	var s selection
	folderVar(flags, &s.folder)
	patterns, err := parse(flags, "case or prefix …", args, stdout)
	switch {
	case err != nil:
		return err
	case patterns == nil:
		return errors.New("show needs a case: name one, for example parse/lf (see harness list)")
	}
	all, err := s.load()
	if err != nil {
		return err
	}
	cases, err := catalogue.Select(all, patterns)
	if err != nil {
		return err
	}
	terminal := report.NewTerminal(stdout, report.Colour(stdout))
	for i, c := range cases {
		if i > 0 {
			fmt.Fprintln(stdout)
		}
		terminal.Show(c)
	}
	return nil
}
