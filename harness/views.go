package main

import (
	"errors"
	"flag"
	"io"

	"eventsource-wasm/harness/conformance/report"
)

// views are the forms of a report that are written beside the one in the terminal.
// Each is the path of a file; "" means not wanted.
type views struct {
	json, junit, html string
	slim              bool   // leave out of the JSON what no view needs
	baseline          string // path of an earlier report to compare with
}

// define defines the flags of the views.
func (v *views) define(flags *flag.FlagSet) {
	fileVar(flags, &v.json, "json", "write the report to this `file`; - is standard output")
	flags.BoolVar(&v.slim, "slim", false, "leave out of the JSON what no view needs: times, and transcripts of passed cases")
	fileVar(flags, &v.junit, "junit", "write the report as JUnit XML, for CI systems, to this `file`")
	fileVar(flags, &v.html, "html", "write the report as a page to this `file`")
	flags.StringVar(&v.baseline, "baseline", "", "show what changed since this JSON report `file`; exit 1 only if something got worse")
}

// check returns an error if a view, or another file of the verb, cannot be written. It is
// called before the run.
func (v views) check(others ...file) error {
	err := checkFiles(append(others, file{"json", v.json}, file{"junit", v.junit}, file{"html", v.html})...)
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

// terminal returns where the view for the terminal goes. The paths are those of other
// files of the verb.
func (v views) terminal(stdout, stderr io.Writer, others ...string) *report.Terminal {
	w := terminalOf(stdout, stderr, append(others, v.json, v.junit, v.html)...)
	return report.NewTerminal(w, report.Colour(w))
}

// write writes all views that it can. It reports whether something got worse since
// the baseline, and shows that in the terminal.
func (v views) write(d *report.Report, terminal *report.Terminal, stdout io.Writer) (worse bool, err error) {
	kept := d
	if v.slim {
		kept = d.Slim()
	}
	err = errors.Join(
		writeFile(v.json, stdout, kept.JSON),
		writeFile(v.junit, stdout, d.JUnit),
		writeFile(v.html, stdout, func(w io.Writer) error { return d.HTML(w, nil) }),
	)
	if v.baseline == "" {
		return false, err
	}
	worse, uncompared := compareReports(v.baseline, d, terminal)
	return worse, errors.Join(err, uncompared)
}

// compareReports shows what changed since a baseline, and reports whether
// something got worse.
func compareReports(baseline string, d *report.Report, terminal *report.Terminal) (worse bool, err error) {
	earlier, err := report.Read(baseline)
	if err != nil {
		return false, err
	}
	changes, err := report.Compare(earlier, d)
	if err != nil {
		return false, err
	}
	terminal.Changes(changes)
	return changes.Worse != nil, nil
}
