package visits

import "embed"

// Sources are the files that the page of visits shows.
//
//go:embed visits.go
var Sources embed.FS
