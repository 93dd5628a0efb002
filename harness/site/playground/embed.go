package playground

import "embed"

// Sources are the files that the page shows.
//
//go:embed streams.go
var Sources embed.FS
