package websocket

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// A Document is what was measured.
type Document struct {
	Version int       `json:"version"` // of this format: 1
	Date    time.Time `json:"date"`
	Browser string    `json:"browser"` // as it calls itself
	Machine string    `json:"machine"`

	// Figures by row and column, as in www/compare.js: a number, or a word. What
	// is not there was not measured.
	Figures map[string]map[string]any `json:"figures"`
}

func newDocument(browser string, figures []byte) (*Document, error) {
	d := &Document{
		Version: 1,
		Date:    time.Now().UTC().Truncate(time.Second),
		Browser: browser,
		Machine: fmt.Sprintf("%s/%s, %d CPUs", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
	}
	if err := json.Unmarshal(figures, &d.Figures); err != nil {
		return nil, fmt.Errorf("the page's figures cannot be read: %w", err)
	}
	return d, nil
}

// rows are what is measured, as WriteText tells it.
var rows = []struct{ name, title, unit string }{
	{"first", "connection to first message", "ms"},
	{"latency", "one way, median", "ms"},
	{"rate", "messages of 100 bytes", "/s"},
	{"bytes", "on the wire for 100 bytes", "B"},
	{"back", "back after a cut, with no code", "ms"},
	{"told", "the same, told or taught to wait 100 ms", "ms"},
	{"lost", "messages lost in that cut", ""},
	{"resumed", "lost, with code that asks for the missing", ""},
	{"plain", "from another origin that does nothing about it", ""},
	{"rule", "from one that allows it / checks it", ""},
	{"many", "open at once, of ten, HTTP/1.1", ""},
	{"proxy-default", "latest through nginx as it comes", "ms"},
	{"proxy-hint", "the same with X-Accel-Buffering: no", "ms"},
	{"proxy-off", "through nginx, buffering off", "ms"},
	{"http2", "open at once, of ten, nginx with HTTP/2", ""},
}

// WriteText writes the figures as a table.
func (d *Document) WriteText(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "\tEventSource\tpolyfill\tWebSocket\t\n")
	width := 0
	for _, row := range rows {
		width = max(width, len(row.title))
	}
	for _, row := range rows {
		fmt.Fprintf(table, "%-*s", width, row.title)
		for _, column := range []string{"native", "polyfill", "websocket"} {
			fmt.Fprintf(table, "\t%s", figure(d.Figures[row.name][column], row.unit))
		}
		fmt.Fprint(table, "\t\n")
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n%s\n", d.Browser, d.Machine)
	return err
}

func figure(value any, unit string) string {
	switch value := value.(type) {
	case float64:
		digits := fmt.Sprintf("%.3g", value)
		if math.Abs(value) >= 1000 {
			digits = fmt.Sprintf("%.0f", math.Round(value/10)*10)
		}
		return strings.TrimSpace(digits + " " + unit)
	case string:
		return value
	}
	return "not measured"
}
