package report

import (
	"fmt"
	"io"
	"os"
)

// step is the number of results between two lines, where lines are not overwritten.
const step = 100

// Control sequences of terminals. Without wrapping, a terminal cuts a line to its width,
// so that clearing the line leaves nothing behind.
const (
	clearLine = "\r\x1b[K"
	noWrap    = "\x1b[?7l"
	wrap      = "\x1b[?7h"
)

// A Progress shows how far a run is: on a terminal in one line that is overwritten,
// elsewhere in a line every 100 results.
type Progress struct {
	w        io.Writer
	terminal bool
	total    int // number of results expected
	done     int
}

// NewProgress returns the progress of a run with a total number of results.
func NewProgress(w io.Writer, total int) *Progress {
	return &Progress{w: w, terminal: isTerminal(w), total: total}
}

// Add counts and shows a result.
func (p *Progress) Add(r Result) {
	p.done++
	switch {
	case p.terminal:
		fmt.Fprintf(p.w, "%s%s%d/%d  %s  %s%s", clearLine, noWrap, p.done, p.total, visible(r.Target), r.Case, wrap)
	case p.done%step == 0 || p.done == p.total:
		fmt.Fprintf(p.w, "%d/%d  %s\n", p.done, p.total, r.Target)
	}
}

// Close clears the line.
func (p *Progress) Close() {
	if p.terminal {
		fmt.Fprint(p.w, clearLine)
	}
}

// isTerminal reports whether w is a terminal that can overwrite lines and show
// colours.
func isTerminal(w io.Writer) bool {
	f, ok := w.(interface{ Stat() (os.FileInfo, error) })
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Colour reports whether text on w should have colours.
func Colour(w io.Writer) bool { return os.Getenv("NO_COLOR") == "" && isTerminal(w) }
