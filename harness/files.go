package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"eventsource-wasm/harness/internal/atomicfile"
)

// stdoutPath is the path that stands for standard output.
const stdoutPath = "-"

// A file is one that a flag names; its path is "" if the flag is not given.
type file struct{ flag, path string }

// fileVar defines a flag that names a file to write, or "-" for standard output.
func fileVar(flags *flag.FlagSet, path *string, name, usage string) {
	flags.Func(name, usage, func(value string) error {
		if value == "" {
			return errors.New("empty name: a variable may be unset")
		}
		*path = value
		return nil
	})
}

// checkFiles returns an error if one of the files cannot be written. It is called
// before the work whose result they hold.
func checkFiles(files ...file) error {
	var errs []error
	var stdout []string
	for _, f := range files {
		switch f.path {
		case "":
		case stdoutPath:
			stdout = append(stdout, "--"+f.flag)
		default:
			if err := atomicfile.Check(f.path); err != nil {
				errs = append(errs, fmt.Errorf("--%s %s: %w", f.flag, f.path, err))
			}
		}
	}
	if len(stdout) > 1 {
		errs = append(errs, fmt.Errorf("%s: only one of them can be standard output", strings.Join(stdout, ", ")))
	}
	return errors.Join(errs...)
}

// writeFile writes what render writes to a file, or to standard output. It does
// nothing if path is "".
func writeFile(path string, stdout io.Writer, render func(io.Writer) error) error {
	if path == "" {
		return nil
	}
	var b bytes.Buffer
	if err := render(&b); err != nil {
		return err
	}
	if path == stdoutPath {
		_, err := b.WriteTo(stdout)
		return err
	}
	return atomicfile.Write(path, b.Bytes())
}

// terminalOf returns where a verb shows its result: standard output or, if one of the
// paths stands for that, standard error.
func terminalOf(stdout, stderr io.Writer, paths ...string) io.Writer {
	for _, path := range paths {
		if path == stdoutPath {
			return stderr
		}
	}
	return stdout
}

// markPartial renames files that will hold an incomplete result, so that they do not
// replace those of an earlier run: the paths get the suffix ".partial". It returns the
// reason, extended by their names. Pipes and standard output keep their paths.
func markPartial(reason error, paths ...*string) error {
	var marked []string
	for _, path := range paths {
		if *path != "" && *path != stdoutPath && atomicfile.Replaces(*path) {
			*path += ".partial"
			marked = append(marked, *path)
		}
	}
	if marked == nil {
		return reason
	}
	return fmt.Errorf("%w; partial results are in %s", reason, strings.Join(marked, ", "))
}
