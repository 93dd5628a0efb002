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

	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
)

// A Comparison is the result: the figures of each way to receive messages.
type Comparison struct {
	Version  int          `json:"version"`            // of this format: 1
	Revision string       `json:"revision,omitempty"` // of the suite: see [report.Suite]; "": not recorded
	Date     time.Time    `json:"date"`
	Browser  string       `json:"browser"` // as it reports itself
	Machine  string       `json:"machine"`
	Polyfill report.Build `json:"polyfill"` // the build that was measured

	// Figures has a number or a word for each row and column of www/compare.js.
	// What is missing was not measured.
	Figures map[string]map[string]any `json:"figures"`
}

func newComparison(browser string, figures []byte) (*Comparison, error) {
	polyfill, err := implementation.Load("polyfill")
	if err != nil {
		return nil, err
	}
	c := &Comparison{
		Version:  1,
		Revision: report.ThisSuite().Revision,
		Date:     time.Now().UTC().Truncate(time.Second),
		Browser:  browser,
		Polyfill: polyfill.Build(),
		Machine:  fmt.Sprintf("%s/%s, %d CPUs", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
	}
	if err := json.Unmarshal(figures, &c.Figures); err != nil {
		return nil, fmt.Errorf("cannot read the page's figures: %w", err)
	}
	return c, nil
}

// rows are the rows of the table, in order.
var rows = []struct{ name, title, unit string }{
	{"first", "connection to first message", "ms"},
	{"latency", "one way, median", "ms"},
	{"rate", "messages of 100 bytes", "/s"},
	{"bytes", "on the wire for 100 bytes", "B"},
	{"back", "back after a cut, without code for it", "ms"},
	{"told", "the same, with a reconnection time of 100 ms", "ms"},
	{"lost", "messages lost in that cut", ""},
	{"resumed", "lost, with code that requests what is missing", ""},
	{"plain", "from another origin that sends no CORS headers", ""},
	{"rule", "from one that sends them / checks the origin", ""},
	{"many", "open at once, of ten, HTTP/1.1", ""},
	{"proxy-default", "latest through nginx, default configuration", "ms"},
	{"proxy-hint", "the same with X-Accel-Buffering: no", "ms"},
	{"proxy-off", "through nginx, buffering off", "ms"},
	{"http2", "open at once, of ten, nginx with HTTP/2", ""},
}

// WriteTerminal writes the figures as a table.
func (c *Comparison) WriteTerminal(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "\tEventSource\tpolyfill\tWebSocket\t\n")
	width := 0
	for _, row := range rows {
		width = max(width, len(row.title))
	}
	for _, row := range rows {
		fmt.Fprintf(table, "%-*s", width, row.title)
		for _, column := range []string{"native", "polyfill", "websocket"} {
			fmt.Fprintf(table, "\t%s", figure(c.Figures[row.name][column], row.unit))
		}
		fmt.Fprint(table, "\t\n")
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n%s\npolyfill %s\n", c.Browser, c.Machine, c.Polyfill)
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
