package visit

import "embed"

// Sources are the files that the page of visits shows.
//
//go:embed visit.go
var Sources embed.FS
