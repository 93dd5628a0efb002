package websocket

import (
	"encoding/json"
	"fmt"
	"runtime"
	"time"

	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
)

// A Comparison is the result: the figures of each way to receive messages.
type Comparison struct {
	Version  int          `json:"version"`            // of this format: 2
	Revision string       `json:"revision,omitempty"` // of the suite: see [report.Suite]; "": not recorded
	Date     time.Time    `json:"date"`
	Browser  string       `json:"browser"` // as it reports itself
	Machine  string       `json:"machine"`
	Polyfill report.Build `json:"polyfill"` // the build that was measured

	// Figures has, by row and column of www.ComparisonRows, a number or a word for each
	// round. What is missing was not measured.
	Figures map[string]map[string][]any `json:"figures"`
}

func newComparison(browser string, figures []byte) (*Comparison, error) {
	polyfill, err := implementation.Load("polyfill")
	if err != nil {
		return nil, err
	}
	c := &Comparison{
		Version:  2,
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
