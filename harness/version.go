package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"eventsource-wasm/harness/conformance/catalogue"
)

// versionVerb prints what a bug report needs: the versions of the module, of the
// catalogue and of Go.
func versionVerb(_ context.Context, args []string, stdout, _ io.Writer) error {
	flags := flag.NewFlagSet("version", flag.ContinueOnError)
	if err := parseNoArguments(flags, args, stdout); err != nil {
		return err
	}
	version := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	_, err := fmt.Fprintf(stdout, "eventsource-wasm %s, catalogue %s, %s %s/%s\n",
		cmp.Or(version, "of unknown version"), catalogue.Hash(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
