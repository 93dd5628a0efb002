package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"

	"eventsource-wasm/harness/conformance/report"
)

// jsonLines writes results as they come, each as a line of JSON as in the results of a
// report. The zero value writes nothing.
type jsonLines struct {
	w       io.Writer
	opened  *os.File // nil: not opened here
	written int64    // bytes in whole lines
	failed  error    // the first error
}

// openLines creates the file at a path, unless that is "" or stands for standard
// output.
func openLines(path string, stdout io.Writer) (*jsonLines, error) {
	switch path {
	case "":
		return &jsonLines{}, nil
	case stdoutPath:
		return &jsonLines{w: stdout}, nil
	}
	f, err := os.Create(path)
	return &jsonLines{w: f, opened: f}, err
}

// add writes a result. The line is written at once, so that another program can read it.
func (l *jsonLines) add(r report.Result) {
	if l.w == nil || l.failed != nil {
		return
	}
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	if l.failed = e.Encode(r); l.failed != nil {
		return
	}
	if _, l.failed = l.w.Write(line.Bytes()); l.failed == nil {
		l.written += int64(line.Len())
	} else if l.opened != nil {
		_ = l.opened.Truncate(l.written) // removes a part of a line; fails in pipes
	}
}

// close returns the first error of writing.
func (l *jsonLines) close() error {
	if l.opened == nil {
		return l.failed
	}
	if err := l.opened.Close(); l.failed == nil {
		l.failed = err
	}
	return l.failed
}
