package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"runtime"

	"eventsource-wasm/harness/conformance/report"
)

// versionVerb prints what a bug report needs: the versions of the module, of the
// catalogue and of Go.
func versionVerb(_ context.Context, args []string, stdout, _ io.Writer) error {
	flags := flag.NewFlagSet("version", flag.ContinueOnError)
	if err := parseNoArguments(flags, args, stdout); err != nil {
		return err
	}
	suite := report.ThisSuite()
	_, err := fmt.Fprintf(stdout, "eventsource-wasm %s, catalogue %s, %s %s/%s\n",
		cmp.Or(suite.Revision, "(unknown revision)"), suite.Catalogue, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
