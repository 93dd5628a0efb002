package visits

import "embed"

// Sources holds the files of this package that pages show.
//
//go:embed visits.go
var Sources embed.FS
