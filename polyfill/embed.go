// Package polyfill embeds the built files of the npm package in this folder, for Go
// programs that serve them.
package polyfill

import (
	"embed"
	"encoding/json"
	"io/fs"
)

// Dist holds the files that `go run ./scripts/build` makes: scripts, modules and
// the core.
var Dist = must(fs.Sub(dist, "dist"))

//go:embed dist
var dist embed.FS

// Readme is the package's README, in Markdown.
//
//go:embed README.md
var Readme []byte

// Version is the version of the npm package, which the banner of each script
// and EventSource.version repeat.
var Version = must(version())

//go:embed package.json
var manifest []byte

// Script returns eventsource.js, the classic script with everything inside.
func Script() []byte { return must(fs.ReadFile(Dist, "eventsource.js")) }

func version() (string, error) {
	var fields struct{ Version string }
	err := json.Unmarshal(manifest, &fields)
	return fields.Version, err
}

// must returns the value; an embedded file cannot be missing or malformed.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
