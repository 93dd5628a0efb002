package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/atomicfile"
)

// views are the forms in which a report is wanted beside the one in the
// terminal, each the path of a file; "": not wanted.
type views struct {
	json, junit, html string
	slim              bool   // the JSON has only what the views need
	baseline          string // of an earlier report to compare with
}

// define adds the flags of the views.
func (v *views) define(flags *flag.FlagSet) {
	flags.StringVar(&v.json, "json", "", "write the report to this `file`")
	flags.BoolVar(&v.slim, "slim", false, "leave out of the JSON what no view needs: times, and transcripts of what is fine")
	flags.StringVar(&v.junit, "junit", "", "write it for CI systems to this `file`")
	flags.StringVar(&v.html, "html", "", "write it as a page to this `file`")
	flags.StringVar(&v.baseline, "baseline", "", "tell what changed since this JSON report; exit 1 if something got worse,\nwhatever else is not as expected")
}

// check tells what would keep the views from being made: better now than after
// the run.
func (v views) check() error {
	for _, file := range []struct{ flag, path string }{{"json", v.json}, {"junit", v.junit}, {"html", v.html}} {
		if err := atomicfile.Check(file.path); err != nil {
			return fmt.Errorf("--%s %s: %w", file.flag, file.path, err)
		}
	}
	if v.baseline == "" {
		return nil
	}
	_, err := report.Read(v.baseline)
	return err
}

// partial are the views of a run that did not come to its end, for a reason that
// tells of them then. They are not compared with a baseline.
func (v views) partial(reason error) (views, error) {
	v.baseline = ""
	reason = asPartial(reason, &v.json, &v.junit, &v.html)
	return v, reason
}

// asPartial makes paths, as far as they are given, those of files that are not
// complete, which stand beside the files of an earlier run: nothing less complete
// replaces these. It returns the reason, which then tells of them. A pipe, in which
// nothing is replaced, takes what there is.
func asPartial(reason error, paths ...*string) error {
	var given []string
	for _, path := range paths {
		if *path != "" && atomicfile.Replaces(*path) {
			*path += ".partial"
			given = append(given, *path)
		}
	}
	if given == nil {
		return reason
	}
	return fmt.Errorf("%w; what was done until then stands in %s", reason, strings.Join(given, ", "))
}

// write writes the views. It tells whether something got worse.
func (v views) write(d *report.Document, stdout io.Writer) (worse bool, err error) {
	kept := d
	if v.slim {
		kept = d.Slim()
	}
	for _, file := range []struct {
		path  string
		write func(path string) error
	}{{v.json, kept.Write}, {v.junit, d.WriteJUnit}, {v.html, d.WriteHTML}} {
		if file.path == "" {
			continue
		}
		if err := file.write(file.path); err != nil {
			return false, err
		}
	}
	if v.baseline == "" {
		return false, nil
	}
	baseline, err := report.Read(v.baseline)
	if err != nil {
		return false, err
	}
	changes, err := report.Compare(baseline, d)
	if err != nil {
		return false, err
	}
	report.NewText(stdout, report.Colour(stdout)).Changes(changes)
	return changes.Worse != nil, nil
}

// join shows the reports of any number of runs as one.
func join(args []string, stdout, stderr io.Writer) int {
	var v views
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	v.define(flags)
	table := flags.String("table", "", "write how many must cases passed into this Markdown `file`,\nbetween the lines <!-- peers --> and <!-- /peers -->")
	browsers := flags.String("browsers", "", "write how many of them passed in each browser into this Markdown `file`,\nbetween the lines <!-- browsers --> and <!-- /browsers -->")
	paths, err := parse(flags, "REPORT.json …", args, stdout)
	if err == nil && paths == nil {
		err = errors.New("no report is named: expected files that harness run --json has written")
	}
	if err == nil {
		err = v.check()
	}
	if err != nil {
		return failed(err, stderr)
	}

	runs, err := readReports(paths)
	if err != nil {
		return failed(err, stderr)
	}
	joined := report.Join(runs...)
	report.NewText(stdout, report.Colour(stdout)).Overview(joined)
	worse, err := v.write(joined, stdout)
	if err == nil && *table != "" {
		err = joined.WriteTable(*table)
	}
	if err == nil && *browsers != "" {
		err = report.WriteBrowsers(*browsers, runs)
	}
	switch {
	case err != nil:
		return failed(err, stderr)
	case worse:
		return exitUnexpected
	}
	return exitExpected
}

// readReports reads the reports of several runs.
func readReports(paths []string) (runs []*report.Document, err error) {
	for _, path := range paths {
		d, err := report.Read(path)
		if err != nil {
			return nil, err
		}
		runs = append(runs, d)
	}
	return runs, nil
}
