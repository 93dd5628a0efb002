package main

import (
	"context"
	"errors"
	"flag"
	"io"

	"eventsource-wasm/harness/conformance/report"
)

// reportVerb shows the reports of any number of runs as one.
func reportVerb(_ context.Context, args []string, stdout, stderr io.Writer) error {
	var v views
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	v.define(flags)
	table := flags.String("table", "", "write how many must cases passed into this Markdown `file`,\nbetween the lines <!-- peers --> and <!-- /peers -->")
	browsers := flags.String("browsers", "", "write how many must cases passed in each browser into this Markdown `file`,\nbetween the lines <!-- browsers --> and <!-- /browsers -->")
	clients := flags.String("clients", "", "write how many must cases each client passed into this Markdown `file`,\nbetween the lines <!-- clients --> and <!-- /clients -->, and each parser between <!-- parsers --> and <!-- /parsers -->")
	schema := flags.Bool("schema", false, "print the JSON Schema of reports")
	paths, err := parse(flags, "REPORT.json …", args, stdout)
	if err == nil && *schema {
		_, err := stdout.Write(report.Schema)
		return err
	}
	if err == nil && paths == nil {
		err = errors.New("report needs a file: name one or more that harness run --json has written")
	}
	if err == nil {
		err = v.check(file{"table", *table}, file{"browsers", *browsers}, file{"clients", *clients})
	}
	if err != nil {
		return err
	}

	runs, err := readReports(paths)
	if err != nil {
		return err
	}
	joined := report.Join(runs...)
	terminal := v.terminal(stdout, stderr)
	terminal.Overview(joined)
	worse, err := v.write(joined, terminal, stdout)
	if *table != "" {
		err = errors.Join(err, joined.WriteTable(*table))
	}
	if *browsers != "" {
		err = errors.Join(err, report.WriteBrowsers(*browsers, runs))
	}
	if *clients != "" {
		err = errors.Join(err, joined.WriteClients(*clients))
	}
	if err == nil && worse {
		err = unexpectedError("")
	}
	return err
}

// readReports reads the reports of several runs.
func readReports(paths []string) (runs []*report.Report, err error) {
	for _, path := range paths {
		d, err := report.Read(path)
		if err != nil {
			return nil, err
		}
		runs = append(runs, d)
	}
	return runs, nil
}
