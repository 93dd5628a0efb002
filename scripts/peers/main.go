// Command peers makes one classic script of each module beside it, with what it
// imports from npm inside: build/peers/NAME.js. It is run by scripts/peers.sh.
//
// A script defines EventSource, in the place of the browser's own; or, where the
// package has no such class, benchClient, which harness/bench/page/bench.js
// tells of.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	source = "scripts/peers"
	made   = "build/peers"
)

func main() {
	if err := bundle(); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func bundle() error {
	entries, err := filepath.Glob(filepath.Join(source, "*.js"))
	if err != nil {
		return err
	}
	if entries == nil {
		return fmt.Errorf("nothing in %s: run it from the root of the repository", source)
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:       entries,
		Outdir:            made,
		NodePaths:         []string{filepath.Join(made, "node_modules")},
		Bundle:            true,
		Format:            api.FormatIIFE,
		Platform:          api.PlatformBrowser,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: true,
		Write:             true,
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return fmt.Errorf("%s: %s", source, result.Errors[0].Text)
	}
	for _, file := range result.OutputFiles {
		fmt.Printf("%7d  %s\n", len(file.Contents), filepath.Join(made, filepath.Base(file.Path)))
	}
	return nil
}
