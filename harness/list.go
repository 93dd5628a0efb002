package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
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
	ids, contexts := 0, 0
	for _, c := range cases {
		ids, contexts = max(ids, len(c.ID)), max(contexts, len(contextsText(c)))
	}
	for _, c := range cases {
		text := c.Title
		if c.Impossible != "" {
			text += " (not played: " + c.Impossible + ")"
		}
		if _, err := fmt.Fprintf(w, "%-*s  %-6s  %-*s  %s\n", ids, c.ID, c.Level, contexts, contextsText(c), text); err != nil {
			return err
		}
	}
	return nil
}

// contextsText tells where a case makes sense: "all", "window", or what is
// missing if that is one only.
func contextsText(c catalogue.Case) string {
	var in, notIn []string
	for _, context := range catalogue.Contexts {
		if c.RunsIn(context) {
			in = append(in, string(context))
		} else {
			notIn = append(notIn, string(context))
		}
	}
	switch len(notIn) {
	case 0:
		return "all"
	case 1:
		return "not " + notIn[0]
	}
	return strings.Join(in, ",")
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
