package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"eventsource-wasm/harness/bench/websocket"
	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/internal/nginx"
	"eventsource-wasm/harness/site"
	"eventsource-wasm/www"
)

// compareFlags are the flags of compare.
type compareFlags struct {
	json, html string
	proxy      bool
	rounds     int
	timeout    time.Duration
}

// compareVerb measures EventSource and WebSocket side by side in a browser.
func compareVerb(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, err := parseCompare(args, stdout)
	if err != nil {
		return err
	}
	chromium, err := browser.Find("chromium")
	if err != nil {
		return err
	}
	ctx, cancel := withTimeout(ctx, f.timeout, "compare", "measurements")
	defer cancel()
	comparison, err := site.Compare(ctx, chromium, f.rounds, f.proxy)
	if errors.Is(err, nginx.ErrNone) {
		return fmt.Errorf("%w, or omit --proxy", err)
	}
	if err != nil {
		return err
	}
	terminal := terminalOf(stdout, stderr, f.json, f.html)
	return errors.Join(writeComparison(comparison, terminal), f.write(comparison, stdout))
}

func parseCompare(args []string, stdout io.Writer) (f compareFlags, err error) {
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	fileVar(flags, &f.json, "json", "write all measurements to this `file`; - is standard output")
	fileVar(flags, &f.html, "html", "write the page with the measurements to this `file`")
	flags.BoolVar(&f.proxy, "proxy", false, "measure through nginx too")
	flags.IntVar(&f.rounds, "rounds", websocket.Rounds, "measure each figure `n` times")
	flags.DurationVar(&f.timeout, "timeout", 5*time.Minute, "stop after this `duration`")
	err = parseNoArguments(flags, args, stdout)
	switch {
	case err != nil:
	case f.timeout <= 0:
		err = fmt.Errorf("--timeout %s: want a duration like 2m", f.timeout)
	case f.rounds < 1:
		err = fmt.Errorf("--rounds %d: want 1 or more", f.rounds)
	default:
		err = checkFiles(file{"json", f.json}, file{"html", f.html})
	}
	return f, err
}

// write writes the files that were asked for.
func (f compareFlags) write(comparison *websocket.Comparison, stdout io.Writer) error {
	content, err := json.MarshalIndent(comparison, "", "  ")
	if err != nil {
		return err
	}
	return errors.Join(
		writeFile(f.json, stdout, verbatim(append(content, '\n'))),
		writeFile(f.html, stdout, verbatim(www.Report(content))),
	)
}

// verbatim returns a function that writes content.
func verbatim(content []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}
}

// writeComparison writes the figures as a table.
func writeComparison(c *websocket.Comparison, w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "\tEventSource\tpolyfill\tWebSocket\t\n")
	width := 0
	for _, row := range www.ComparisonRows {
		width = max(width, len(row.Title))
	}
	for _, row := range www.ComparisonRows {
		fmt.Fprintf(table, "%-*s", width, row.Title)
		for _, column := range www.ComparisonColumns {
			fmt.Fprintf(table, "\t%s", comparedFigure(c.Figures[row.Name][column], row.Unit))
		}
		fmt.Fprint(table, "\t\n")
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nmedian of the rounds (lowest–highest)\n%s\n%s\npolyfill %s\n", c.Browser, c.Machine, c.Polyfill)
	return err
}

// comparedFigure returns the figures of all rounds as one: the median and the range of numbers,
// or the most frequent word.
func comparedFigure(rounds []any, unit string) string {
	var numbers []float64
	words := map[string]int{}
	word := ""
	for _, round := range rounds {
		switch round := round.(type) {
		case float64:
			numbers = append(numbers, round)
		case string:
			if words[round]++; words[round] > words[word] {
				word = round
			}
		}
	}
	switch {
	case word != "" && words[word] < len(rounds):
		return fmt.Sprintf("%s (%d of %d)", word, words[word], len(rounds))
	case word != "":
		return word
	case len(numbers) == 0:
		return "not measured"
	}
	slices.Sort(numbers)
	median := digits((numbers[len(numbers)/2] + numbers[(len(numbers)-1)/2]) / 2)
	spread := ""
	if low, high := digits(numbers[0]), digits(numbers[len(numbers)-1]); low != high {
		spread = fmt.Sprintf(" (%s–%s)", low, high)
	}
	return strings.TrimSpace(median+" "+unit) + spread
}

// digits rounds a number as the pages do: see digits in www/site.js.
func digits(value float64) string {
	switch {
	case math.Abs(value) >= 1000:
		return fmt.Sprintf("%.0f", math.Round(value/10)*10)
	case math.Abs(value) < 10:
		return fmt.Sprintf("%.2g", value)
	}
	return fmt.Sprintf("%.3g", value)
}
