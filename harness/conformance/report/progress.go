package report

import (
	"fmt"
	"io"
	"os"
)

// step is after how many results a line is written where lines stay.
const step = 100

// clearLine takes a terminal to the beginning of an empty line.
const clearLine = "\r\x1b[K"

// A Progress tells how far a run is: in one line that is written anew on a
// terminal, in a line now and then elsewhere.
type Progress struct {
	w        io.Writer
	terminal bool
	total    int // of results to come
	done     int
}

// NewProgress tells of total results to come.
func NewProgress(w io.Writer, total int) *Progress {
	return &Progress{w: w, terminal: IsTerminal(w), total: total}
}

// Add tells of one more result.
func (p *Progress) Add(r Result) {
	p.done++
	switch {
	case p.terminal:
		fmt.Fprintf(p.w, "%s%d/%d  %s  %s", clearLine, p.done, p.total, r.Target, r.Case)
	case p.done%step == 0 || p.done == p.total:
		fmt.Fprintf(p.w, "%d/%d  %s\n", p.done, p.total, r.Target)
	}
}

// Close takes the line away.
func (p *Progress) Close() {
	if p.terminal {
		fmt.Fprint(p.w, clearLine)
	}
}

// IsTerminal tells whether w is a terminal that can do more than print lines.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(interface{ Stat() (os.FileInfo, error) })
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Colour tells whether colours are wanted on w.
func Colour(w io.Writer) bool { return os.Getenv("NO_COLOR") == "" && IsTerminal(w) }
