// Package polyfill holds the built files of the npm package beside it, for Go
// programs that serve them.
package polyfill

import (
	"embed"
	"io/fs"
)

// Dist holds the scripts, the modules and the core, as `go run ./scripts/build`
// makes them.
var Dist = must(fs.Sub(dist, "dist"))

//go:embed dist
var dist embed.FS

// Script returns eventsource.js, the classic script with everything inside.
func Script() []byte {
	content, err := dist.ReadFile("dist/eventsource.js")
	if err != nil {
		panic(err) // embedded: cannot be missing
	}
	return content
}

func must(sub fs.FS, err error) fs.FS {
	if err != nil {
		panic(err)
	}
	return sub
}
