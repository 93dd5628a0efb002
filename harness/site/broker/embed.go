package broker

import "embed"

// Sources holds the files of this package that pages show.
//
//go:embed broker.go stream.go
var Sources embed.FS
