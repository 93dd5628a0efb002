package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// Limits of a page, so that the report of any run can be loaded. The JSON form
// has everything.
const (
	maxTranscripts = 6 << 20 // bytes of all transcripts
	maxProblems    = 20      // told on top
	maxFact        = 1200    // characters of what was wanted or got
)

var (
	//go:embed page.html
	pageSource string

	//go:embed page.css
	pageStyle string
)

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"command":    Command,
	"count":      count,
	"pageText":   pageText,
	"serverText": serverText,
	"short":      func(text string) string { return visible(cut(text, maxFact)) },
	"style":      func() template.CSS { return template.CSS(pageStyle) },
	"visible":    visible,
}).Parse(pageSource))

// A page is what the template shows. It runs no script, and everything that was
// seen is text in it: html/template escapes it, and visible before that takes
// away what could change the order or the look of the text around.
type page struct {
	*Report
	Home *Link
	Matrix
	Problems []problem
	More     int // problems that are not told
	Bad      int // results that are not as expected
	Notable  int // rows with something to look at
	Used     []*label
	shown    map[*Result]bool // whose transcripts are shown
}

// A problem is a result that is not as expected, with the targets that have it.
type problem struct {
	Case
	Result
	Label   *label
	Columns []Column
}

// A Link leads from a page to the site that it is a part of.
type Link struct{ URL, Text string }

// HTML writes the report as a page that needs no other file and no scripts. It links
// to home, unless that is nil.
func (d *Report) HTML(w io.Writer, home *Link) error {
	p := &page{Report: d, Home: home, Matrix: d.Matrix()}
	used := map[*label]bool{}
	for row := range p.rows {
		if row.Notable() {
			p.Notable++
		}
		for _, c := range row.Cells {
			used[c.Label()] = true
		}
		p.add(row)
	}
	for _, l := range labels {
		if used[l] {
			p.Used = append(p.Used, l)
		}
	}
	if p.More = len(p.Problems) - maxProblems; p.More > 0 {
		p.Problems = p.Problems[:maxProblems]
	}
	p.choose(maxTranscripts)
	return pageTemplate.Execute(w, p)
}

// add adds the problems of a row. Targets that have the same one share it.
func (p *page) add(row Row) {
	first := len(p.Problems)
	for i, c := range row.Cells {
		if c.Result == nil || c.Expected {
			continue
		}
		p.Bad++
		same := func(other problem) bool {
			return other.Label == c.Label() && other.Want == c.Want && other.Got == c.Got
		}
		at := slices.IndexFunc(p.Problems[first:], same)
		if at < 0 {
			at = len(p.Problems) - first
			p.Problems = append(p.Problems, problem{row.Case, *c.Result, c.Label(), nil})
		}
		to := &p.Problems[first+at].Columns
		*to = append(*to, p.Columns[i])
	}
}

// choose picks the results whose transcripts are shown, up to a number of bytes:
// first what is not as expected, then what else is notable, then the rest.
func (p *page) choose(most int) {
	p.shown = map[*Result]bool{}
	for _, wanted := range []func(Row, Cell) bool{
		func(_ Row, c Cell) bool { return !c.Expected },
		func(r Row, _ Cell) bool { return r.Notable() },
		func(Row, Cell) bool { return true },
	} {
		for row := range p.rows {
			for _, c := range row.Cells {
				if c.Result == nil || p.shown[c.Result] || !c.Kept() || !wanted(row, c) {
					continue
				}
				if most -= len(pageText(c.Result)) + len(serverText(c.Result)); most < 0 {
					return
				}
				p.shown[c.Result] = true
			}
		}
	}
}

// Kept tells whether the transcript of a result is in the document.
func (r *Result) Kept() bool { return !reflect.ValueOf(r.Transcript).IsZero() }

// Shows tells whether the transcripts of a result are on the page.
func (p *page) Shows(c Cell) bool { return p.shown[c.Result] }

// pageText is what the page of a case saw.
func pageText(r *Result) string { return strings.Join(pageLines(r.Transcript), "\n") }

// serverText is what the server saw.
func serverText(r *Result) string { return strings.Join(serverLines(r.Transcript), "\n") }

// Mixed returns a warning if the targets were judged by different suites, or "".
func (p *page) Mixed() string { return Mixed(p.Report.Targets) }

// When is the time of the run in words.
func (p *page) When() string {
	took := time.Duration(p.Milliseconds) * time.Millisecond
	return p.Started.UTC().Format("2 January 2006, 15:04 UTC, in ") + took.Round(time.Second).String()
}

// Limits tells what is left out.
func (*page) Limits() string {
	return fmt.Sprintf("Transcripts are shortened to %d lines of %d characters, and this page holds at most %d MB of them. The JSON report holds all.",
		maxLines, maxColumn, maxTranscripts>>20)
}

// Parts are the lines of a column's heading.
func (c Column) Parts() []string { return strings.Split(c.Label, "/") }

// SpecURL is the address of the requirement; "": not known.
func (c Case) SpecURL() string {
	url := (&catalogue.Case{Spec: c.Spec}).SpecURL()
	if !strings.HasPrefix(url, "https://") {
		return ""
	}
	return url
}

// Group and Name are the two parts of the id.
func (c Case) Group() string {
	group, _, _ := strings.Cut(c.ID, "/")
	return group
}

// Name is the id without the group.
func (c Case) Name() string {
	_, name, _ := strings.Cut(c.ID, "/")
	return name
}

// count says how many there are of something.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
