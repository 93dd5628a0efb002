// Command peers bundles each module of its folder, with the packages that it imports,
// into one classic script, build/peers/NAME.js. scripts/install-peers.sh runs it.
//
// A script replaces the browser's EventSource. If the package has no such class, the
// script defines benchClient instead, which harness/bench/page/bench.js describes.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	source = "scripts/peers"
	output = "build/peers"
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
		return fmt.Errorf("no modules in %s: run it from the root of the repository", source)
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:       entries,
		Outdir:            output,
		NodePaths:         []string{filepath.Join(output, "node_modules")},
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
		fmt.Printf("%7d  %s\n", len(file.Contents), filepath.Join(output, filepath.Base(file.Path)))
	}
	return nil
}
