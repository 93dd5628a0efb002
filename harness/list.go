package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"

	"eventsource-wasm/harness/catalogue"
	"eventsource-wasm/harness/report"
)

// list lists cases.
func list(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("list", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: harness list [--json] [case or prefix …]")
		flags.PrintDefaults()
	}
	asJSON := flags.Bool("json", false, "write a JSON array")
	patterns, err := parseMixed(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return exitExpected
	}
	if err == nil {
		err = listCases(stdout, patterns, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(stderr, "harness:", err)
		return exitCannotRun
	}
	return exitExpected
}

func listCases(w io.Writer, patterns []string, asJSON bool) error {
	all, err := catalogue.Load()
	if err != nil {
		return err
	}
	cases, err := catalogue.Select(all, patterns)
	if err != nil {
		return err
	}
	if asJSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		return e.Encode(summaries(cases))
	}
	width := 0
	for _, c := range cases {
		width = max(width, len(c.ID))
	}
	for _, c := range cases {
		fmt.Fprintf(w, "%-*s  %-6s  %s\n", width, c.ID, c.Level, c.Title)
	}
	return nil
}

// summaries are the cases without what is played.
func summaries(cases []catalogue.Case) []report.Case {
	list := []report.Case{}
	for _, c := range cases {
		list = append(list, report.Summary(c))
	}
	return list
}
