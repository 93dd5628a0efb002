package bench

import (
	"bytes"
	_ "embed"
	"fmt"
	"hash/fnv"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/implementation"
)

//go:embed report.html
var reportHTML string

var reportPage = template.Must(template.New("report.html").Funcs(template.FuncMap{
	"bar":    (*Table).bar,
	"head":   (*Table).head,
	"cells":  (*Table).cells,
	"curves": (*Table).curves,
	"class":  class,
}).Parse(reportHTML))

// HTML writes the results as a page that loads nothing and needs no scripts.
func (r *Results) HTML(w io.Writer) error {
	var b bytes.Buffer
	if err := reportPage.Execute(&b, r); err != nil {
		return fmt.Errorf("bench: report page: %w", err)
	}
	_, err := b.WriteTo(w)
	return err
}

// class returns the CSS class of an implementation: the default three have colours
// of their own.
func class(name string) string {
	switch name {
	case implementation.Native, ours, floor:
		return name
	}
	return "peer"
}

// A bar shows the first figure of a row, in percent of the table's largest: the
// median and the range of the samples.
type bar struct{ Median, Low, High float64 }

func (t *Table) bar(row *Row) *bar {
	var all []float64
	for _, r := range t.Rows {
		all = append(all, r.figures(t.Columns[0].Name)...)
	}
	own := row.figures(t.Columns[0].Name)
	if own == nil || slices.Max(all) <= 0 {
		return nil
	}
	scale := func(value float64) float64 { return math.Round(max(value, 0)/slices.Max(all)*1000) / 10 }
	return &bar{scale(median(own)), scale(slices.Min(own)), scale(slices.Max(own))}
}

// The size of a plot and the space for its labels, in SVG units.
const (
	plotWidth, plotHeight   = 720, 300
	plotLeft, plotBottom    = 48, 40
	plotRight, plotTop      = 16, 8
	plotInnerWidth          = plotWidth - plotLeft - plotRight
	plotInnerHeight         = plotHeight - plotTop - plotBottom
	plotFloor, plotFarRight = plotHeight - plotBottom, plotWidth - plotRight

	linearTicks    = 4    // on a linear axis
	logarithmicMin = 0.05 // where a logarithmic axis begins
)

// A plot shows one curve for each row of a table.
type plot struct {
	Width, Height, Left, Right, Top, Floor int
	X, Y                                   []tick
	XTitle, YTitle                         string
	Curves                                 []curve
}

type tick struct {
	At    float64
	Label string
}

type curve struct {
	Name   string
	Hue    int    // of a peer, in degrees
	Points string // of an SVG polyline
}

// curves returns the plot of the table, or nil if its samples have no curves.
func (t *Table) curves() *plot {
	curves := map[string][]float64{}
	longest, largest := 0, 0.0
	for _, row := range t.Rows {
		if c := row.typical(t.Columns[0].Name).Curve; len(c) > 1 {
			curves[row.Implementation] = c
			longest = max(longest, len(c))
			largest = max(largest, slices.Max(c))
		}
	}
	if t.Axes == nil || len(curves) == 0 || largest <= 0 {
		return nil
	}
	p := &plot{
		Width: plotWidth, Height: plotHeight,
		Left: plotLeft, Right: plotFarRight, Top: plotTop, Floor: plotFloor,
		XTitle: t.Axes.X, YTitle: t.Axes.Y,
	}
	across := func(i int) float64 { return plotLeft + plotInnerWidth*float64(i)/float64(longest-1) }
	for i := range linearTicks + 1 {
		at := (longest - 1) * i / linearTicks
		p.X = append(p.X, tick{across(at), fmt.Sprint(float64(at) * t.Axes.Step)})
	}
	up := linear(largest)
	if t.Axes.Logarithmic {
		up = logarithmic(largest)
		for value := 0.1; value <= largest; value *= 10 {
			p.Y = append(p.Y, newTick(up, value))
		}
	} else {
		for i := range linearTicks + 1 {
			p.Y = append(p.Y, newTick(up, largest*float64(i)/linearTicks))
		}
	}
	for _, row := range t.Rows {
		var points strings.Builder
		for x, value := range curves[row.Implementation] {
			fmt.Fprintf(&points, "%.1f,%.1f ", across(x), up(value))
		}
		if points.Len() > 0 {
			p.Curves = append(p.Curves, curve{row.Implementation, hue(row.Implementation), points.String()})
		}
	}
	return p
}

// hue returns the colour of an implementation, the same in every table.
func hue(name string) int {
	sum := fnv.New32a()
	sum.Write([]byte(name))
	return int(sum.Sum32() % 360)
}

func newTick(up func(float64) float64, value float64) tick {
	return tick{up(value), fmt.Sprintf("%.3g", value)}
}

// linear returns the function from values, 0 to the largest, to heights in the plot.
func linear(largest float64) func(float64) float64 {
	return func(value float64) float64 { return plotFloor - plotInnerHeight*max(value, 0)/largest }
}

func logarithmic(largest float64) func(float64) float64 {
	decades := math.Log10(max(largest/logarithmicMin, 10))
	return func(value float64) float64 {
		return plotFloor - plotInnerHeight*math.Log10(max(value/logarithmicMin, 1))/decades
	}
}

// typical returns the sample whose figure is the median.
func (r *Row) typical(column string) Sample {
	var good []Sample
	for _, s := range r.Samples {
		if s.Error == "" {
			good = append(good, s)
		}
	}
	if good == nil && len(r.Samples) == 1 {
		return r.Samples[0]
	}
	if good == nil {
		return Sample{}
	}
	slices.SortFunc(good, func(a, b Sample) int {
		return int(math.Copysign(1, a.Figures[column]-b.Figures[column]))
	})
	return good[len(good)/2]
}
