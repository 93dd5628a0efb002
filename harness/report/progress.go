package report

import (
	"fmt"
	"io"
	"os"
)

// step is after how many results a line is written where lines stay.
const step = 25

// clearLine takes a terminal to the beginning of an empty line.
const clearLine = "\r\x1b[K"

// A Progress tells how far a run is: in one line that is written anew on a
// terminal, in a line now and then elsewhere.
type Progress struct {
	w        io.Writer
	terminal bool
	total    int // of results to come, on each target
	done     map[string]int
}

// NewProgress tells of total results for each target.
func NewProgress(w io.Writer, total int) *Progress {
	return &Progress{w, IsTerminal(w), total, map[string]int{}}
}

// Add tells of one more result.
func (p *Progress) Add(r Result) {
	p.done[r.Target]++
	n := p.done[r.Target]
	switch {
	case p.terminal:
		fmt.Fprintf(p.w, "%s%s  %d/%d  %s", clearLine, r.Target, n, p.total, r.Case)
	case n%step == 0 || n == p.total:
		fmt.Fprintf(p.w, "%s  %d/%d\n", r.Target, n, p.total)
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
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Colour tells whether colours are wanted on w.
func Colour(w io.Writer) bool { return os.Getenv("NO_COLOR") == "" && IsTerminal(w) }
