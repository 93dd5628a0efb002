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

// A file is one that a flag names; its path is "" if the flag is not given.
type file struct{ flag, path string }

// checkFiles returns an error if one of the files cannot be written. It is called
// before the work whose result they hold.
func checkFiles(files ...file) error {
	var errs []error
	for _, f := range files {
		if err := atomicfile.Check(f.path); err != nil {
			errs = append(errs, fmt.Errorf("--%s %s: %w", f.flag, f.path, err))
		}
	}
	return errors.Join(errs...)
}

// markPartial renames files that will hold an incomplete result, so that they do
// not replace those of an earlier run: the paths get the suffix ".partial". It
// returns the reason, extended by their names. Pipes keep their paths.
func markPartial(reason error, paths ...*string) error {
	var marked []string
	for _, path := range paths {
		if *path != "" && atomicfile.Replaces(*path) {
			*path += ".partial"
			marked = append(marked, *path)
		}
	}
	if marked == nil {
		return reason
	}
	return fmt.Errorf("%w; partial results are in %s", reason, strings.Join(marked, ", "))
}

// views are the forms of a report that are written beside the one in the terminal.
// Each is the path of a file; "" means not wanted.
type views struct {
	json, junit, html string
	slim              bool   // leave out of the JSON what no view needs
	baseline          string // path of an earlier report to compare with
}

// define defines the flags of the views.
func (v *views) define(flags *flag.FlagSet) {
	flags.StringVar(&v.json, "json", "", "write the report to this `file`")
	flags.BoolVar(&v.slim, "slim", false, "leave out of the JSON what no view needs: times, and transcripts of passed cases")
	flags.StringVar(&v.junit, "junit", "", "write the report as JUnit XML, for CI systems, to this `file`")
	flags.StringVar(&v.html, "html", "", "write the report as a page to this `file`")
	flags.StringVar(&v.baseline, "baseline", "", "show what changed since this JSON report `file`; exit 1 only if something got worse")
}

// check returns an error if a view cannot be made. It is called before the run.
func (v views) check() error {
	err := checkFiles(file{"json", v.json}, file{"junit", v.junit}, file{"html", v.html})
	if v.baseline != "" {
		_, unread := report.Read(v.baseline)
		err = errors.Join(err, unread)
	}
	return err
}

// partial returns the views of a run that ended early, and the reason, extended by
// the names of their files. They are not compared with a baseline.
func (v views) partial(reason error) (views, error) {
	v.baseline = ""
	reason = markPartial(reason, &v.json, &v.junit, &v.html)
	return v, reason
}

// write writes all views that it can. It reports whether something got worse since
// the baseline.
func (v views) write(d *report.Report, stdout io.Writer) (worse bool, err error) {
	kept := d
	if v.slim {
		kept = d.Slim()
	}
	for _, view := range []struct {
		path  string
		write func(path string) error
	}{{v.json, kept.Write}, {v.junit, d.WriteJUnit}, {v.html, d.WriteHTML}} {
		if view.path != "" {
			err = errors.Join(err, view.write(view.path))
		}
	}
	if v.baseline == "" {
		return false, err
	}
	worse, uncompared := compareReports(v.baseline, d, stdout)
	return worse, errors.Join(err, uncompared)
}

// compareReports prints what changed since a baseline, and reports whether
// something got worse.
func compareReports(baseline string, d *report.Report, stdout io.Writer) (worse bool, err error) {
	earlier, err := report.Read(baseline)
	if err != nil {
		return false, err
	}
	changes, err := report.Compare(earlier, d)
	if err != nil {
		return false, err
	}
	report.NewTerminal(stdout, report.Colour(stdout)).Changes(changes)
	return changes.Worse != nil, nil
}
