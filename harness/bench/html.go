package bench

import (
	"bytes"
	_ "embed"
	"fmt"
	"hash/fnv"
	"html/template"
	"math"
	"slices"
	"strings"

	"eventsource-wasm/harness/internal/atomicfile"
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

// WriteHTML writes one page with everything in it to a file. It needs no scripts.
func (d *Document) WriteHTML(path string) error {
	content, err := d.html()
	if err != nil {
		return err
	}
	return atomicfile.Write(path, content)
}

func (d *Document) html() ([]byte, error) {
	var b bytes.Buffer
	if err := reportPage.Execute(&b, d); err != nil {
		return nil, fmt.Errorf("bench: page of the report: %w", err)
	}
	return b.Bytes(), nil
}

// class is how the page marks an implementation: the three that are always there
// have colours of their own.
func class(implementation string) string {
	switch implementation {
	case native, ours, floor:
		return implementation
	}
	return "peer"
}

// A bar shows the first figure of a row, in hundredths of the largest of the
// table: its median, and how far the samples lie apart.
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

// Size of a plot of curves in SVG units, and the room that its labels have.
const (
	plotWidth, plotHeight   = 720, 300
	plotLeft, plotBottom    = 48, 40
	plotRight, plotTop      = 16, 8
	smallestLatency         = 0.05 // ms, where the logarithmic scale begins
	ticksOfALinearScale     = 4
	plotInnerWidth          = plotWidth - plotLeft - plotRight
	plotInnerHeight         = plotHeight - plotTop - plotBottom
	plotFloor, plotFarRight = plotHeight - plotBottom, plotWidth - plotRight
)

// secondsBetween are those between two values of a curve of memory, by kind.
var secondsBetween = map[string]float64{"memory": 0.5, "soak": soakLook.Seconds()}

// A plot shows one curve for each row.
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

// curves is the plot of the table; nil: its samples have no curves.
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
	if len(curves) == 0 || largest <= 0 {
		return nil
	}
	p := &plot{
		Width: plotWidth, Height: plotHeight,
		Left: plotLeft, Right: plotFarRight, Top: plotTop, Floor: plotFloor,
	}
	across := func(i int) float64 { return plotLeft + plotInnerWidth*float64(i)/float64(longest-1) }
	var up func(float64) float64
	if between, ok := secondsBetween[t.Kind]; ok {
		up = linear(largest)
		p.XTitle, p.YTitle = "seconds", "MB"
		for i := range ticksOfALinearScale + 1 {
			p.Y = append(p.Y, newTick(up, largest*float64(i)/ticksOfALinearScale))
			at := (longest - 1) * i / ticksOfALinearScale
			p.X = append(p.X, tick{across(at), fmt.Sprint(float64(at) * between)})
		}
	} else {
		up = logarithmic(largest)
		p.XTitle, p.YTitle = "% of events", "ms"
		for value := 0.1; value <= largest; value *= 10 {
			p.Y = append(p.Y, newTick(up, value))
		}
		for percent := 0; percent <= 100; percent += 25 {
			p.X = append(p.X, tick{across(percent), fmt.Sprint(percent)})
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

// hue is a colour that a name has in every table.
func hue(name string) int {
	sum := fnv.New32a()
	sum.Write([]byte(name))
	return int(sum.Sum32() % 360)
}

func newTick(up func(float64) float64, value float64) tick {
	return tick{up(value), fmt.Sprintf("%.3g", value)}
}

// linear is the height in the plot of values from 0 to the largest.
func linear(largest float64) func(float64) float64 {
	return func(value float64) float64 { return plotFloor - plotInnerHeight*max(value, 0)/largest }
}

func logarithmic(largest float64) func(float64) float64 {
	decades := math.Log10(max(largest/smallestLatency, 10))
	return func(value float64) float64 {
		return plotFloor - plotInnerHeight*math.Log10(max(value/smallestLatency, 1))/decades
	}
}

// typical is the sample whose figure is in the middle.
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
