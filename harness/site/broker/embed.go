package broker

import "embed"

// Sources holds the files of this package, for pages that show how they are made.
//
//go:embed broker.go stream.go
var Sources embed.FS
