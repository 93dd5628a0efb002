package websocket

import "embed"

// Sources holds the files of this package that a page shows.
//
//go:embed messages.go
var Sources embed.FS
