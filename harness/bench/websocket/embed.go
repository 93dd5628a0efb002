package websocket

import "embed"

// Sources holds the files of this package that the page shows.
//
//go:embed messages.go
var Sources embed.FS
