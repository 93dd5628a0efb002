// Package www holds the pages of the serve verb, as files.
//
// They are written in ES5 and plain CSS, need no build, ask nothing of any other
// host, and go on working where a browser lacks the finer parts of the style.
// One style.css is for all pages; a page's script stands beside it.
package www

import "embed"

// Files is the site: index.html and what it refers to.
//
//go:embed *.html *.css *.js *.svg
var Files embed.FS
