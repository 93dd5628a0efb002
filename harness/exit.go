package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"syscall"
)

// Exit codes.
const (
	exitExpected   = 0
	exitUnexpected = 1
	exitCannotRun  = 2
)

// An unexpectedError is the error of a verb that ran, and whose result is not as
// expected. Its text is what the verb has not shown yet; it may be empty.
type unexpectedError string

func (e unexpectedError) Error() string { return string(e) }

// exitCode returns the exit code for the error of a verb, and prints the error if
// it kept the verb from its work.
func exitCode(err error, stderr io.Writer) int {
	unexpected, ok := err.(unexpectedError) // and not joined with another error
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp): // which has been printed
		return exitExpected
	case ok && unexpected == "":
		return exitUnexpected
	case errors.Is(err, syscall.EPIPE): // nobody reads
		return exitCannotRun
	}
	fmt.Fprintln(stderr, "harness:", err)
	if ok {
		return exitUnexpected
	}
	return exitCannotRun
}
