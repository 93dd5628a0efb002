package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// Limits of a page, so that browsers can load the report of any run. The JSON form has
// everything.
const (
	maxTranscripts = 6 << 20 // bytes of all transcripts
	maxProblems    = 20      // listed at the top
)

// maxFact is the number of characters of a want, got or error that views show.
const maxFact = 1200

var (
	//go:embed page.html
	pageSource string

	//go:embed page.css
	pageStyle string
)

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"command":    Command,
	"firstLines": firstLines,
	"pageText":   pageText,
	"attempts":   attemptsText,
	"serverText": serverText,
	"short":      func(text string) string { return visible(cut(text, maxFact)) },
	"style":      func() template.CSS { return template.CSS(pageStyle) },
	"visible":    visible,
}).Parse(pageSource))

// A page is the data of the template. The page runs no scripts. Everything that was
// recorded is text in it: visible escapes what could change the order or the look of
// the text around it, and html/template escapes the rest.
type page struct {
	*Report
	Site *Site // nil: the page is for those who run the suite
	Matrix
	Problems []problem
	More     int  // problems that are not listed
	Bad      int  // unexpected results
	Unjudged bool // a pair of browser and implementation has no judged case
	Notable  int  // rows that need attention
	Used     []*label
	shown    map[*Result]bool // whose transcripts are shown
}

// A problem is an unexpected result, and the targets that have it.
type problem struct {
	Case
	Result
	Label   *label
	Columns []Column
}

// HTML writes the report as a page that needs no other file and no scripts. A page for a
// site says how browsers do, not whether the run was as expected.
func (r *Report) HTML(w io.Writer, site *Site) error {
	p := &page{Report: r, Site: site, Matrix: r.Matrix(), Unjudged: r.CheckJudged() != nil}
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

// add adds the problems of a row. Targets with the same problem share it.
func (p *page) add(row Row) {
	first := len(p.Problems)
	for i, c := range row.Cells {
		if c.Result == nil || c.Expected || p.Site != nil && c.Label() == surprising {
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

// choose chooses the results whose transcripts are shown, up to a number of bytes:
// first those of unexpected results, then those of notable rows, then the rest.
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

// Plain returns the rows of a group of which a page for a site says only that the case
// passed on all targets: the site has a page for each case.
func (p *page) Plain(g Group) []Row {
	return slices.DeleteFunc(slices.Clone(g.Rows), func(r Row) bool { return !p.plain(r) })
}

// Listed returns the other rows of a group.
func (p *page) Listed(g Group) []Row { return slices.DeleteFunc(slices.Clone(g.Rows), p.plain) }

func (p *page) plain(r Row) bool {
	return p.Site != nil && p.Site.Cases != "" && len(r.Cells) > 0 && r.Uniform() && r.Cells[0].Label() == passed
}

// CaseURL returns the address of the site's page of a case.
func (p *page) CaseURL(id string) string { return p.Site.Cases + id + "?lang=" + p.Language() }

// Kept reports whether the report has the transcript of a result.
func (r *Result) Kept() bool { return !reflect.ValueOf(r.Transcript).IsZero() }

// Shows reports whether the page shows the transcript of a result.
func (p *page) Shows(c Cell) bool { return p.shown[c.Result] }

// pageText returns what the page of a case recorded.
func pageText(r *Result) string { return strings.Join(pageLines(r.Transcript), "\n") }

// serverText returns what the server recorded.
func serverText(r *Result) string { return strings.Join(serverLines(r.Transcript, true), "\n") }

// Parts returns the lines of the column's heading.
func (c Column) Parts() []string { return strings.Split(c.Label, "/") }

// SpecURL returns the address of the requirement, or "" if it is not known.
func (c Case) SpecURL() string {
	url := (&catalogue.Case{Spec: c.Spec}).SpecURL()
	if !strings.HasPrefix(url, "https://") {
		return ""
	}
	return url
}

// Group returns the first part of the id.
func (c Case) Group() string {
	group, _, _ := strings.Cut(c.ID, "/")
	return group
}

// Name returns the id without the group.
func (c Case) Name() string {
	_, name, _ := strings.Cut(c.ID, "/")
	return name
}

// count returns a number and its noun, in the plural unless the number is 1.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
