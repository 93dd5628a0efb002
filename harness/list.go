package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"

	"eventsource-wasm/harness/catalogue"
	"eventsource-wasm/harness/report"
)

// list lists cases.
func list(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("list", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "write a JSON array")
	patterns, err := parse(flags, "[case or prefix …]", args, stdout)
	if err != nil {
		return failed(err, stderr)
	}
	all, err := catalogue.Load()
	if err != nil {
		return failed(err, stderr)
	}
	cases, err := catalogue.Select(all, patterns)
	if err != nil {
		return failed(err, stderr)
	}
	write := listText
	if *asJSON {
		write = listJSON
	}
	if err := write(stdout, cases); err != nil {
		return failed(err, stderr)
	}
	return exitExpected
}

// listText writes a line for each case.
func listText(w io.Writer, cases []catalogue.Case) error {
	width := 0
	for _, c := range cases {
		width = max(width, len(c.ID))
	}
	for _, c := range cases {
		if _, err := fmt.Fprintf(w, "%-*s  %-6s  %s\n", width, c.ID, c.Level, c.Title); err != nil {
			return err
		}
	}
	return nil
}

// listJSON writes the cases without what is played.
func listJSON(w io.Writer, cases []catalogue.Case) error {
	list := []report.Case{}
	for _, c := range cases {
		list = append(list, report.Summary(c))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(list)
}
