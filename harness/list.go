package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

// listVerb lists cases.
func listVerb(_ context.Context, args []string, stdout, _ io.Writer) error {
	flags := flag.NewFlagSet("list", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print a JSON array")
	schema := flags.Bool("schema", false, "print the JSON Schema of case files")
	forClients := flags.Bool("client", false, "show what each case needs of a client, as in harness run --client")
	var selected selection
	selected.define(flags)
	var err error
	if selected.patterns, err = parse(flags, "[case or prefix …]", args, stdout); err != nil {
		return err
	}
	if *schema {
		_, err := stdout.Write(catalogue.Schema)
		return err
	}
	all, err := selected.load()
	if err != nil {
		return err
	}
	cases, err := selected.of(all)
	if err != nil {
		return err
	}
	if *forClients {
		return listForClients(stdout, cases)
	}
	if *asJSON {
		return listJSON(stdout, cases)
	}
	return listText(stdout, cases)
}

// listText prints a line for each case.
func listText(w io.Writer, cases []catalogue.Case) error {
	ids, contexts := 0, 0
	for _, c := range cases {
		ids, contexts = max(ids, len(c.ID)), max(contexts, len(contextsText(c)))
	}
	for _, c := range cases {
		text := c.Title
		if c.Impossible != "" {
			text += " (cannot be run: " + c.Impossible + ")"
		}
		if _, err := fmt.Fprintf(w, "%-*s  %-6s  %-*s  %s\n", ids, c.ID, c.Level, contexts, contextsText(c), text); err != nil {
			return err
		}
	}
	return nil
}

// contextsText returns the contexts that a case runs in: "all", "not " and the
// one that is missing, or a list.
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

// listJSON prints the cases without their scripts.
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
